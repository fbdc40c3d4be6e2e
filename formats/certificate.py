"""A certificate as a PDF: archival (PDF/A-3a), accessible (PDF/UA-1), byte for byte the same for the same record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from formats import logo, qr, typesetting
from formats.certificate_sizes import SecondWords, Words, sizes
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
# Asked for only where the paper says what they head.
MORE_LABELS = ("total", "rule", "replaces")
_NO_LINE = ("", "", False)


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
    total: str = ""
    rule: str = ""
    replaces: str = ""  # the number of the certificate that this one takes the place of
    period: str = ""
    result: str = ""
    legal_basis: str = ""
    signatories: tuple[tuple[str, str], ...] = ()  # (name, post)
    seal_note: str = (
        ""  # that the paper carries an electronic seal, which no one can see on the page
    )
    attachments: tuple[Attachment, ...] = field(default=())
    logo: bytes = b""  # a PNG of `formats.logo`
    # The same words in another language, printed beside or below ours. Number, code and seal are not repeated.
    second: "CertificateContent | None" = None

    @property
    def direction(self) -> str:
        """ "rtl" for a language that is written from right to left."""
        return typesetting.direction(self.language)


def render(content: CertificateContent, *, fonts: Path, timestamp: datetime) -> bytes:
    """The PDF. `fonts` is the folder of `fonts.typst_fonts`; `timestamp` (aware) is the document's only clock.

    It ends with a line break: without it the update that a seal appends is glued to %%EOF and the file is no PDF/A.
    """
    _complete(content)
    pdf = typesetting.pdf(
        "certificate.typ",
        _data(content, fonts),
        fonts=fonts,
        timestamp=timestamp,
        standards=("a-3a", "ua-1"),
    )
    return pdf + b"\n"


def picture(content: CertificateContent, *, fonts: Path, ppi: float = 96) -> bytes:
    """The same page as a PNG, to be looked at; should the words need a second page, only the first."""
    _complete(content)
    data = _data(content, fonts)
    return typesetting.picture("certificate.typ", data, fonts=fonts, kind="png", ppi=ppi)


def _complete(content: CertificateContent) -> None:
    papers = filter(None, (content, content.second))
    missing = [name for paper in papers for name in LABELS if name not in paper.labels]
    if missing:
        raise ValueError(f"A certificate needs these labels too: {', '.join(missing)}")


def _data(content: CertificateContent, fonts: Path) -> dict[str, Any]:
    facts = _facts(content)
    width, height = logo.size(content.logo) if content.logo else (0.0, 0.0)
    return {
        "direction": content.direction,
        "document_title": f"{_plain(content.title)} {_plain(content.number)}: {_plain(content.holder)}",
        "description": _plain(content.course),
        "number": _plain(content.number),
        **_said(content),
        "second": _said(content.second) if content.second else None,
        "facts": [
            {"label": label, "value": _own(value), "second": _own(other) if other else None, "wide": wide}
            for label, value, other, wide in facts
        ],
        "verify_url": content.verify_url,
        "shown_url": _plain(content.verify_url.split("://", 1)[-1]),
        "seal_note": _plain(content.seal_note),
        "qr": qr.svg(content.verify_url, title="", quiet=0),
        "logo": logo.as_svg(content.logo) if content.logo else "",
        "logo_size": [width, height],
        "sizes": sizes(_words(content, facts, width), fonts),
        "attachments": [_attached(attachment) for attachment in content.attachments],
    }  # fmt: skip


def _said(content: CertificateContent) -> dict[str, Any]:
    """The words of one language, those of the small print aside."""
    return {
        "language": content.language.split("-")[0],
        "authority": _own(content.authority),
        "title": _plain(content.title),
        "holder": _own(content.holder),
        "course": _own(content.course),
        "signatories": [
            {"name": _own(name), "post": _own(post)} for name, post in content.signatories
        ],
        "labels": {
            name: _plain(content.labels[name])
            for name in (*LABELS, *MORE_LABELS)
            if name in content.labels
        },
        "verify_hint": _plain(content.verify_hint),
    }


def _lines(content: CertificateContent, kinds: int) -> list[tuple[str, str, bool]]:
    """The small print in its order, with so many kinds of hours: (label, value, takes a whole line)."""
    labels = content.labels
    hours = (*content.hours, *[("", "")] * kinds)[:kinds]
    return [
        *((label, value, False) for label, value in hours),
        (labels.get("total", ""), content.total, False),
        (labels["period"], content.period, False),
        (labels["result"], content.result, False),
        (labels["category"], content.category, False),
        (labels["issued_on"], content.issued_on, False),
        (labels["valid_until"], content.valid_until, False),
        (labels.get("rule", ""), content.rule, False),
        (labels.get("replaces", ""), content.replaces, False),
        (labels["programme"], content.programme, True),
        (labels["legal_basis"], content.legal_basis, True),
    ]


def _facts(content: CertificateContent) -> list[tuple[str, str, str, bool]]:
    """(label, value, value in the second language, wide); what has nothing to say is left out."""
    own = _lines(content, len(content.hours))
    others = _lines(content.second, len(content.hours)) if content.second else [_NO_LINE] * len(own)
    found = []
    for (label, value, wide), (also, other, _) in zip(own, others, strict=True):
        if value:
            heading = f"{label} / {also}" if also and also != label else label
            second = other if other != value else ""
            found.append((_plain(heading), _plain(value), _plain(second), wide))
    return found


def _words(
    content: CertificateContent, facts: list[tuple[str, str, str, bool]], logo_width: float
) -> Words:
    second = content.second
    people = content.signatories
    posts = [post for _, post in second.signatories] if second else [""] * len(people)
    return Words(
        authority=_plain(content.authority),
        title=_plain(content.title),
        holder=_plain(content.holder),
        course=_plain(content.course),
        second=_second_words(second) if second else None,
        logo_width=logo_width,
        narrow=[fact[:3] for fact in facts if not fact[3]],
        wide=[fact[:3] for fact in facts if fact[3]],
        check=_check_lines(content),
        signatories=[
            (_plain(name), _plain(post), _plain(other))
            for (name, post), other in zip(people, posts, strict=True)
        ],
    )


def _second_words(second: CertificateContent) -> SecondWords:
    return SecondWords(
        authority=_plain(second.authority),
        title=_plain(second.title),
        holder=_plain(second.holder),
        course=_plain(second.course),
    )


def _check_lines(content: CertificateContent) -> list[tuple[str, str]]:
    """What stands beside the code."""
    second = content.second
    return [
        (_plain(content.labels["verify"]), "bold"),
        *([(_plain(second.labels["verify"]), "bold")] if second else []),
        (_plain(content.verify_hint), ""),
        (_plain(content.verify_url), ""),
        (_plain(content.seal_note), ""),
    ]


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
