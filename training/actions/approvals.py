"""Requests for a place where somebody decides: approved, or refused with a reason."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from people.models import Membership, Person, User
from people.permissions import Permission
from people.roles import ROLES
from training import notices
from training.actions.applicants import Applicant
from training.actions.conditions import AT_AN_ANSWER, why_not
from training.actions.enrolments import places_now
from training.actions.errors import ReasonNeeded
from training.actions.placing import (
    Status,
    audit_place,
    counted,
    fits,
    lock_people,
    locked,
    locked_enrolment,
    may_decide,
)
from training.actions.refusals import RequestIsDecided
from training.models import Edition, Enrolment


@transaction.atomic
def approve(*, enrolment: Enrolment, by: User | None) -> Enrolment:
    """Say yes: a place, or the waiting list where the person arrived with the request. Repeatable.

    A refusal can be taken back so. Raises `Refused` where the person cannot have the place any more.
    """
    edition = locked(enrolment.edition)
    lock_people([enrolment.person])
    enrolment = locked_enrolment(enrolment, edition)
    _require_deciding(by, enrolment)
    if enrolment.status not in (Status.APPLIED, Status.REFUSED):
        return enrolment
    applicant = Applicant(enrolment.person, enrolment.nominated_by)
    refusal = why_not(edition, applicant, only=AT_AN_ANSWER)
    if refusal:
        raise refusal
    queue, seats = places_now(edition, counted(edition, enrolment.person), enrolment.person)
    has_place = fits(seats, enrolment.institution, waiting=queue.waiting)
    enrolment.status = Status.CONFIRMED if has_place else Status.WAITLISTED
    enrolment.cancel_reason = ""
    _decided(enrolment, by)
    audit_place(by, "enrolment.approved", enrolment, place=enrolment.status)
    if has_place:
        notices.place_confirmed(enrolment)
    else:
        enrolment.rank = Enrolment.objects.with_own_rank().get(pk=enrolment.pk).rank
        notices.put_on_waiting_list(enrolment)
    return enrolment


@transaction.atomic
def refuse(*, enrolment: Enrolment, by: User | None, reason: str) -> Enrolment:
    """Say no, and why: the person reads it. Repeatable."""
    edition = locked(enrolment.edition)
    enrolment = locked_enrolment(enrolment, edition)
    _require_deciding(by, enrolment)
    if enrolment.status == Status.REFUSED:
        return enrolment
    if enrolment.status != Status.APPLIED:
        raise RequestIsDecided
    if not reason.strip():
        raise ReasonNeeded
    enrolment.status, enrolment.cancel_reason = Status.REFUSED, reason.strip()
    _decided(enrolment, by)
    audit_place(by, "enrolment.refused", enrolment)
    notices.request_refused(enrolment)
    return enrolment


def tell_deciders(enrolments: Iterable[Enrolment]) -> None:
    """Let those who can decide know that somebody asks: the nearest institution where anybody can."""
    for enrolment in enrolments:
        if enrolment.status == Status.APPLIED:
            notices.request_waits(enrolment, deciders_of(enrolment), timezone.localdate())


def deciders_of(enrolment: Enrolment) -> list[Person]:
    """People whose role lets them answer the request, at the institution that decides or the nearest above it."""
    by_institution = enrolment.edition.approval == Edition.Approval.INSTITUTION
    own = by_institution and enrolment.institution
    permission = Permission.NOMINATE if own else Permission.ENROL
    roles = [code for code, role in ROLES.items() if permission in role.permissions]
    for path in enrolment.decider.authority_paths():
        found = _holders(path, roles).exclude(pk=enrolment.person_id)
        if found:
            return list(found)
    return []


def _holders(path: str, roles: list[str]) -> QuerySet[Person]:
    held = Membership.objects.current().filter(organisation__path=path, role__in=roles)
    return Person.objects.filter(pk__in=held.values("person"), erased_at=None).order_by("pk")


def _require_deciding(by: User | None, enrolment: Enrolment) -> None:
    if not may_decide(by, enrolment):
        raise PermissionDenied


def _decided(enrolment: Enrolment, by: User | None) -> None:
    enrolment.decided_by, enrolment.decided_at = by, timezone.now()
    enrolment.save(update_fields=["status", "cancel_reason", "decided_by", "decided_at"])
