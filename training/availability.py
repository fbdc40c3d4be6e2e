"""When somebody has time: an ordinary week and the days that differ from it, as plain data. No database, no Django."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
Span = tuple[int, int]  # minutes of a day: from, up to


@dataclass(frozen=True)
class Week:
    """A stretch of an ordinary week; Monday is 1."""

    weekday: int
    starts: int
    ends: int


@dataclass(frozen=True)
class Days:
    """Days that differ: there is time then, or there is none."""

    first: date
    last: date
    is_available: bool
    starts: int = 0
    ends: int = DAY_MINUTES


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same minutes in order, with what touches or overlaps made one."""
    found: list[Span] = []
    for starts, ends in sorted(spans):
        if found and starts <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((starts, ends))
    return found


def without(spans: Iterable[Span], taken: Span) -> list[Span]:
    """What is left of them when those minutes are taken out."""
    found = []
    for starts, ends in spans:
        found += [(starts, min(ends, taken[0])), (max(starts, taken[1]), ends)]
    return [(starts, ends) for starts, ends in found if starts < ends]


def open_minutes(day: date, week: Iterable[Week], days: Iterable[Days]) -> list[Span]:
    """The stretches of that day in which there is time. What is said of a date goes before the ordinary week."""
    spans = merged((w.starts, w.ends) for w in week if w.weekday == day.isoweekday())
    for one in days:
        if one.first <= day <= one.last:
            span = (one.starts, one.ends)
            spans = merged([*spans, span]) if one.is_available else without(spans, span)
    return spans


def wall_clock(starts: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[tuple[date, Span]]:
    """The days on which something takes place there, each with its minutes of that day's clock."""
    begins, over = starts.astimezone(zone), ends.astimezone(zone)
    if begins.date() == over.date():
        # In the night in which the clock goes back, an end may read earlier than its start.
        first, last = sorted((_minute(begins), _minute(over)))
        yield begins.date(), (first, max(last, first + 1))
        return
    yield begins.date(), (_minute(begins), DAY_MINUTES)
    day = begins.date() + timedelta(days=1)
    while day < over.date():
        yield day, (0, DAY_MINUTES)
        day += timedelta(days=1)
    if _minute(over):
        yield over.date(), (0, _minute(over))


def has_time(
    starts: datetime, ends: datetime, zone: ZoneInfo, week: Iterable[Week], days: Iterable[Days]
) -> bool | None:
    """Is there time for all of it? None where nothing is known of that: no ordinary week, and no date says anything."""
    week, days = list(week), list(days)
    touched = list(wall_clock(starts, ends, zone))
    if week:
        return all(_within(open_minutes(day, week, days), span) for day, span in touched)
    there = [one for one in days if one.is_available]
    away = [one for one in days if not one.is_available]
    if any(_meets(one, day, span) for one in away for day, span in touched):
        return False
    return all(_within(open_minutes(day, [], there), span) for day, span in touched) or None


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _within(spans: Iterable[Span], wanted: Span) -> bool:
    return any(starts <= wanted[0] and wanted[1] <= ends for starts, ends in spans)


def _meets(one: Days, day: date, span: Span) -> bool:
    return one.first <= day <= one.last and one.starts < span[1] and span[0] < one.ends
