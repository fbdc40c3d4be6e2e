"""Offers of the waiting list: answered, passed on when nobody answers, and told on the telephone."""

from django.db import transaction
from django.utils import timezone

from people import audit
from people.access import require
from people.models import User
from people.permissions import Permission
from training import notices
from training.actions.placing import (
    Status,
    audit_place,
    locked,
    locked_enrolment,
    require_cancelling,
)
from training.actions.promotion import move_up
from training.actions.waiting_errors import OfferIsOver
from training.models import Edition, Enrolment


def pass_on(*, edition: Edition) -> list[Enrolment]:
    """Let offers run out whose deadline has passed, and give the places to the next. Repeatable, by clock alone."""
    if not Enrolment.objects.filter(edition=edition).offer_ran_out().exists():
        return []
    with transaction.atomic():
        return move_up(locked(edition))


def overdue_editions() -> list[Edition]:
    """Editions in which an offer ran out, the longest first."""
    over = Enrolment.objects.offer_ran_out().order_by("offer_until")
    keys = dict.fromkeys(over.values_list("edition", flat=True))
    found = Edition.objects.in_bulk(list(keys))
    return [found[key] for key in keys]


def answer(*, enrolment: Enrolment, yes: bool, by: User | None) -> Enrolment:
    """Take the offered place, or leave it to the next. Repeatable; raises OfferIsOver when it is too late.

    `by` is None for whoever holds the link of the offer, which only its mail has.
    """
    require_cancelling(by, enrolment)
    pass_on(edition=enrolment.edition)
    with transaction.atomic():
        edition = locked(enrolment.edition)
        enrolment = locked_enrolment(enrolment, edition)
        if enrolment.is_offer_open:
            _answered(enrolment, yes, by)
            if not yes:
                move_up(edition)
        elif not _was_answered(enrolment, yes):
            raise OfferIsOver(enrolment)
        return enrolment


@transaction.atomic
def note_call(*, enrolment: Enrolment, by: User) -> Enrolment:
    """Somebody called the person about the offer and did not reach them."""
    require(by, Permission.ENROL, organisation=enrolment.edition.organiser)
    enrolment = locked_enrolment(enrolment, locked(enrolment.edition))
    if enrolment.is_offer_open:
        enrolment.called_at = timezone.now()
        enrolment.save(update_fields=["called_at"])
        audit_place(by, "enrolment.called", enrolment)
    return enrolment


@transaction.atomic
def note_call_list(*, edition: Edition, by: User) -> None:
    """Somebody opened the list of people to call, with their telephone numbers."""
    require(by, Permission.ENROL, organisation=edition.organiser)
    audit.record(by=by, verb="calls.opened", target=edition, organisation=edition.organiser)


def _answered(enrolment: Enrolment, yes: bool, by: User | None) -> None:
    if yes:
        enrolment.status, enrolment.offer_until, enrolment.called_at = Status.CONFIRMED, None, None
        enrolment.save(update_fields=["status", "offer_until", "called_at"])
        audit_place(by, "enrolment.offer_accepted", enrolment)
        notices.place_confirmed(enrolment)
    else:
        enrolment.status, enrolment.cancelled_at = Status.CANCELLED, timezone.now()
        enrolment.save(update_fields=["status", "cancelled_at"])
        audit_place(by, "enrolment.offer_declined", enrolment)
        notices.place_cancelled(enrolment)


def _was_answered(enrolment: Enrolment, yes: bool) -> bool:
    """Is this the same answer once more?"""
    if yes:
        return enrolment.status == Status.CONFIRMED
    return enrolment.is_cancelled and not enrolment.offer_ran_out
