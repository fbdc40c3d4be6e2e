"""The sizes at which a certificate fits its page: the holder's name as large as may be, the rest shrinking together.

Should a page still be too full, Typst goes on to a second one: words are moved, never cut off.
The measures are those of certificate.typ; a test sets papers of every length and counts the pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from formats.fitting import LINE, MM, balanced, block_height, even_room, fitted

ACROSS, DOWN = 237 * MM, 164 * MM
COURSE_ACROSS, CHECK_ACROSS = 225 * MM, 88 * MM
SCALES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7)
HOLDER, COURSE = (38, 35, 32, 29, 26, 23), (20, 18, 16, 14)
TITLE, AUTHORITY = (32, 29, 26, 23, 20), (13, 12, 11)
LABEL, VALUE, SENTENCE = 8.5, 11, 12

Pair = tuple[str, str]


@dataclass(frozen=True)
class Words:
    """What stands on the page, line by line, already cleaned."""

    authority: str
    title: str
    holder: str
    course: str
    narrow: Sequence[Pair]  # facts that share a row: (label, value)
    wide: Sequence[Pair]  # facts that take a row each
    check: Sequence[Pair]  # never empty: (text, "bold" or "")
    signatories: Sequence[Pair]


def sizes(words: Words, fonts: Path) -> dict[str, float]:
    """Font sizes and widths of blocks in points, the common scale and the number of columns."""
    chosen: dict[str, float] = {
        "columns": balanced(len(words.narrow), 4),
        "authority": fitted(words.authority, AUTHORITY, ACROSS, 1, fonts),
        "title": fitted(words.title, TITLE, ACROSS * 0.9, 1, fonts),
    }
    chosen["signature"], chosen["post"] = signature_sizes(len(words.signatories))
    room = DOWN - _head(words, chosen, fonts) - _foot(words, fonts) - 3 * MM
    for scale in SCALES:
        chosen["scale"] = scale
        chosen["holder"] = fitted(words.holder, [size * scale for size in HOLDER], ACROSS, 1, fonts)
        chosen["course"] = fitted(
            words.course, [size * scale for size in COURSE], COURSE_ACROSS, 2, fonts
        )
        if _middle(words, chosen, fonts) <= room:
            break
    chosen["authority_room"] = even_room(words.authority, chosen["authority"], ACROSS, fonts)
    chosen["holder_room"] = even_room(words.holder, chosen["holder"], ACROSS, fonts)
    chosen["course_room"] = even_room(words.course, chosen["course"], COURSE_ACROSS, fonts)
    return chosen


def signature_sizes(people: int) -> tuple[float, float]:
    """Name and post of those who sign: three of them share a row of narrow columns."""
    return (10.5, 9) if people < 3 else (9.5, 8)


def _head(words: Words, chosen: dict[str, float], fonts: Path) -> float:
    return (
        block_height(words.authority, chosen["authority"], ACROSS, fonts, bold=True)
        + block_height(words.title, chosen["title"] * 1.05, ACROSS, fonts, bold=True)
        + 10.5 * LINE
        + 7.8 * MM
    )


def _middle(words: Words, chosen: dict[str, float], fonts: Path) -> float:
    scale = chosen["scale"]
    return (
        block_height(words.holder, chosen["holder"], ACROSS, fonts, bold=True)
        + block_height(words.course, chosen["course"], COURSE_ACROSS, fonts, bold=True)
        + 2 * SENTENCE * LINE * scale
        + 15.7 * MM * scale
        + _facts(words.narrow, int(chosen["columns"]), scale, fonts)
        + _facts(words.wide, 1, scale, fonts)
    )


def _facts(cells: Sequence[Pair], columns: int, scale: float, fonts: Path) -> float:
    """Small labels over values, row by row."""
    room = (ACROSS - (columns - 1) * 7 * MM) / columns
    rows = [cells[at : at + columns] for at in range(0, len(cells), columns)]
    return sum(
        max(_fact(cell, room, scale, fonts) for cell in row) + 2.6 * MM * scale for row in rows
    )


def _fact(cell: Pair, room: float, scale: float, fonts: Path) -> float:
    label, value = cell
    return block_height(label, LABEL * scale, room, fonts) + block_height(
        value, VALUE * scale, room, fonts
    )


def _foot(words: Words, fonts: Path) -> float:
    """The QR code with its words beside it, and the signatures, three to a row."""
    beside = (CHECK_ACROSS if words.signatories else ACROSS) - 27.5 * MM
    check = sum(
        block_height(text, 9.5 if kind else LABEL, beside, fonts, bold=bool(kind))
        for text, kind in words.check
    )
    columns = min(len(words.signatories), 3) or 1
    room = (ACROSS - CHECK_ACROSS - 10 * MM - (columns - 1) * 8 * MM) / columns
    rows = [
        words.signatories[at : at + columns] for at in range(0, len(words.signatories), columns)
    ]
    name_size, post_size = signature_sizes(len(words.signatories))
    signed = sum(
        8.2 * MM
        + max(
            block_height(name, name_size, room, fonts, bold=True)
            + block_height(post, post_size, room, fonts)
            for name, post in row
        )
        for row in rows
    )
    return max(23 * MM, check + 2.4 * MM, signed)
