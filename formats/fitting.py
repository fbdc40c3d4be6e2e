"""How much room words take in FiraGO, from the widths in the font itself.

Typst could measure while it sets a page, but that doubles the time; adding up advance widths costs microseconds.
Joined Arabic is narrower than its letters apart, so the sum errs on the safe side.
"""

import math
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

MM = 72 / 25.4
LINE = 1.32  # height of a line, leading included, in ems


@lru_cache(maxsize=8)
def _advances(font: Path) -> dict[int, float]:
    """The width of each character of a font in ems."""
    with TTFont(font, lazy=True) as face:
        em, metrics = face["head"].unitsPerEm, face["hmtx"].metrics
        return {code: metrics[glyph][0] / em for code, glyph in face.getBestCmap().items()}


@lru_cache(maxsize=4096)
def _ems(text: str, font: Path) -> float:
    table = _advances(font)
    return sum(table.get(ord(c), 0 if unicodedata.combining(c) else 0.7) for c in text)


def unshown(text: str, fonts: Path) -> str:
    """The first letter that papers cannot show, for the font has none; nothing where all can be shown."""
    known = _advances(fonts / "firago-bold.ttf")
    return next((c for c in text if ord(c) not in known and not c.isspace()), "")


def width(text: str, size: float, fonts: Path, *, bold: bool = False) -> float:
    """The width of one line in points, without kerning (which only narrows it)."""
    return size * _ems(text, fonts / ("firago-bold.ttf" if bold else "firago-regular.ttf"))


def lines(text: str, size: float, room: float, fonts: Path, *, bold: bool = False) -> int:
    """How many lines the text takes at that size when words are broken as Typst breaks them."""
    count, used = 1, 0.0
    space = width(" ", size, fonts, bold=bold)
    for word in text.replace("\u200b", " ").split():
        needed = width(word, size, fonts, bold=bold)
        if used and used + space + needed > room:
            count, used = count + 1, 0.0
        used += needed + (space if used else 0)
    return count


def fitted(text: str, sizes: Sequence[float], room: float, most: int, fonts: Path) -> float:
    """The largest of the sizes at which the bold text stands on no more than `most` lines, else the smallest."""
    return next(
        (size for size in sizes if lines(text, size, room, fonts, bold=True) <= most), sizes[-1]
    )


def even_room(text: str, size: float, room: float, fonts: Path) -> float:
    """The narrowest room in which the bold text takes no more lines than it must, so that no line holds one word."""
    least = lines(text, size, room, fonts, bold=True)
    if least == 1:
        return room
    shares = (share / 100 for share in range(50, 100, 5))
    return next(
        (
            room * share
            for share in shares
            if lines(text, size, room * share, fonts, bold=True) == least
        ),
        room,
    )


def block_height(text: str, size: float, room: float, fonts: Path, *, bold: bool = False) -> float:
    """The height in points of a paragraph."""
    return lines(text, size, room, fonts, bold=bold) * size * LINE


def balanced(count: int, most: int) -> int:
    """How many columns share so many cells evenly: 5 cells stand 3 + 2, not 4 + 1."""
    return max(1, math.ceil(count / math.ceil(count / most))) if count else 1
