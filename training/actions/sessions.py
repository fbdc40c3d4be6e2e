"""Dated meetings. Edition, rooms and trainers are locked in that order before anything is written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Max, Min
from django.utils import timezone

from people import audit
from people.access import require
from people.models import Person, User
from people.permissions import Permission
from training import notices
from training.actions.errors import (
    EditionCancelled,
    ReasonNeeded,
    Refused,
    RoomTaken,
    SessionIsCancelled,
    TrainerTaken,
)
from training.models import Attendance, Edition, Enrolment, Room, Session, SessionTrainer
from training.signals import attendance_recorded

# What a calendar shows: a change of any of these counts as a new version of the event.
SHOWN = ("starts", "ends", "time_zone", "room_id", "link", "title")
# While an edition is a draft, or over, nobody is told that its plan changes.
TOLD = frozenset(set(Edition.Status) - {Edition.Status.DRAFT, Edition.Status.DONE})


@transaction.atomic
def add(
    *,
    by: User | None,
    edition: Edition,
    starts: datetime,
    ends: datetime,
    time_zone: str,
    room: Room | None = None,
    link: str = "",
    title: str = "",
    trainers: Sequence[Person] = (),
) -> Session:
    """Plan a meeting. Raises `RoomTaken` or `TrainerTaken` with the session that stands in the way."""
    edition = locked(edition, by)
    session = Session(
        edition=edition,
        starts=starts,
        ends=ends,
        time_zone=time_zone,
        room=room,
        link=link,
        title=title.strip(),
    )
    with _no_clash(session, trainers, by):
        session.save()
        _lead(session, trainers)
    _keep_dates(edition)
    _audit(by, "session.added", session)
    if edition.status in TOLD:
        notices.session_added(session)
    return session


@transaction.atomic
def move(
    *,
    by: User | None,
    session: Session,
    starts: datetime,
    ends: datetime,
    time_zone: str,
    room: Room | None = None,
    link: str = "",
    title: str = "",
    trainers: Sequence[Person] = (),
    reason: str = "",
) -> Session:
    """Give a meeting a new time, place, title or trainers; tell those concerned when time or place changes."""
    edition = locked(session.edition, by)
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    session.edition = edition
    if session.is_cancelled:
        raise SessionIsCancelled
    before, was = {name: getattr(session, name) for name in SHOWN}, copy(session)
    session.starts, session.ends, session.time_zone = starts, ends, time_zone
    session.room, session.link, session.title = room, link, title.strip()
    changed = [name for name in SHOWN if before[name] != getattr(session, name)]
    if changed:
        session.sequence += 1
        session.changed_at = timezone.now()
    with _no_clash(session, trainers, by):
        session.trainers.exclude(trainer__in=trainers).delete()
        session.save()
        _lead(session, trainers)
    if changed:
        _keep_dates(edition)
        _audit(by, "session.moved", session, fields=changed)
    if set(changed) - {"title"} and edition.status in TOLD:
        notices.session_changed(session, was=was, reason=reason.strip())
    return session


@transaction.atomic
def cancel(*, by: User | None, session: Session, reason: str) -> Session:
    """Cancel a meeting and tell those concerned; the room and the trainers are free again. Repeatable."""
    edition = locked(session.edition, by)
    session = Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    session.edition = edition
    if session.is_cancelled:
        return session
    if not reason.strip():
        raise ReasonNeeded
    _cancel_one(session, reason.strip())
    _keep_dates(edition)
    _audit(by, "session.cancelled", session)
    if edition.status in TOLD:
        notices.session_cancelled(session)
    # One meeting fewer is planned: whoever was at all the others may have enough now.
    present = Attendance.objects.filter(
        enrolment__edition=edition, enrolment__status=Enrolment.Status.CONFIRMED
    )
    ids = sorted(set(present.values_list("enrolment_id", flat=True)))
    if ids:
        attendance_recorded.send(sender=Attendance, enrolment_ids=ids)
    return session


@transaction.atomic
def add_trainer(*, by: User | None, session: Session, trainer: Person) -> bool:
    """Put one more trainer down; whether that was new. The caller holds the lock on the edition and may do it."""
    if session.trainers.filter(trainer=trainer).exists():
        return False
    with _no_clash(session, [trainer], by):
        _lead(session, [trainer])
    audit.record(
        by=by, verb="session.trainer_added", target=session, person=trainer,
        organisation=session.edition.organiser, edition=session.edition_id,
    )  # fmt: skip
    return True


def cancel_all(*, edition: Edition, reason: str) -> None:
    """Cancel the meetings of a cancelled edition. Its dates stay: people know it by them.

    Who had a place is told of that in one mail of its own; those who lead the meetings hear of these.
    """
    for session in edition.sessions.taking_place().select_for_update(no_key=True).order_by("pk"):
        _cancel_one(session, reason)
        notices.session_cancelled(session)


def locked(edition: Edition, by: User | None) -> Edition:
    """The edition, locked for a change of its sessions; a cancelled one has none any more."""
    rows = Edition.objects.select_for_update(no_key=True, of=("self",))
    edition = rows.select_related("organiser", "course").get(pk=edition.pk)
    require(by, Permission.SCHEDULE, organisation=edition.organiser)
    if edition.status == Edition.Status.CANCELLED:
        raise EditionCancelled(edition)
    return edition


def _cancel_one(session: Session, reason: str) -> None:
    session.is_cancelled, session.cancel_reason = True, reason
    session.sequence += 1
    session.changed_at = timezone.now()
    session.save(update_fields=["is_cancelled", "cancel_reason", "sequence", "changed_at"])


def _lead(session: Session, trainers: Sequence[Person]) -> None:
    leading = set(session.trainers.values_list("trainer_id", flat=True))
    for trainer in trainers:
        if trainer.pk not in leading:
            SessionTrainer.objects.create(
                session=session, trainer=trainer, starts=session.starts, ends=session.ends
            )


@contextmanager
def _no_clash(session: Session, trainers: Sequence[Person], by: User | None) -> Iterator[None]:
    """Lock room and trainers in the order of their keys, write, and name the clash if the database refuses."""
    if session.room_id:
        Room.objects.select_for_update(no_key=True).get(pk=session.room_id)
    keys = [trainer.pk for trainer in trainers]
    list(
        Person.objects.select_for_update(no_key=True)
        .filter(pk__in=keys)
        .order_by("pk")
        .values("pk")
    )
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, OperationalError) as error:
        clash = _clash(session, keys, by) if _is_overlap(error) else None
        if clash is None:
            raise
        raise clash from error


def _is_overlap(error: Exception) -> bool:
    """An exclusion constraint said so, or PostgreSQL ended a deadlock between two writers."""
    diagnosis = getattr(error.__cause__, "diag", None)
    overlaps = ("session_room_no_overlap", "session_trainer_no_overlap")
    return (
        isinstance(error, OperationalError) or getattr(diagnosis, "constraint_name", "") in overlaps
    )


def _clash(session: Session, trainers: list[int], by: User | None) -> Refused | None:
    others = Session.objects.taking_place().exclude(pk=session.pk)
    others = others.filter(starts__lt=session.ends, ends__gt=session.starts).select_related(
        "edition__course"
    )
    if session.room and (other := others.filter(room=session.room_id).first()):
        return RoomTaken(session.room, other, is_named=_is_seen(other, by))
    other = others.filter(trainers__trainer__in=trainers).first()
    if other is None:
        return None
    trainer = Person.objects.filter(pk__in=trainers, sessions_led__session=other).order_by("pk")[0]
    return TrainerTaken(trainer, other, is_named=_is_seen(other, by))


def _is_seen(session: Session, by: User | None) -> bool:
    """What is of another institution is not named: it may be a draft."""
    return by is None or Session.objects.visible_to(by).filter(pk=session.pk).exists()


def _keep_dates(edition: Edition) -> None:
    dates = edition.sessions.taking_place().aggregate(starts=Min("starts"), ends=Max("ends"))
    edition.starts, edition.ends = dates["starts"], dates["ends"]
    edition.save(update_fields=["starts", "ends"])


def _audit(by: User | None, verb: str, session: Session, **data: Any) -> None:
    organiser = session.edition.organiser
    audit.record(
        by=by, verb=verb, target=session, organisation=organiser, edition=session.edition_id, **data
    )
