"""The next editions that would close what is missing: with a place for that person, near them, in their language."""

from uuid import UUID

from django.db.models import Q

from certification.days import day_of
from certification.models import Programme, ProgrammeCourse, Requirement
from certification.requirements import Answer, Finding
from courses.models import Course, CourseHours
from people.models import Person
from training.models import Edition
from training.queries.possible import next_possible

LOOK_AT = 8
Kind, CourseKind = Requirement.Kind, CourseHours.Kind
# Which hours of a course count for which kind; what is done online is theory.
TAUGHT = {
    Kind.THEORY: (CourseKind.THEORY, CourseKind.ONLINE),
    Kind.PRACTICE: (CourseKind.PRACTICE,),
    Kind.ANY: (CourseKind.THEORY, CourseKind.PRACTICE, CourseKind.ONLINE),
    Kind.SUPERVISION: (CourseKind.SUPERVISION,),
}


def closing_editions(
    person: Person, programme: Programme, finding: Finding, *, limit: int = 1
) -> list[Edition]:
    """Coming editions of courses that count for what is missing, the nearest in place and language first.

    Only such in which that very person could have a place now, and that end before the period does.
    """
    if finding.answer != Answer.MISSING or finding.is_missed:
        return []
    found = [
        edition
        for key in _courses(programme, finding)
        for edition in next_possible(key, person=person, limit=LOOK_AT)
        if _is_in_time(edition, finding)
    ]
    return sorted(found, key=lambda edition: _distance(edition, person))[:limit]


def _is_in_time(edition: Edition, finding: Finding) -> bool:
    """Only a calendar year is a deadline; whatever else is missing may be made good at any time."""
    last = finding.last if finding.is_of_a_year else None
    return last is None or not edition.ends or day_of(edition.ends) <= last


def _distance(edition: Edition, person: Person) -> tuple[bool, bool, object, int]:
    is_far = not edition.is_online and edition.region_id != person.region_id
    return edition.language != person.language, is_far, edition.starts, edition.pk


def _courses(programme: Programme, finding: Finding) -> list[UUID]:
    """Courses with hours of that kind and topic, those that count in their place; of the first path the programme's."""
    ask = finding.ask
    fits = Q(pk__in=[])
    if ask.kind in TAUGHT:
        hours = CourseHours.objects.filter(kind__in=TAUGHT[Kind(ask.kind)])
        if ask.topic:
            hours = hours.filter(topic__code__in=[ask.topic, *ask.instead])
        fits |= Q(pk__in=hours.values("course"))
    fits |= Q(translation_key__in=[one.code for one in ask.counts if one.what == "course"])
    if ask.path != Requirement.Path.RENEWAL and not ask.is_regular and not ask.topic:
        fits = Q(pk__in=ProgrammeCourse.objects.filter(programme=programme).values("course"))
    keys = Course.objects.live().filter(fits).values_list("translation_key", flat=True)
    return sorted(set(keys), key=str)
