"""The papers of a room as PDF/UA-1: the sheet to sign, the list of participants, name badges, the sign at the door.

Everything is said in the words of the paper's language, which the caller gives; the same content gives the same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from formats import qr
from formats.fitting import MM, fitted
from formats.typesetting import direction, own, pdf, plain

BADGES_A_PAGE = 8
NAME_SIZES, TITLE_SIZES = (26, 22, 19, 16, 13), (48, 40, 34, 28, 22)


@dataclass(frozen=True)
class PeopleSheet:
    """A table of people with a head. `columns`: (heading, width in parts of the page; 0 as wide as its words)."""

    language: str
    organiser: str
    course: str
    title: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[str]]
    tall: bool = False  # room to write in
    closing: str = ""  # words before a line to sign on
    qr_url: str = ""
    qr_hint: str = ""
    qr_alt: str = ""


@dataclass(frozen=True)
class Badges:
    """Name badges: (name, what the person is here)."""

    language: str
    organiser: str
    course: str
    title: str
    people: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class DoorSign:
    """What hangs at the door."""

    language: str
    organiser: str
    course: str
    when: str
    room: str
    topic: str = ""
    trainers: str = ""
    trainers_label: str = ""


def people_sheet(content: PeopleSheet, *, fonts: Path, timestamp: datetime) -> bytes:
    """The sheet to sign or the list of participants; its head of columns stands on every page."""
    wrong = [row for row in content.rows if len(row) != len(content.columns)]
    if wrong:
        raise ValueError(f"A row has {len(wrong[0])} cells for {len(content.columns)} columns.")
    data = {
        **_frame(content.language, content.organiser, f"{content.title}: {content.course}"),
        "course": own(content.course),
        "title": plain(content.title),
        "facts": [
            {"label": plain(label), "value": own(value)} for label, value in content.facts if value
        ],
        "columns": [{"name": plain(name), "width": width} for name, width in content.columns],
        "rows": [[own(cell) for cell in row] for row in content.rows],
        "tall": content.tall,
        "closing": plain(content.closing),
        "qr": qr.svg(content.qr_url, title="", quiet=0) if content.qr_url else "",
        "qr_hint": plain(content.qr_hint),
        "qr_alt": plain(content.qr_alt),
    }
    return pdf("people_sheet.typ", data, fonts=fonts, timestamp=timestamp)


def badges(content: Badges, *, fonts: Path, timestamp: datetime) -> bytes:
    """Eight to a page, each name as large as its badge allows."""
    data = {
        **_frame(content.language, content.organiser, f"{content.title}: {content.course}"),
        "course": own(content.course),
        "organiser": own(content.organiser),
        "badges": [
            {
                "name": own(name),
                "role": own(role),
                "size": fitted(plain(name), NAME_SIZES, 83 * MM, 2, fonts),
            }
            for name, role in content.people
        ],
    }
    return pdf("badges.typ", data, fonts=fonts, timestamp=timestamp)


def door_sign(content: DoorSign, *, fonts: Path, timestamp: datetime) -> bytes:
    """One page to be read from the corridor."""
    data = {
        **_frame(content.language, content.organiser, content.course),
        "course": own(content.course),
        "organiser": own(content.organiser),
        "title_size": fitted(plain(content.course), TITLE_SIZES, 257 * MM, 3, fonts),
        "topic": own(content.topic),
        "when": own(content.when),
        "room": own(content.room),
        "trainers": own(content.trainers),
        "trainers_label": plain(content.trainers_label),
    }
    return pdf("door_sign.typ", data, fonts=fonts, timestamp=timestamp)


def _frame(language: str, author: str, title: str) -> dict[str, Any]:
    """What `paper` of paper.typ asks for."""
    return {
        "language": language.split("-")[0],
        "direction": direction(language),
        "document_title": plain(title),
        "author": plain(author),
    }
