"""The page of one's calendar address, and the sessions of one place as a file."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from training.actions import feeds as actions
from training.feeds import calendar_of
from training.models import CalendarFeed, Enrolment, Room, SessionTrainer

Kind = CalendarFeed.Kind


@login_required
def address(request: HttpRequest) -> HttpResponse:
    """The secret addresses, what they are good for, how to make them anew or stop them."""
    person = request.user.person_id or 0
    open_ones = {feed.kind: feed for feed in CalendarFeed.objects.open().filter(person=person)}
    context = _shown(open_ones.get(Kind.PERSON))
    if Kind.TRAINER in open_ones or SessionTrainer.objects.filter(trainer=person).exists():
        context["led"] = _shown(open_ones.get(Kind.TRAINER))
    return render(request, "training/calendar.html", context)


def _shown(feed: CalendarFeed | None) -> dict[str, Any]:
    if feed is None:
        return {"feed": None}
    url = settings.SITE_URL + reverse("feed-personal", args=[feed.token])
    return {"feed": feed, "url": url, "webcal": "webcal://" + url.partition("://")[2]}


def _kind(request: HttpRequest) -> str:
    return Kind.TRAINER if request.POST.get("kind") == Kind.TRAINER else Kind.PERSON


@login_required
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make an address; one that exists is replaced."""
    if request.user.person is None:
        raise Http404
    actions.make(by=request.user, person=request.user.person, kind=_kind(request))
    return redirect("training:calendar")


@login_required
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """The address answers no more."""
    if request.user.person is None:
        raise Http404
    actions.revoke(by=request.user, person=request.user.person, kind=_kind(request))
    return redirect("training:calendar")


@login_required
def of_room(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of a room's calendar, for the door or the caretaker; made, made anew, stopped."""
    rooms = Room.objects.visible_to(request.user).select_related("venue__organisation")
    room = get_object_or_404(rooms, pk=pk)
    if request.method == "POST":
        deed = actions.revoke_for_room if "stop" in request.POST else actions.make_for_room
        deed(by=request.user, room=room)
        return redirect("training:room-calendar", room.pk)
    feed = CalendarFeed.objects.open().filter(room=room).first()
    return render(request, "training/room_calendar.html", {"room": room, **_shown(feed)})


@login_required
def of_enrolment(request: HttpRequest, pk: int) -> HttpResponse:
    """The sessions of one's own place as a calendar file."""
    mine = Enrolment.objects.visible_to(request.user).filter(person=request.user.person_id or 0)
    place = get_object_or_404(mine.taking_a_place(), pk=pk)
    response = HttpResponse(calendar_of(place), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="sessions-{place.pk}.ics"'
    return response
