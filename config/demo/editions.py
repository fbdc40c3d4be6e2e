"""Twelve editions: past ones whose certificates are in every state by now, running ones, and ones to enrol in."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.demo.institutions import County
from courses.models import Course
from people.models import Person
from training.models import (
    Attendance,
    Edition,
    Enrolment,
    RollEntry,
    Session,
    SessionTrainer,
)
from training.models.enrolment import enrolment_code

ZONE = "Europe/Bucharest"


@dataclass(frozen=True)
class Plan:
    """One edition to be made: which course and county, when, how many places and people, and what stays waiting."""

    course: str
    county: int
    day: int  # days from today to the first session
    sessions: int
    capacity: int
    people: int
    waiting: int = 0
    status: str = "open"
    title: str = ""
    step: int = 7
    queue_rule: str = "arrival"
    offer_hours: int = 0


PLANS = (
    Plan("foster-initial", 1, -1500, 4, 24, 22, status="done", title="Seria de toamnă"),
    Plan("foster-initial", 2, -1050, 4, 24, 20, status="done", title="Seria de iarnă"),
    Plan("foster-initial", 0, -800, 4, 24, 20, status="done", title="Seria întâi"),
    Plan("violence-early-signs", 0, -900, 2, 20, 14, status="done"),
    Plan("violence-early-signs", 0, -760, 2, 20, 12, status="done"),
    Plan("violence-early-signs", 0, -680, 2, 20, 13, status="done"),
    Plan("foster-initial", 0, -300, 4, 30, 24, status="done", title="Seria de primăvară"),
    Plan("foster-initial", 0, -5, 4, 16, 12, status="running", title="Grupa de lucru", step=6),
    Plan("violence-early-signs", 2, -3, 2, 16, 10, status="running", step=9),
    Plan("foster-initial", 0, 21, 4, 12, 9, title="Seria următoare"),
    Plan("violence-early-signs", 1, 30, 2, 8, 8, waiting=3, queue_rule="expiring", offer_hours=72),
    Plan("sina-guide", 0, 14, 1, 25, 0),
)


@dataclass(frozen=True)
class Made:
    """An edition of the demo with who is in it."""

    plan: Plan
    edition: Edition
    sessions: list[Session]
    enrolments: list[Enrolment]


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(ZONE)).astimezone(UTC)


def _free_day(day: date, taken: set[date]) -> date:
    """That day, or the next working day on which the county's room and trainer are free."""
    while day.weekday() > 4 or day in taken:
        day += timedelta(days=1)
    taken.add(day)
    return day


def _edition(
    plan: Plan, county: County, course: Course, today: date, taken: set[date]
) -> tuple[Edition, list[Session]]:
    first = today + timedelta(days=plan.day)
    days = [_free_day(first + timedelta(days=plan.step * n), taken) for n in range(plan.sessions)]
    edition = Edition.objects.create(
        course=course, organiser=county.directorate, region=county.region, title=plan.title, language="ro",
        status=plan.status, capacity=plan.capacity, starts=_moment(days[0], 9), ends=_moment(days[-1], 15),
        notes="Aduceți un act de identitate. Prânzul este asigurat.",
        queue_rule=plan.queue_rule, offer_hours=plan.offer_hours,
    )  # fmt: skip
    sessions = [
        Session.objects.create(
            edition=edition,
            starts=_moment(day, 9),
            ends=_moment(day, 15),
            time_zone=ZONE,
            room=county.rooms[plan.county % 2],
        )
        for day in days
    ]
    return edition, sessions


def _enrol(plan: Plan, edition: Edition, people: list[Person], first: datetime) -> list[Enrolment]:
    total = plan.people + plan.waiting
    done = plan.status == "done"
    last_day = edition.ends.date() if edition.ends else None
    rows = []
    for position, person in enumerate(people[:total]):
        status = (
            Enrolment.Status.WAITLISTED if position >= plan.people else Enrolment.Status.CONFIRMED
        )
        if done:
            status = (
                Enrolment.Status.NOT_COMPLETED
                if position % 11 == 10
                else Enrolment.Status.COMPLETED
            )
        rows.append(
            Enrolment(
                edition=edition, person=person, status=status, code=enrolment_code(),
                queued_at=first + timedelta(minutes=13 * position),
                completed_on=last_day if status == Enrolment.Status.COMPLETED else None,
            )
        )  # fmt: skip
    return Enrolment.objects.bulk_create(rows)


def _attendance(
    session: Session, enrolments: list[Enrolment], chance: random.Random
) -> list[Attendance]:
    rows = []
    for enrolment in enrolments:
        mark, minutes = "present", session.minutes
        if enrolment.status == Enrolment.Status.NOT_COMPLETED:
            mark, minutes = "absent", 0
        elif chance.random() < 0.08:
            mark, minutes = "late", session.minutes - 30
        rows.append(
            Attendance(
                session=session,
                enrolment=enrolment,
                mark=mark,
                minutes=minutes,
                recorded_at=session.ends,
            )
        )
    return rows


def _entry(row: Attendance) -> RollEntry:
    """The mark as the history of the roll has it."""
    return RollEntry(
        key=row.key, session=row.session, enrolment=row.enrolment, mark=row.mark, minutes=row.minutes,
        outcome=RollEntry.Outcome.WRITTEN, recorded_at=row.recorded_at,
    )  # fmt: skip


def build(
    counties: list[County],
    courses: dict[str, Course],
    people: list[Person],
    trainers: dict[int, Person],
    today: date,
) -> list[Made]:
    """All twelve editions with their sessions, enrolments and attendance."""
    chance = random.Random(1989)
    by_county = {
        n: [p for p in people if p.region_id == county.region.pk]
        for n, county in enumerate(counties)
    }
    now = datetime.now(UTC)
    taken: dict[int, set[date]] = {n: set() for n in range(len(counties))}
    made = []
    for number, plan in enumerate(PLANS):
        edition, sessions = _edition(
            plan, counties[plan.county], courses[plan.course], today, taken[plan.county]
        )
        trainer = trainers.get(plan.county)
        if trainer:
            SessionTrainer.objects.bulk_create(
                SessionTrainer(session=s, trainer=trainer, starts=s.starts, ends=s.ends)
                for s in sessions
            )
        local = by_county[plan.county]
        # Each edition takes the next slice of its county's people, so that most have a history and many have none.
        start = 19 * number % max(len(local) - 40, 1)
        first = (edition.starts or now) - timedelta(days=60)
        enrolments = _enrol(plan, edition, local[start:], first)
        past = [s for s in sessions if s.ends < now]
        rows = [row for s in past for row in _attendance(s, enrolments, chance)]
        Attendance.objects.bulk_create(rows)
        if plan.status == "running":  # the history of older rolls is nobody's interest any more
            RollEntry.objects.bulk_create(_entry(row) for row in rows)
        Session.objects.filter(pk__in=[s.pk for s in past]).update(roll_closed_at=now)
        made.append(Made(plan, edition, sessions, enrolments))
    return made
