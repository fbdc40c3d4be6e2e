"""The credential of a certificate: derived from the stored content whenever it is asked for, byte for byte the same."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import caches

from certification import content, issuer_keys
from certification.actions import status_lists
from certification.actions.credentials import live, place
from certification.errors import ContentChanged
from certification.models import Certificate, Credential, Issuer, StatusList
from formats import credential, credential_badge, credential_check, data_integrity, multikey
from formats import status_list as bits
from formats.credential_badge import Badge
from formats.credential_check import Report
from formats.fonts import typst_fonts

# Kind of file: its media type.
KINDS = {
    "credential.json": credential.MEDIA_TYPE,
    "credential.jwt": credential.JWT_MEDIA_TYPE,
    "badge.png": "image/png",
    "badge.svg": "image/svg+xml",
}
KEPT = 600  # seconds that a file is kept: signing takes some 12 ms


def file(certificate: Certificate, kind: str) -> bytes | None:
    """One of the files of a certificate; None where the content was erased, whatever was kept before."""
    if not hasattr(certificate, "content"):
        return None
    row = _row(certificate)
    keys = f"{live(row.key).pk}-{live(row.jwt_key).pk}"
    # In the memory of this process only: an erasure leaves no copy in a table or on a disk.
    key = f"credential:{certificate.pk}:{certificate.content_sha256}:{keys}:{kind}"
    found: bytes = caches["local"].get_or_set(key, lambda: _made(certificate, kind, row), KEPT)
    return found


def document(certificate: Certificate) -> dict[str, Any]:
    """The signed credential. Raises `ContentChanged` or `CredentialUnavailable`; nothing doubtful is signed."""
    return _signed(certificate, _row(certificate))


def _signed(certificate: Certificate, row: Credential) -> dict[str, Any]:
    key = live(row.key)
    return data_integrity.sign(
        _unsigned(certificate, row),
        issuer_keys.proof_key(key),
        method=key.method,
        created=certificate.issued_at,
    )


def _made(certificate: Certificate, kind: str, row: Credential) -> bytes:
    if kind == "credential.jwt":
        key = live(row.jwt_key)
        unsigned = _unsigned(certificate, row)
        return data_integrity.jwt(unsigned, issuer_keys.jwt_key(key), kid=key.method).encode()
    data = credential.text(_signed(certificate, row))
    if kind == "credential.json":
        return data
    draw = credential_badge.png if kind == "badge.png" else credential_badge.svg
    return draw(_badge(certificate.content.snapshot), data, fonts=typst_fonts(settings.FONT_DIR))


def _row(certificate: Certificate) -> Credential:
    place(certificate=certificate)
    rows = Credential.objects.select_related(
        "status_list__issuer", "key__issuer", "jwt_key__issuer"
    )
    return rows.get(certificate=certificate)


def _unsigned(certificate: Certificate, row: Credential) -> dict[str, Any]:
    said = certificate.content.snapshot
    if content.fingerprint(said) != certificate.content_sha256:
        raise ContentChanged
    return credential.document(_holding(said, row))


def _holding(said: Mapping[str, Any], row: Credential) -> credential.Holding:
    """Only what the paper says goes in."""
    issuer, period = row.status_list.issuer, said["period"] or {}
    return credential.Holding(
        address=said["verify_url"],
        language=said["language"],
        title=said["title"],
        issuer=issuer.did,
        issuer_name=said["authority"],
        holder=said["holder"],
        number=said["number"],
        course_key=said["course"]["key"],
        course=said["course"]["title"],
        programme_code=said["programme"]["code"],
        programme=said["programme"]["name"],
        category=said["category"],
        hours="; ".join(f"{line['label']}: {line['text']}" for line in said["hours"]),
        result=said["result"],
        legal_basis=said["legal_basis"],
        zone=ZoneInfo(issuer.time_zone),
        issued_on=date.fromisoformat(said["issued_on"]["day"]),
        valid_from=date.fromisoformat(said["valid_from"]["day"]),
        valid_until=_day(said["valid_until"]["day"]),
        first_day=_day(period.get("from")),
        last_day=_day(period.get("to")),
        status=_status(row),
    )


def _status(row: Credential) -> dict[str, Any]:
    held = row.status_list
    return bits.entry(
        held.address(bits.REVOCATION), row.index, reference=held.address(bits.SUSPENSION)
    )


def _badge(said: Mapping[str, Any]) -> Badge:
    return Badge(
        language=said["language"],
        title=said["title"],
        course=said["course"]["title"],
        authority=said["authority"],
        number=said["number"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def did_document(issuer: Issuer) -> dict[str, Any]:
    """The issuer's keys, the newest of each kind first, the retired ones too, but none that was withdrawn."""
    rows = issuer.keys.filter(withdrawn_at=None).order_by("kind", "-made_at", "-pk")
    keys = [multikey.from_multikey(row.public) for row in rows]
    return multikey.did_document(issuer.did, keys)


def signed_list(code: str, number: int, purpose: str) -> str | None:
    """The signed list of that address, as fresh as it must be."""
    rows = StatusList.objects.select_related("issuer").filter(issuer__code=code, number=number)
    found = rows.first()
    if found is None:
        return None
    text: str = getattr(status_lists.fresh(status=found), purpose)
    return text


def examine(data: bytes, at: datetime) -> Report:
    """What somebody's credential is worth, if an issuer of ours signed it; no other address is asked."""
    return credential_check.check(data, _published, at)


def _published(address: str) -> Mapping[str, Any] | None:
    """What we publish under that address, without the detour through the network."""
    for issuer in Issuer.objects.all():
        if address == multikey.did_document_url(issuer.did):
            return did_document(issuer)
        if address.startswith(f"{issuer.address}/status/"):
            number, _, purpose = address.removeprefix(f"{issuer.address}/status/").partition("/")
            if purpose in (bits.REVOCATION, bits.SUSPENSION) and number.isdecimal():
                text = signed_list(issuer.code, int(number), purpose)
                return json.loads(text) if text else None
    return None
