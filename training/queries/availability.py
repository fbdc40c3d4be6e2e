"""What trainers have said about when they have time: their ordinary week, and the days that differ from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from training.availability import Days, Week, has_time
from training.models import DatedTime, WeeklyHours


@dataclass(frozen=True)
class Said:
    """The hours that one trainer gave us."""

    week: list[Week] = field(default_factory=list)
    days: list[Days] = field(default_factory=list)

    def has_time(self, starts: datetime, ends: datetime, zone: str) -> bool | None:
        """Is there time for all of it on the trainer's clock? None where nothing is known of that."""
        return has_time(starts, ends, ZoneInfo(zone), self.week, self.days)


def said_by(trainers: Iterable[int]) -> dict[int, Said]:
    """Of each of them, whether they said anything or not: two queries."""
    found = {key: Said() for key in trainers}
    of = {"trainer__in": list(found)}
    for hours in WeeklyHours.objects.filter(**of):
        found[hours.trainer_id].week.append(Week(hours.weekday, hours.starts, hours.ends))
    for one in DatedTime.objects.filter(**of):
        days = Days(one.first, one.last, one.is_available, one.starts, one.ends)
        found[one.trainer_id].days.append(days)
    return found
