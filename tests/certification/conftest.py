"""What the tests of this room share."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from django.core.cache import caches

from certification.actions import documents
from certification.actions.certificates import issue
from certification.models import Authority, Certificate, Programme
from courses.models import Course
from people.models import Person
from tests.cast import Cast
from tests.certification.due_world import eight_of
from tests.factories import certification as proof
from tests.factories import courses
from tests.factories import training as make
from training.models import Edition, Enrolment, Session

LAST_DAY = date(2026, 3, 9)
NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_memory() -> None:
    """No count of misses and no time zone of another test."""
    for cache in caches.all():
        cache.clear()


@pytest.fixture
def clock(settings, tmp_path: Path) -> Iterator[time_machine.Traveller]:
    """A Thursday in March, with keys and files of this test alone."""
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def certificate(cast: Cast, training: "Training") -> Certificate:
    """Vasile's, with its file."""
    made = issue(enrolment=training.completed(cast.vasile), programme=training.programme)
    documents.make(certificate=made)
    return Certificate.objects.get(pk=made.pk)


@dataclass
class Training:
    """A course of two sessions of two hours that Timiș held in March 2026; its programme; the authority."""

    authority: Authority
    programme: Programme
    course: Course
    edition: Edition
    first: Session
    second: Session

    def place(self, who: Person, status: str = "confirmed", **fields) -> Enrolment:
        return proof.enrolment(self.edition, who, status, **fields)

    def attended(self, who: Person, *minutes: int) -> Enrolment:
        """A place, with that many minutes in each session (all, where none are given)."""
        place = self.place(who)
        for session, number in zip((self.first, self.second), minutes or (120, 120), strict=False):
            proof.present(session, place, number)
        return place

    def completed(self, who: Person, on: date = LAST_DAY) -> Enrolment:
        return self.place(who, "completed", completed_on=on)


@pytest.fixture
def training(cast: Cast) -> Training:
    return make_training(cast)


def make_training(cast: Cast, **rule) -> Training:
    authority = proof.authority(cast.timis, "TM")
    course = proof.course("Bazele îngrijirii", language="ro", requires_lessons=False)
    programme = proof.programme(cast.carer, courses=(course,), rule=rule or True, code="ro.foster")
    edition = proof.edition(course, cast.timis)
    first = proof.session(edition, datetime(2026, 3, 2, 8, tzinfo=UTC))
    second = proof.session(edition, datetime(2026, 3, 9, 8, tzinfo=UTC))
    return Training(authority, programme, course, edition, first, second)


@pytest.fixture
def course(cast: Cast) -> Course:
    """What leads to `programme`."""
    return courses.course("Primii pași")


@pytest.fixture
def programme(cast: Cast, course: Course) -> Programme:
    """36 months, renewal from 90 days before, grace of 30 days."""
    rule = {"renewal_window_days": 90, "grace_days": 30}
    return proof.programme(cast.carer, rule=rule, courses=(course,), code="ro.foster")


@pytest.fixture
def eight(cast: Cast, programme: Programme) -> list[Person]:
    """Eight whose certificates end soon."""
    return eight_of(cast, programme)


@pytest.fixture
def edition(cast: Cast, course: Course) -> Edition:
    """Ten free places in nine days."""
    return make.coming(cast.timis, course=course, capacity=10, day=9)
