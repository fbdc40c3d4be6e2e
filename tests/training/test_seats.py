"""Seats kept for institutions: how they are counted, that the database holds the total, that the clock frees them."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from people.models import AuditEvent
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import editions, reservations
from training.actions.enrolments import Status, cancel
from training.actions.refusals import ReleaseTooLate, SeatsAreReserved, TooManySeats
from training.actions.seats import Kept, Seats, path_of, seats_of
from training.models import Edition, SeatReservation

DAY = timedelta(days=1)
TIMIS, LUGOJ, CLUJ = "0001", "00010001", "0002"


# The count alone


@pytest.mark.parametrize(
    ("capacity", "taken", "kept", "path", "free", "own", "for_all"),
    [
        (10, 0, [], "", 10, 0, 10),
        (10, 10, [], "", 0, 0, 0),
        (10, 12, [], "", 0, 0, 0),
        (10, 0, [(TIMIS, 4, 0)], "", 6, 0, 6),
        (10, 0, [(TIMIS, 4, 0)], TIMIS, 10, 4, 6),
        (10, 0, [(TIMIS, 4, 0)], LUGOJ, 10, 4, 6),
        (10, 0, [(TIMIS, 4, 0)], CLUJ, 6, 0, 6),
        (10, 4, [(TIMIS, 4, 4)], TIMIS, 6, 0, 6),
        (10, 5, [(TIMIS, 4, 5)], TIMIS, 5, 0, 5),
        (10, 6, [(TIMIS, 4, 0)], CLUJ, 0, 0, 0),
        (10, 6, [(TIMIS, 4, 0)], TIMIS, 4, 4, 0),
        # Taken by others before it was reserved: not more than there is.
        (10, 8, [(TIMIS, 4, 0)], TIMIS, 2, 2, 0),
        (10, 8, [(TIMIS, 4, 0), (CLUJ, 4, 0)], CLUJ, 2, 2, 0),
        # The nearest institution counts, not one above it.
        (10, 0, [(TIMIS, 4, 0), (LUGOJ, 2, 0)], LUGOJ, 6, 2, 4),
        (10, 2, [(TIMIS, 4, 0), (LUGOJ, 2, 2)], LUGOJ, 4, 0, 4),
    ],
)
def test_how_many_are_free_and_for_whom(capacity, taken, kept, path, free, own, for_all):
    seats = Seats(capacity, taken, [Kept(*row) for row in kept])
    assert (seats.free_for(path), seats.kept_for(path), seats.for_all) == (free, own, for_all)


@st.composite
def counts(draw) -> Seats:
    kept = draw(st.lists(st.sampled_from([TIMIS, LUGOJ, CLUJ]), unique=True))
    rows = [Kept(path, draw(st.integers(1, 8)), draw(st.integers(0, 8))) for path in kept]
    return Seats(draw(st.integers(1, 20)), draw(st.integers(0, 22)), rows)


PATHS = st.sampled_from(["", TIMIS, LUGOJ, CLUJ, "0003"])


@given(seats=counts(), path=PATHS)
def test_nobody_is_promised_a_seat_that_there_is_not(seats, path):
    assert 0 <= seats.for_all <= seats.empty
    assert 0 <= seats.kept_for(path) <= seats.free_for(path) <= seats.empty


@given(seats=counts(), arrivals=st.lists(PATHS, max_size=30))
def test_whoever_comes_in_whatever_order_capacity_holds(seats, arrivals):
    before, given_out = seats.taken, 0
    for path in arrivals:
        if seats.free_for(path):
            seats.take(path)
            given_out += 1
    assert seats.taken == before + given_out
    assert given_out == 0 or seats.taken <= seats.capacity


@given(seats=counts(), paths=st.lists(PATHS, min_size=1, max_size=6))
def test_all_or_none(seats, paths):
    before = seats.taken
    fits = seats.take_all(paths)
    assert seats.taken == before + (len(paths) if fits else 0)
    assert not fits or seats.taken <= seats.capacity


# The database


def reserved(edition, institution, seats=2, days=3) -> SeatReservation:
    return reservations.reserve(
        by=None,
        edition=edition,
        institution=institution,
        seats=seats,
        release_at=timezone.now() + days * DAY,
    )


@pytest.fixture
def edition(cast) -> Edition:
    return make.coming(cast.timis, capacity=4)


def test_the_database_refuses_more_seats_than_places(cast, edition):
    later = timezone.now() + DAY
    SeatReservation.objects.create(
        edition=edition, institution=cast.lugoj, seats=3, release_at=later
    )
    for change in (
        lambda: SeatReservation.objects.create(
            edition=edition, institution=cast.cluj, seats=2, release_at=later
        ),
        lambda: SeatReservation.objects.update(seats=5),
        lambda: Edition.objects.filter(pk=edition.pk).update(capacity=2),
    ):
        with pytest.raises(IntegrityError, match="more seats are kept"), transaction.atomic():
            change()
    SeatReservation.objects.create(
        edition=edition, institution=cast.cluj, seats=1, release_at=later
    )
    Edition.objects.filter(pk=edition.pk).update(capacity=9)


def test_fewer_places_than_reserved_are_refused_with_a_sentence(cast, edition):
    reserved(edition, cast.lugoj, seats=3)
    with pytest.raises(SeatsAreReserved) as refused:
        editions.update(by=None, edition=edition, capacity=2)
    assert "3 seats are reserved" in refused.value.message
    editions.update(by=None, edition=edition, capacity=3)


# Reserving and releasing


def test_reserved_seats_are_for_the_institution_and_those_below(cast, edition):
    reserved(edition, cast.lugoj, seats=2)
    strangers = [make.place(make_people.person(cast.timis), edition) for _ in range(3)]
    assert [p.status for p in strangers] == [Status.CONFIRMED] * 2 + [Status.WAITLISTED]
    own = make.place(cast.vasile, edition)
    assert (own.status, own.institution) == (Status.CONFIRMED, cast.lugoj)
    nominated = make.place(cast.clara.person, edition, nominated_by=cast.lugoj)
    assert (nominated.status, nominated.institution) == (Status.CONFIRMED, cast.lugoj)
    assert make.place(make_people.person(cast.lugoj), edition).status == Status.WAITLISTED
    assert seats_of(edition).empty == 0


def test_the_clock_releases_them_and_who_waits_comes_first(cast, edition):
    reserved(edition, cast.lugoj, seats=4, days=2)
    waiting = [make.place(make_people.person(cast.timis), edition) for _ in range(3)]
    assert {p.status for p in waiting} == {Status.WAITLISTED}
    with time_machine.travel(timezone.now() + 2 * DAY + timedelta(minutes=1), tick=True):
        assert seats_of(edition).for_all == 4
        late = [make.place(make_people.person(cast.timis), edition) for _ in range(2)]
    assert [p.status for p in late] == [Status.CONFIRMED, Status.WAITLISTED]
    for place in waiting:
        place.refresh_from_db()
    assert {p.status for p in waiting} == {Status.CONFIRMED}


def test_a_reserved_seat_that_is_given_up_stays_reserved(cast, edition):
    reserved(edition, cast.lugoj, seats=1)
    for _ in range(3):
        make.place(make_people.person(cast.timis), edition)
    own = make.place(cast.vasile, edition)
    waits = make.place(make_people.person(cast.timis), edition)
    colleague = make.place(make_people.person(cast.lugoj), edition)
    cancel(enrolment=own, by=None)
    for place in (waits, colleague):
        place.refresh_from_db()
    assert (waits.status, colleague.status) == (Status.WAITLISTED, Status.CONFIRMED)


def test_reserving_again_changes_the_number_and_the_day(cast, edition):
    first = reserved(edition, cast.lugoj, seats=2)
    assert reserved(edition, cast.lugoj, seats=4, days=5) == first
    assert SeatReservation.objects.get().seats == 4
    assert AuditEvent.objects.filter(verb="seats.reserved").count() == 2


def test_fewer_reserved_seats_go_to_who_waits(cast, edition):
    reserved(edition, cast.lugoj, seats=4)
    waiting = make.place(make_people.person(cast.timis), edition)
    reserved(edition, cast.lugoj, seats=3)
    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED


def test_only_what_is_free_can_be_reserved(cast, edition):
    make.place(cast.vasile, edition)  # one of Lugoj counts to its seats
    make.place(cast.ana.person, edition)
    with pytest.raises(TooManySeats) as refused:
        reserved(edition, cast.lugoj, seats=4)
    assert "3 seats" in refused.value.message
    reserved(edition, cast.lugoj, seats=3)
    with pytest.raises(TooManySeats):
        reserved(edition, cast.cluj, seats=1)


@pytest.mark.parametrize("days", [-1, 0, 8])
def test_seats_are_released_before_the_course_begins(cast, edition, days):
    with pytest.raises(ReleaseTooLate):
        reserved(edition, cast.lugoj, days=days)
    undated = make.edition(cast.timis)
    if days > 0:
        assert reserved(undated, cast.lugoj, days=days)


def test_releasing_early_moves_up_and_is_repeatable(cast, edition):
    kept = reserved(edition, cast.lugoj, seats=4)
    waiting = make.place(cast.ana.person, edition)
    for _ in range(2):
        reservations.release(by=cast.mara, reservation=kept)
    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED
    assert AuditEvent.objects.filter(verb="seats.released").count() == 1


@pytest.mark.parametrize("who", ["ana", "ion", "doru", "olga", "vera", "petar"])
def test_who_may_not_reserve(cast, edition, who):
    kept = reserved(edition, cast.lugoj, seats=1)
    with pytest.raises(PermissionDenied):
        reservations.reserve(
            by=getattr(cast, who),
            edition=edition,
            institution=cast.lugoj,
            seats=2,
            release_at=timezone.now() + DAY,
        )
    with pytest.raises(PermissionDenied):
        reservations.release(by=getattr(cast, who), reservation=kept)
    assert SeatReservation.objects.get().seats == 1


@pytest.mark.parametrize(
    ("who", "sees"),
    [("mara", True), ("ion", True), ("doru", True), ("olga", False), ("ana", False)],
)
def test_who_sees_reserved_seats(cast, edition, who, sees):
    reserved(edition, cast.lugoj, seats=1)
    assert SeatReservation.objects.visible_to(getattr(cast, who)).exists() is sees


def test_lists_do_not_offer_what_is_kept(cast, edition):
    reserved(edition, cast.lugoj, seats=3)
    make.place(cast.vasile, edition)
    row = Edition.objects.with_counts().get(pk=edition.pk)
    assert (row.taken, row.kept, row.places_left) == (1, 2, 1)
    assert str(SeatReservation.objects.get()) == "Primăria Lugoj: 3"
    assert path_of(None) == ""
