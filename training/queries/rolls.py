"""Marks that contradict each other, and every mark of a session as it was made."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from training.models import Attendance, Enrolment, RollEntry, Session
from training.queries.attendance import RollRow, names_of, roll


@dataclass(frozen=True)
class Said:
    """A mark with whoever made it; `held_seconds` is how long it waited on a phone."""

    key: UUID
    mark: str
    minutes: int
    reason: str
    by: str
    at: datetime
    held_seconds: int = 0


@dataclass(frozen=True)
class Dispute:
    """A person of whom two things were said: first the mark that stands, then the others in order of arrival."""

    enrolment_id: int
    name: str
    choices: tuple[Said, ...]


def disputes(session: Session, people: list[RollRow] | None = None) -> list[Dispute]:
    """Whom the trainers have to decide about, by name."""
    open_ones = RollEntry.objects.disputed().filter(session=session).order_by("enrolment_id", "pk")
    entries = {pk: list(own) for pk, own in groupby(open_ones, lambda e: e.enrolment_id)}
    if not entries:
        return []
    names = names_of(
        {e.recorded_by_id for own in entries.values() for e in own if e.recorded_by_id}
    )
    return [
        Dispute(
            row.enrolment_id,
            row.name,
            (*_standing(row), *(said(entry, names) for entry in entries[row.enrolment_id])),
        )
        for row in (roll(session) if people is None else people)
        if row.enrolment_id in entries
    ]


def _standing(row: RollRow) -> list[Said]:
    if row.key is None or row.at is None:
        return []
    return [Said(row.key, row.mark, row.minutes or 0, row.reason, row.by, row.at)]


def said(entry: RollEntry, names: dict[int, str]) -> Said:
    """The entry with the name of whoever made it."""
    by = names.get(entry.recorded_by_id or 0, "")
    return Said(
        entry.key, entry.mark, entry.minutes, entry.reason, by, entry.recorded_at, entry.held_seconds
    )  # fmt: skip


@dataclass(frozen=True)
class HistoryRow:
    """One mark in the trail of a session, in words."""

    person: str
    entry: RollEntry
    by: str
    settled_by: str

    @property
    def word(self) -> str:
        """What was marked; empty where a mark was taken back."""
        return str(Attendance.Mark(self.entry.mark).label) if self.entry.mark else ""


def roll_history(session: Session) -> list[HistoryRow]:
    """Every mark of the session, the newest first."""
    entries = list(RollEntry.objects.filter(session=session).order_by("-pk"))
    users = {e.recorded_by_id for e in entries} | {e.settled_by_id for e in entries}
    names = names_of({user for user in users if user})
    places = Enrolment.objects.filter(pk__in={e.enrolment_id for e in entries})
    people = {place.pk: place.person.full_name for place in places.select_related("person")}
    return [
        HistoryRow(
            people[e.enrolment_id],
            e,
            names.get(e.recorded_by_id or 0, ""),
            names.get(e.settled_by_id or 0, ""),
        )  # fmt: skip
        for e in entries
    ]
