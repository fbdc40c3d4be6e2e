"""Who signs credentials and with what; and each certificate's place in a status list, drawn once."""

import secrets
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from certification import issuer_keys, queue
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
from people.access import require
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
    require(by, Permission.MANAGE_ORGANISATION, organisation=authority.organisation)
    issuer = issuer_of(authority=authority)
    _lock(issuer)
    for key in IssuerKey.objects.filter(issuer=issuer, retired_at=None):
        key.retired_at = timezone.now()
        key.save(update_fields=["retired_at"])
    _record(issuer, "issuer.keys_rotated", by)
    return [key_of(issuer=issuer, kind=kind) for kind in Kind.values]


@transaction.atomic
def withdraw(*, key: IssuerKey, by: User | None) -> IssuerKey:
    """Stop standing for a key that was lost or stolen: it is no longer published, and nothing it signed counts.

    What was issued is signed anew with the next key, and the PDF files are made again; see docs/decisions/0014.
    """
    issuer = Issuer.objects.select_related("authority__organisation").get(pk=key.issuer_id)
    require(by, Permission.MANAGE_ORGANISATION, organisation=issuer.authority.organisation)
    _lock(issuer)
    key = IssuerKey.objects.get(pk=key.pk)
    if key.withdrawn_at:
        return key
    key.withdrawn_at = timezone.now()
    key.retired_at = key.retired_at or key.withdrawn_at
    key.save(update_fields=["withdrawn_at", "retired_at"])
    key_of(issuer=issuer, kind=key.kind)
    _record(issuer, "issuer.key_withdrawn", by, key=key.public)
    for status in StatusList.objects.filter(issuer=issuer):
        queue.ask_for_list(status.pk)
    if key.kind == Kind.PROOF:
        # Those, too, whose own key was withdrawn before and that this one signed in its place.
        signed = Credential.objects.filter(key__issuer=issuer, key__withdrawn_at__isnull=False)
        for pk in signed.filter(certificate__document__isnull=False).values_list("pk", flat=True):
            queue.ask_for_new_document(pk)
    return key


def live(key: IssuerKey) -> IssuerKey:
    """The key itself, or where it was withdrawn, the first one after it for which the issuer still stands."""
    if key.withdrawn_at is None:
        return key
    later = IssuerKey.objects.select_related("issuer").filter(
        issuer=key.issuer_id, kind=key.kind, withdrawn_at=None, made_at__gte=key.made_at
    )
    return later.order_by("made_at", "pk").first() or key_of(issuer=key.issuer, kind=key.kind)


def _record(issuer: Issuer, verb: str, by: User | None, **data: Any) -> None:
    organisation = issuer.authority.organisation
    audit.record(by=by, verb=verb, target=issuer, organisation=organisation, **data)


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
