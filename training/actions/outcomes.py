"""What became of a place: completed, or not."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from people.access import may
from people.models import User
from people.permissions import Permission
from training.actions.errors import NotAParticipant
from training.actions.placing import Status, audit_place
from training.models import Enrolment


@transaction.atomic
def complete(*, enrolment: Enrolment, by: User | None, on: date) -> Enrolment:
    """Record that the person has done all that the course asks. Repeatable."""
    enrolment = _for_outcome(enrolment, by)
    if enrolment.status == Status.COMPLETED:
        return enrolment
    enrolment.status, enrolment.completed_on, enrolment.cancel_reason = Status.COMPLETED, on, ""
    enrolment.save(update_fields=["status", "completed_on", "cancel_reason"])
    audit_place(by, "enrolment.completed", enrolment, on=on.isoformat())
    return enrolment


@transaction.atomic
def fail(*, enrolment: Enrolment, by: User | None, reason: str) -> Enrolment:
    """Record that the course was not completed, and why. Repeatable; a later `complete` overrides it."""
    enrolment = _for_outcome(enrolment, by)
    if enrolment.status != Status.CONFIRMED:
        return enrolment
    enrolment.status, enrolment.cancel_reason = Status.NOT_COMPLETED, reason
    enrolment.save(update_fields=["status", "cancel_reason"])
    audit_place(by, "enrolment.not_completed", enrolment)
    return enrolment


def _for_outcome(enrolment: Enrolment, by: User | None) -> Enrolment:
    if by and not may(by, Permission.ISSUE, organisation=enrolment.edition.organiser):
        raise PermissionDenied
    locked = Enrolment.objects.select_for_update(no_key=True, of=("self",))
    enrolment = locked.select_related("edition__organiser").get(pk=enrolment.pk)
    if not enrolment.has_place:
        raise NotAParticipant
    return enrolment
