"""A certificate as a PDF: archival (PDF/A-3a), accessible (PDF/UA-1), byte for byte the same for the same record."""

import json
import re
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import typst

from formats import qr
from formats.certificate_sizes import Words, sizes

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
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_LONGEST_UNBROKEN = 34
_UNBROKEN = re.compile(rf"[^\s\u200b-]{{{_LONGEST_UNBROKEN + 1},}}")
# What could disturb the order of the printed line or has no glyph.
_SPACE = re.compile(
    r"[ \t\n\r\v\f\x85\u2000-\u200a\u2028\u2029\u3000]+|\u202f"
)  # the no-break space stays
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_UNSHOWN = re.compile(r'(?:the text|codepoint) `"(.*?)"`')
_local = threading.local()


class UnprintableText(ValueError):
    """A name or line holds a letter that the certificate's font cannot print; `text` is that letter."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"The certificate cannot print {text!r}; write the name in Latin, Cyrillic or Arabic letters."
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
        return "rtl" if self.language.split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def render(content: CertificateContent, *, fonts: Path, timestamp: datetime) -> bytes:
    """The PDF. `fonts` is the folder of `fonts.typst_fonts`; `timestamp` (aware) is the document's only clock.

    It ends with a line break: without it the update that a seal appends is glued to %%EOF and the file is no PDF/A.
    """
    missing = [name for name in LABELS if name not in content.labels]
    if missing:
        raise ValueError(f"A certificate needs these labels too: {', '.join(missing)}")
    try:
        pdf = _compiler(fonts).compile(
            sys_inputs={"data": json.dumps(_data(content, fonts), ensure_ascii=False)},
            format="pdf",
            pdf_standards=["a-3a", "ua-1"],
            timestamp=timestamp.astimezone(UTC),
        )
    except typst.TypstError as error:
        if found := _UNSHOWN.search(str(error)):
            raise UnprintableText(found[1]) from error
        raise
    return cast(bytes, pdf) + b"\n"


def _compiler(fonts: Path) -> typst.Compiler:
    """One compiler per thread and font folder: it keeps the fonts and the parsed template."""
    compilers: dict[Path, typst.Compiler] = _local.__dict__.setdefault("compilers", {})
    if fonts not in compilers:
        here = Path(__file__).parent
        compilers[fonts] = typst.Compiler(
            here / "certificate.typ", root=here, font_paths=[fonts], ignore_system_fonts=True
        )
    return compilers[fonts]


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


def _own(text: str) -> dict[str, Any]:
    """Somebody's own words with the direction of their first letter."""
    text = _plain(text)
    letters = (unicodedata.bidirectional(c) for c in text)
    first = next((kind for kind in letters if kind in {"L", "R", "AL"}), "L")
    return {"text": text, "rtl": first != "L"}


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


def _plain(text: str) -> str:
    """One line of printable text in which even an endless word can be broken."""
    text = unicodedata.normalize("NFC", _SPACE.sub(" ", _UNPRINTABLE.sub("", text)).strip())
    return _UNBROKEN.sub(lambda match: "\u200b".join(re.findall(".{1,12}", match[0])), text)
