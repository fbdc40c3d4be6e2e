"""The country's counties as a map: how large a part of each lacks a certificate. Only where a free map is at hand."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from certification.board import Line

FOLDER = Path(__file__).parent / "maps"
# A part up to so many percent without a certificate belongs to the step; the last step is everything above.
STEPS = (0, 10, 25, 50)
# Fewer counties with people make no map.
FEWEST = 2


@dataclass(frozen=True)
class Area:
    """A county: its outline, and its row of the board if anybody there is counted."""

    code: str
    path: str
    line: Line | None
    step: int | None

    @property
    def share(self) -> float:
        """The part of the people who lack a certificate that counts, from 0 to 1."""
        return _share(self.line) if self.line else 0

    @property
    def percent(self) -> int:
        """The same of a hundred, rounded."""
        return round(100 * self.share)


@dataclass(frozen=True)
class CountyMap:
    """Every county of the country and whose work the outlines are."""

    areas: tuple[Area, ...]
    view_box: str
    credit: dict[str, str]


def county_map(country: str, groups: Sequence[Line]) -> CountyMap | None:
    """The map of the rows of a board by county; nothing without a map of the country or with hardly any county."""
    drawing = _drawing(country)
    rows = {line.query.get("region", ""): line for line in groups if line.figures.total}
    if drawing is None or len(rows.keys() & drawing["regions"].keys()) < FEWEST:
        return None
    areas = tuple(
        Area(code, path, rows.get(code), step_of(rows.get(code)))
        for code, path in drawing["regions"].items()
    )
    credit = {name: drawing[name] for name in ("author", "source", "licence", "licence_url")}
    return CountyMap(areas, " ".join(map(str, drawing["view_box"])), credit)


def step_of(line: Line | None) -> int | None:
    """How dark a county is: 0 where nobody lacks a certificate, one more for each bound of `STEPS` that is passed."""
    if line is None or not line.figures.total:
        return None
    return sum(1 for bound in STEPS if 100 * _share(line) > bound)


def _share(line: Line) -> float:
    return line.figures.lacking / line.figures.total


@lru_cache
def _drawing(country: str) -> dict[str, Any] | None:
    """The outlines as they lie in the folder."""
    file = FOLDER / f"{country}.json"
    return json.loads(file.read_text("utf-8")) if file.is_file() else None
