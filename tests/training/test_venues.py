"""Buildings and rooms are corrected by those who schedule there; where a building stands is read as a map writes it."""

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from people.models import AuditEvent
from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training.actions import venues
from training.actions.errors import RoomNameTaken
from training.forms.venues import PositionField
from training.models import Room, Venue

TIMISOARA = (Decimal("45.74890"), Decimal("21.20870"))


@pytest.fixture
def room(cast) -> Room:
    return make.room(cast.timis, "Sala Mare")


def facts(venue: Venue, **changes) -> dict:
    names = ("name", "address", "directions", "access")
    return {**{name: getattr(venue, name) for name in names}, **changes}


# A position as it is typed


@pytest.mark.parametrize(
    "typed",
    [
        "45.7489, 21.2087",
        "45.7489,21.2087",
        " 45.7489 21.2087 ",
        "45.7489; 21.2087",
        "45.7489، 21.2087",
        "٤٥.٧٤٨٩, ٢١.٢٠٨٧",
        "45.748900001, 21.2087",
    ],
)
def test_a_position_as_maps_write_it(typed):
    assert PositionField().clean(typed) == TIMISOARA


@pytest.mark.parametrize("typed", ["", None])
def test_no_position_is_no_position(typed):
    assert PositionField(required=False).clean(typed) is None


@pytest.mark.parametrize(
    "typed", ["45.7489", "x, y", "91, 21", "45, 181", "45, 21, 3", "45,7489, 21,2087", "1e9, 2", "--4, 5", "NaN 1"]
)  # fmt: skip
def test_what_is_no_position_says_how_to_write_one(typed):
    with pytest.raises(forms.ValidationError, match="such as 45.7489, 21.2087"):
        PositionField().clean(typed)


@given(latitude=st.decimals(-90, 90, places=5), longitude=st.decimals(-180, 180, places=5))
def test_what_we_show_can_be_typed_again(latitude, longitude):
    assert PositionField().clean(f"{latitude:f}, {longitude:f}") == (latitude, longitude)


# Correcting


def test_a_building_is_corrected_with_a_trail(cast, room):
    venue = room.venue
    changes = {"name": " Casa Nouă ", "access": "Rampă."}
    changed = venues.change_venue(
        by=cast.mara, venue=venue, position=TIMISOARA, **facts(venue, **changes)
    )
    assert (changed.name, changed.access, changed.latitude) == ("Casa Nouă", "Rampă.", TIMISOARA[0])
    event = AuditEvent.objects.about(venue).get(verb="venue.changed")
    assert event.data["fields"] == ["access", "latitude", "longitude", "name"]
    venues.change_venue(by=cast.mara, venue=changed, position=TIMISOARA, **facts(changed))
    assert AuditEvent.objects.about(venue).filter(verb="venue.changed").count() == 1
    venues.change_venue(by=cast.mara, venue=changed, **facts(changed))
    changed.refresh_from_db()
    assert (changed.latitude, changed.longitude) == (None, None)


def test_to_whom_a_building_belongs_is_not_corrected(cast, room):
    with pytest.raises(TypeError):
        venues.change_venue(by=cast.mara, venue=room.venue, organisation="x")


def test_a_room_is_corrected_and_its_name_stays_its_own(cast, room):
    other = make.room(cast.timis, "Sala Mică", venue=room.venue)
    changed = venues.change_room(
        by=cast.mara, room=other, name=" Sala 2 ", capacity=8, access="Trepte."
    )
    assert (changed.name, changed.capacity, changed.access) == ("Sala 2", 8, "Trepte.")
    with pytest.raises(RoomNameTaken):
        venues.change_room(by=cast.mara, room=other, name="Sala Mare", capacity=8)
    other.refresh_from_db()
    assert (other.name, other.access) == ("Sala 2", "Trepte.")
    venues.change_room(by=cast.mara, room=other, name="Sala 2", capacity=8, access="Trepte.")
    assert AuditEvent.objects.about(other).filter(verb="room.changed").count() == 1


@pytest.mark.parametrize("who", ["ana", "petar", "ion", "quin", "vera", "olga", "doru"])
def test_only_those_who_schedule_there_correct(cast, room, who):
    by = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        venues.change_venue(by=by, venue=room.venue, **facts(room.venue, name="x"))
    with pytest.raises(PermissionDenied):
        venues.change_room(by=by, room=room, name="x", capacity=1)
    assert not AuditEvent.objects.filter(verb__in=["venue.changed", "room.changed"]).exists()


# The pages


def test_the_pages_show_what_is_known_and_keep_what_is_typed(cast, mara, room):
    Venue.objects.filter(pk=room.venue_id).update(latitude="45.7489", longitude="21.2087")
    page = mara.get(url("venue-change", room.venue_id)).content.decode()
    assert 'value="45.74890, 21.20870"' in page
    fields = facts(room.venue, name="Casa Nouă", position="undeva")
    wrong = mara.post(url("venue-change", room.venue_id), fields).content.decode()
    assert "such as 45.7489, 21.2087" in wrong
    assert 'value="undeva"' in wrong and 'value="Casa Nouă"' in wrong
    mara.post(url("venue-change", room.venue_id), {**fields, "position": "46, 22"})
    listed = main(mara.get(url("venues")))
    assert "Casa Nouă" in listed and "46.00000, 22.00000" in listed


def test_the_page_of_a_room(cast, mara, room):
    make.room(cast.timis, "Sala Mică", venue=room.venue)
    address = url("room-change", room.pk)
    taken = main(mara.post(address, {"name": "Sala Mică", "capacity": 9, "access": ""}))
    assert "The building has a room of this name." in taken
    assert "Save" in taken
    mara.post(address, {"name": "Aula", "capacity": 9, "access": "Trepte."})
    listed = main(mara.get(url("venues")))
    assert "Aula" in listed and "Trepte." in listed
    assert main(mara.post(address, {"name": "Aula", "capacity": 0})).count("Save") >= 1


def test_another_countys_building_is_not_there(cast, room):
    olga = cast.browser(cast.olga, language="en")
    for name, pk in (("venue-change", room.venue_id), ("room-change", room.pk)):
        assert olga.post(url(name, pk), {"name": "x"}).status_code == 404
