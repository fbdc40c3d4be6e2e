"""What happens to a certificate after it was issued: revoked, suspended, reinstated, reviewed. Each with a reason."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from certification import queue
from certification.days import today
from certification.errors import DayOutOfRange, NotNow, ReasonNeeded, SecondPersonNeeded
from certification.models import Approval, Certificate, CertificateEvent, Credential
from notifications.actions import notify
from people import audit
from people.access import may
from people.models import User
from people.permissions import Permission

Kind = CertificateEvent.Kind
# After which last change of state (None: none yet) an event may follow.
MAY_FOLLOW: dict[str, frozenset[str | None]] = {
    Kind.REVOKED: frozenset({None, Kind.SUSPENDED, Kind.REINSTATED}),
    Kind.SUSPENDED: frozenset({None, Kind.REINSTATED}),
    Kind.REINSTATED: frozenset({Kind.REVOKED, Kind.SUSPENDED}),
    Kind.REVIEWED: frozenset({None, Kind.REINSTATED}),
}
NEEDS = {Kind.REVIEWED: Permission.ISSUE}  # all others: Permission.REVOKE
NOTICES = {
    Kind.REVOKED: "certificate_revoked",
    Kind.SUSPENDED: "certificate_revoked",
    Kind.REINSTATED: "certificate_reinstated",
}


def revoke(
    *, certificate: Certificate, by: User | None, reason: str, on: date | None = None
) -> CertificateEvent:
    """Take a certificate back. It stays on record and says so to everybody who checks it."""
    return happen(certificate=certificate, kind=Kind.REVOKED, by=by, reason=reason, on=on)


def suspend(
    *, certificate: Certificate, by: User | None, reason: str, on: date | None = None
) -> CertificateEvent:
    """Let a certificate not count for a time."""
    return happen(certificate=certificate, kind=Kind.SUSPENDED, by=by, reason=reason, on=on)


def reinstate(
    *, certificate: Certificate, by: User | None, reason: str, on: date | None = None
) -> CertificateEvent:
    """Let a revoked or suspended certificate count again."""
    return happen(certificate=certificate, kind=Kind.REINSTATED, by=by, reason=reason, on=on)


def review(
    *,
    certificate: Certificate,
    by: User | None,
    reason: str,
    on: date | None = None,
    next_review: date | None = None,
) -> CertificateEvent:
    """Record that the review which the law asks for took place, and when the next one is due."""
    return happen(
        certificate=certificate,
        kind=Kind.REVIEWED,
        by=by,
        reason=reason,
        on=on,
        next_review=next_review,
    )


@transaction.atomic
def happen(
    *,
    certificate: Certificate,
    kind: str,
    by: User | None,
    reason: str,
    on: date | None = None,
    next_review: date | None = None,
    approval: Approval | None = None,
) -> CertificateEvent:
    """Add an event to a certificate: whoever may do it at the issuing authority, with a reason, from a day on.

    Repeating what the certificate already says is an error (`NotNow`), so that a double click is not two events.
    Where the authority asks for a second person, a user revokes only with that person's `approval`.
    """
    certificate = locked(certificate)
    organisation = certificate.authority.organisation
    if by and not may_ever(certificate, kind, by):
        raise PermissionDenied
    if by and kind == Kind.REVOKED and not _confirmed(certificate, by, approval):
        raise SecondPersonNeeded
    reason, day = " ".join(reason.split()), on or today()
    check(certificate, Kind(kind), reason, day, next_review)
    event = CertificateEvent.objects.create(
        certificate=certificate,
        kind=kind,
        on=day,
        reason=reason,
        next_review=next_review,
        by=by.pk if by else None,
    )
    audit.record(
        by=by, verb=f"certificate.{kind}", target=certificate, person=certificate.person_id, organisation=organisation,
        on=day.isoformat(),
    )  # fmt: skip
    publish(certificate)
    if kind in NOTICES:
        _tell(certificate, event)
    return event


def publish(certificate: Certificate) -> None:
    """Have the status list signed anew in which the certificate has its bit; to be called after every event."""
    for list_id in Credential.objects.filter(certificate=certificate).values_list(
        "status_list", flat=True
    ):
        queue.ask_for_list(list_id)


def possible(certificate: Certificate, user: User) -> list[str]:
    """The kinds of event that this user may add now: what the page offers."""
    last = last_change(certificate)
    fitting = [kind for kind, after in MAY_FOLLOW.items() if (last.kind if last else None) in after]
    return [kind for kind in fitting if may_ever(certificate, kind, user)]


def may_ever(certificate: Certificate, kind: str, user: User) -> bool:
    """Does a role of the user reach the issuing authority with the permission for that kind of event?

    Nobody decides about their own certificate.
    """
    return user.person_id != certificate.person_id and may(
        user,
        NEEDS.get(Kind(kind), Permission.REVOKE),
        organisation=certificate.authority.organisation,
    )


def last_change(certificate: Certificate) -> CertificateEvent | None:
    """The last event that changed whether the certificate counts, those of later days included."""
    changes = [event for event in certificate.events.all() if event.kind != Kind.REVIEWED]
    return changes[-1] if changes else None


def _tell(certificate: Certificate, event: CertificateEvent) -> None:
    key, name = f"certificate-event-{event.pk}", NOTICES[Kind(event.kind)]
    notify(certificate.person, name, dedupe=key, certificate=certificate, event=event)


def _confirmed(certificate: Certificate, by: User, approval: Approval | None) -> bool:
    """Has a second person said yes to this very thing, where one is asked for?"""
    if not certificate.authority.asks_second_person:
        return True
    return bool(
        approval
        and approval.certificate_id == certificate.pk
        and approval.answer == Approval.Answer.CONFIRMED
        and approval.answered_by == by.pk != approval.asked_by
    )


def locked(certificate: Certificate) -> Certificate:
    """The certificate as it is now, until the transaction ends."""
    rows = Certificate.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("authority__organisation", "person").get(pk=certificate.pk)


def check(
    certificate: Certificate, kind: Kind, reason: str, day: date, next_review: date | None = None
) -> None:
    """Raise `ReasonNeeded`, `NotNow` or `DayOutOfRange` when that cannot happen to the certificate on that day."""
    if not reason:
        raise ReasonNeeded
    last = last_change(certificate)
    if (last.kind if last else None) not in MAY_FOLLOW.get(kind, frozenset()):
        raise NotNow
    latest = max([certificate.valid_from, *([last.on] if last else [])])
    if not latest <= day <= today() or (next_review and next_review <= day):
        raise DayOutOfRange
