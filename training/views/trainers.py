"""Trainers as their coordinators see them: who there is, who can teach a session, where somebody is missing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people.access import grants_of
from people.models import Person, Region
from people.permissions import Permission
from training import cards as edition_cards
from training import trainer_cards as cards
from training.actions import engagements as actions
from training.actions.errors import Refused
from training.forms.trainers import TrainerFilter
from training.models import Edition, Engagement, Session
from training.models.trainer import trainers_of
from training.queries import trainers_for
from training.queries.needs import needs_of_branch, who_can_teach
from training.views.own_teaching import profile_of

PER_PAGE = 50


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """The trainers of one's institutions, by name, language and county."""
    _require_scheduling(request)
    form = TrainerFilter(request.GET)
    found = form.cleaned_data if form.is_valid() else {}
    people = Person.objects.filter(trainers_of(request.user), erased_at=None)
    page = Paginator(_narrowed(people, found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "active": sum(1 for value in found.values() if value),
        "page": page,
        "rows": [
            {"trainer": one, "about": cards.about_rows(getattr(one, "trainer_profile", None))}
            for one in page
        ],
    }
    return render(request, "training/trainers/list.html", context)


@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What a trainer says of themselves, and what they were asked."""
    people = Person.objects.filter(trainers_of(request.user), erased_at=None)
    trainer = get_object_or_404(people, pk=pk)
    today = timezone.localdate()
    asked = Engagement.objects.visible_to(request.user, Permission.SCHEDULE).filter(trainer=trainer)
    papers = trainer.qualifications.select_related("course", "topic")
    context = {
        "trainer": trainer,
        "about": cards.about_rows(profile_of(trainer)),
        "week": cards.week_rows(trainer.weekly_hours.all()),
        "days": cards.day_rows(trainer.dated_times.filter(last__gte=today)),
        "papers": cards.paper_rows(papers, today),
        "questions": [
            {"edition": one.edition, **cards.question_card(one)}
            for one in asked.select_related("edition__course", "trainer")[:20]
        ],
    }
    return render(request, "training/trainers/detail.html", context)


@login_required
def needs(request: HttpRequest) -> HttpResponse:
    """Sessions without enough trainers, with counts."""
    _require_scheduling(request)
    found = needs_of_branch(request.user)
    context = {
        "needs": [{"need": need, "card": edition_cards.staff_card(need.edition)} for need in found],
        "sessions": sum(len(need.sessions) for need in found),
        "missing": sum(need.missing for need in found),
        "volunteers": sum(need.volunteers for need in found),
        "asked": sum(need.asked for need in found),
    }
    return render(request, "training/trainers/needs.html", context)


@login_required
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """Who can teach this session: every trainer with each reason for and against."""
    mine = Session.objects.visible_to(request.user, Permission.SCHEDULE).select_related("edition")
    session = get_object_or_404(mine, pk=pk)
    edition = Edition.objects.with_name().get(pk=session.edition_id)
    questions = {
        one.trainer_id: one
        for one in edition.engagements.select_related("trainer").order_by("created_at", "pk")
    }
    found = who_can_teach(session, by=request.user)
    context = {
        "session": session,
        "edition": edition,
        "title": edition.name,  # type: ignore[attr-defined]
        "rows": [cards.candidate_card(one, questions.get(one.trainer.pk)) for one in found],
        "counts": {
            word: sum(1 for one in found if one.verdict == word) for word in cards.VERDICT_TONES
        },
        "leads": sum(1 for one in found if one.leads),
        "can_ask": edition.status not in (Edition.Status.CANCELLED, Edition.Status.DONE),
    }
    return render(request, "training/trainers/find.html", context)


@login_required
@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask one trainer to lead the edition; they answer by a link."""
    mine = Edition.objects.visible_to(request.user, Permission.SCHEDULE).select_related("organiser")
    edition = get_object_or_404(mine, pk=pk)
    number = request.POST.get("trainer", "")
    people = trainers_for(edition.organiser)
    trainer = people.filter(pk=number if number.isdecimal() else 0).first()
    if trainer is None:
        messages.error(request, _("Choose a trainer from the list."))
        return redirect(_back(request, edition))
    try:
        actions.ask(by=request.user, edition=edition, trainer=trainer)
        words = {"name": trainer.full_name}
        messages.success(request, _("We have written to %(name)s and wait for the answer.") % words)
    except Refused as refused:
        messages.error(request, f"{refused.message} {refused.next_step}")
    return redirect(_back(request, edition))


def _back(request: HttpRequest, edition: Edition) -> str:
    """The page where the button was, if it is ours."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        return target
    return reverse("training:manage", args=[edition.pk])


def _narrowed(people: QuerySet[Person], found: dict[str, str]) -> QuerySet[Person]:
    people = people.select_related("trainer_profile").by_name()
    people = people.prefetch_related("trainer_profile__regions")
    if found.get("q"):
        people = people.matching(found["q"])
    if found.get("language"):
        people = people.filter(trainer_profile__languages__contains=[found["language"]])
    region = Region.objects.filter(code=found.get("region") or "").first()
    if region:
        # Who names no county goes everywhere; who has not said anything is not found by a county.
        here = Q(trainer_profile__regions=region)
        anywhere = Q(trainer_profile__isnull=False, trainer_profile__regions=None)
        people = people.filter(here | anywhere)
    return people


def _require_scheduling(request: HttpRequest) -> None:
    if not grants_of(request.user).anywhere(Permission.SCHEDULE):
        raise Http404
