"""The way between two buildings: a rule of thumb that says when it guesses."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import training as make
from training import travel
from training.models import Room, Venue

PLACES = {
    "Timișoara": ("45.7489", "21.2087"),
    "Lugoj": ("45.6886", "21.9033"),
    "Cluj": ("46.7712", "23.6236"),
}
POINTS = st.tuples(st.floats(-89, 89), st.floats(-179, 179))


def venue(pk: int, place: str = "", region: int | None = None) -> Venue:
    latitude, longitude = (Decimal(x) for x in PLACES[place]) if place else (None, None)
    return Venue(pk=pk, latitude=latitude, longitude=longitude, region_id=region)


@pytest.mark.parametrize(
    ("one", "other", "low", "high", "is_guess"),
    [
        (venue(1, "Timișoara"), venue(2, "Timișoara"), 10, 10, False),
        (venue(1, "Timișoara"), venue(2, "Lugoj"), 80, 110, False),
        (venue(1, "Timișoara"), venue(2, "Cluj"), 300, 380, False),
        (venue(1, "", 5), venue(2, "", 5), 30, 30, True),
        (venue(1, "Timișoara", 5), venue(2, "", 5), 30, 30, True),
        (venue(1, "", 5), venue(2, "", 6), 120, 120, True),
        (venue(1), venue(2), 120, 120, True),
        (venue(1), venue(1), 0, 0, False),
    ],
)
def test_ways(one, other, low, high, is_guess):
    way = travel.between(one, other)
    assert low <= way.minutes <= high
    assert way.is_guess is is_guess
    assert travel.between(other, one) == way
    assert way.minutes % 5 == 0


@given(here=POINTS, there=POINTS)
def test_distances_are_the_same_both_ways_and_on_earth(here, there):
    far = travel.kilometres(here, there)
    assert 0 <= far <= 20_040
    assert abs(far - travel.kilometres(there, here)) < 1e-6
    assert travel.kilometres(here, here) < 1e-6


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("45", None), (None, "21"), ("91", "21"), ("45", "181"), ("-90.1", "0")],
)
def test_half_a_position_or_one_off_the_earth_is_refused(cast, latitude, longitude):
    building = make.room(cast.timis).venue
    with pytest.raises(IntegrityError, match="venue_position_is_on_earth"), transaction.atomic():
        Venue.objects.filter(pk=building.pk).update(latitude=latitude, longitude=longitude)
    Venue.objects.filter(pk=building.pk).update(latitude="-90", longitude="180")


def test_a_room_has_seats(cast):
    room = make.room(cast.timis)
    with pytest.raises(IntegrityError, match="room_has_seats"), transaction.atomic():
        Room.objects.filter(pk=room.pk).update(capacity=0)
