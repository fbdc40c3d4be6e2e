"""A certificate as a PDF: archival (PDF/A-3a), accessible (PDF/UA-1), byte for byte the same for the same record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from formats import qr, typesetting
from formats.certificate_sizes import Words, sizes
from formats.typesetting import UnprintableText
from formats.typesetting import own as _own
from formats.typesetting import plain as _plain

__all__ = ["LABELS", "Attachment", "CertificateContent", "UnprintableText", "render"]

# The words that the paper itself says; the caller translates them into the language of the certificate.
LABELS = (
    "number",  # "No."
    "intro",  # "This is to certify that"
    "completed",  # "has completed the course"
    "programme",
    "category",
    "period",
    "result",
    "legal_basis",
    "issued_on",
    "valid_until",
    "verify",  # heading beside the QR code: "Check this certificate"
    "qr_alt",  # what a screen reader says instead of the QR code
)


@dataclass(frozen=True)
class Attachment:
    """A file that travels inside the PDF, such as the credential."""

    name: str
    content: bytes
    mime: str
    description: str


@dataclass(frozen=True)
class CertificateContent:
    """Everything that a certificate says, in the words of its own language. Empty texts leave their line out."""

    language: str
    authority: str
    title: str
    number: str
    holder: str
    course: str
    issued_on: str
    valid_until: str  # a date, or the words for "no expiry"
    verify_url: str
    verify_hint: str
    labels: Mapping[str, str]
    programme: str = ""
    category: str = ""
    hours: tuple[tuple[str, str], ...] = ()  # ("Theory", "12 h")
    period: str = ""
    result: str = ""
    legal_basis: str = ""
    signatories: tuple[tuple[str, str], ...] = ()  # (name, post)
    seal_note: str = (
        ""  # that the paper carries an electronic seal, which no one can see on the page
    )
    attachments: tuple[Attachment, ...] = field(default=())

    @property
    def direction(self) -> str:
        """ "rtl" for a language that is written from right to left."""
        return typesetting.direction(self.language)


def render(content: CertificateContent, *, fonts: Path, timestamp: datetime) -> bytes:
    """The PDF. `fonts` is the folder of `fonts.typst_fonts`; `timestamp` (aware) is the document's only clock.

    It ends with a line break: without it the update that a seal appends is glued to %%EOF and the file is no PDF/A.
    """
    missing = [name for name in LABELS if name not in content.labels]
    if missing:
        raise ValueError(f"A certificate needs these labels too: {', '.join(missing)}")
    pdf = typesetting.pdf(
        "certificate.typ",
        _data(content, fonts),
        fonts=fonts,
        timestamp=timestamp,
        standards=("a-3a", "ua-1"),
    )
    return pdf + b"\n"


def _data(content: CertificateContent, fonts: Path) -> dict[str, Any]:
    labels = {name: _plain(content.labels[name]) for name in LABELS}
    facts = _facts(content, labels)
    return {
        "language": content.language.split("-")[0],
        "direction": content.direction,
        "document_title": f"{_plain(content.title)} {_plain(content.number)}: {_plain(content.holder)}",
        "description": _plain(content.course),
        "authority": _own(content.authority),
        "title": _plain(content.title),
        "number": _plain(content.number),
        "holder": _own(content.holder),
        "course": _own(content.course),
        "facts": [
            {"label": label, "value": _own(value), "wide": wide} for label, value, wide in facts
        ],
        "signatories": [
            {"name": _own(name), "post": _own(post)} for name, post in content.signatories
        ],
        "labels": labels,
        "verify_url": content.verify_url,
        "shown_url": _plain(content.verify_url.split("://", 1)[-1]),
        "verify_hint": _plain(content.verify_hint),
        "seal_note": _plain(content.seal_note),
        "qr": qr.svg(content.verify_url, title="", quiet=0),
        "sizes": sizes(_words(content, facts), fonts),
        "attachments": [_attached(attachment) for attachment in content.attachments],
    }


def _facts(content: CertificateContent, labels: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """The small print in its order, (label, value, takes a whole line); what has nothing to say is left out."""
    lines = [
        *((label, value, False) for label, value in content.hours),
        (labels["period"], content.period, False),
        (labels["result"], content.result, False),
        (labels["category"], content.category, False),
        (labels["issued_on"], content.issued_on, False),
        (labels["valid_until"], content.valid_until, False),
        (labels["programme"], content.programme, True),
        (labels["legal_basis"], content.legal_basis, True),
    ]
    return [(_plain(label), _plain(value), wide) for label, value, wide in lines if value]


def _words(content: CertificateContent, facts: list[tuple[str, str, bool]]) -> Words:
    return Words(
        authority=_plain(content.authority),
        title=_plain(content.title),
        holder=_plain(content.holder),
        course=_plain(content.course),
        narrow=[(label, value) for label, value, wide in facts if not wide],
        wide=[(label, value) for label, value, wide in facts if wide],
        check=[
            (_plain(content.labels["verify"]), "bold"),
            (_plain(content.verify_hint), ""),
            (_plain(content.verify_url), ""),
            (_plain(content.seal_note), ""),
        ],
        signatories=[(_plain(name), _plain(post)) for name, post in content.signatories],
    )


def _attached(attachment: Attachment) -> dict[str, Any]:
    """Text travels as text; anything else as a list of bytes, the only binary that JSON carries to Typst."""
    common = {
        "name": attachment.name,
        "mime": attachment.mime,
        "description": attachment.description,
    }
    try:
        return common | {"text": attachment.content.decode("utf-8")}
    except UnicodeDecodeError:
        return common | {"bytes": list(attachment.content)}
