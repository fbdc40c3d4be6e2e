"""Marks on a roll whose session is locked: what stands, what is new, and what contradicts it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Model
from django.utils import timezone

from people import audit
from people.models import User
from people.statements import answers, insert, rows, update
from training.actions.errors import (
    CorrectionNeedsReason,
    ExcuseNeedsReason,
    MarkIsAnothers,
    MarksAreDisputed,
    MinutesNeeded,
    MinutesOutOfRange,
    NotAParticipant,
    RollIsFinished,
)
from training.models import Attendance, Enrolment, RollEntry, Session

Mark = Attendance.Mark
Outcome = RollEntry.Outcome
GONE = (Mark.ABSENT, Mark.EXCUSED)
PARTLY = (Mark.LATE, Mark.LEFT_EARLY)
TAKEN_BACK = ""
Value = tuple[str, int, str]
# Asked at every mark under the lock: what stands, who has a place, and which entries are named or not decided.
STANDING = "WHERE session_id = %s AND enrolment_id = ANY(%s)"
PLACES = """
SELECT id, person_id FROM training_enrolment WHERE edition_id = %s AND id = ANY(%s) AND status = ANY(%s)
"""
ENTRIES = """
WHERE key = ANY(%s) OR (session_id = %s AND enrolment_id = ANY(%s) AND outcome = 'disputed' AND settled_at IS NULL)
ORDER BY id
"""


class Seen(Enum):
    """What whoever marks knew of the mark that stands, where they name no entry."""

    WHAT_STANDS = "read under the lock, or meant to replace whatever stands"


@dataclass(frozen=True)
class RollMark:
    """What is said of one person. Minutes are needed for late and left early, never for absent and excused.

    An empty mark takes back the one that stands. `key` names the mark: another with the same key is the same mark.
    `seen` is the key of the mark that was seen when this one was made (None: none); `held` is how many seconds the
    phone kept it; `correction` says why, once the roll is finished.
    """

    enrolment_id: int
    mark: str
    minutes: int | None = None
    reason: str = ""
    correction: str = ""
    key: UUID | None = None
    seen: UUID | Seen | None = Seen.WHAT_STANDS
    held: int = 0


class Roll:
    """The marks of a locked session while some are written; `save` puts down what changed, all at once."""

    def __init__(
        self,
        session: Session,
        by: User | None,
        people: Collection[int],
        marks: Sequence[RollMark] = (),
        method: str = Attendance.Method.ROLL_CALL,
    ) -> None:
        here = [session.pk, list(people)]
        self.session, self.by, self.method, self.now = session, by, method, timezone.now()
        self.stored = {row.enrolment_id: row for row in rows(Attendance, STANDING, here)}
        self.before = {pk: value_of(row) for pk, row in self.stored.items()}
        self.rows = dict(self.stored)
        places = [session.edition_id, list(people), Enrolment.Status.taking_a_place()]
        self.persons: dict[int, int] = dict(answers(PLACES, places))
        named = {key for mark in marks for key in (mark.key, mark.seen) if isinstance(key, UUID)}
        self.entries = {e.key: e for e in rows(RollEntry, ENTRIES, [list(named), *here])}
        self.new: list[RollEntry] = []
        self.settled: list[RollEntry] = []

    def write(self, mark: RollMark, *, strict: bool = False) -> RollEntry | None:
        """Take the mark; the entry that it is. One that has been here before changes nothing.

        A mark without a key, from a form, that changes nothing is no entry.

        `strict`: a correction of a finished roll without its reason is refused; else it is disputed, for the phone did
        not know that the roll was finished.
        """
        if mark.key and (known := self.entries.get(mark.key)):
            if (known.session_id, known.enrolment_id) != (self.session.pk, mark.enrolment_id):
                raise MarkIsAnothers
            return known
        if mark.enrolment_id not in self.persons:
            raise NotAParticipant
        value = (mark.mark, minutes_of(self.session, mark), mark.reason.strip())
        outcome = self._outcome(mark, value, strict=strict)
        # Made after a mark of one's own that is disputed: it takes that one's place.
        self._close([e for e in self.open_disputes(mark.enrolment_id) if e.key == mark.seen])
        if outcome == Outcome.SAME and not mark.key:
            return None
        entry = self._entry(mark, value, outcome)
        if outcome == Outcome.WRITTEN:
            self._stand(entry)
        return entry

    def settle(self, enrolment_id: int, choice: UUID) -> RollEntry | None:
        """Decide between the marks that contradict each other; the new entry where the one that stands changes.

        A choice between marks that are no longer in question changes nothing.
        """
        row = self.rows.get(enrolment_id)
        open_ones = self.open_disputes(enrolment_id)
        chosen = next((entry for entry in open_ones if entry.key == choice), None)
        if not open_ones or not (chosen or (row and row.key == choice)):
            return None
        self._close(open_ones)
        if chosen is None or (row and value_of(row) == value_of(chosen)):
            return None
        self.method, mark = chosen.method, RollMark(enrolment_id, chosen.mark)
        entry = self._entry(mark, value_of(chosen), Outcome.WRITTEN)
        self._stand(entry)
        return entry

    def is_all(self, entry: RollEntry | None) -> bool:
        """Is it a new mark that stands, with nothing in question beside it?"""
        if entry is None or entry.outcome != Outcome.WRITTEN or entry not in self.new:
            return False
        return not any(e.enrolment_id == entry.enrolment_id for e in self.settled)

    def open_disputes(self, enrolment_id: int) -> list[RollEntry]:
        """What contradicts the person's mark and is not decided."""
        return [
            entry for entry in self.entries.values()
            if entry.enrolment_id == enrolment_id and entry.outcome == Outcome.DISPUTED and not entry.settled_at
        ]  # fmt: skip

    def _outcome(self, mark: RollMark, value: Value, *, strict: bool) -> RollEntry.Outcome:
        row = self.rows.get(mark.enrolment_id)
        if row is None:
            return Outcome.WRITTEN if mark.mark else Outcome.SAME
        if value == value_of(row):
            return Outcome.SAME
        knew = mark.seen is Seen.WHAT_STANDS or mark.seen == row.key
        if not mark.mark:
            return self._taking_back(mark, knew=knew)
        if not knew:
            seen = self.entries.get(mark.seen) if isinstance(mark.seen, UUID) else None
            # A form repeats what stood in it: that contradicts nobody.
            return Outcome.SAME if seen and value_of(seen) == value else Outcome.DISPUTED
        if self.session.roll_closed_at and not mark.correction.strip():
            if strict:
                raise CorrectionNeedsReason(mark.enrolment_id)
            return Outcome.DISPUTED
        return Outcome.WRITTEN

    def _taking_back(self, mark: RollMark, *, knew: bool) -> RollEntry.Outcome:
        """Whoever takes a mark back means their own: another's stays, and a disputed one is no longer in question."""
        if not knew:
            return Outcome.SAME
        if self.session.roll_closed_at:
            raise RollIsFinished
        if self.open_disputes(mark.enrolment_id):
            raise MarksAreDisputed(1)
        return Outcome.WRITTEN

    def _entry(self, mark: RollMark, value: Value, outcome: RollEntry.Outcome) -> RollEntry:
        entry = RollEntry(
            key=mark.key or uuid4(), session=self.session, enrolment_id=mark.enrolment_id, mark=value[0],
            minutes=value[1], reason=value[2], correction=mark.correction.strip(), method=self.method, outcome=outcome,
            recorded_by=self.by, recorded_at=self.now, held_seconds=mark.held,
        )  # fmt: skip
        self.entries[entry.key] = entry
        self.new.append(entry)
        return entry

    def _stand(self, entry: RollEntry) -> None:
        """From now on this is the person's mark; whoever said the same in a dispute was right."""
        self.rows.pop(entry.enrolment_id, None)
        if entry.mark:
            row = self.stored.setdefault(
                entry.enrolment_id,
                Attendance(session=self.session, enrolment_id=entry.enrolment_id),
            )
            row.mark, row.minutes, row.reason = value_of(entry)
            row.key, row.method = entry.key, entry.method
            row.recorded_by, row.recorded_at = self.by, self.now
            self.rows[entry.enrolment_id] = row
        same = [e for e in self.open_disputes(entry.enrolment_id) if value_of(e) == value_of(entry)]
        self._close(same)

    def _close(self, entries: Iterable[RollEntry]) -> None:
        for entry in entries:
            entry.settled_by, entry.settled_at = self.by, self.now
            self.settled.append(entry)

    def save(self) -> list[Attendance]:
        """Write everything; the rows of attendance that are new or different."""
        _create(self.new)
        settled = [entry for entry in self.settled if entry not in self.new]
        RollEntry.objects.bulk_update(settled, ["settled_by", "settled_at"])
        said = {entry.key for entry in self.new}
        written = [row for row in self.rows.values() if row.key in said]
        if self.gone:
            Attendance.objects.filter(session=self.session, enrolment__in=self.gone).delete()
        _create([row for row in written if row.pk is None])
        self._correct([row for row in written if row.enrolment_id in self.before])
        self._audit(written)
        return written

    def _correct(self, marks: list[Attendance]) -> None:
        said = ["mark", "minutes", "reason", "method", "recorded_by", "recorded_at", "key"]
        if len(marks) == 1:
            update(marks[0], *said)
        else:
            Attendance.objects.bulk_update(marks, said)

    @property
    def gone(self) -> set[int]:
        """Whose mark was taken back."""
        return self.before.keys() - self.rows.keys()

    def _audit(self, written: list[Attendance]) -> None:
        """New marks are one event for the session; each correction is an event of its own, with old and new."""
        marks = {
            str(row.enrolment_id): [row.mark, row.minutes]
            for row in written
            if row.enrolment_id not in self.before
        }
        if marks:
            edition, method = self.session.edition_id, str(self.method)
            self._say("roll.taken", self.session, edition=edition, marks=marks, method=method)
        for row in written:
            if old := self.before.get(row.enrolment_id):
                # The words of a reason are erased with the row; the trail has none.
                new = [row.mark, row.minutes]
                self._say("attendance.corrected", row, row.enrolment_id, old=list(old[:2]), new=new)
        for pk in sorted(self.gone):
            old = self.before[pk]
            self._say("attendance.taken_back", self.session, pk, enrolment=pk, old=list(old[:2]))
        for entry in self.new:
            if entry.outcome == Outcome.DISPUTED:
                new = [entry.mark, entry.minutes]
                self._say("attendance.disputed", entry, entry.enrolment_id, new=new)
        for entry in self.settled:
            self._say("attendance.settled", entry, entry.enrolment_id)

    def _say(self, verb: str, target: Model, place: int | None = None, **data: Any) -> None:
        if place:
            data["session"] = self.session.pk
        audit.record(
            by=self.by, verb=verb, target=target, person=self.persons.get(place) if place else None,
            organisation=self.session.edition.organiser, **data,
        )  # fmt: skip


def _create(new: Sequence[Model]) -> None:
    """A phone sends one mark at a time, so one row is what is written most."""
    if len(new) == 1:
        insert(new[0])
    elif new:
        type(new[0])._base_manager.bulk_create(new)


def value_of(row: Attendance | RollEntry) -> Value:
    """What the row says."""
    return row.mark, row.minutes, row.reason


def minutes_of(session: Session, mark: RollMark) -> int:
    """The minutes that the mark stands for; refuses marks that say nothing."""
    if mark.mark == TAKEN_BACK:
        return 0
    kind = Mark(mark.mark)
    if kind == Mark.EXCUSED and not mark.reason.strip():
        raise ExcuseNeedsReason(mark.enrolment_id)
    if kind in GONE:
        return 0
    if mark.minutes is None:
        if kind in PARTLY:
            raise MinutesNeeded(mark.enrolment_id)
        return session.minutes
    if not 1 <= mark.minutes <= session.minutes:
        raise MinutesOutOfRange(mark.enrolment_id, session.minutes)
    return mark.minutes
