"""What an administrator sets at a programme: its courses, the name of its certificate, a second person."""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction

from certification.errors import UnprintableLayout
from certification.models import Programme, ProgrammeCourse
from courses.models import Course
from courses.queries import source_of
from formats.fitting import unshown
from formats.fonts import typst_fonts
from formats.names import clean
from people.access import grants_of
from people.audit import record
from people.models import User
from people.permissions import Permission


@transaction.atomic
def set_courses(*, programme: Programme, courses: Sequence[Course], by: User | None) -> bool:
    """Let exactly these courses lead to the programme's certificate; true if that changed anything.

    Certificates that were issued stay as they are. A programme holds in every county: raises `PermissionDenied` for
    whoever manages programmes below the top only.
    """
    if by is not None and not grants_of(by).at_the_top(Permission.MANAGE_PROGRAMMES):
        raise PermissionDenied
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    wanted = {source_of(course).pk for course in courses}
    there = set(programme.programme_courses.values_list("course_id", flat=True))
    programme.programme_courses.filter(course_id__in=there - wanted).delete()
    ProgrammeCourse.objects.bulk_create(
        ProgrammeCourse(programme=programme, course_id=course) for course in sorted(wanted - there)
    )
    if there != wanted:
        record(
            by=by,
            verb="programme.courses",
            target=programme,
            before=sorted(there),
            after=sorted(wanted),
        )
    return there != wanted


@transaction.atomic
def set_second_person(*, programme: Programme, asked: bool, by: User | None) -> None:
    """Let hours from elsewhere need a second person, or one be enough; what was granted before stays. Repeatable."""
    if by is not None and not grants_of(by).anywhere(Permission.MANAGE_PROGRAMMES):
        raise PermissionDenied
    row = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if row.second_person != asked:
        row.second_person = asked
        row.save(update_fields=["second_person"])
        record(by=by, verb="programme.second_person", target=programme, asked=asked)


@transaction.atomic
def set_paper_name(*, programme: Programme, names: Mapping[str, str], by: User | None) -> bool:
    """Let the programme's certificates be called so from now on, in each language; what was issued keeps its name.

    Raises `UnprintableLayout` for a letter that papers cannot show: then nothing is changed.
    """
    if by is not None and not grants_of(by).at_the_top(Permission.MANAGE_PROGRAMMES):
        raise PermissionDenied
    said = {language: text for language, name in names.items() if (text := clean(name))}
    for text in said.values():
        if letter := unshown(text, typst_fonts(settings.FONT_DIR)):
            raise UnprintableLayout(letter)
    row = Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    before = dict(row.paper_name)
    if before == said:
        return False
    row.paper_name = said
    row.save(update_fields=["paper_name"])
    record(by=by, verb="programme.paper_name", target=programme, before=before, after=said)
    return True
