"""Who signs credentials and with what; and each certificate's place in a status list, drawn once."""

import secrets

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from certification import issuer_keys
from certification.days import law_zone
from certification.errors import CredentialUnavailable
from certification.models import (
    Authority,
    Certificate,
    Credential,
    Issuer,
    IssuerKey,
    StatusList,
)
from formats.latin import latin
from formats.status_list import SIZE
from people import audit
from people.access import may
from people.models import User
from people.permissions import Permission

Kind = IssuerKey.Kind
FULL = SIZE // 2  # from then on every second draw would hit a place that is taken
DRAWS = 40


@transaction.atomic
def place(*, certificate: Certificate) -> Credential:
    """The certificate's keys and its place in a status list: taken on the first call, the same on every later one."""
    known = Credential.objects.filter(certificate=certificate).first()
    if known:
        return known
    issuer = issuer_of(authority=certificate.authority)
    keys = {"key": key_of(issuer=issuer, kind=Kind.PROOF)} | {
        "jwt_key": key_of(issuer=issuer, kind=Kind.JWT)
    }
    current = _newest_list(issuer)
    for _draw_number in range(DRAWS):
        try:
            with transaction.atomic():
                return Credential.objects.create(
                    certificate=certificate, status_list=current, index=_draw(), **keys
                )
        except IntegrityError:
            # Somebody was faster: with this certificate, or with this place.
            known = Credential.objects.filter(certificate=certificate).first()
            if known:
                return known
            current = _roomy_list(issuer, current)
    raise CredentialUnavailable("no_place_found")


@transaction.atomic
def issuer_of(*, authority: Authority) -> Issuer:
    """The authority as an issuer; it gets its address, for good, when it is first needed."""
    known = Issuer.objects.filter(authority=authority).first()
    if known:
        return known
    # The authority is locked, so that two who come first agree on one address.
    authority = Authority.objects.select_for_update(of=("self",)).get(pk=authority.pk)
    known = Issuer.objects.filter(authority=authority).first()
    if known:
        return known
    language = authority.organisation.language
    code = slugify(latin(authority.prefix, language))[:30] or "issuer"
    if Issuer.objects.filter(code=code).exists():
        code = f"{code}-{authority.pk}"
    return Issuer.objects.create(
        authority=authority,
        code=code,
        address=f"{settings.SITE_URL}/issuers/{code}",
        time_zone=str(law_zone()),
    )


@transaction.atomic
def key_of(*, issuer: Issuer, kind: str) -> IssuerKey:
    """The key with which the issuer signs now; made when it is first needed."""
    in_use = IssuerKey.objects.filter(issuer=issuer, kind=kind, retired_at=None)
    known = in_use.first()
    if known:
        return known
    _lock(issuer)
    return in_use.first() or IssuerKey.objects.create(
        issuer=issuer, kind=kind, **issuer_keys.made(kind)
    )


@transaction.atomic
def rotate(*, authority: Authority, by: User | None) -> list[IssuerKey]:
    """New keys for what is signed from now on. The old ones stay published, and what they signed stays as it is."""
    if by and not may(by, Permission.REVOKE, organisation=authority.organisation):
        raise PermissionDenied
    issuer = issuer_of(authority=authority)
    _lock(issuer)
    for key in IssuerKey.objects.filter(issuer=issuer, retired_at=None):
        key.retired_at = timezone.now()
        key.save(update_fields=["retired_at"])
    audit.record(
        by=by,
        verb="issuer.keys_rotated",
        target=issuer,
        organisation=authority.organisation,
    )
    return [key_of(issuer=issuer, kind=kind) for kind in Kind.values]


def _lock(issuer: Issuer) -> None:
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)


def _draw() -> int:
    return secrets.randbelow(SIZE)


def _newest_list(issuer: Issuer) -> StatusList:
    newest = StatusList.objects.filter(issuer=issuer).order_by("-number").first()
    return newest or StatusList.objects.get_or_create(issuer=issuer, number=1)[0]


def _roomy_list(issuer: Issuer, current: StatusList) -> StatusList:
    """Counted only after a draw hit a taken place: the fuller a list, the more often that happens."""
    if current.credentials.count() < FULL:
        return current
    return StatusList.objects.get_or_create(issuer=issuer, number=current.number + 1)[0]
