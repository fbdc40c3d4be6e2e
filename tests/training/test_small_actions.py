"""Rooms, and the trail of papers with names on them."""

import pytest
from django.core.exceptions import PermissionDenied

from people.models import AuditEvent
from tests.factories import training as make
from training.actions import sheets, venues
from training.models import Room, Venue


def test_a_building_is_in_the_county_of_its_institution(cast):
    venue = venues.add_venue(
        by=cast.mara, organisation=cast.timis, name=" Casa ", address="Strada 1"
    )
    assert (venue.name, venue.region, str(venue)) == ("Casa", cast.timis_region, "Casa, Strada 1")
    room = venues.add_room(by=cast.mara, venue=venue, name="Sala", capacity=20)
    assert venues.add_room(by=cast.mara, venue=venue, name="Sala ", capacity=5) == room
    assert room.where == "Casa, Sala, Strada 1"
    verbs = (
        AuditEvent.objects.filter(actor_id=cast.mara.pk)
        .order_by("id")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == ["venue.added", "room.added"]


@pytest.mark.parametrize("who", ["ana", "petar", "ion", "olga", "doru", "vera"])
def test_only_those_who_schedule_add_rooms(cast, who):
    room = make.room(cast.timis)
    with pytest.raises(PermissionDenied):
        venues.add_venue(by=getattr(cast, who), organisation=cast.timis, name="x", address="y")
    with pytest.raises(PermissionDenied):
        venues.add_room(by=getattr(cast, who), venue=room.venue, name="x", capacity=2)
    assert (Venue.objects.count(), Room.objects.count()) == (1, 1)


def test_rooms_are_seen_in_the_own_branch(cast):
    here, there = make.room(cast.lugoj), make.room(cast.cluj)
    assert list(Room.objects.visible_to(cast.mara)) == [here]
    assert list(Venue.objects.visible_to(cast.adm).order_by("pk")) == [here.venue, there.venue]
    assert not Room.objects.visible_to(cast.olga).exists()


@pytest.mark.parametrize("who", ["ana", "ion", "quin", "olga", "doru"])
def test_the_sheet_is_for_those_who_take_the_roll(cast, edition, who):
    with pytest.raises(PermissionDenied):
        sheets.note_printed(by=getattr(cast, who), session=edition.sessions.get())


def test_the_letter_is_for_those_who_enrol_or_nominated(cast, edition):
    place = make.place(cast.vasile, edition, nominated_by=cast.lugoj)
    for who in ("mara", "doru", "adm", "ion"):
        sheets.note_letter(by=getattr(cast, who), enrolment=place)
    for who in ("ana", "quin", "olga", "petar"):
        with pytest.raises(PermissionDenied):
            sheets.note_letter(by=getattr(cast, who), enrolment=place)
    assert AuditEvent.objects.filter(verb="letter.opened", person_id=cast.vasile.pk).count() == 4
