"""Getting a place and giving it up: one thing a page, each page with its own address."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from training import cards, codes
from training.actions import enrolments as places
from training.actions import waiting
from training.actions.check_in import takes_check_ins
from training.actions.enrolments import too_late
from training.actions.errors import Refused
from training.actions.refusals import TooLateToCancel, long_moment
from training.answer_links import token_of
from training.asked import asked_of
from training.forms.enrolments import CancelForm
from training.models import Enrolment, TrainerResult
from training.queries import (
    Outlook,
    attendance_of,
    edition_page,
    enrolment_page,
    household_of,
    my_enrolments,
    own_enrolment,
)
from training.queries.joining import WITH_A_PLACE
from training.views.public import instead, rows

OPEN = (Enrolment.Status.CONFIRMED, Enrolment.Status.WAITLISTED, Enrolment.Status.APPLIED)


@login_required
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show once more what one enrols in; the button asks for the place. Already enrolled leads to the own place."""
    person, refusal = request.user.person, None
    if request.method == "POST" and person:
        try:
            if made := places.enrol_oneself(edition=pk, by=request.user):
                return redirect("training:enrolment", made.pk)
        except Refused as refused:
            refusal = refused
    page = edition_page(pk, person=person)
    if page is None or person is None:
        raise Http404
    if page.mine:
        return redirect("training:enrolment", page.mine.pk)
    refusal = refusal or page.refusal
    context = {
        "page_of": page,
        "edition": page.edition,
        "title": page.edition.name,
        "rows": rows(page.edition),
    }
    if refusal:
        context |= {"refusal": refusal, **instead(page, request)}
        return render(request, "training/refused.html", context)
    context |= {"person": person, "household": household_of(person)}
    return render(request, "training/enrol.html", context)


@login_required
def enrolment(request: HttpRequest, pk: int) -> HttpResponse:
    """The own place: code, what happens next, calendar, contact, how to cancel. The address stays the same."""
    mine = _own(request, pk)
    waiting.pass_on(edition=mine.edition)
    place = enrolment_page(mine)
    context = {
        "place": place,
        "deadline": cards.deadline(place),
        "edition": place.edition,
        "title": place.edition_name,
        "state": cards.place_state(place),
        "sessions": place.edition.sessions.all(),
        "where": cards.where(place.edition),
        "may_cancel": place.status in OPEN,
        "too_late": too_late(place, request.user),
        "cancel_until": long_moment(
            place.edition.cancel_until, cards.zone_of(place.edition.organiser)
        ),
        "may_join": place.status in WITH_A_PLACE,
        "answer_url": _answer_page(place),
        **_in_the_room(place),
        "outlook": Outlook(attendance_of(place), asked_of(place.edition).percent)
        if place.has_place
        else None,
        "result": TrainerResult.objects.filter(enrolment=place).first(),
    }
    return render(request, "training/enrolment.html", context)


def _answer_page(place: Enrolment) -> str:
    """Where they say whether they come, as long as there is something to come to."""
    now = timezone.now()
    coming = any(s.ends >= now and not s.is_cancelled for s in place.edition.sessions.all())
    if place.status != Enrolment.Status.CONFIRMED or not coming:
        return ""
    return reverse("training:answer", args=[token_of(place)])


def _in_the_room(place: Enrolment) -> dict[str, Any]:
    """For somebody with a place: their own code, and whether a session takes check-ins just now."""
    if place.status != Enrolment.Status.CONFIRMED:
        return {}
    address = reverse("scan-short", args=[place.code])
    return {
        "own_code": codes.picture(address, title=_("Your code for the trainer")),
        "check_in_now": any(takes_check_ins(session) for session in place.edition.sessions.all()),
    }


@login_required
def enrolments(request: HttpRequest) -> HttpResponse:
    """All one's places, what comes next first."""
    mine = my_enrolments(request.user.person) if request.user.person else []
    context = {
        "coming": [cards.enrolment_card(place) for place in mine if place.is_coming],
        "past": [cards.enrolment_card(place) for place in mine if not place.is_coming],
    }
    return render(request, "training/enrolments.html", context)


@login_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then give up the place. A second click shows the same page."""
    mine, refusal = _own(request, pk), None
    if mine.is_cancelled:
        return redirect("training:enrolment", mine.pk)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            places.cancel(enrolment=mine, by=request.user, reason=form.cleaned_data["reason"])
            return redirect("training:enrolment", mine.pk)
        except Refused as refused:
            refusal = refused
    place = enrolment_page(mine)
    if too_late(place, request.user):
        refusal = refusal or TooLateToCancel(place.edition)
    context = {"place": place, "edition": place.edition, "title": place.edition_name, "form": form}
    if refusal:
        return render(request, "training/refused.html", {**context, "refusal": refusal})
    return render(request, "training/enrolment_cancel.html", context)


def _own(request: HttpRequest, pk: int) -> Enrolment:
    person = request.user.person
    mine = own_enrolment(person, pk) if person else None
    if mine is None:
        raise Http404
    return mine
