"""The roll: who was there, for how many minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from people import audit
from people.access import require
from people.models import User
from people.permissions import Permission
from training.actions.errors import (
    MinutesNeeded,
    MinutesOutOfRange,
    NotAParticipant,
    RollIncomplete,
    RollTooEarly,
    SessionIsCancelled,
)
from training.models import Attendance, Edition, Enrolment, Session
from training.signals import attendance_recorded

Mark = Attendance.Mark
GONE = (Mark.ABSENT, Mark.EXCUSED)
PARTLY = (Mark.LATE, Mark.LEFT_EARLY)


@dataclass(frozen=True)
class RollMark:
    """What the trainer says of one person. Minutes are needed for late and left early, never for absent and excused."""

    enrolment_id: int
    mark: str
    minutes: int | None = None
    reason: str = ""


@transaction.atomic
def take_roll(
    *,
    session: Session,
    by: User | None,
    marks: Sequence[RollMark],
    finish: bool = False,
    method: str = Attendance.Method.ROLL_CALL,
) -> list[Attendance]:
    """Write the marks that are new or different; the rows written. A correction is audited with old and new.

    `finish` closes the roll of the session: everybody has a mark. With the last one the edition is done.
    """
    require_trainer(session, by)
    if finish:
        # The last roll ends the edition: lock it before the session, as those who move sessions do.
        Edition.objects.select_for_update(no_key=True).get(pk=session.edition_id)
    session = lock(session)
    written = record(session=session, by=by, marks=marks, method=method)
    if finish:
        have = Attendance.objects.filter(session=session).values_list("enrolment_id", flat=True)
        _finish(session, by, missing=len(_participants(session) - set(have)))
    return written


def record(
    *,
    session: Session,
    by: User | None,
    marks: Sequence[RollMark],
    method: str,
    only_new: bool = False,
) -> list[Attendance]:
    """The marks into a session that `lock` gave; the caller has asked who may. `only_new`: a mark that stands stays."""
    rows = {row.enrolment_id: row for row in Attendance.objects.filter(session=session)}
    expected = _participants(session)
    written = [
        row
        for mark in {mark.enrolment_id: mark for mark in marks}.values()
        if not (only_new and mark.enrolment_id in rows)
        and (row := _write(session, by, mark, rows.get(mark.enrolment_id), expected, method))
    ]
    new, changed = [r for r in written if r.pk is None], [r for r in written if r.pk]
    Attendance.objects.bulk_create(new)
    Attendance.objects.bulk_update(
        changed, ["mark", "minutes", "reason", "method", "recorded_by", "recorded_at"]
    )
    if new:
        taken = {str(row.enrolment_id): [row.mark, row.minutes] for row in new}
        _audit(by, "roll.taken", session, marks=taken, method=str(method))
    ids = sorted(row.enrolment_id for row in written)
    if ids:
        # Sent inside the transaction: whoever listens only defers a job, which then commits or vanishes with the marks.
        attendance_recorded.send(sender=Attendance, enrolment_ids=ids)
    return written


def roll_opens(session: Session) -> datetime:
    """Midnight of the session's day, where it takes place: trainers may begin before people arrive."""
    day = session.starts.astimezone(ZoneInfo(session.time_zone))
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def lock(session: Session) -> Session:
    """The session with its row locked, so that two phones at it take turns; refused where it has no roll yet."""
    locked = Session.objects.select_for_update(no_key=True, of=("self",))
    session = locked.select_related("edition__organiser").get(pk=session.pk)
    if session.is_cancelled:
        raise SessionIsCancelled
    if roll_opens(session) > timezone.now():
        raise RollTooEarly
    return session


def require_trainer(session: Session, by: User | None) -> None:
    """Whoever leads the session, or takes rolls for its organiser."""
    leads = by is not None and session.trainers.filter(trainer=by.person_id or 0).exists()
    if not leads:
        require(by, Permission.TAKE_ROLL, organisation=session.edition.organiser)


def _participants(session: Session) -> set[int]:
    places = Enrolment.objects.filter(edition=session.edition_id).taking_a_place()
    return set(places.values_list("pk", flat=True))


def _write(
    session: Session,
    by: User | None,
    mark: RollMark,
    row: Attendance | None,
    expected: set[int],
    method: str,
) -> Attendance | None:
    """The row as it is to be written, or None where nothing changes."""
    if mark.enrolment_id not in expected:
        raise NotAParticipant
    minutes, kind = _minutes(session, mark), Mark(mark.mark)
    new = (kind.value, minutes, mark.reason.strip())
    if row is None:
        row = Attendance(session=session, enrolment_id=mark.enrolment_id)
    else:
        old = (row.mark, row.minutes, row.reason)
        if old == new:
            return None
        _audit_correction(by, session, row, old, new)
    row.mark, row.minutes, row.reason = new
    row.method = method
    row.recorded_by, row.recorded_at = by, timezone.now()
    return row


def _minutes(session: Session, mark: RollMark) -> int:
    if mark.mark in GONE:
        return 0
    if mark.minutes is None:
        if mark.mark in PARTLY:
            raise MinutesNeeded(mark.enrolment_id)
        return session.minutes
    if not 1 <= mark.minutes <= session.minutes:
        raise MinutesOutOfRange(mark.enrolment_id, session.minutes)
    return mark.minutes


def _finish(session: Session, by: User | None, *, missing: int) -> None:
    if missing:
        raise RollIncomplete(missing)
    if session.roll_closed_at is not None:
        return
    session.roll_closed_at = timezone.now()
    session.save(update_fields=["roll_closed_at"])
    _audit(by, "roll.finished", session)
    edition = session.edition
    left = edition.sessions.taking_place().filter(roll_closed_at__isnull=True)
    if edition.status != Edition.Status.DONE and not left.exists():
        Edition.objects.filter(pk=edition.pk).update(status=Edition.Status.DONE, status_reason="")
        audit.record(
            by=by, verb="edition.status", target=edition, organisation=edition.organiser,
            before=edition.status, after=Edition.Status.DONE.value,
        )  # fmt: skip


def _audit(by: User | None, verb: str, session: Session, **data: Any) -> None:
    organiser = session.edition.organiser
    audit.record(
        by=by, verb=verb, target=session, organisation=organiser, edition=session.edition_id, **data
    )


def _audit_correction(
    by: User | None,
    session: Session,
    row: Attendance,
    old: tuple[str, int, str],
    new: tuple[str, int, str],
) -> None:
    person = Enrolment.objects.values_list("person_id", flat=True).get(pk=row.enrolment_id)
    audit.record(
        by=by, verb="attendance.corrected", target=row, person=person, organisation=session.edition.organiser,
        session=session.pk, old=list(old[:2]), new=list(new[:2]),  # the words of a reason are erased with the row
    )  # fmt: skip
