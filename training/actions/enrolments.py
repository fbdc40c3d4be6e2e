"""Places: ask, lock the edition row, count, decide. Every change of a place goes through here or a module beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from people.models import Organisation, Person, User
from people.statements import insert, together, update
from training import notices
from training.actions import promotion
from training.actions.applicants import Applicant
from training.actions.conditions import COUNTED, why_not
from training.actions.errors import PlaceIsUsed, Refused
from training.actions.placing import (
    PUBLISHED,
    Queue,
    Status,
    asks_lock,
    audit_place,
    counted,
    deed_of_place,
    draw_code,
    free_code,
    locked,
    locked_and_counted,
    locked_enrolment,
    may_decide,
    next_number,
    require_cancelling,
    require_enrolling,
)
from training.actions.refusals import TooLateToCancel
from training.actions.seats import Seats, path_of, seats_of
from training.actions.urgency import ask_for_urgency
from training.models import Edition, Enrolment

# How the trail calls what is decided first.
DEEDS: dict[str, str] = {
    Status.APPLIED: "enrolment.asked",
    Status.CONFIRMED: "enrolment.confirmed",
    Status.WAITLISTED: "enrolment.waitlisted",
}


def enrol(
    *, person: Person, edition: Edition, by: User | None, nominated_by: Organisation | None = None
) -> Enrolment:
    """Give the person a place, a rank on the waiting list when the edition is full, or put a request on record where
    somebody decides.

    Called again it returns the same enrolment. Raises `Refused` where a condition is not met.
    """
    require_enrolling(by, person, edition, nominated_by)
    # Nothing is written before a refusal: there is nothing to go back to, so the page's transaction is enough.
    with transaction.atomic(savepoint=False):
        known = _asked(Applicant(person, nominated_by))
        found = _decided(known, edition, by)
    if isinstance(found, Refused):
        raise found
    return found


def enrol_oneself(*, edition: int, by: User) -> Enrolment | None:
    """As `enrol`, for whoever is signed in, by the key of an edition; nothing where there is none but a draft."""
    if by.person is None:
        raise PermissionDenied
    with transaction.atomic(savepoint=False):
        known = _asked(Applicant(by.person), PUBLISHED.asked(pk=edition))
        seen = PUBLISHED.made_of(known.more[0])
        found = _decided(known, seen[0], by) if seen else None
    if isinstance(found, Refused):
        raise found
    return found


@dataclass(frozen=True)
class _Known:
    """What is read about a person under their lock: in one go, as everybody asks it who enrols."""

    applicant: Applicant
    code: str  # that no other place has
    more: list[list[tuple[Any, ...]]]


def _asked(applicant: Applicant, *more: tuple[str, Any]) -> _Known:
    code, asks_taken = draw_code()
    _, taken, held, belongs, *rest = together(
        asks_lock([applicant.person]), asks_taken, *applicant.questions(), *more
    )
    applicant.know(held, belongs)
    return _Known(applicant, free_code() if taken else code, rest)


def _decided(known: _Known, edition: Edition, by: User | None) -> Enrolment | Refused:
    """The place, or why there is none."""
    applicant = known.applicant
    person = applicant.person
    # Asked before the edition's lock, so that nobody waits for it; what the lock finds changed is asked again.
    seen, refusal = edition, why_not(edition, applicant)
    edition, queue = locked_and_counted(seen, person.pk)
    if queue.existing:
        return Enrolment.objects.with_own_rank().get(pk=queue.existing)
    if edition is not seen:
        refusal = why_not(edition, applicant)
    refusal = refusal or why_not(edition, applicant, only=COUNTED)
    if refusal:
        return refusal
    queue, seats = places_now(edition, queue, person.pk)
    made = new_place(edition, applicant, by=by, queue=queue, code=known.code)
    made.status = made.status or status_for([applicant.institution], seats, queue)
    record(made, by=by, queue=queue)
    return made


def places_now(edition: Edition, queue: Queue, person: int) -> tuple[Queue, Seats]:
    """The count and the places, after whoever waits has had their chance at seats that the clock has released."""
    seats = _seats(edition, queue)
    if queue.overdue or (queue.waiting and seats.empty):
        promotion.move_up(edition)
        queue = counted(edition, person)
        seats = _seats(edition, queue)
    return queue, seats


def _seats(edition: Edition, queue: Queue) -> Seats:
    """The places by that count; kept ones are looked at where there are any."""
    if queue.has_reservations:
        return seats_of(edition, taken=queue.taken)
    return Seats(edition.capacity, queue.taken)


def status_for(institutions: Sequence[Organisation | None], seats: Seats, queue: Queue) -> Status:
    """A place for each of them, or the waiting list for all. Whoever waits comes first, except for seats kept for
    the institution of those who come."""
    paths = [path_of(institution) for institution in institutions]
    kept = min(seats.kept_for(path) for path in paths) >= len(paths)
    if queue.waiting and not kept:
        return Status.WAITLISTED
    return Status.CONFIRMED if seats.take_all(paths) else Status.WAITLISTED


def new_place(
    edition: Edition,
    applicant: Applicant,
    *,
    by: User | None,
    queue: Queue,
    party: UUID | None = None,
    code: str = "",
) -> Enrolment:
    """An enrolment that is not saved yet: a request where somebody else decides, else without a status."""
    made = Enrolment(
        edition=edition,
        person=applicant.person,
        queued_at=queue.arrives,
        nominated_by=applicant.nominated_by,
        institution=applicant.institution,
        party=party,
        code=code or free_code(),
    )
    made.status = Status.APPLIED if needs_approval(made, by) else ""
    return made


def needs_approval(place: Enrolment, by: User | None) -> bool:
    """Does somebody else decide? What an approver does for others is approved thereby; so is a nomination, where the
    person's own institution decides."""
    kinds = Edition.Approval
    if place.edition.approval == kinds.NONE:
        return False
    if place.edition.approval == kinds.INSTITUTION and place.nominated_by:
        return False
    return not may_decide(by, place)


def record(made: Enrolment, *, by: User | None, queue: Queue) -> None:
    """Save the place, write the trail and tell the person."""
    made.pk = queue.number or next_number()
    deed = deed_of_place(by, DEEDS[made.status], made)
    if made.status == Status.WAITLISTED and made.edition.has_priority:
        insert(made, deed)
        made.rank = _rank(made)
        together(*notices.of_a_new_place(made))
        return
    made.rank = queue.waiting + 1 if made.status == Status.WAITLISTED else None
    insert(made, deed, then=notices.of_a_new_place(made))


def _rank(made: Enrolment) -> int | None:
    """Where the rule puts the person, once it is known whether they are preferred."""
    ask_for_urgency(made.edition)
    ranked: Any = Enrolment.objects.with_own_rank().get(pk=made.pk)
    return ranked.rank


@transaction.atomic
def cancel(*, enrolment: Enrolment, by: User | None, reason: str = "") -> Enrolment:
    """Give up the place; in the same transaction it goes to the first of the waiting list. Repeatable.

    By oneself only until the edition's deadline; whoever answers for the edition may do it later, too.
    """
    require_cancelling(by, enrolment)
    edition = locked(enrolment.edition)
    enrolment = locked_enrolment(enrolment, edition)
    if enrolment.is_cancelled:
        return enrolment
    if enrolment.status in (Status.COMPLETED, Status.NOT_COMPLETED, Status.REFUSED):
        raise PlaceIsUsed
    if too_late(enrolment, by):
        raise TooLateToCancel(edition)
    cancel_one(enrolment, by, reason)
    notices.place_cancelled(enrolment)
    places_now(edition, counted(edition, enrolment.person_id), enrolment.person_id)
    return enrolment


def cancel_all(*, edition: Edition, by: User | None, reason: str) -> None:
    """Take every open place of an edition that does not take place. The caller holds the lock on the edition."""
    settled = (Status.CANCELLED, Status.COMPLETED, Status.NOT_COMPLETED, Status.REFUSED)
    rows = Enrolment.objects.filter(edition=edition).exclude(status__in=settled)
    for enrolment in rows.select_for_update(no_key=True).order_by("pk"):
        enrolment.edition = edition
        cancel_one(enrolment, by, reason)
        notices.place_cancelled(enrolment)


def too_late(enrolment: Enrolment, by: User | None) -> bool:
    """Has the deadline passed for somebody who gives up their own place? Who waits or asks may leave at any time."""
    until = enrolment.edition.cancel_until
    own = by is not None and by.person_id == enrolment.person_id
    return bool(own and enrolment.has_place and until and until <= timezone.now())


def cancel_one(enrolment: Enrolment, by: User | None, reason: str) -> None:
    """Mark one enrolment as given up. The caller holds the locks and tells the person."""
    enrolment.status, enrolment.cancelled_at = Status.CANCELLED, timezone.now()
    enrolment.cancel_reason = reason
    update(enrolment, "status", "cancelled_at", "cancel_reason")
    audit_place(by, "enrolment.cancelled", enrolment)
