"""Stacked bars and lines as SVG, drawn by the server. Numbers, patterns, dashes and marks say what colour says."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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


# Where lines begin and end, in percent of the picture: its edges are for marks and the numbers of the scale.
LEFT, RIGHT, TOP, BOTTOM = 3.0, 97.0, 8.0, 92.0


@dataclass(frozen=True)
class Point:
    """A mark on a line, in percent of the picture from its left and upper edge."""

    number: int
    x: float
    y: float


@dataclass(frozen=True)
class Drawn:
    """A line with its marks."""

    kind: str
    label: str
    points: tuple[Point, ...]

    @property
    def strokes(self) -> list[tuple[Point, Point]]:
        """From each mark to the next: percentages, which a polyline does not know."""
        return list(pairwise(self.points))


@dataclass(frozen=True)
class Level:
    """A line of the scale."""

    number: int
    y: float


def top_of(most: int) -> int:
    """The end of the scale: 2, 4 or 10 with noughts, so that its middle is a whole number too."""
    size = 10
    while size < most:
        size *= 10
    return next(end for end in (size // 5, size * 2 // 5, size) if end >= most)


def lines(
    series: Sequence[tuple[str, str, Sequence[int]]], *, rtl: bool = False
) -> tuple[list[Drawn], list[Level]]:
    """Each series (kind, label, numbers) as a line, time in the reader's direction; and three levels of the scale."""
    top = top_of(max((number for _k, _l, numbers in series for number in numbers), default=0))

    def height(number: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * number / top, 3)

    drawn = []
    for kind, label, numbers in series:
        step = (RIGHT - LEFT) / max(len(numbers) - 1, 1)
        xs = [round(LEFT + step * n, 3) for n in range(len(numbers))]
        if rtl:
            xs = [round(100 - x, 3) for x in xs]
        points = tuple(Point(n, x, height(n)) for n, x in zip(numbers, xs, strict=True))
        drawn.append(Drawn(kind, label, points))
    return drawn, [Level(number, height(number)) for number in (top, top // 2, 0)]
