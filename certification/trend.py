"""How a branch stood at the end of each of the last months: the board's own count, once for each month."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from certification.board import Figures, counted
from certification.models import Programme
from certification.queries import Filters
from people.models import User

MONTHS = 24


@dataclass(frozen=True)
class Month:
    """The last day of a month and how many people stood how that day."""

    day: date
    figures: Figures


@dataclass(frozen=True)
class Trend:
    """One programme over the months, the oldest first; nothing where nobody was asked for any."""

    programme: Programme | None = None
    months: tuple[Month, ...] = ()


def month_ends(day: date, count: int = MONTHS) -> list[date]:
    """The last days of so many months that are over by that day, the oldest first."""
    first_of_next = (day + timedelta(days=1)).replace(day=1)
    found = []
    for _month in range(count):
        found.append(first_of_next - timedelta(days=1))
        first_of_next = found[-1].replace(day=1)
    return found[::-1]


def trend(user: User, filters: Filters, programmes: Iterable[Programme]) -> Trend:
    """The chosen programme, or the one asked of most people in the newest month that has any; in one statement."""
    days = month_ends(filters.at)
    found = counted(user, [replace(filters, at=day) for day in days], None)
    by_number = {one.pk: one for one in programmes}
    asked = [
        max(totals, key=lambda number: (totals[number], -number))
        for month in found
        if (totals := {n: one.total for (n, _key), one in month.items() if n in by_number})
    ]
    if not asked:
        return Trend()
    chosen = asked[-1]
    return Trend(
        by_number[chosen],
        tuple(
            Month(day, month.get((chosen, None), Figures()))
            for day, month in zip(days, found, strict=True)
        ),
    )
