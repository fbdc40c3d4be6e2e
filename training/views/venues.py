"""The buildings and rooms of a branch."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from people.access import grants_of
from people.permissions import Permission
from training.actions import venues as actions
from training.actions.errors import Refused
from training.forms.venues import RoomForm, VenueChangeForm, VenueForm
from training.models import Room, Venue


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Every building with its rooms."""
    _require_scheduling(request)
    venues = (
        Venue.objects.visible_to(request.user)
        .select_related("organisation")
        .prefetch_related("rooms")
    )
    return render(request, "training/venues.html", {"venues": venues})


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """A new building with its first room."""
    _require_scheduling(request)
    form = VenueForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        room = {"name": facts.pop("room"), "capacity": facts.pop("capacity")}
        with transaction.atomic():
            venue = actions.add_venue(by=request.user, **facts)
            actions.add_room(by=request.user, venue=venue, **room)
        return redirect("training:venues")
    return render(request, "training/venue_form.html", {"form": form})


@login_required
def add_room(request: HttpRequest, pk: int) -> HttpResponse:
    """One more room of a building."""
    venue = get_object_or_404(
        Venue.objects.visible_to(request.user).select_related("organisation"), pk=pk
    )
    form = RoomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_room(by=request.user, venue=venue, **form.cleaned_data)
        return redirect("training:venues")
    return render(request, "training/venue_form.html", {"form": form, "venue": venue})


@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known of a building."""
    venues = Venue.objects.visible_to(request.user).select_related("organisation")
    venue = get_object_or_404(venues, pk=pk)
    form = VenueChangeForm(request.POST or None, venue=venue)
    if request.method == "POST" and form.is_valid():
        actions.change_venue(by=request.user, venue=venue, **form.cleaned_data)
        return redirect("training:venues")
    context = {"form": form, "venue": venue, "heading": _("Change the building")}
    return render(request, "training/venue_form.html", context)


@login_required
def change_room(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a room."""
    rooms = Room.objects.visible_to(request.user).select_related("venue__organisation")
    room = get_object_or_404(rooms, pk=pk)
    known = {name: getattr(room, name) for name in ("name", "capacity", "access")}
    form = RoomForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_room(by=request.user, room=room, **form.cleaned_data)
            return redirect("training:venues")
        except Refused as refused:
            form.add_error("name", f"{refused.message} {refused.next_step}")
    context = {"form": form, "venue": room.venue, "heading": _("Change the room")}
    return render(request, "training/venue_form.html", context)


def _require_scheduling(request: HttpRequest) -> None:
    if not grants_of(request.user).anywhere(Permission.SCHEDULE):
        raise Http404
