"""The second person: what an authority wants confirmed before it happens. Whoever asked cannot say yes."""

from datetime import date
from typing import cast

from django.db import transaction
from django.utils import timezone

from certification import queue
from certification.actions import events
from certification.days import today
from certification.errors import AnsweredAlready, NotNow, NotSecond
from certification.models import (
    Approval,
    Certificate,
    CertificateEvent,
    IssueBatch,
)
from notifications.actions import notify
from people import audit
from people.access import may, require
from people.models import User
from people.permissions import Permission
from people.queries import nearest_with
from training.models import Edition

Answer = Approval.Answer
Kind = CertificateEvent.Kind


def ask_for_issue(*, batch: IssueBatch, by: User) -> Approval:
    """Ask whether the certificates of a batch may be issued; in the transaction that makes the batch."""
    asked = Approval.objects.create(batch=batch, authority=batch.authority, asked_by=by.pk)
    _tell_colleagues(asked, by)
    return asked


@transaction.atomic
def ask_for_revocation(
    *, certificate: Certificate, by: User, reason: str, on: date | None = None
) -> Approval:
    """Ask whether a certificate may be revoked. Asked twice, the first question stands."""
    certificate = events.locked(certificate)
    require(by, Permission.REVOKE, organisation=certificate.authority.organisation)
    expire(certificate=certificate)
    waiting = Approval.objects.filter(certificate=certificate, answer="").first()
    if waiting:
        return waiting
    reason, day = " ".join(reason.split()), on or today()
    events.check(certificate, Kind.REVOKED, reason, day)
    asked = Approval.objects.create(
        certificate=certificate, authority=certificate.authority, reason=reason, on=day, asked_by=by.pk
    )  # fmt: skip
    _record(asked, "approval.asked", by)
    _tell_colleagues(asked, by)
    return asked


@transaction.atomic
def confirm(*, approval: Approval, by: User) -> Approval:
    """Say yes: what was asked for happens now. Raises `NotSecond` for whoever asked, `AnsweredAlready`, `NotNow`."""
    approval = _answered(approval, Answer.CONFIRMED, by)
    asker = User.objects.filter(pk=approval.asked_by, is_active=True).first()
    if asker is None or not may(
        asker, permission_of(approval), organisation=approval.authority.organisation
    ):
        raise NotNow
    if approval.batch_id:
        _let_run(approval.batch_id)
    else:
        events.happen(
            certificate=cast(
                Certificate, approval.certificate
            ),  # the database asks for one of the two
            kind=Kind.REVOKED,
            by=by,
            reason=approval.reason,
            on=approval.on,
            approval=approval,
        )
    _tell_asker(approval)
    return approval


@transaction.atomic
def refuse(*, approval: Approval, by: User) -> Approval:
    """Say no: nothing happens."""
    approval = _answered(approval, Answer.REFUSED, by)
    _close_batch(approval)
    _tell_asker(approval)
    return approval


@transaction.atomic
def withdraw(*, approval: Approval, by: User) -> Approval:
    """Take one's own question back."""
    approval = _answered(approval, Answer.WITHDRAWN, by)
    _close_batch(approval)
    return approval


def expire(*, edition: Edition | None = None, certificate: Certificate | None = None) -> None:
    """Close what nobody answered in time, so that it can be asked anew."""
    rows = Approval.objects.select_for_update(no_key=True, of=("self",)).filter(
        answer="", expires_at__lte=timezone.now()
    )
    found = rows.filter(batch__edition=edition) if edition else rows.filter(certificate=certificate)
    for approval in found:
        approval.answer, approval.answered_at = Answer.EXPIRED, timezone.now()
        approval.save(update_fields=["answer", "answered_at"])
        _close_batch(approval)


def permission_of(approval: Approval) -> Permission:
    """What one must be allowed to do oneself in order to confirm it."""
    return Permission.ISSUE if approval.batch_id else Permission.REVOKE


def _answered(approval: Approval, answer: Answer, by: User) -> Approval:
    """Write the answer down; two at once take turns, and the second is told that it came too late."""
    rows = Approval.objects.select_for_update(no_key=True, of=("self",))
    approval = rows.select_related("authority__organisation", "certificate", "batch").get(
        pk=approval.pk
    )
    require(by, permission_of(approval), organisation=approval.authority.organisation)
    if approval.answer or approval.expires_at <= timezone.now():
        raise AnsweredAlready
    if (approval.asked_by == by.pk) != (answer == Answer.WITHDRAWN):
        raise NotSecond
    approval.answer, approval.answered_by, approval.answered_at = answer, by.pk, timezone.now()
    approval.save(update_fields=["answer", "answered_by", "answered_at"])
    _record(approval, f"approval.{answer}", by)
    return approval


def _let_run(batch_id: int) -> None:
    IssueBatch.objects.filter(pk=batch_id).update(
        status=IssueBatch.Status.RUNNING, worked_at=timezone.now()
    )
    queue.ask_for_batch(batch_id)


def _close_batch(approval: Approval) -> None:
    if approval.batch_id:
        IssueBatch.objects.filter(pk=approval.batch_id).update(
            status=IssueBatch.Status.REFUSED, done_at=timezone.now()
        )


def _record(approval: Approval, verb: str, by: User) -> None:
    audit.record(
        by=by, verb=verb, target=approval, organisation=approval.authority.organisation,
        person=approval.certificate.person_id if approval.certificate else None,
        asked_by=approval.asked_by,
    )  # fmt: skip


def _tell_colleagues(approval: Approval, by: User) -> None:
    organisation = approval.authority.organisation
    for person in nearest_with(permission_of(approval), organisation, but=by.person_id or 0):
        key = f"second-person-{approval.pk}-{person.pk}"
        notify(person, "second_person_asked", dedupe=key, approval=approval)


def _tell_asker(approval: Approval) -> None:
    """Unless their role has ended since: then it is nothing of theirs any more."""
    asker = User.objects.filter(pk=approval.asked_by).select_related("person").first()
    place = approval.authority.organisation
    if asker and asker.person and may(asker, permission_of(approval), organisation=place):
        key = f"second-person-answered-{approval.pk}"
        notify(asker.person, "second_person_answered", dedupe=key, approval=approval)
