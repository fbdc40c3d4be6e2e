"""Editions, sessions, rooms and places for tests. All through the actions, as the site does it."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pgtrigger
from django.db.models import Max, Min
from django.utils import timezone

from courses.models import Course
from people.models import Organisation, Person
from tests.factories import courses
from training.actions import editions, enrolments, sessions
from training.models import Attendance, Edition, Enrolment, Room, Session, Venue

ZONE = "Europe/Bucharest"
_numbers = count(1)


def at(day: int, hour: int = 10, minute: int = 0, *, zone: str = ZONE) -> datetime:
    """That many days from today (negative: ago), at that hour of the wall clock there."""
    today = timezone.now().astimezone(ZoneInfo(zone)).date() + timedelta(days=day)
    return datetime(today.year, today.month, today.day, hour, minute, tzinfo=ZoneInfo(zone))


def room(
    organisation: Organisation, name: str = "", *, venue: Venue | None = None, **fields: Any
) -> Room:
    """A room in a venue of that institution."""
    venue = venue or Venue.objects.create(
        organisation=organisation, name=f"Casa {next(_numbers)}", address="Strada Exemplu 1"
    )
    return Room.objects.create(
        venue=venue, name=name or f"Sala {next(_numbers)}", **{"capacity": 20, **fields}
    )


def edition(organiser: Organisation, *, course: Course | None = None, **fields: Any) -> Edition:
    """An edition open for enrolment, with two places and no session yet."""
    given = {"by": None, "language": "ro", "capacity": 2, **fields}
    return editions.schedule(course=course or courses.course(), organiser=organiser, **given)


def session(
    edition: Edition, day: int = 7, hour: int = 10, *, hours: float = 2, **fields: Any
) -> Session:
    """A meeting of that edition, that many days from today."""
    starts = at(day, hour)
    given = {"by": None, "time_zone": ZONE, **fields}
    made = sessions.add(
        edition=edition, starts=starts, ends=starts + timedelta(hours=hours), **given
    )
    edition.refresh_from_db()
    return made


def coming(organiser: Organisation, *, day: int = 7, **fields: Any) -> Edition:
    """An edition open for enrolment, with one session of two hours."""
    made = edition(organiser, **fields)
    session(made, day)
    return made


def move_to(session: Session, day: int, hour: int = 0) -> None:
    """Straight in the tables, to a day that enrolment or the roll would not allow: two hours from half past."""
    starts = at(day, hour, 30)
    Session.objects.filter(pk=session.pk).update(starts=starts, ends=starts + timedelta(hours=2))
    found = Session.objects.taking_place().filter(edition=session.edition_id)
    Edition.objects.filter(pk=session.edition_id).update(
        **found.aggregate(starts=Min("starts"), ends=Max("ends"))
    )


def put_status(edition: Edition, status: str, reason: str = "Inundație", **fields: Any) -> None:
    """Straight in the tables, by a way that neither the action nor the database would allow."""
    with pgtrigger.ignore("training.Edition:status_ways"):
        Edition.objects.filter(pk=edition.pk).update(status=status, status_reason=reason, **fields)
    edition.refresh_from_db()


def place(person: Person, edition: Edition, **fields: Any) -> Enrolment:
    """The person's enrolment: confirmed while places last, then waiting."""
    return enrolments.enrol(person=person, edition=edition, **{"by": None, **fields})


def attendance(
    session: Session, enrolment: Enrolment, minutes: int | None = None, **fields: Any
) -> Attendance:
    """A mark in the roll, written directly: for tests that are not about taking the roll."""
    given = {
        "mark": "present",
        "minutes": session.minutes if minutes is None else minutes,
        **fields,
    }
    return Attendance.objects.create(session=session, enrolment=enrolment, **given)
