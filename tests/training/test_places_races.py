"""New ways to a place at once on real PostgreSQL: none sells a place twice; each with a twin without the lock."""

import random
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.factories import people as make_people
from tests.factories import training as make
from tests.races import at_once
from training.actions import (
    approvals,
    editions,
    enrolments,
    households,
    nominations,
    reservations,
    transfers,
)
from training.actions.enrolments import Status
from training.actions.refusals import TooManySeats
from training.models import Edition, Enrolment, SeatReservation

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
PLACES = 3


@pytest.fixture
def lock_is_off(no_row_is_locked: None, slow_counting: Callable[..., None]) -> None:
    """No row is locked, and there is time between counting and deciding."""
    slow_counting(enrolments, approvals, transfers, households)


def everything_at_once(cast: Cast) -> tuple[Edition, list[BaseException]]:
    """Answers, moves, households, newcomers and lists for three places; every post sent twice."""
    there = make.coming(cast.timis, capacity=PLACES, day=21)
    here = make.coming(cast.timis, course=there.course, capacity=9)
    asked = [
        Enrolment.objects.create(
            edition=there, person=make_people.person(cast.timis), status="applied", code=f"R{n}"
        )
        for n in range(4)
    ]
    moving = [make.place(make_people.person(cast.timis), here) for _ in range(4)]
    pairs = [[make_people.person(cast.timis) for _ in range(2)] for _ in range(3)]
    for pair in pairs:
        households.keep_together(by=None, people=pair)
    new = [make_people.person(cast.timis) for _ in range(4)]
    tasks = [lambda e=e: approvals.approve(enrolment=e, by=None) for e in asked]
    tasks += [lambda e=e: transfers.transfer(enrolment=e, to=there, by=None) for e in moving]
    tasks += [
        lambda p=p: households.enrol_together(people=p, edition=there, by=cast.adm) for p in pairs
    ]
    tasks += [lambda p=p: enrolments.enrol(person=p, edition=there, by=None) for p in new]
    # The same people in a list of a town hall, in both orders: nobody waits in a circle.
    tasks += [
        lambda o=o: nominations.nominate(
            by=cast.adm, edition=there, people=[(p, cast.timis) for p in o]
        )
        for o in (new, new[::-1])
    ]
    tasks *= 2
    random.Random(7).shuffle(tasks)
    return there, at_once(tasks, 6)


def taken(edition: Edition) -> int:
    return Enrolment.objects.filter(edition=edition).taking_a_place().count()


def test_all_ways_at_once_give_exactly_the_places_there_are(cast_here):
    edition, errors = everything_at_once(cast_here)
    assert {type(error).__name__ for error in errors} <= {"NoPlaceThere"}
    assert taken(edition) <= PLACES
    people = edition.enrolments.active().values_list("person", flat=True)
    assert len(people) == len(set(people))
    for party in set(edition.enrolments.exclude(party=None).values_list("party", flat=True)):
        assert edition.enrolments.filter(party=party).values("status").distinct().count() == 1


def test_twin_without_the_lock_all_ways_oversell(cast_here, lock_is_off):
    """If this fails, the test above proves nothing."""
    edition, _errors = everything_at_once(cast_here)
    assert taken(edition) > PLACES


def test_two_who_reserve_at_once_do_not_reserve_too_much(cast_here):
    edition = make.coming(cast_here.timis, capacity=4)
    later = timezone.now() + timedelta(days=1)
    errors = at_once(
        [
            lambda i=i: reservations.reserve(
                by=None, edition=edition, institution=i, seats=3, release_at=later
            )
            for i in (cast_here.lugoj, cast_here.centru, cast_here.turda, cast_here.cluj)
        ]
    )
    assert [type(error) for error in errors] == [TooManySeats] * 3
    assert SeatReservation.objects.get().seats == 3


def test_two_overlapping_courses_do_not_both_take_one_person(cast_here):
    """Two editions, two locks: the person's own stands between them."""
    places = [make.coming(cast_here.timis) for _ in range(4)]
    person = cast_here.ana.person
    at_once([lambda e=e: enrolments.enrol(person=person, edition=e, by=None) for e in places])
    assert Enrolment.objects.filter(person=person, status=Status.CONFIRMED).count() == 1


def test_twin_without_the_persons_lock_both_take_them(cast_here, monkeypatch):
    """If this fails, the test above proves nothing."""
    places = [make.coming(cast_here.timis) for _ in range(4)]
    together = threading.Barrier(len(places))
    asked = enrolments.why_not

    def all_before_one_is_in(*arguments, **options):
        said = asked(*arguments, **options)
        if not options:
            together.wait(timeout=20)
        return said

    monkeypatch.setattr(enrolments, "asks_lock", lambda _people: ("SELECT 1", []))
    monkeypatch.setattr(enrolments, "why_not", all_before_one_is_in)
    person = cast_here.ana.person
    at_once([lambda e=e: enrolments.enrol(person=person, edition=e, by=None) for e in places])
    assert Enrolment.objects.filter(person=person, status=Status.CONFIRMED).count() > 1


def test_answers_and_a_smaller_edition_at_once(cast_here):
    edition, _errors = everything_at_once(cast_here)
    editions.update(by=None, edition=edition, capacity=PLACES + 1)
    assert taken(edition) <= PLACES + 1
