"""The public holidays of a country from its rules: fixed days, days by Orthodox Easter, days of the Islamic year.

A rule is an entry of `presets/<country>/holidays.json`. Days of the Islamic year follow the tabular calendar: the
moon may be seen a day earlier or later, so they are marked as estimated.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from dateutil.easter import EASTER_ORTHODOX, easter

Rule = Mapping[str, Any]
# 1 Muharram of the year 1 as a day number of date.toordinal (16 July 622 of the Julian calendar).
_HIJRI_EPOCH = 227015
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Holiday:
    """One day. `names` by language; `is_moved` where it is the free working day for a holiday on a weekend."""

    day: date
    code: str
    names: Mapping[str, str]
    is_day_off: bool = True
    is_estimated: bool = False
    is_moved: bool = False

    def name(self, language: str) -> str:
        """Its name in that language."""
        return self.names.get(language) or self.names["en"]


def from_hijri(year: int, month: int, day: int) -> date:
    """The day of the tabular Islamic calendar, as the Gregorian calendar has it."""
    months = 29 * (month - 1) + (6 * month - 1) // 11
    return date.fromordinal(
        _HIJRI_EPOCH - 1 + (year - 1) * 354 + (3 + 11 * year) // 30 + months + day
    )


def holidays_of(preset: Mapping[str, Any], year: int) -> list[Holiday]:
    """All holidays of that year, in order; `preset` is the country's holidays.json."""
    is_day_off = preset.get("day_off", True)
    found = [
        Holiday(day, rule["code"], rule["names"], is_day_off, "hijri" in rule)
        for rule in preset["days"]
        for day in _days(rule, year)
    ]
    found.sort(key=lambda one: (one.day, one.code))
    if preset.get("moved_from_weekend"):
        fixed = {rule["code"] for rule in preset["days"] if "on" in rule}
        found += _moved([one for one in found if one.code in fixed], {one.day for one in found})
    return sorted(found, key=lambda one: (one.day, one.code))


def _days(rule: Rule, year: int) -> Iterator[date]:
    if not rule.get("since", year) <= year <= rule.get("until", year):
        return
    for first in _first(rule, year):
        for number in range(rule.get("days", 1)):
            day = first + number * _DAY
            if day.year == year:
                yield day


def _first(rule: Rule, year: int) -> list[date]:
    if "on" in rule:
        return [date.fromisoformat(f"{year}-{rule['on']}")]
    if "easter" in rule:
        return [easter(year, EASTER_ORTHODOX) + rule["easter"] * _DAY]
    month, day = map(int, rule["hijri"].split("-"))
    # The Islamic year is eleven days shorter: one Gregorian year may see a day of it twice.
    about = (year - 622) * 33 // 32
    return [from_hijri(one, month, day) for one in range(about - 1, about + 3)]


def _moved(fixed: Sequence[Holiday], taken: set[date]) -> Iterator[Holiday]:
    """For each holiday on a Saturday or Sunday the next working day that is none yet."""
    taken = set(taken)
    for one in fixed:
        if one.day.weekday() < 5:
            continue
        day = one.day
        while day.weekday() > 4 or day in taken:
            day += _DAY
        taken.add(day)
        yield replace(one, day=day, is_moved=True)
