"""Who on a waiting list is urgent, by standing; and the place that is given by it."""

from datetime import timedelta

import pytest

from certification import tasks, urgency
from certification.days import today
from tests.factories import certification as proof
from tests.factories import people as make_people
from tests.factories import training as make
from training import queries
from training.actions import enrolments
from training.models import Enrolment

DAY = timedelta(days=1)
Urgency = Enrolment.Urgency


@pytest.fixture
def course(db):
    return proof.course("Formare inițială")


@pytest.fixture
def programme(cast, course):
    """Renewal may begin 90 days before the end; 30 days of grace."""
    rule = {"renewal_window_days": 90, "grace_days": 30}
    return proof.programme(cast.carer, courses=(course,), rule=rule)


def carer(cast):
    return make_people.person(cast.timis, categories=[cast.carer])


def waiting(cast, course, rule: str, people: list) -> list[Enrolment]:
    """One place, taken; these people wait for it."""
    edition = make.coming(cast.timis, course=course, capacity=1, queue_rule=rule)
    return [make.place(p, edition) for p in [make_people.person(cast.timis), *people]]


def certificate(cast, person, programme, ends_in: int) -> None:
    until = today() + ends_in * DAY
    proof.certificate(
        person, programme, issuer=cast.timis, valid_from=until - 365 * DAY, valid_until=until
    )


STATES = [
    (None, Urgency.NEVER_TRAINED),
    (200, Urgency.NONE),
    (91, Urgency.NONE),
    (90, Urgency.EXPIRING),
    (0, Urgency.EXPIRING),
    (-1, Urgency.EXPIRING),
    (-31, Urgency.EXPIRING),
]


@pytest.mark.parametrize(("ends_in", "urgent"), STATES)
def test_by_standing(cast, course, programme, ends_in, urgent):
    person = carer(cast)
    if ends_in is not None:
        certificate(cast, person, programme, ends_in)
    _first, place = waiting(cast, course, "expiring", [person])
    assert Enrolment.objects.get(pk=place.pk).urgency == urgent


def test_who_is_asked_for_nothing_is_as_everybody(cast, course, programme):
    _first, place = waiting(cast, course, "never_trained", [make_people.person(cast.timis)])
    assert Enrolment.objects.get(pk=place.pk).urgency == Urgency.NONE


def test_a_certificate_of_another_programme_says_nothing_here(cast, course, programme):
    person = carer(cast)
    other = proof.programme(cast.carer, courses=(proof.course("Altceva"),))
    certificate(cast, person, other, 5)
    _first, place = waiting(cast, course, "expiring", [person])
    assert Enrolment.objects.get(pk=place.pk).urgency == Urgency.NEVER_TRAINED


@pytest.mark.parametrize(
    ("rule", "next_one"), [("arrival", 0), ("expiring", 1), ("never_trained", 2)]
)
def test_the_place_goes_by_the_rule(cast, course, programme, rule, next_one):
    good, ending, never = carer(cast), carer(cast), carer(cast)
    certificate(cast, good, programme, 300)
    certificate(cast, ending, programme, 20)
    first, *rest = waiting(cast, course, rule, [good, ending, never])
    assert queries.rank(rest[next_one]) == 1
    enrolments.cancel(enrolment=first, by=None)
    states = [Enrolment.objects.get(pk=place.pk).status for place in rest]
    assert states.index("confirmed") == next_one


def test_what_changed_since_counts_when_the_place_is_given(cast, course, programme):
    """Nobody has looked since the certificate was issued; the decision does."""
    early, late = carer(cast), carer(cast)
    first, one, two = waiting(cast, course, "never_trained", [early, late])
    certificate(cast, early, programme, 300)
    enrolments.cancel(enrolment=first, by=None)
    assert Enrolment.objects.get(pk=one.pk).status == "waitlisted"
    assert Enrolment.objects.get(pk=two.pk).status == "confirmed"


def test_the_night_brings_ranks_up_to_date(cast, course, programme):
    early, late = carer(cast), carer(cast)
    _first, one, two = waiting(cast, course, "never_trained", [early, late])
    assert (queries.rank(one), queries.rank(two)) == (1, 2)
    certificate(cast, early, programme, 300)
    tasks.refresh_urgency(0)
    assert (queries.rank(one), queries.rank(two)) == (2, 1)


def test_arrival_asks_nobody(cast, course, programme, django_assert_num_queries):
    waiting(cast, course, "arrival", [carer(cast)])
    with django_assert_num_queries(1):
        urgency.refresh()


def test_many_at_once_in_a_few_queries(cast, course, programme, django_assert_max_num_queries):
    _first, *rest = waiting(cast, course, "expiring", [carer(cast) for _ in range(12)])
    with django_assert_max_num_queries(9):
        urgency.write(rest[0].edition_id, [place.pk for place in rest])
