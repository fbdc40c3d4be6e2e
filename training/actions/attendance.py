"""The roll: who was there, for how many minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from people import audit
from people.access import may
from people.models import User
from people.permissions import Permission
from people.statements import answers, rows
from training.actions.errors import (
    MarksAreDisputed,
    Refused,
    RollIncomplete,
    RollTooEarly,
    SessionIsCancelled,
)
from training.actions.marks import Roll, RollMark
from training.models import Attendance, Edition, Enrolment, RollEntry, Session
from training.models.edition import acting_trainer
from training.signals import attendance_recorded

__all__ = [
    "RollMark", "Sent", "lock", "names_kept_until", "record", "require_trainer", "send_marks", "settle",
    "take_roll",
]  # fmt: skip

LEADS = "SELECT 1 FROM training_sessiontrainer WHERE session_id = %s AND trainer_id = %s"
LOCKED = "WHERE id = %s FOR NO KEY UPDATE"
KEPT_ON_PHONES = timedelta(days=8)  # to the midnight that ends the seventh


@dataclass(frozen=True)
class Sent:
    """What became of a mark from a phone: an entry, old or new, or the reason why it was not taken."""

    key: UUID | None
    entry: RollEntry | None = None
    refused: Refused | None = None
    is_all: bool = False  # the person's mark is now this one, and nothing else about them changed


@transaction.atomic
def take_roll(
    *,
    session: Session,
    by: User | None,
    marks: Sequence[RollMark],
    finish: bool = False,
    method: str = Attendance.Method.ROLL_CALL,
) -> list[Attendance]:
    """Write the marks that are new or different; the rows written. One that is refused refuses all.

    `finish` closes the roll of the session: everybody has a mark. With the last one the edition is done.
    """
    require_trainer(session, by)
    if finish:
        # The last roll ends the edition: lock it before the session, as those who move sessions do.
        editions = Edition.objects.select_related("organiser")
        editions = editions.select_for_update(no_key=True, of=("self",))
        session.edition = editions.get(pk=session.edition_id)
    session = lock(session)
    written = record(session=session, by=by, marks=marks, method=method)
    if finish:
        _finish(session, by)
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
    last = {mark.enrolment_id: mark for mark in marks}
    roll = Roll(session, by, last.keys(), list(last.values()), method)
    for mark in last.values():
        if not (only_new and mark.enrolment_id in roll.rows):
            roll.write(mark, strict=True)
    return _save(roll)


@transaction.atomic
def send_marks(*, session: Session, by: User | None, marks: Sequence[RollMark]) -> list[Sent]:
    """Take marks that a phone kept, in their order; what became of each. One that is refused stops no other.

    Each arrives once, however often it is sent; the server's clock says when.
    """
    require_trainer(session, by)
    roll = Roll(lock(session), by, {mark.enrolment_id for mark in marks}, marks)
    sent = []
    for mark in marks:
        try:
            entry = roll.write(mark)
        except Refused as refused:
            sent.append(Sent(mark.key, refused=refused))
        else:
            sent.append(Sent(mark.key, entry, is_all=roll.is_all(entry)))
    _save(roll)
    return sent


@transaction.atomic
def settle(*, session: Session, by: User | None, enrolment_id: int, choice: UUID) -> bool:
    """Decide which of two different marks is right; False where they are no longer in question."""
    require_trainer(session, by)
    session = lock(session)
    roll = Roll(session, by, [enrolment_id])
    roll.settle(enrolment_id, choice)
    decided = bool(roll.settled)
    _save(roll)
    return decided


def names_kept_until(session: Session) -> datetime:
    """How long a phone may keep the names of a session: seven days after the session's day."""
    day = session.ends.astimezone(ZoneInfo(session.time_zone)) + KEPT_ON_PHONES
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def lock(session: Session) -> Session:
    """The session with its row locked, so that two phones at it take turns; refused where it has no roll yet."""
    found = rows(Session, LOCKED, [session.pk])
    if not found:
        raise Session.DoesNotExist
    [locked] = found
    locked.edition = session.edition  # whose institution it is does not change meanwhile
    if locked.is_cancelled:
        raise SessionIsCancelled
    if locked.roll_opens > timezone.now():
        raise RollTooEarly
    return locked


def require_trainer(session: Session, by: User | None) -> None:
    """Whoever leads the session, or takes rolls for its organiser."""
    if by is None or may(by, Permission.TAKE_ROLL, organisation=session.edition.organiser):
        return
    trainer = acting_trainer(by)
    if not (trainer and answers(LEADS, [session.pk, trainer])):
        raise PermissionDenied


def _save(roll: Roll) -> list[Attendance]:
    """Write the marks and say so."""
    written = roll.save()
    if ids := sorted({*(row.enrolment_id for row in written), *roll.gone}):
        # Sent inside the transaction: whoever listens only defers a job, which then commits or vanishes with the marks.
        attendance_recorded.send(sender=Attendance, enrolment_ids=ids)
    return written


def _finish(session: Session, by: User | None) -> None:
    marked = Attendance.objects.filter(session=session).values("enrolment")
    places = Enrolment.objects.filter(edition=session.edition_id).taking_a_place()
    if missing := places.exclude(pk__in=marked).count():
        raise RollIncomplete(missing)
    disputed = RollEntry.objects.disputed().filter(session=session, enrolment__in=places)
    if people := disputed.values("enrolment").distinct().count():
        raise MarksAreDisputed(people)
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
