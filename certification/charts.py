"""Stacked bars as SVG, drawn by the server. Numbers and patterns say what colour says."""

from collections.abc import Sequence
from dataclasses import dataclass

# A part narrower than this (in percent) has no room for its number; the table beneath has it.
ROOM = 8.0


@dataclass(frozen=True)
class Part:
    """A part of a bar: where it begins and how wide it is, in percent of the bar from its left edge."""

    kind: str
    label: str
    number: int
    x: float
    width: float

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return round(self.x + self.width / 2, 3)

    @property
    def has_room(self) -> bool:
        """Is it wide enough for its number?"""
        return self.width >= ROOM


def stacked(parts: Sequence[tuple[str, str, int]], *, rtl: bool = False) -> list[Part]:
    """The parts (kind, label, number) side by side, in the reader's direction; those of nobody are left out."""
    total = sum(number for _kind, _label, number in parts)
    found, begun = [], 0
    for kind, label, number in parts:
        if number <= 0:
            continue
        x, width = 100 * begun / total, 100 * number / total
        left = 100 - x - width if rtl else x
        found.append(Part(kind, label, number, round(left, 3), round(width, 3)))
        begun += number
    return found
