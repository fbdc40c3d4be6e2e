"""The people of an edition, for those who answer for it: who has a place, who waits, and letters to them."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from people.access import may
from people.models import Person
from people.permissions import Permission
from training import cards
from training.actions import enrolments as actions
from training.actions.errors import Refused
from training.actions.sheets import note_letter
from training.actions.waiting import pass_on
from training.forms.enrolments import FindPersonForm, ReasonForm
from training.models import Edition, Enrolment
from training.participant_rows import page_of
from training.participant_rows import rows as rows_of
from training.queries import GROUPS, enrolment_page, planned_minutes
from training.queries.editions import for_cards
from training.views.public import rows

FOUND_AT_MOST = 30


@login_required
def participants(request: HttpRequest, pk: int) -> HttpResponse:
    """People with a place by name, people who wait by rank, people who cancelled."""
    edition = _edition(request, pk, Permission.VIEW_EDITIONS)
    pass_on(edition=edition)
    group = request.GET.get("group", "places")
    if group not in GROUPS:
        raise Http404
    page, counts = page_of(edition, group, request.GET.get("page"))
    planned = planned_minutes(edition) if group == "places" else 0
    words = {
        "places": _("With a place"),
        "waiting": _("Waiting"),
        "asked": _("Asked"),
        "cancelled": pgettext("people on a list", "Cancelled"),
    }
    here = reverse("training:participants", args=[edition.pk])
    context = {
        "edition": edition,
        "title": edition.name,
        "group": group,
        "page": page,
        "rows": rows_of(page, group, planned),
        "tabs": [
            {
                "text": text,
                "href": f"{here}?group={name}",
                "current": name == group,
                "count": counts[name],
            }
            for name, text in words.items()
        ],
        "may_change": may(request.user, Permission.ENROL, organisation=edition.organiser),
    }
    return render(request, "training/participants.html", context)


@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for a person of the branch and give them a place."""
    edition = _edition(request, pk, Permission.ENROL)
    people = Person.objects.visible_to(request.user, Permission.ENROL).filter(erased_at=None)
    refusal = None
    if request.method == "POST":
        person = get_object_or_404(people, pk=_number(request.POST.get("person")))
        try:
            actions.enrol(person=person, edition=edition, by=request.user)
            return redirect("training:participants", edition.pk)
        except Refused as refused:
            refusal = refused
    form = FindPersonForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    context = {
        "edition": edition,
        "title": edition.name,
        "form": form,
        "words": words,
        "people": _found(people, words, edition),
        "refusal": refusal,
    }
    return render(request, "training/participant_add.html", context)


def _found(people: QuerySet[Person], words: str, edition: Edition) -> list[Person]:
    """The people of that name, each with whether they are enrolled already."""
    if not words.strip():
        return []
    found = list(people.matching(words).by_name().select_related("region")[:FOUND_AT_MOST])
    enrolled = (
        edition.enrolments.active().filter(person__in=found).values_list("person_id", flat=True)
    )
    for person in found:
        person.is_enrolled = person.pk in set(enrolled)  # type: ignore[attr-defined]
    return found


@login_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back somebody's place, with the reason that they will read."""
    theirs = Enrolment.objects.visible_to(request.user, Permission.ENROL)
    place = enrolment_page(get_object_or_404(theirs, pk=pk))
    back = list_of(request, place)
    if place.is_cancelled:
        return redirect(back)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel(enrolment=place, by=request.user, reason=form.cleaned_data["reason"])
            return redirect(back)
        except Refused as refused:
            form.add_error(None, refused.message)
    context = {
        "place": place,
        "edition": place.edition,
        "title": place.edition_name,
        "form": form,
        "back": back,
    }
    return render(request, "training/place_cancel.html", context)


def list_of(request: HttpRequest, place: Enrolment) -> str:
    """The list that the reader may see: the edition's, or that of the own nominations."""
    if Edition.objects.visible_to(request.user).filter(pk=place.edition_id).exists():
        return reverse("training:participants", args=[place.edition_id])
    return reverse("training:nominate")


@login_required
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter to print for somebody without e-mail, in their language; that it was opened is in the trail."""
    enrolment = get_object_or_404(_to_write_to(request), pk=pk)
    language = enrolment.person.language
    with translation.override(language):
        place = enrolment_page(enrolment)
        if request.user.person_id != place.person_id:
            note_letter(by=request.user, enrolment=place)
        edition = for_cards(Edition.objects.all()).get(pk=place.edition_id)
        sessions = [s for s in place.edition.sessions.all() if not s.is_cancelled]
        context = {
            "place": place,
            "deadline": cards.deadline(place),
            "edition": edition,
            "title": edition.name,
            "rows": rows(edition),
            "sessions": sessions,
            # Never the link itself: paper is passed on, and lies about long before.
            "has_link": any(session.link for session in sessions),
            "sender": place.nominated_by or edition.organiser,
            "today": timezone.now().astimezone(cards.zone_of(edition.organiser)).date(),
        }
        return render(request, "training/letter.html", context)


def _to_write_to(request: HttpRequest) -> QuerySet[Enrolment]:
    """Places in one's own editions, and of people whom one nominated and may still nominate: a letter says where
    somebody lives now."""
    organised = Edition.objects.visible_to(request.user, Permission.ENROL).values("pk")
    known = Person.objects.visible_to(request.user, Permission.NOMINATE).values("pk")
    theirs = Enrolment.objects.visible_to(request.user, Permission.ENROL)
    return theirs.filter(Q(edition__in=organised) | Q(person__in=known))


def _edition(request: HttpRequest, pk: int, permission: Permission) -> Edition:
    mine = Edition.objects.visible_to(request.user, permission)
    return get_object_or_404(mine.with_name().select_related("organiser"), pk=pk)


def _number(text: str | None) -> int:
    """A key from a form, or one that nobody has."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
