"""Checking a file that somebody hands in: its bytes against the record, its seal, its proof, and what became of it.

A check that could not be made is never green, and while one is open the answer is at most "could not be checked".
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from certification import credentials, register, sealing
from certification.content import fingerprint
from certification.days import day_of
from certification.errors import CertificationError
from certification.models import Certificate, IssuedFile
from certification.register import Entry
from certification.verification import Check, Finding, Verdict, examine
from formats.credential_check import LONGEST, Report, State
from formats.pdf_inside import MOST_BYTES, attached, is_modest
from formats.seal import SealReport

CREDENTIAL = "credential.json"
Kind = IssuedFile.Kind
# The proof itself is in order, whatever became of the certificate.
PROVEN = frozenset({State.ACTIVE, State.NOT_YET, State.EXPIRED, State.SUSPENDED, State.REVOKED})
_ADDRESS = re.compile(rb"/v/([A-Za-z0-9_-]{16,40})/")
_RESULT = {True: "done", False: "failed", None: "open"}


def examine_file(data: bytes, now: datetime | None = None) -> Finding:
    """What a PDF or a JSON credential is worth. Whatever the bytes are, there is an answer."""
    now = now or timezone.now()
    if len(data) > MOST_BYTES:
        return _unreadable(_("The file is larger than 3 megabytes. No certificate of ours is."))
    if data.startswith(b"%PDF-"):
        return _pdf(data, now)
    if data.lstrip()[:1] == b"{":
        return _json(data.strip(), now)
    return _unreadable(_("This is neither a PDF nor a digital certificate (JSON)."))


def _pdf(data: bytes, now: datetime) -> Finding:
    known = _known(sha256(data).hexdigest(), Kind.PDF)
    entry = _entry_of(known) if known else _claimed(data)
    if entry is None:
        return _not_ours()
    safe = is_modest(data)
    seal = sealing.examine(data, at=known.made_at if known else now) if safe else None
    inside = attached(data, CREDENTIAL) if safe else None
    report = credentials.examine(inside, now) if inside and len(inside) <= LONGEST else None
    checks = (
        Check(_("The file is, byte for byte, one that was issued"), _RESULT[bool(known)]),
        Check(
            _("Its electronic seal is the issuer's and covers the whole file"),
            _RESULT[_sealed(seal, known)],
        ),
        Check(_("The digital certificate inside is signed by the issuer"), _RESULT[_proven(report)]),
    )  # fmt: skip
    return _judged(entry, checks, now)


def _json(data: bytes, now: datetime) -> Finding:
    report = credentials.examine(data, now)
    document = _read(data)
    if document is None:
        return _unreadable(_("This digital certificate cannot be read."))
    known = _known(fingerprint(document), Kind.CREDENTIAL)
    entry = _entry_of(known) if known else _claimed(str(document.get("id", "")).encode())
    if entry is None:
        return _not_ours()
    checks = (
        Check(_("It says, word for word, what was issued"), _RESULT[_same(entry, document, known)]),
        Check(_("It is signed by the issuer"), _RESULT[_proven(report)]),
    )
    return _judged(entry, checks, now)


def _judged(entry: Entry, checks: tuple[Check, ...], now: datetime) -> Finding:
    """The answer of the register, unless something speaks against the file itself."""
    found = examine(entry, day_of(now))
    found = replace(found, checks=(*checks, *found.checks))
    results = {check.result for check in checks}
    if "failed" in results:
        text = _("This file is not what the issuer issued. Do not rely on what it says.")
        return replace(found, verdict=Verdict.CHANGED, text=text, reason="")
    if "open" in results and found.verdict == Verdict.VALID:
        text = _("Part of it could not be checked. Open the certificate in the register instead.")
        return replace(found, verdict=Verdict.UNCHECKED, text=text)
    return found


def _sealed(seal: SealReport | None, known: IssuedFile | None) -> bool | None:
    """Is it sealed by us? None where nothing was looked at, or its key was never written down."""
    if seal is None:
        return None
    if known and seal.intact and seal.covers_whole_file and not seal.trusted:
        return None
    return seal.good


def _proven(report: Report | None) -> bool | None:
    """Is the proof the issuer's? None where that cannot be known, such as after a key was withdrawn."""
    if report is None or report.reason == "key_unknown":
        return None
    if report.state in PROVEN:
        return True
    # Signed and whole, but a list or a date of it could not be read: that is said by no colour.
    return False if report.state == State.TAMPERED else None


def _same(entry: Entry, document: Mapping[str, Any], known: IssuedFile | None) -> bool | None:
    """Does it say what was issued? By its fingerprint, else by making the credential again; None after an erasure."""
    if known:
        return True
    rows = Certificate.objects.select_related("content", "authority__organisation")
    certificate = rows.get(pk=entry.id)
    try:
        data = credentials.file(certificate, CREDENTIAL)
    except CertificationError:
        return None
    return None if data is None else json.loads(data) == document


def _known(digest: str, kind: str) -> IssuedFile | None:
    rows = IssuedFile.objects.select_related("certificate")
    return rows.filter(sha256=digest, kind=kind).first()


def _entry_of(known: IssuedFile) -> Entry | None:
    return register.by_token(known.certificate.token)


def _claimed(data: bytes) -> Entry | None:
    """Which certificate a file that we do not know says it is."""
    found = _ADDRESS.search(data)
    return register.by_token(found[1].decode()) if found else None


def _read(data: bytes) -> dict[str, Any] | None:
    if len(data) > LONGEST:
        return None
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _not_ours() -> Finding:
    text = _(
        "This file was not issued here, or it was changed so much that nothing of ours is left."
    )
    return Finding(Verdict.NOT_FOUND, text)


def _unreadable(text: str) -> Finding:
    return Finding(Verdict.UNCHECKED, text)
