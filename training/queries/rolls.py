"""Marks that contradict each other, and every mark of a session as it was made."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import connection

from people.access import may
from people.models import Organisation, User
from people.permissions import Permission
from people.statements import Row, answers
from training.models import Attendance, Edition, Enrolment, RollEntry, Session
from training.models.edition import acting_trainer
from training.queries.attendance import RollRow, names_of, roll

# Asked at every mark: with whose it is and when; how it stands is read under its lock.
FOR_MARKS = """
SELECT s.id, s.edition_id, s.starts, s.time_zone, e.organiser_id, o.path, EXISTS (
    SELECT FROM training_sessiontrainer t WHERE t.session_id = s.id AND t.trainer_id = %s
)
FROM training_session s
JOIN training_edition e ON e.id = s.edition_id
JOIN people_organisation o ON o.id = e.organiser_id
WHERE s.id = %s
"""


def session_for_marks(user: User, pk: int) -> Session | None:
    """The session, for whoever may take its roll: what `Session.objects.visible_to` finds, by a prepared statement.

    Of its edition and organiser it knows what a mark asks about; the rest is read when it is asked.
    """
    found = answers(FOR_MARKS, [acting_trainer(user), pk])
    if not found:
        return None
    [(key, edition_id, starts, time_zone, organiser_id, path, leads)] = found
    organiser = _known(Organisation, id=organiser_id, path=path)
    if not (leads or may(user, Permission.TAKE_ROLL, organisation=organiser)):
        return None
    session = _known(Session, id=key, edition_id=edition_id, starts=starts, time_zone=time_zone)
    session.edition = _known(Edition, id=edition_id, organiser_id=organiser_id)
    session.edition.organiser = organiser
    return session


def _known(model: type[Row], **values: object) -> Row:
    return model.from_db(connection.alias, list(values), list(values.values()))


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
