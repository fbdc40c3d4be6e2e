"""Signing status lists: every few hours, at once after a certificate was taken back, and before an old one is sent."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from certification import issuer_keys
from certification.actions.credentials import key_of
from certification.models import CertificateEvent, IssuerKey, StatusList
from formats import credential, data_integrity, status_list
from formats.status_list import REVOCATION, SUSPENSION

Kind = CertificateEvent.Kind
VALID = timedelta(hours=24)
# Signed anew well before it runs out: one night without a worker harms nobody.
REFRESH = timedelta(hours=12)
SKEW = timedelta(minutes=10)  # that a verifier's clock may be behind ours


def fresh(*, status: StatusList) -> StatusList:
    """The list as it may be published: signed anew if it is old or something happened since."""
    now = timezone.now()
    if status.signed_at and status.signed_at > now - REFRESH:
        later = CertificateEvent.objects.filter(
            certificate__credential__status_list=status, at__gte=status.signed_at
        )
        if not later.exists():
            return status
    return sign(status=status)


@transaction.atomic
def sign(*, status: StatusList) -> StatusList:
    """Both lists made of the events and signed. Whoever comes at the same time waits and then sees all of them."""
    rows = StatusList.objects.select_for_update(no_key=True, of=("self",))
    status = rows.select_related("issuer").get(pk=status.pk)
    now = timezone.now()
    against, suspended = _bits(status)
    status.revocation = _signed(status, REVOCATION, against, now)
    status.suspension = _signed(status, SUSPENSION, suspended, now)
    status.signed_at = now
    status.save(update_fields=["revocation", "suspension", "signed_at"])
    return status


def sign_old(*, now: datetime | None = None) -> int:
    """Sign every list that is due; says how many there were."""
    limit = (now or timezone.now()) - REFRESH
    due = StatusList.objects.exclude(signed_at__gt=limit).order_by("pk")
    for status in due:
        sign(status=status)
    return len(due)


def _bits(status: StatusList) -> tuple[list[int], list[int]]:
    """The places of all that do not count now, and of those among them that are only suspended.

    Open Badges allows one status entry a credential, so the first list must hold every certificate that nobody may
    accept; the second tells those who look further that it is for a time (docs/decisions/0011-credential.md).
    """
    changes = CertificateEvent.objects.filter(certificate__credential__status_list=status)
    last = (
        changes.exclude(kind=Kind.REVIEWED)
        .order_by("certificate_id", "-on", "-pk")
        .distinct("certificate_id")
        .values_list("certificate__credential__index", "kind")
    )
    against = [(index, kind) for index, kind in last if kind != Kind.REINSTATED]
    return [index for index, _kind in against], [
        index for index, kind in against if kind == Kind.SUSPENDED
    ]


def _signed(status: StatusList, purpose: str, indexes: list[int], now: datetime) -> str:
    key = key_of(issuer=status.issuer, kind=IssuerKey.Kind.PROOF)
    unsigned = status_list.document(
        status.address(purpose),
        issuer=status.issuer.did,
        purpose=purpose,
        indexes=indexes,
        since=now - SKEW,
        until=now + VALID,
    )
    made = data_integrity.sign(unsigned, issuer_keys.proof_key(key), method=key.method, created=now)
    return credential.text(made).decode()
