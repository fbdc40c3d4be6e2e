"""The API's part about training: courses, editions, places that institutions take, attendance."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from people.api import institution_of
from people.machines import (
    Identifier,
    Key,
    Page,
    PageQuery,
    Problem,
    documented,
    machine_of,
    needs,
    once,
    page_of,
)
from people.machines.paging import cursor_of, start_of
from people.models import Person, User
from people.permissions import Permission
from people.scopes import Scope
from training import api_schemas as say
from training.actions import attendance
from training.actions.enrolments import cancel
from training.actions.errors import Refused
from training.actions.nominations import nominate
from training.models import Attendance, Edition, Enrolment, Session
from training.queries.catalogue import CatalogueFilter, catalogue
from training.queries.editions import CARD_FIELDS, editions_of_branch, for_cards

router = Router(tags=["Training"])
STATUSES = "|".join(Edition.Status.values)


class EditionQuery(PageQuery):
    """Which editions."""

    status: Annotated[str, Field(pattern=f"^({STATUSES})?$", max_length=12)] = ""


class EnrolmentQuery(PageQuery):
    """Which places."""

    edition: Identifier | None = None
    person: Identifier | None = None


class CatalogueQuery(PageQuery):
    """Which page of the catalogue; it has 24 courses, whatever limit is asked for."""

    language: Annotated[str, Field(pattern="^([a-z]{2})?$")] = ""


@router.get(
    "/courses",
    response={200: Page[say.CourseOut], **documented()},
    summary="The catalogue",
    **needs(Scope.EDITIONS),
)
def list_courses(request: HttpRequest, asked: Query[CatalogueQuery]) -> dict[str, Any]:
    """Every course that is taught, with its next editions: what the public catalogue shows."""
    number = start_of(asked) + 1
    rows, page = catalogue(CatalogueFilter(language=asked.language), page=number)
    if number > page.paginator.num_pages:
        return {"items": []}
    items = [say.course(row) for row in rows]
    return {"items": items, "next": cursor_of(number) if page.has_next() else None}


@router.get(
    "/editions",
    response={200: Page[say.EditionOut], **documented()},
    summary="Editions of the branch",
    **needs(Scope.EDITIONS),
)
def list_editions(request: HttpRequest, asked: Query[EditionQuery]) -> dict[str, Any]:
    """What the institutions of the branch organise, drafts included."""
    rows = editions_of_branch(machine_of(request).user, status=asked.status)
    rows = rows.select_related("organiser", "course").only(*CARD_FIELDS, "course__translation_key")
    return page_of(rows, asked, say.edition)


@router.get(
    "/editions/{edition_id}",
    response={200: say.EditionWithSessions, **documented(404)},
    summary="One edition",
    **needs(Scope.EDITIONS),
)
def get_edition(request: HttpRequest, edition_id: Identifier) -> dict[str, Any]:
    """An edition of the branch, or one that anybody may see, with its sessions."""
    found = _edition(machine_of(request).user, edition_id)
    sessions = found.sessions.order_by("starts", "pk")
    return {**say.edition(found), "sessions": [say.session(one) for one in sessions]}


@router.get(
    "/enrolments",
    response={200: Page[say.EnrolmentOut], **documented()},
    summary="Places",
    **needs(Scope.EDITIONS),
)
def list_enrolments(request: HttpRequest, asked: Query[EnrolmentQuery]) -> dict[str, Any]:
    """Places in editions of the branch, and those that the branch nominated for, wherever."""
    rows = Enrolment.objects.visible_to(machine_of(request).user)
    if asked.edition:
        rows = rows.filter(edition=asked.edition)
    if asked.person:
        rows = rows.filter(person=asked.person)
    return page_of(rows, asked, say.enrolment)


@router.get(
    "/enrolments/{enrolment_id}",
    response={200: say.EnrolmentOut, **documented(404)},
    summary="One place",
    **needs(Scope.EDITIONS),
)
def get_enrolment(request: HttpRequest, enrolment_id: Identifier) -> dict[str, Any]:
    """A place with what became of it."""
    return say.enrolment(_enrolment(machine_of(request).user, enrolment_id))


@router.post(
    "/editions/{edition_id}/enrolments",
    response={200: list[say.EnrolmentOut], **documented(404, 409)},
    summary="Nominate people",
    **needs(Scope.ENROL),
)
@once((Refused,))
def nominate_people(
    request: HttpRequest, edition_id: Identifier, payload: say.NominationIn, idempotency_key: Key
) -> tuple[int, Any]:
    """Put people of the branch forward for an edition: places while they last, then the waiting list.

    All or nobody: one who is refused refuses the whole request, and nothing is written.
    """
    user = machine_of(request).user
    edition = _edition(user, edition_id)
    institution = institution_of(user, payload.institution, Permission.NOMINATE)
    wanted = list(dict.fromkeys(payload.people))
    known = Person.objects.visible_to(user, Permission.NOMINATE).filter(erased_at=None)
    people = known.in_bulk(wanted)
    if missing := [pk for pk in wanted if pk not in people]:
        raise Problem(404, errors=[say.unknown_person(payload.people.index(pk)) for pk in missing])
    pairs = [(people[pk], institution) for pk in wanted]
    nominate(by=user, edition=edition, people=pairs, together=payload.together)
    rows = Enrolment.objects.active().filter(edition=edition, person__in=wanted).order_by("pk")
    return 200, [say.enrolment(one) for one in rows]


@router.post(
    "/enrolments/{enrolment_id}/cancel",
    response={200: say.EnrolmentOut, **documented(404, 409)},
    summary="Give up a place",
    **needs(Scope.ENROL),
)
@once((Refused,))
def cancel_enrolment(
    request: HttpRequest, enrolment_id: Identifier, payload: say.ReasonIn, idempotency_key: Key
) -> tuple[int, Any]:
    """A place that the branch nominated for goes to the first of the waiting list."""
    user = machine_of(request).user
    found = _enrolment(user, enrolment_id)
    return 200, say.enrolment(cancel(enrolment=found, by=user, reason=payload.reason))


@router.post(
    "/sessions/{session_id}/attendance",
    response={200: say.AttendanceDone, **documented(404, 409)},
    summary="Write attendance",
    **needs(Scope.ROLL),
)
@once((Refused,))
def write_attendance(
    request: HttpRequest, session_id: Identifier, payload: say.AttendanceIn, idempotency_key: Key
) -> tuple[int, Any]:
    """Minutes of each person in a session. One row that is refused refuses all; what stands already stays as it is."""
    user = machine_of(request).user
    session = Session.objects.visible_to(user, Permission.TAKE_ROLL).filter(pk=session_id).first()
    if session is None:
        raise Problem(404)
    marks = _marks(session, payload)
    written = attendance.take_roll(
        session=session,
        by=user,
        marks=marks,
        finish=payload.finish,
        method=Attendance.Method.IMPORT,
    )
    return 200, {"session": session.pk, "written": len(written), "rows": len(marks)}


def _marks(session: Session, payload: say.AttendanceIn) -> list[attendance.RollMark]:
    """The rows as marks of the roll; a row of somebody without a place says where it stands."""
    people = [row.person for row in payload.rows]
    places = Enrolment.objects.filter(edition=session.edition_id, person__in=people)
    of_person = dict(places.taking_a_place().values_list("person_id", "pk"))
    if wrong := [n for n, pk in enumerate(people) if pk not in of_person]:
        raise Problem(422, "no_place", errors=[say.without_place(n) for n in wrong])
    return [
        attendance.RollMark(
            of_person[row.person],
            Attendance.Mark.PRESENT if row.minutes else Attendance.Mark.ABSENT,
            row.minutes or None,
            correction=payload.correction,
        )
        for row in payload.rows
    ]


def _edition(user: User, number: int) -> Edition:
    """Of the branch, or one that anybody may see."""
    rows = Edition.objects.visible_to(user) | Edition.objects.published()
    found = for_cards(rows).select_related("course").filter(pk=number).first()
    if found is None:
        raise Problem(404)
    return found


def _enrolment(user: User, number: int) -> Enrolment:
    rows = Enrolment.objects.visible_to(user).select_related("edition__organiser", "nominated_by")
    found = rows.filter(pk=number).first()
    if found is None:
        raise Problem(404)
    return found
