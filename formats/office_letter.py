"""Letters of an office as PDF/UA-1: a page each, the address in the window of a DIN-lang envelope (DIN 5008 B)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from formats.typesetting import direction, own, pdf, plain

# What the window shows: name and five lines. Longer lines are broken, and the rest is left out.
MOST_LINES, LONGEST_LINE = 6, 90


@dataclass(frozen=True)
class Letter:
    """All that stands in one letter, in its own language. `items`: what is offered, as text and detail."""

    language: str
    sender: str
    recipient: Sequence[str]
    date: str
    subject: str
    greeting: str
    paragraphs: Sequence[str]
    sender_lines: Sequence[str] = ()
    items: Sequence[tuple[str, str]] = ()
    closing: Sequence[str] = ()
    regards: str = ""


def letters(
    content: Sequence[Letter],
    *,
    title: str,
    author: str,
    language: str,
    fonts: Path,
    timestamp: datetime,
) -> bytes:
    """One PDF with a page for each letter; the same content gives the same bytes."""
    if not content:
        raise ValueError("There is no letter to print.")
    data = {
        "language": language.split("-")[0],
        "direction": direction(language),
        "document_title": plain(title),
        "author": plain(author),
        "letters": [_letter(one) for one in content],
    }
    return pdf("office_letter.typ", data, fonts=fonts, timestamp=timestamp)


def _letter(one: Letter) -> dict[str, object]:
    back = " · ".join([one.sender, *one.sender_lines])
    return {
        "language": one.language.split("-")[0],
        "direction": direction(one.language),
        "sender": own(one.sender),
        "sender_lines": [own(line) for line in one.sender_lines],
        "back": own(_short(back)),
        "recipient": [own(_short(line)) for line in list(one.recipient)[:MOST_LINES]],
        "date": plain(one.date),
        "subject": own(one.subject),
        "greeting": own(one.greeting),
        "paragraphs": [own(text) for text in one.paragraphs if text],
        "items": [{"text": own(text), "detail": own(detail)} for text, detail in one.items],
        "closing": [own(text) for text in one.closing],
        "regards": plain(one.regards),
    }


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1].rstrip() + "…"
