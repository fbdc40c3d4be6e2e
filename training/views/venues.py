"""The buildings and rooms of a branch."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from people.access import grants_of
from people.permissions import Permission
from training.actions import venues as actions
from training.forms.venues import RoomForm, VenueForm
from training.models import Venue


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


def _require_scheduling(request: HttpRequest) -> None:
    if not grants_of(request.user).anywhere(Permission.SCHEDULE):
        raise Http404
