"""Two tabs hand in the same attempt at the same moment, in two real transactions."""

import contextlib
import threading

import pytest
from django.db import IntegrityError
from django.db.models.query import QuerySet

from courses import scoring
from courses.actions import progress
from courses.models import TestAttempt
from people.models import AuditEvent, Person
from tests.factories import lessons as make
from tests.factories import people
from tests.races import at_once, outcomes

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def both_at_once(test, reader) -> list[object]:
    """What each of two threads got: an attempt, or an error."""
    return outcomes([lambda: hand_in(test, reader)] * 2)


def hand_in(test, reader) -> TestAttempt:
    return progress.hand_in(
        person=Person.objects.get(pk=reader.pk),
        test=test,
        number=1,
        answers=make.answers(7),
        by=None,
    )


@pytest.fixture
def slow_scoring(monkeypatch):
    """Both threads meet between reading the attempts and writing one; who waits for a lock is not waited for."""
    together = threading.Barrier(2)
    score = scoring.score

    def meet(*args):
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(timeout=1)
        return score(*args)

    monkeypatch.setattr(scoring, "score", meet)
    return together


def test_the_same_attempt_twice_is_one_row(slow_scoring):
    reader, one = people.person(people.organisation("ANPDCA")), make.taught(0)
    first, second = both_at_once(one.test, reader)
    assert isinstance(first, TestAttempt) and first == second
    assert TestAttempt.objects.count() == 1
    assert AuditEvent.objects.filter(verb="test.handed_in").count() == 1


def test_without_the_lock_one_of_them_breaks(slow_scoring, monkeypatch):
    """The twin: it shows that the test above meets the race."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **kwargs: self)
    reader, one = people.person(people.organisation("ANPDCA")), make.taught(0)
    results = both_at_once(one.test, reader)
    assert sum(isinstance(result, IntegrityError) for result in results) == 1
    assert TestAttempt.objects.count() == 1


def test_two_people_do_not_wait_for_each_other(slow_scoring):
    root = people.organisation("ANPDCA")
    one, readers = make.taught(0), [people.person(root), people.person(root)]
    assert at_once([lambda r=r: hand_in(one.test, r) for r in readers]) == []
    assert TestAttempt.objects.count() == 2
    assert not slow_scoring.broken, "one waited for the other"
