"""What somebody can have instead: the next editions in time in which that very person could have a place now."""

from datetime import datetime
from uuid import UUID

from django.db.models import F
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
    same = Edition.objects.public().open(now).coming(now).exclude(pk=beside)
    same = same.filter(course__translation_key=course_key)
    nearest = for_lists(same).filter(capacity__gte=F("taken") + people)[:LOOK_AT]
    applicant = Applicant(person, without=without) if person else None
    mine = set()
    if person:
        rows = Enrolment.objects.active().filter(person=person, edition__in=[e.pk for e in nearest])
        mine = set(rows.values_list("edition_id", flat=True))
    found: list[Edition] = []
    for edition in nearest:
        if edition.pk in mine or not _has_room(edition, applicant, people):
            continue
        if _refused(edition.pk, applicant, now) is None:
            found.append(edition)
        if len(found) == limit:
            break
    return found


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
