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
BESIDE_LOGO = 5 * MM  # between the logo and the head, kept free on the other side too
SCALES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64)
HOLDER, COURSE = (38, 35, 32, 29, 26, 23), (20, 18, 16, 14)
TITLE, AUTHORITY = (32, 29, 26, 23, 20), (13, 12, 11)
LABEL, VALUE, SENTENCE = 8.5, 11, 12
# The second language: smaller, below the first.
SECOND = {"authority": 9.5, "title": 12, "sentence": 9, "holder": 14, "course": 11, "value": 9}
SECOND_POST = 7.5

Pair = tuple[str, str]
Line = tuple[str, str, str]  # label, value, value in the second language


@dataclass(frozen=True)
class SecondWords:
    """The large words in the second language."""

    authority: str
    title: str
    holder: str
    course: str


@dataclass(frozen=True)
class Words:
    """What stands on the page, line by line, already cleaned."""

    authority: str
    title: str
    holder: str
    course: str
    narrow: Sequence[Line]  # facts that share a row
    wide: Sequence[Line]  # facts that take a row each
    check: Sequence[Pair]  # never empty: (text, "bold" or "")
    signatories: Sequence[Line]  # name, post, post in the second language
    second: SecondWords | None = None
    logo_width: float = 0.0  # mm

    @property
    def head_room(self) -> float:
        """The width of the head: the whole page, or what lies between the logo and the same space opposite."""
        aside = self.logo_width * MM + BESIDE_LOGO if self.logo_width else 0.0
        return ACROSS - 2 * aside


def sizes(words: Words, fonts: Path) -> dict[str, float]:
    """Font sizes and widths of blocks in points, the common scale and the number of columns."""
    head = words.head_room
    chosen: dict[str, float] = {
        "columns": balanced(len(words.narrow), 4),
        "wide_columns": 2 if words.second else 1,
        "authority": fitted(words.authority, AUTHORITY, head, 1, fonts),
        "title": fitted(words.title, TITLE, head * 0.9, 1, fonts),
        "head_room": head,
    }
    chosen["signature"], chosen["post"] = signature_sizes(len(words.signatories))
    room = (
        DOWN - _head(words, chosen, fonts) - _foot(words, fonts) - (6 if words.second else 3) * MM
    )
    for scale in SCALES:
        chosen["scale"] = scale
        chosen["holder"] = fitted(words.holder, [size * scale for size in HOLDER], ACROSS, 1, fonts)
        chosen["course"] = fitted(
            words.course, [size * scale for size in COURSE], COURSE_ACROSS, 2, fonts
        )
        if _middle(words, chosen, fonts) <= room:
            break
    chosen["authority_room"] = even_room(words.authority, chosen["authority"], head, fonts)
    chosen["holder_room"] = even_room(words.holder, chosen["holder"], ACROSS, fonts)
    chosen["course_room"] = even_room(words.course, chosen["course"], COURSE_ACROSS, fonts)
    return chosen


def signature_sizes(people: int) -> tuple[float, float]:
    """Name and post of those who sign: three of them share a row of narrow columns."""
    return (10.5, 9) if people < 3 else (9.5, 8)


def _head(words: Words, chosen: dict[str, float], fonts: Path) -> float:
    room = words.head_room
    height = (
        block_height(words.authority, chosen["authority"], room, fonts, bold=True)
        + block_height(words.title, chosen["title"] * 1.05, room, fonts, bold=True)
        + 10.5 * LINE
        + 7.8 * MM
    )
    if words.second:
        height += block_height(words.second.authority, SECOND["authority"], room, fonts)
        height += block_height(words.second.title, SECOND["title"], room, fonts, bold=True)
    return height


def _middle(words: Words, chosen: dict[str, float], fonts: Path) -> float:
    scale = chosen["scale"]
    return (
        block_height(words.holder, chosen["holder"], ACROSS, fonts, bold=True)
        + block_height(words.course, chosen["course"], COURSE_ACROSS, fonts, bold=True)
        + 2 * SENTENCE * LINE * scale
        + 15.7 * MM * scale
        + (_second_middle(words.second, words.holder, scale, fonts) if words.second else 0.0)
        + _facts(words.narrow, int(chosen["columns"]), scale, fonts)
        + _facts(words.wide, int(chosen["wide_columns"]), scale, fonts)
    )


def _second_middle(second: SecondWords, holder: str, scale: float, fonts: Path) -> float:
    name = "" if second.holder == holder else second.holder
    return (
        2 * SECOND["sentence"] * LINE * scale
        + (block_height(name, SECOND["holder"] * scale, ACROSS, fonts) if name else 0.0)
        + block_height(second.course, SECOND["course"] * scale, COURSE_ACROSS, fonts, bold=True)
    )


def _facts(cells: Sequence[Line], columns: int, scale: float, fonts: Path) -> float:
    """Small labels over values, row by row."""
    room = (ACROSS - (columns - 1) * 7 * MM) / columns
    rows = [cells[at : at + columns] for at in range(0, len(cells), columns)]
    return sum(
        max(_fact(cell, room, scale, fonts) for cell in row) + 2.6 * MM * scale for row in rows
    )


def _fact(cell: Line, room: float, scale: float, fonts: Path) -> float:
    label, value, second = cell
    return (
        block_height(label, LABEL * scale, room, fonts)
        + block_height(value, VALUE * scale, room, fonts)
        + (block_height(second, SECOND["value"] * scale, room, fonts) if second else 0.0)
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
    signed = sum(
        8.2 * MM + max(_signature(line, len(words.signatories), room, fonts) for line in row)
        for row in rows
    )
    return max(23 * MM, check + 2.4 * MM, signed)


def _signature(line: Line, people: int, room: float, fonts: Path) -> float:
    name, post, second = line
    name_size, post_size = signature_sizes(people)
    return (
        block_height(name, name_size, room, fonts, bold=True)
        + block_height(post, post_size, room, fonts)
        + (block_height(second, SECOND_POST, room, fonts) if second and second != post else 0.0)
    )
