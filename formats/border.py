"""The engraved border of a certificate as one SVG: interlaced waves, a rosette in each corner, a faint one behind.

Worked out once and kept as `border.svg` beside this file (`python -m formats.border` writes it again): drawn anew for
each certificate it would cost more than the certificate. One period of the waves is a pattern, which keeps it small.
"""

import math
from collections.abc import Callable, Iterable
from pathlib import Path

FILE = Path(__file__).with_name("border.svg")

WIDTH, HEIGHT = 297.0, 210.0  # A4 landscape, millimetres
EDGE, DEEP = 9.0, 6.0  # white outside the band, depth of the band
PERIODS = (44, 30)  # waves along the long and the short side
INK, METAL, PALE = "#597483", "#a7874f", "#eef2f3"

Point = tuple[float, float]


def smooth(at: Callable[[float], Point], start: float, end: float, pieces: int) -> str:
    """SVG path data of a curve as cubics whose tangents are those of the curve."""
    step, tiny = (end - start) / pieces, 1e-5

    def slope(t: float) -> Point:
        (x1, y1), (x2, y2) = at(t - tiny), at(t + tiny)
        return (x2 - x1) / (2 * tiny) * step / 3, (y2 - y1) / (2 * tiny) * step / 3

    path = "M" + _numbers([at(start)])
    for piece in range(pieces):
        here, there = start + piece * step, start + (piece + 1) * step
        (x1, y1), (x2, y2), (u1, v1), (u2, v2) = at(here), at(there), slope(here), slope(there)
        path += "C" + _numbers([(x1 + u1, y1 + v1), (x2 - u2, y2 - v2), (x2, y2)])
    return path


def svg() -> str:
    """The whole border."""
    inner_width, inner_height = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE
    across, down = inner_width / PERIODS[0], inner_height / PERIODS[1]
    far_x, far_y = WIDTH - EDGE - DEEP, HEIGHT - EDGE - DEEP
    corners = [
        (x, y)
        for x in (EDGE + DEEP / 2, far_x + DEEP / 2)
        for y in (EDGE + DEEP / 2, far_y + DEEP / 2)
    ]
    return "".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" fill="none" '
            f'stroke-width=".1"><defs>{_pattern("across", across, far_y - EDGE)}'
            f"{_pattern('down', down, far_x - EDGE)}</defs>",
            f'<path stroke="{PALE}" d="{_rosette(WIDTH / 2, HEIGHT / 2 + 4, 74, 40, 0.2, 4)}"/>',
            f'<path fill="url(#across)" d="{_box(EDGE, EDGE, inner_width, DEEP)}',
            f'{_box(EDGE, far_y, inner_width, DEEP)}"/>',
            f'<path fill="url(#down)" d="{_box(EDGE, EDGE, DEEP, inner_height)}',
            f'{_box(far_x, EDGE, DEEP, inner_height)}"/>',
            "".join(f'<circle cx="{x:g}" cy="{y:g}" r="6.6" fill="#fff"/>' for x, y in corners),
            f'<path stroke="{INK}" d="{"".join(_rosette(x, y, 6.2, 12, 0.26, 4) for x, y in corners)}"/>',
            f'<path stroke="{METAL}" d="{"".join(_rosette(x, y, 2.7, 8, 0.42, 2) for x, y in corners)}"/>',
            f'<path stroke="{METAL}" stroke-width=".18" d="{_box(17.4, 17.4, WIDTH - 34.8, HEIGHT - 34.8)}"/></svg>\n',
        ]
    )


def _pattern(name: str, period: float, reach: float) -> str:
    """One period of the band; it repeats along its side, and `reach` farther on the opposite side."""
    sideways = name == "down"
    ink = "".join(
        _wave(period, height, shift, sideways) for height in (2.6, 1.9, 1.15) for shift in (0, 0.5)
    )
    metal = "".join(_wave(period, 2.6, shift, sideways) for shift in (0.25, 0.75))
    size = (
        f'width="{reach:g}" height="{period:.6f}"'
        if sideways
        else f'width="{period:.6f}" height="{reach:g}"'
    )
    return (
        f'<pattern id="{name}" x="{EDGE:g}" y="{EDGE:g}" {size} patternUnits="userSpaceOnUse">'
        f'<path stroke="{INK}" d="{ink}"/><path stroke="{METAL}" d="{metal}"/></pattern>'
    )


def _wave(period: float, height: float, shift: float, sideways: bool) -> str:
    """A sine over one period and a quarter before and after it, so that neighbouring tiles join without a gap."""

    def at(t: float) -> Point:
        x, y = t * period, DEEP / 2 + height * math.sin(2 * math.pi * (t + shift))
        return (y, x) if sideways else (x, y)

    return smooth(at, -0.25, 1.25, 6)


def _rosette(x: float, y: float, radius: float, petals: int, depth: float, strands: int) -> str:
    """Interlaced rings: the same flower a few times, each turned a little further."""

    def flower(shift: float) -> Callable[[float], Point]:
        def at(t: float) -> Point:
            r = radius * (1 - depth + depth * math.cos(petals * t + shift))
            return x + r * math.cos(t), y + r * math.sin(t)

        return at

    return "".join(
        smooth(flower(2 * math.pi * strand / strands), 0, 2 * math.pi, petals * 2) + "z"
        for strand in range(strands)
    )


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:g} {y:g}h{width:g}v{height:g}h{-width:g}z"


def _numbers(points: Iterable[Point]) -> str:
    return " ".join(f"{round(value, 2) + 0.0:g}" for point in points for value in point)


if __name__ == "__main__":
    FILE.write_text(svg(), encoding="ascii")
