"""Whether trainers have said that they have time: their ordinary week, and the days that differ from it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from training.models import DatedTime, TrainerProfile, WeeklyHours
from training.models.trainer import DAY_MINUTES

Span = tuple[int, int]


@dataclass(frozen=True)
class Times:
    """What one trainer has said. Without an ordinary week nothing is known but the days away."""

    zone: ZoneInfo
    weekly: dict[int, list[Span]]
    dated: list[DatedTime]

    def fits(self, starts: datetime, ends: datetime) -> bool:
        """Is the trainer free by what they have said, on each day that the meeting touches?"""
        first, last = starts.astimezone(self.zone), ends.astimezone(self.zone)
        day = first.date()
        while day <= last.date():
            begin = _minute(first.time()) if day == first.date() else 0
            end = _minute(last.time()) if day == last.date() else DAY_MINUTES
            if begin < end and not self._fits_on(day, begin, end):
                return False
            day += timedelta(days=1)
        return True

    def _fits_on(self, day: date, begin: int, end: int) -> bool:
        today = [one for one in self.dated if one.first <= day <= one.last]
        if any(not one.is_available and one.starts < end and begin < one.ends for one in today):
            return False
        if not self.weekly:
            return True
        spans = self.weekly.get(day.isoweekday(), [])
        return _covered(
            begin, end, [*spans, *((one.starts, one.ends) for one in today if one.is_available)]
        )


def times_of(trainers: Iterable[int], zone: str) -> dict[int, Times]:
    """Of those who have said anything: three queries. `zone` is the clock of those who named none."""
    keys = list(trainers)
    zones = dict(
        TrainerProfile.objects.filter(trainer__in=keys).values_list("trainer_id", "time_zone")
    )
    weekly: dict[int, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
    for row in WeeklyHours.objects.filter(trainer__in=keys):
        weekly[row.trainer_id][row.weekday].append((row.starts, row.ends))
    dated: dict[int, list[DatedTime]] = defaultdict(list)
    for away in DatedTime.objects.filter(trainer__in=keys):
        dated[away.trainer_id].append(away)
    return {
        key: Times(ZoneInfo(zones.get(key) or zone), dict(weekly.get(key, {})), dated.get(key, []))
        for key in {*weekly, *dated}
    }


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _covered(begin: int, end: int, spans: Iterable[Span]) -> bool:
    """Do the spans together hold every minute from begin to end?"""
    for start, stop in sorted(spans):
        if start <= begin < stop:
            begin = stop
    return begin >= end
