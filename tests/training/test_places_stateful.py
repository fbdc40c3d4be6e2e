"""Any sequence of actions on places, on two editions of a course: never more people than places, nobody twice."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import approvals, editions, enrolments, households, reservations, transfers
from training.actions.errors import Refused
from training.actions.seats import seats_of
from training.models import Edition, Enrolment

PEOPLE = 6
Status = Enrolment.Status
EDITIONS, WHO, PAIRS = st.integers(0, 1), st.integers(0, PEOPLE - 1), st.integers(0, 1)
STEPS = st.one_of(
    st.tuples(st.just("enrol"), WHO, EDITIONS),
    st.tuples(st.just("ask"), WHO, EDITIONS),
    st.tuples(st.just("approve"), WHO, EDITIONS),
    st.tuples(st.just("refuse"), WHO, EDITIONS),
    st.tuples(st.just("cancel"), WHO, EDITIONS),
    st.tuples(st.just("move"), WHO, EDITIONS),
    st.tuples(st.just("together"), PAIRS, EDITIONS),
    st.tuples(st.just("reserve"), st.integers(1, 3), EDITIONS),
    st.tuples(st.just("release"), st.just(0), EDITIONS),
    st.tuples(st.just("clock"), st.just(0), EDITIONS),
    st.tuples(st.just("places"), st.integers(1, 4), EDITIONS),
    st.tuples(st.just("approval"), PAIRS, EDITIONS),
)


class World:
    """Two editions of one course, people of two institutions, two of them a household."""

    def __init__(self, cast) -> None:
        self.cast = cast
        first = make.coming(cast.timis, capacity=2)
        self.editions = [first, make.coming(cast.timis, course=first.course, day=21, capacity=2)]
        self.people = [
            make_people.person((cast.timis, cast.lugoj)[number % 2]) for number in range(PEOPLE)
        ]
        self.users = [make_people.user(person) for person in self.people]
        self.pairs = [self.people[:2], self.people[2:4]]
        for pair in self.pairs:
            households.keep_together(by=None, people=pair)

    def place(self, who: int, edition: Edition) -> Enrolment | None:
        rows = Enrolment.objects.filter(person=self.people[who], edition=edition)
        return rows.order_by("-pk").first()

    def do(self, step: str, number: int, edition: Edition) -> None:
        if step in {"approve", "refuse", "cancel", "move"}:
            if place := self.place(number, edition):
                self.with_place(step, place)
        elif step == "enrol":
            enrolments.enrol(person=self.people[number], edition=edition, by=None)
        elif step == "ask":
            user = self.users[number]
            enrolments.enrol(person=self.people[number], edition=edition, by=user)
        elif step == "together":
            user = self.users[number * 2]
            households.enrol_together(people=self.pairs[number], edition=edition, by=user)
        else:
            self.with_edition(step, number, edition)

    def with_place(self, step: str, place: Enrolment) -> None:
        if step == "approve":
            approvals.approve(enrolment=place, by=None)
        elif step == "refuse":
            approvals.refuse(enrolment=place, by=None, reason="x")
        elif step == "cancel":
            enrolments.cancel(enrolment=place, by=None)
        else:
            other = next(e for e in self.editions if e.pk != place.edition_id)
            transfers.transfer(enrolment=place, to=other, by=None)

    def with_edition(self, step: str, number: int, edition: Edition) -> None:
        if step == "reserve":
            later = timezone.now() + timedelta(days=1)
            institution = self.cast.lugoj
            reservations.reserve(
                by=None, edition=edition, institution=institution, seats=number, release_at=later
            )
        elif step == "release":
            for kept in edition.seat_reservations.all():
                reservations.release(by=None, reservation=kept)
        elif step == "clock":
            edition.seat_reservations.update(release_at=timezone.now() - timedelta(minutes=1))
        elif step == "places":
            editions.update(by=None, edition=edition, capacity=number)
        else:
            kind = ("none", "organiser")[number]
            editions.update(by=None, edition=edition, approval=kind)

    def check(self) -> None:
        for edition in Edition.objects.all():
            rows = edition.enrolments.all()
            taken = rows.taking_a_place().count()
            assert taken <= edition.capacity
            assert seats_of(edition).taken == taken
            twice = rows.active().values("person").annotate(n=Count("pk")).filter(n__gt=1)
            assert not twice.exists()
            kept = sum(edition.seat_reservations.values_list("seats", flat=True))
            assert kept <= edition.capacity
        # Who asked together is in or waits together, as long as nobody of them gives up or moves.
        open_ones = Enrolment.objects.filter(party__isnull=False)
        for party in set(open_ones.values_list("party", flat=True)):
            states = set(open_ones.filter(party=party).values_list("status", flat=True))
            assert Status.CANCELLED in states or len(states) == 1, states
        moved = Enrolment.objects.filter(moved_to__isnull=False)
        assert all(place.is_cancelled for place in moved)


@pytest.fixture
def world(cast) -> World:
    return World(cast)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, min_size=4, max_size=16))
def test_whatever_happens_in_whatever_order(world, steps):
    with transaction.atomic():
        for step, number, where in steps:
            edition = Edition.objects.get(pk=world.editions[where].pk)
            try:
                with transaction.atomic():
                    world.do(step, number, edition)
            except Refused:
                pass
            world.check()
        transaction.set_rollback(True)
