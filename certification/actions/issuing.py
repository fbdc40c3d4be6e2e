"""Issuing an edition's certificates together: one transaction each, so that it goes on wherever it was cut off."""

import logging
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from certification import batches, queue, sealing
from certification.actions import approvals, completion
from certification.actions.certificates import issue, issuing_authority
from certification.errors import (
    AnsweredAlready,
    NobodyToIssue,
    NotEarned,
    NotIssued,
    SealUnavailable,
)
from certification.models import Authority, Certificate, IssueBatch, IssueItem
from people import audit
from people.access import require
from people.models import User
from people.permissions import Permission
from training.models import Edition, Enrolment

log = logging.getLogger(__name__)
Status, State = IssueBatch.Status, IssueItem.State
OPEN = (Status.WAITING, Status.RUNNING, Status.STOPPED)
NOT_ALLOWED, UNEXPECTED = "not_allowed", "unexpected"


@transaction.atomic
def start(*, edition: Edition, by: User) -> IssueBatch:
    """Have the certificates of everybody who earned one issued; where one is under way, it is given back.

    At an authority that asks for a second person nothing happens before somebody else confirms. Raises
    `PermissionDenied`, a `NotIssued` where no authority issues, or `NobodyToIssue`.
    """
    edition = Edition.objects.select_for_update(no_key=True, of=("self",)).get(pk=edition.pk)
    authority = issuing_authority(edition.organiser)
    require(by, Permission.ISSUE, organisation=authority.organisation)
    approvals.expire(edition=edition)
    existing = IssueBatch.objects.filter(edition=edition, status__in=OPEN).first()
    if existing:
        return existing
    found = [one for one in batches.candidates(edition) if one.gets_one and one.programme]
    if not found:
        raise NobodyToIssue
    status = Status.WAITING if authority.asks_second_person else Status.RUNNING
    batch = IssueBatch.objects.create(edition=edition, authority=authority, status=status, by=by.pk)
    IssueItem.objects.bulk_create(
        IssueItem(batch=batch, enrolment=one.enrolment, programme=one.programme) for one in found
    )
    _record(batch, "issue.asked", by, items=len(found))
    if authority.asks_second_person:
        approvals.ask_for_issue(batch=batch, by=by)
    else:
        queue.ask_for_batch(batch.pk)
    return batch


@transaction.atomic
def resume(*, batch: IssueBatch, by: User) -> IssueBatch:
    """Go on with an issue that stopped, once what stopped it was mended. Whoever goes on issues what is left."""
    batch = _locked(batch.pk)
    require(by, Permission.ISSUE, organisation=batch.authority.organisation)
    if batch.status != Status.STOPPED:
        raise AnsweredAlready
    batch.status, batch.stopped_because, batch.by = Status.RUNNING, "", by.pk
    batch.save(update_fields=["status", "stopped_because", "by"])
    _record(batch, "issue.resumed", by)
    queue.ask_for_batch(batch.pk)
    return batch


def work(*, batch_id: int) -> None:
    """Issue what is left of a batch. Two at once take turns; killed anywhere, the next call goes on."""
    while _next(batch_id):
        pass


def _next(batch_id: int) -> bool:
    """One certificate; False when there is nothing more to do now."""
    try:
        with transaction.atomic():
            return _one(batch_id)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the job is tried again
    except Exception:
        log.exception("issue %s", batch_id)
        return _give_up_one(batch_id)


def _one(batch_id: int) -> bool:
    batch = _locked(batch_id)
    if batch.status != Status.RUNNING:
        return False
    item = _first_waiting(batch)
    if item is None:
        _finish(batch)
        return False
    try:
        # Before a number is taken: nobody is given a certificate that cannot be sealed.
        sealing.check_ready()
        item.certificate = _issued(item, batch)
        item.state = State.ISSUED
    except SealUnavailable as error:
        return _stop(batch, error.code)
    except PermissionDenied:
        return _stop(batch, NOT_ALLOWED)
    except NotIssued as error:
        item.state, item.problem = State.REFUSED, error.code
    item.save(update_fields=["state", "problem", "certificate"])
    batch.worked_at = timezone.now()
    batch.save(update_fields=["worked_at"])
    return True


def _issued(item: IssueItem, batch: IssueBatch) -> Certificate:
    # The user anew each time: a role that ended a moment ago issues nothing more.
    user = User.objects.filter(pk=batch.by or 0, is_active=True).first()
    if user is None:
        raise PermissionDenied
    locked = Enrolment.objects.select_for_update(no_key=True, of=("self",))
    enrolment = locked.select_related("person", "edition__course").get(pk=item.enrolment_id)
    is_completed = enrolment.status == Enrolment.Status.COMPLETED
    if is_completed and completion.falls_short(enrolment, item.programme):
        raise NotEarned
    return issue(enrolment=enrolment, programme=item.programme, by=user)


def _give_up_one(batch_id: int) -> bool:
    """One that cannot be issued for a reason nobody foresaw must not hold up the others."""
    with transaction.atomic():
        batch = _locked(batch_id)
        item = _first_waiting(batch)
        if batch.status != Status.RUNNING or item is None:
            return False
        item.state, item.problem = State.REFUSED, UNEXPECTED
        item.save(update_fields=["state", "problem"])
        return True


def _first_waiting(batch: IssueBatch) -> IssueItem | None:
    rows = IssueItem.objects.filter(batch=batch, state=State.WAITING)
    return rows.select_related("programme").order_by("pk").first()


def _locked(batch_id: int) -> IssueBatch:
    rows = IssueBatch.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("authority__organisation").get(pk=batch_id)


def _finish(batch: IssueBatch) -> None:
    batch.status, batch.done_at = Status.DONE, timezone.now()
    batch.save(update_fields=["status", "done_at"])
    counts = batches.progress(batch)
    _record(batch, "issue.done", None, issued=counts.issued, refused=counts.refused)


def _stop(batch: IssueBatch, code: str) -> bool:
    batch.status, batch.stopped_because = Status.STOPPED, code
    batch.save(update_fields=["status", "stopped_because"])
    _record(batch, "issue.stopped", None, because=code)
    return False


def _record(batch: IssueBatch, verb: str, by: User | None, **data: Any) -> None:
    organisation = Authority.objects.select_related("organisation").get(pk=batch.authority_id)
    audit.record(by=by, verb=verb, target=batch, organisation=organisation.organisation, **data)
