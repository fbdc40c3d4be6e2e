"""A place moves to another edition of the course: one's own, or somebody's for whom one answers."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from people.permissions import Permission
from training import cards
from training.actions import transfers
from training.actions.enrolments import too_late
from training.actions.errors import Refused
from training.actions.refusals import TooLateToCancel
from training.models import Edition, Enrolment
from training.queries import enrolment_page, next_possible
from training.views.places import list_of

CHOICES = 12


@login_required
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """Editions to which the own place can move now; a click on one moves it."""
    mine = Enrolment.objects.visible_to(request.user).filter(person=request.user.person_id or 0)
    place = get_object_or_404(mine, pk=pk)
    return _move(request, place, back=reverse("training:enrolment", args=[place.pk]))


@login_required
def theirs(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for somebody's place in an edition of one's branch."""
    seen = Enrolment.objects.visible_to(request.user, Permission.ENROL)
    place = get_object_or_404(seen, pk=pk)
    return _move(request, place, back=list_of(request, place))


def _move(request: HttpRequest, enrolment: Enrolment, *, back: str) -> HttpResponse:
    if enrolment.moved_to_id:
        return redirect(back)
    place = enrolment_page(enrolment)
    refusal: Refused | None = None
    if too_late(place, request.user):
        refusal = TooLateToCancel(place.edition)
    elif request.method == "POST" and (there := _chosen(request)):
        try:
            new = transfers.transfer(enrolment=place, to=there, by=request.user)
            own_place = new.person_id == request.user.person_id
            return redirect("training:enrolment", new.pk) if own_place else redirect(back)
        except Refused as refused:
            refusal = refused
    found = next_possible(
        place.edition.course.translation_key,
        person=place.person,
        without=place,
        beside=place.edition_id,
        limit=CHOICES,
    )
    context = {
        "place": place,
        "title": place.edition_name,
        "now": cards.when(place.edition),
        "refusal": refusal,
        "back": back,
        "choices": [{"pk": e.pk, "card": cards.edition_card(e)} for e in found],
        "is_own": place.person_id == request.user.person_id,
    }
    return render(request, "training/move.html", context)


def _chosen(request: HttpRequest) -> Edition | None:
    key = request.POST.get("to", "")
    known = key.isascii() and key.isdigit() and len(key) < 19
    return Edition.objects.published().filter(pk=key).first() if known else None
