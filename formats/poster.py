"""The poster of an edition, A4: what, when, where, and a code that leads to the page where one enrols. PDF/UA-1."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from formats import qr
from formats.fitting import MM, fitted
from formats.typesetting import direction, own, pdf, plain

TITLE_SIZES = (44, 38, 32, 27, 23, 19)
FACTS_AT_MOST = 8


@dataclass(frozen=True)
class Poster:
    """All that the poster says, in the words of its own language."""

    language: str
    organiser: str
    course: str
    facts: Sequence[tuple[str, str]]  # ("Dates", "7–28 March 2026")
    invitation: str  # "Enrol with your phone"
    hint: str  # how, for somebody who has never used such a code
    url: str
    code: str
    code_label: str
    qr_alt: str
    closing: str = ""  # whom to ask without a telephone of that kind


def poster(content: Poster, *, fonts: Path, timestamp: datetime) -> bytes:
    """One page; the same content gives the same bytes."""
    data = {
        "language": content.language.split("-")[0],
        "direction": direction(content.language),
        "document_title": plain(content.course),
        "author": plain(content.organiser),
        "organiser": own(content.organiser),
        "course": own(content.course),
        "title_size": fitted(plain(content.course), TITLE_SIZES, 174 * MM, 4, fonts),
        "facts": [
            {"label": plain(label), "value": own(value)}
            for label, value in content.facts[:FACTS_AT_MOST]
            if value
        ],
        "invitation": plain(content.invitation),
        "hint": plain(content.hint),
        "url": content.url,
        "shown_url": plain(content.url.split("://", 1)[-1]),
        "code": plain(content.code),
        "code_label": plain(content.code_label),
        "closing": own(content.closing),
        "qr": qr.svg(content.url, title="", quiet=0),
        "qr_alt": plain(content.qr_alt),
    }
    return pdf("poster.typ", data, fonts=fonts, timestamp=timestamp)
