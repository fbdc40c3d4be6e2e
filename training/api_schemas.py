"""What the API's part about training reads and writes."""

from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, Field

from people.machines import Line, Many, Number, Whole
from training.models import Edition, Enrolment, Session
from training.queries import CatalogueRow

MOST_MINUTES = 24 * 60


class _Strict(Schema):
    """A misspelt name is no silent default."""

    model_config = ConfigDict(extra="forbid")


class EditionOut(Schema):
    """One run of a course."""

    id: int
    name: str = Field(examples=["First steps as a foster carer"])
    course: str = Field(description="key of the course, the same in all its languages")
    organiser: str
    language: str
    status: str
    is_online: bool
    venue: str = ""
    starts: datetime | None = None
    ends: datetime | None = None
    capacity: int
    places_left: int
    waiting: int


class SessionOut(Schema):
    """One meeting of an edition."""

    id: int
    starts: datetime
    ends: datetime
    time_zone: str = Field(examples=["Europe/Bucharest"])
    minutes: int
    is_cancelled: bool


class EditionWithSessions(EditionOut):
    """One run of a course with its meetings."""

    sessions: list[SessionOut]


class CourseOut(Schema):
    """What is taught, with the next editions."""

    key: str
    title: str
    summary: str
    minutes: int
    topics: list[str]
    editions: list[int]


class EnrolmentOut(Schema):
    """A place of a person in an edition, in numbers: who they are is at /people."""

    id: int
    edition: int
    person: int
    status: str = Field(examples=["confirmed"])
    nominated_by: int | None = None


class NominationIn(_Strict):
    """Whom to put forward, and for which institution."""

    institution: Number
    people: Many[Number]
    together: bool = Field(False, description="all of them or nobody gets a place")


class ReasonIn(_Strict):
    """Why, in a few words."""

    reason: Line = ""


class AttendanceRow(_Strict):
    """Minutes of one person; 0 is absent."""

    person: Number
    minutes: Annotated[Whole, Field(le=MOST_MINUTES)]


class AttendanceIn(_Strict):
    """Who was there. `finish` closes the roll; `correction` says why one that is closed changes."""

    rows: Many[AttendanceRow]
    finish: bool = False
    correction: Line = ""


class AttendanceDone(Schema):
    """How many marks changed."""

    session: int
    written: int
    rows: int


def edition(one: Edition) -> dict[str, Any]:
    """An edition as the API writes it; read with what a card shows."""
    values: Any = one
    return {
        "id": one.pk,
        "name": values.name,
        "course": str(one.course.translation_key),
        "organiser": str(one.organiser),
        "language": one.language,
        "status": one.status,
        "is_online": one.is_online,
        "venue": values.venue or "",
        "starts": one.starts,
        "ends": one.ends,
        "capacity": one.capacity,
        "places_left": one.places_left,
        "waiting": values.waiting,
    }


def session(one: Session) -> dict[str, Any]:
    """A session as the API writes it."""
    return {
        "id": one.pk,
        "starts": one.starts,
        "ends": one.ends,
        "time_zone": one.time_zone,
        "minutes": one.minutes,
        "is_cancelled": one.is_cancelled,
    }


def course(row: CatalogueRow) -> dict[str, Any]:
    """A course as the API writes it."""
    return {
        "key": str(row.course.translation_key),
        "title": row.course.title,
        "summary": row.course.summary,
        "minutes": row.minutes,
        "topics": row.topics,
        "editions": [one.pk for one in row.editions],
    }


def enrolment(one: Enrolment) -> dict[str, Any]:
    """A place as the API writes it."""
    return {
        "id": one.pk,
        "edition": one.edition_id,
        "person": one.person_id,
        "status": str(one.status),
        "nominated_by": one.nominated_by_id,
    }


def unknown_person(place: int) -> dict[str, str]:
    """Somebody whom the token does not see."""
    detail = _("There is nobody of this number whom the token may nominate.")
    return {"pointer": f"/body/people/{place}", "code": "not_found", "detail": detail}


def without_place(row: int) -> dict[str, str]:
    """Somebody who has no place in the edition of the session."""
    detail = _("This person has no place in the edition.")
    return {"pointer": f"/body/rows/{row}/person", "code": "no_place", "detail": detail}
