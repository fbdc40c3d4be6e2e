"""A place that became free is offered: the answer by link, on one's own page, or told on the telephone."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from people.models import User
from people.permissions import Permission
from training import cards
from training.actions import waiting
from training.actions.errors import Refused
from training.models import Edition, Enrolment
from training.queries import enrolment_page, people_to_call
from training.queries.editions import for_cards
from training.tokens import read_offer_token

ANSWERS = {"yes": True, "no": False}


@never_cache
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link from the mail says yes or no; looking alone changes nothing but what the clock decided."""
    found = Enrolment.objects.filter(pk=read_offer_token(token) or 0, person__erased_at=None)
    enrolment = get_object_or_404(found.select_related("edition"))
    refusal = _answer(request, enrolment, by=None) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return redirect("training:offer", token)
    waiting.pass_on(edition=enrolment.edition)
    place = enrolment_page(enrolment)
    context = {
        "place": place,
        "edition": place.edition,
        "title": place.edition_name,
        "deadline": cards.deadline(place),
        "token": token,
        "sessions": place.edition.sessions.all(),
        "refusal": refusal,
    }
    return render(request, "training/offer.html", context)


@login_required
@require_POST
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """The same answer by somebody who is signed in; what became of it stands on the page of the place."""
    mine = Enrolment.objects.visible_to(request.user).filter(person=request.user.person_id or 0)
    _answer(request, get_object_or_404(mine.select_related("edition"), pk=pk), by=request.user)
    return redirect("training:enrolment", pk)


@login_required
def calls(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom to call about an offer: people without e-mail, the earliest deadline first. To print or to work through."""
    edition = _edition(request, pk)
    waiting.pass_on(edition=edition)
    waiting.note_call_list(edition=edition, by=request.user)
    places = list(people_to_call(edition))
    for place in places:
        place.edition = edition
        place.deadline = cards.deadline(place)
    context = {
        "edition": edition,
        "title": edition.name,
        "places": places,
        "now": cards.moment(timezone.now(), edition),
    }
    return render(request, "training/calls.html", context)


@login_required
@require_POST
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """What the person said on the telephone, or that nobody answered."""
    theirs = Enrolment.objects.visible_to(request.user, Permission.ENROL)
    place = get_object_or_404(theirs.select_related("edition__organiser"), pk=pk)
    edition = _edition(request, place.edition_id)
    if request.POST.get("answer") == "missed":
        waiting.note_call(enrolment=place, by=request.user)
    elif refusal := _answer(request, place, by=request.user):
        context = {"refusal": refusal, "edition": edition, "title": edition.name}
        return render(request, "training/refused.html", context)
    return redirect("training:calls", edition.pk)


def _answer(request: HttpRequest, enrolment: Enrolment, by: User | None) -> Refused | None:
    """Write the answer; what speaks against it, if anything. What is neither yes nor no shows the page again."""
    word = request.POST.get("answer", "")
    if word not in ANSWERS:
        return None
    try:
        waiting.answer(enrolment=enrolment, yes=ANSWERS[word], by=by)
    except Refused as refused:
        return refused
    return None


def _edition(request: HttpRequest, pk: int) -> Edition:
    mine = Edition.objects.visible_to(request.user, Permission.ENROL)
    return get_object_or_404(for_cards(mine), pk=pk)
