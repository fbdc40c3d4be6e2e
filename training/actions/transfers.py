"""A place moves to another edition of the course: one action, or nothing changes."""

from django.db import transaction

from people.access import may
from people.models import Organisation, User
from people.permissions import Permission
from training import notices
from training.actions import promotion
from training.actions.applicants import Applicant
from training.actions.conditions import why_not
from training.actions.enrolments import (
    cancel_one,
    needs_approval,
    new_place,
    places_now,
    status_for,
    too_late,
)
from training.actions.placing import (
    Status,
    audit_place,
    counted,
    lock_people,
    locked_all,
    locked_enrolment,
    require_cancelling,
    require_enrolling,
)
from training.actions.refusals import (
    MoveNeedsApproval,
    NoPlaceThere,
    NothingToMove,
    OtherCourse,
    TooLateToCancel,
)
from training.models import Edition, Enrolment


@transaction.atomic
def transfer(*, enrolment: Enrolment, to: Edition, by: User | None, reason: str = "") -> Enrolment:
    """Give the person a free place in the other edition and free the old one. Repeatable: the place there is returned.

    Raises `Refused` where the other edition has no place for the person; then the old place is as it was.
    """
    require_cancelling(by, enrolment)
    require_enrolling(by, enrolment.person, to, _nominator(enrolment, by))
    lock_people([enrolment.person])
    editions = locked_all([enrolment.edition, to])
    here, there = editions[enrolment.edition_id], editions[to.pk]
    old = locked_enrolment(enrolment, here)
    if old.moved_to and old.moved_to.edition_id == there.pk:
        return old.moved_to
    if old.status != Status.CONFIRMED or here.pk == there.pk:
        raise NothingToMove
    if too_late(old, by):
        raise TooLateToCancel(here)
    new = _place_there(old, there, by)
    new.save(force_insert=True)
    audit_place(by, "enrolment.confirmed", new, moved_from=str(old.pk))
    cancel_one(old, by, reason)
    old.moved_to = new
    old.save(update_fields=["moved_to"])
    audit_place(by, "enrolment.moved", old, to=str(new.pk))
    notices.place_moved(new)
    promotion.move_up(here)
    return new


def _place_there(old: Enrolment, there: Edition, by: User | None) -> Enrolment:
    if there.course.translation_key != old.edition.course.translation_key:
        raise OtherCourse
    applicant = Applicant(old.person, old.nominated_by, without=old)
    refusal = why_not(there, applicant)
    if refusal:
        raise refusal
    queue = counted(there, old.person_id)
    queue, seats = places_now(there, queue, old.person_id)
    if queue.existing:
        _leave_queue(Enrolment.objects.get(pk=queue.existing), there, by)
    new = new_place(there, applicant, by=by, queue=queue)
    if needs_approval(new, by):
        raise MoveNeedsApproval
    new.status = status_for([applicant.institution], seats, queue)
    if new.status != Status.CONFIRMED:
        raise NoPlaceThere
    return new


def _leave_queue(existing: Enrolment, there: Edition, by: User | None) -> None:
    """Whoever waits or has asked in the other edition already leaves that behind; a refusal there stands."""
    if existing.status not in (Status.WAITLISTED, Status.APPLIED):
        raise MoveNeedsApproval
    existing.edition = there
    cancel_one(existing, by, "")


def _nominator(enrolment: Enrolment, by: User | None) -> Organisation | None:
    """The institution for which the user moves whom it nominated; None for the person and for the organiser."""
    nominator = enrolment.nominated_by
    if by is None or nominator is None or by.person_id == enrolment.person_id:
        return None
    return nominator if may(by, Permission.NOMINATE, organisation=nominator) else None
