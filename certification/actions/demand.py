"""Drafting the editions that are missing. Whoever clicks twice, or two at once, get them once."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count

from certification.demand import DemandRow, demand, groups, organiser_for
from certification.models import Programme
from courses.models import Course
from formats import dates
from people import audit
from people.models import Organisation, Region, User
from training.actions import editions
from training.models import Edition


@transaction.atomic
def draft_missing(
    *, by: User, programme: Programme, region: Region, language: str
) -> list[Edition]:
    """Draft what one county and language lack in the coming months; nothing where nothing is missing.

    The institution is locked, then everything is counted again with the drafts that there are already.
    """
    organiser = organiser_for(by, region)
    course = course_for(programme)
    if organiser is None or course is None:
        raise PermissionDenied
    Organisation.objects.select_for_update(no_key=True).get(pk=organiser.pk)
    found = demand(by, programme, region=region.code, language=language)
    made = [edition for row in found for edition in _drafts(by, row, organiser, course)]
    if made:
        audit.record(
            by=by, verb="demand.drafted", target=programme, organisation=organiser,
            county=region.code, language=language, editions=[edition.pk for edition in made],
        )  # fmt: skip
    return made


def course_for(programme: Programme) -> Course | None:
    """The course that a draft is of: of those that lead to the programme, the one that runs most often."""
    rows = programme.courses.annotate(runs=Count("editions"))
    return rows.order_by("-runs", "pk").first()


def _drafts(by: User, row: DemandRow, organiser: Organisation, course: Course) -> list[Edition]:
    made = []
    for number, size in groups([line.missing for line in row.months]):
        month = row.months[number].month
        made.append(
            editions.schedule(
                by=by,
                course=course,
                organiser=organiser,
                region=row.region,
                language=row.language,
                capacity=size,
                title=_title(organiser, course, row, month),
                status=Edition.Status.DRAFT,
                planned_for=month,
            )
        )
    return made


def _title(organiser: Organisation, course: Course, row: DemandRow, month: date) -> str:
    """The month in the language of the edition; the second one of that month has a number."""
    name = dates.month(month, row.language)
    same = Edition.objects.filter(
        course=course,
        organiser=organiser,
        region=row.region,
        language=row.language,
        planned_for=month,
    )
    taken = set(same.values_list("title", flat=True))
    number, title = 1, name
    while title in taken:
        number += 1
        title = f"{name} ({number})"
    return title
