"""Requests for a place where somebody decides: approved, or refused with a reason; together who asked together."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from people.models import User
from training import notices
from training.actions.applicants import Applicant
from training.actions.conditions import AT_AN_ANSWER, why_not
from training.actions.enrolments import places_now, status_for
from training.actions.errors import ReasonNeeded
from training.actions.placing import (
    Status,
    asked_together,
    audit_place,
    counted,
    lock_people,
    locked,
    locked_party,
    may_decide,
)
from training.actions.refusals import RequestIsDecided
from training.models import Edition, Enrolment


@transaction.atomic
def approve(*, enrolment: Enrolment, by: User | None) -> Enrolment:
    """Say yes: a place, or the waiting list where the person arrived with the request. Repeatable.

    A refusal can be taken back so. Raises `Refused` where the person cannot have the place any more.
    """
    lock_people(asked_together(enrolment))
    edition = locked(enrolment.edition)
    party = _party(enrolment, edition, by)
    asking = [one for one in party if one.status in (Status.APPLIED, Status.REFUSED)]
    for one in asking:
        refusal = why_not(edition, Applicant(one.person, one.nominated_by), only=AT_AN_ANSWER)
        if refusal:
            raise refusal
    if asking:
        first = asking[0].person_id
        queue, seats = places_now(edition, counted(edition, first), first)
        status = status_for([one.institution for one in asking], seats, queue)
        for one in asking:
            one.status, one.cancel_reason = status, ""
            _decided(one, by)
            audit_place(by, "enrolment.approved", one, place=status)
            _tell(one)
    return _same(enrolment, party)


@transaction.atomic
def refuse(*, enrolment: Enrolment, by: User | None, reason: str) -> Enrolment:
    """Say no, and why: the person reads it. Repeatable."""
    edition = locked(enrolment.edition)
    party = _party(enrolment, edition, by)
    if _same(enrolment, party).status == Status.REFUSED:
        return _same(enrolment, party)
    if _same(enrolment, party).status != Status.APPLIED:
        raise RequestIsDecided
    if not reason.strip():
        raise ReasonNeeded
    for one in party:
        if one.status == Status.APPLIED:
            one.status, one.cancel_reason = Status.REFUSED, reason.strip()
            _decided(one, by)
            audit_place(by, "enrolment.refused", one)
            notices.request_refused(one)
    return _same(enrolment, party)


def _party(enrolment: Enrolment, edition: Edition, by: User | None) -> list[Enrolment]:
    """The enrolment and those who asked together with it, locked; the user may decide on all of them."""
    party = locked_party(enrolment, edition)
    if not all(may_decide(by, one) for one in party):
        raise PermissionDenied
    return party


def _same(enrolment: Enrolment, party: list[Enrolment]) -> Enrolment:
    return next(one for one in party if one.pk == enrolment.pk)


def _decided(enrolment: Enrolment, by: User | None) -> None:
    enrolment.decided_by, enrolment.decided_at = by, timezone.now()
    enrolment.save(update_fields=["status", "cancel_reason", "decided_by", "decided_at"])


def _tell(enrolment: Enrolment) -> None:
    if enrolment.status == Status.CONFIRMED:
        notices.place_confirmed(enrolment)
    else:
        enrolment.rank = Enrolment.objects.with_own_rank().get(pk=enrolment.pk).rank
        notices.put_on_waiting_list(enrolment)
