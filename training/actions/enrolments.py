"""Places: lock the edition row, count again, decide. Every change of a place goes through here."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from people import audit
from people.access import may
from people.models import Organisation, Person, User
from people.permissions import Permission
from training import notices
from training.actions.conditions import waiting_may_move_up, why_not
from training.actions.errors import NotAParticipant, PlaceIsUsed
from training.models import Edition, Enrolment
from training.models.enrolment import enrolment_code

Status = Enrolment.Status


@transaction.atomic
def enrol(
    *, person: Person, edition: Edition, by: User | None, nominated_by: Organisation | None = None
) -> Enrolment:
    """Give the person a place, or a rank on the waiting list when the edition is full.

    Called again it returns the same enrolment. Raises `Refused` where a condition is not met.
    """
    _require_enrolling(by, person, edition, nominated_by)
    edition = _locked(edition)
    queue = _counted(edition, person)
    if queue.existing:
        return Enrolment.objects.with_own_rank().get(pk=queue.existing)
    refusal = why_not(edition, person)
    if refusal:
        raise refusal
    has_place = queue.taken < edition.capacity and not queue.waiting
    enrolment = Enrolment.objects.create(
        edition=edition,
        person=person,
        status=Status.CONFIRMED if has_place else Status.WAITLISTED,
        # A clock that steps back must not let a later arrival pass an earlier one.
        queued_at=max(timezone.now(), queue.last) if queue.last else timezone.now(),
        nominated_by=nominated_by,
        code=_free_code(),
    )
    enrolment.rank = None if has_place else queue.waiting + 1
    _audit(by, "enrolment.confirmed" if has_place else "enrolment.waitlisted", enrolment)
    if nominated_by:
        notices.nominated(enrolment, nominated_by)
    elif has_place:
        notices.place_confirmed(enrolment)
    else:
        notices.put_on_waiting_list(enrolment)
    return enrolment


@transaction.atomic
def cancel(*, enrolment: Enrolment, by: User | None, reason: str = "") -> Enrolment:
    """Give up the place; in the same transaction it goes to the first of the waiting list. Repeatable."""
    _require_cancelling(by, enrolment)
    edition = _locked(enrolment.edition)
    enrolment = Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
    enrolment.edition = edition
    if enrolment.is_cancelled:
        return enrolment
    if enrolment.status in (Status.COMPLETED, Status.NOT_COMPLETED):
        raise PlaceIsUsed
    _cancel_one(enrolment, by, reason)
    move_up(edition)
    return enrolment


def cancel_all(*, edition: Edition, by: User | None, reason: str) -> None:
    """Take every open place of an edition that does not take place. The caller holds the lock on the edition."""
    settled = (Status.CANCELLED, Status.COMPLETED, Status.NOT_COMPLETED)
    rows = Enrolment.objects.filter(edition=edition).exclude(status__in=settled)
    for enrolment in rows.select_for_update(no_key=True).order_by("pk"):
        enrolment.edition = edition
        _cancel_one(enrolment, by, reason)


def move_up(edition: Edition) -> list[Enrolment]:
    """Give free places to the waiting list in its order. The caller holds the lock on the edition."""
    if not waiting_may_move_up(edition):
        return []
    free = edition.capacity - Enrolment.objects.filter(edition=edition).taking_a_place().count()
    waiting = Enrolment.objects.filter(edition=edition).waiting().select_related("person")
    moved = list(waiting.select_for_update(no_key=True, of=("self",))[: max(free, 0)])
    for enrolment in moved:
        enrolment.edition = edition
        enrolment.status = Status.CONFIRMED
        enrolment.save(update_fields=["status"])
        _audit(None, "enrolment.moved_up", enrolment)
        notices.moved_up(enrolment)
    return moved


@transaction.atomic
def complete(*, enrolment: Enrolment, by: User | None, on: date) -> Enrolment:
    """Record that the person has done all that the course asks. Repeatable."""
    enrolment = _for_outcome(enrolment, by)
    if enrolment.status == Status.COMPLETED:
        return enrolment
    enrolment.status, enrolment.completed_on, enrolment.cancel_reason = Status.COMPLETED, on, ""
    enrolment.save(update_fields=["status", "completed_on", "cancel_reason"])
    _audit(by, "enrolment.completed", enrolment, on=on.isoformat())
    return enrolment


@transaction.atomic
def fail(*, enrolment: Enrolment, by: User | None, reason: str) -> Enrolment:
    """Record that the course was not completed, and why. Repeatable; a later `complete` overrides it."""
    enrolment = _for_outcome(enrolment, by)
    if enrolment.status != Status.CONFIRMED:
        return enrolment
    enrolment.status, enrolment.cancel_reason = Status.NOT_COMPLETED, reason
    enrolment.save(update_fields=["status", "cancel_reason"])
    _audit(by, "enrolment.not_completed", enrolment)
    return enrolment


@dataclass(frozen=True)
class _Queue:
    taken: int
    waiting: int
    last: datetime | None
    existing: int | None


def _locked(edition: Edition) -> Edition:
    rows = Edition.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("organiser", "course").get(pk=edition.pk)


def _counted(edition: Edition, person: Person) -> _Queue:
    mine = Q(person=person) & ~Q(status=Status.CANCELLED)
    counts = Enrolment.objects.filter(edition=edition).aggregate(
        taken=Count("pk", filter=Q(status__in=Status.taking_a_place())),
        waiting=Count("pk", filter=Q(status=Status.WAITLISTED)),
        last=Max("queued_at"),
        existing=Max("pk", filter=mine),
    )
    return _Queue(**counts)


def _free_code() -> str:
    while True:
        code = enrolment_code()
        if not Enrolment.objects.filter(code=code).exists():
            return code


def _cancel_one(enrolment: Enrolment, by: User | None, reason: str) -> None:
    enrolment.status, enrolment.cancelled_at = Status.CANCELLED, timezone.now()
    enrolment.cancel_reason = reason
    enrolment.save(update_fields=["status", "cancelled_at", "cancel_reason"])
    _audit(by, "enrolment.cancelled", enrolment)
    notices.place_cancelled(enrolment)


def _for_outcome(enrolment: Enrolment, by: User | None) -> Enrolment:
    if by and not may(by, Permission.ISSUE, organisation=enrolment.edition.organiser):
        raise PermissionDenied
    locked = Enrolment.objects.select_for_update(no_key=True, of=("self",))
    enrolment = locked.select_related("edition__organiser").get(pk=enrolment.pk)
    if not enrolment.has_place:
        raise NotAParticipant
    return enrolment


def _audit(by: User | None, verb: str, enrolment: Enrolment, **data: str) -> None:
    organiser = enrolment.edition.organiser
    audit.record(
        by=by, verb=verb, target=enrolment, person=enrolment.person_id, organisation=organiser,
        edition=enrolment.edition_id, **data,
    )  # fmt: skip


def _require_enrolling(
    by: User | None, person: Person, edition: Edition, nominated_by: Organisation | None
) -> None:
    """Oneself; people of one's branch into one's own editions; or people whom one's institution may nominate."""
    if by is None or (by.person_id == person.pk and nominated_by is None):
        return
    permission = Permission.NOMINATE if nominated_by else Permission.ENROL
    organisation = nominated_by or edition.organiser
    known = Person.objects.visible_to(by, permission).filter(pk=person.pk)
    if not may(by, permission, organisation=organisation) or not known.exists():
        raise PermissionDenied


def _require_cancelling(by: User | None, enrolment: Enrolment) -> None:
    if by is None or by.person_id == enrolment.person_id:
        return
    nominator = enrolment.nominated_by
    by_nominator = nominator and may(by, Permission.NOMINATE, organisation=nominator)
    if not (by_nominator or may(by, Permission.ENROL, organisation=enrolment.edition.organiser)):
        raise PermissionDenied
