"""What somebody can have instead: the next editions in time in which that very person could have a place now."""

from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from people.models import Person
from training.actions.applicants import Applicant
from training.actions.conditions import why_not
from training.actions.errors import Refused
from training.actions.refusals import CourseMissing
from training.actions.seats import path_of, seats_of
from training.models import Edition, Enrolment
from training.queries.editions import for_lists

LOOK_AT = 20


def next_possible(
    course_key: UUID,
    *,
    person: Person | None = None,
    without: Enrolment | None = None,
    beside: int = 0,
    people: int = 1,
    at: datetime | None = None,
    limit: int = 3,
) -> list[Edition]:
    """Editions of a course with free places for that person (or so many people), soonest first.

    `beside` is the edition that is looked at; `without` a place that would be given up for the other one.
    """
    now = at or timezone.now()
    applicant = Applicant(person, without=without) if person else None
    nearest = _nearest(course_key, applicant, beside, now).filter(capacity__gte=F("taken") + people)
    free = (e for e in nearest[:LOOK_AT] if _has_room(e, applicant, people))
    return list(islice((e for e in free if _refused(e.pk, applicant, now) is None), limit))


def next_waiting_lists(
    course_key: UUID,
    *,
    person: Person | None = None,
    beside: int = 0,
    at: datetime | None = None,
    limit: int = 3,
) -> list[Edition]:
    """Editions of a course that are full, but in which that person can wait for a place, soonest first."""
    now = at or timezone.now()
    applicant = Applicant(person) if person else None
    nearest = _nearest(course_key, applicant, beside, now)[:LOOK_AT]
    full = (e for e in nearest if not _has_room(e, applicant, 1))
    return list(islice((e for e in full if _refused(e.pk, applicant, now) is None), limit))


def _nearest(
    course_key: UUID, applicant: Applicant | None, beside: int, now: datetime
) -> QuerySet[Edition]:
    """Editions that take enrolments and in which the person has nothing yet."""
    same = Edition.objects.public().open(now).coming(now).exclude(pk=beside)
    same = same.filter(course__translation_key=course_key)
    if applicant:
        mine = Enrolment.objects.active().filter(person=applicant.person)
        same = same.exclude(pk__in=mine.values("edition"))
    return for_lists(same)


def instead_of(edition: Edition, refusal: Refused | None) -> UUID:
    """Of which course to look for dates: the one that comes first where it is missing, else the same."""
    course = refusal.course if isinstance(refusal, CourseMissing) else edition.course
    return course.translation_key


def _has_room(edition: Edition, applicant: Applicant | None, people: int) -> bool:
    if edition.waiting:
        return False
    path = path_of(applicant.institution) if applicant else ""
    seats = seats_of(edition, taken=edition.taken)
    return seats.free_for(path) >= people


def _refused(pk: int, applicant: Applicant | None, now: datetime) -> Refused | None:
    rows = Edition.objects.select_related(
        "course", "region", "organiser__jurisdiction", "prerequisite"
    )
    return why_not(rows.get(pk=pk), applicant, at=now)
