"""Meetings before they are in the database: by a rhythm, or moved from another edition. Plain data, no queries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from training import clock

if TYPE_CHECKING:
    from people.models import Person
    from training.models import Edition, Room, Session

MOST_MEETINGS = 60
# So many days of a rhythm are looked at: more holidays in a row than that there are not.
LOOKED_AT = 4 * MOST_MEETINGS


class Rhythm(TextChoices):
    """How often a series meets."""

    WEEKLY = "weekly", _("every week")
    FORTNIGHTLY = "fortnightly", _("every two weeks")
    MONTHLY = "monthly", _("every month")
    TWO_MONTHLY = "two_monthly", _("every two months")


class Day(TextChoices):
    """What of the first day the months repeat."""

    WEEKDAY = "weekday", _("on the same day of the week, such as the second Tuesday")
    DATE = "date", _("on the same date, such as the 15th")


@dataclass(frozen=True)
class Meeting:
    """A session that is planned or there: `session` is None for one that is still to be."""

    edition: "Edition"
    starts: datetime
    ends: datetime
    time_zone: str
    room: "Room | None" = None
    link: str = ""
    title: str = ""
    trainers: tuple["Person", ...] = ()
    session: "Session | None" = field(default=None, compare=False)

    @property
    def day(self) -> date:
        """The day on its own wall clock."""
        return self.starts.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def minutes(self) -> int:
        """Planned length."""
        return int((self.ends - self.starts).total_seconds() // 60)

    def on(self, day: date) -> "Meeting":
        """The same meeting on another day, at the same times of the wall clock."""
        zone = ZoneInfo(self.time_zone)
        starts, ends = self.starts.astimezone(zone), self.ends.astimezone(zone)
        nights = (ends.date() - starts.date()).days
        return replace(
            self,
            starts=clock.moment(day, starts.time(), zone),
            ends=clock.moment(day + timedelta(days=nights), ends.time(), zone),
        )


def week_of(day: date, first_weekday: int) -> date:
    """The day with which the week of that day begins; 1 is Monday."""
    return day - timedelta(days=(day.isoweekday() - first_weekday) % 7)


def meeting_of(session: "Session", trainers: Sequence["Person"]) -> Meeting:
    """A session as a meeting."""
    return Meeting(
        edition=session.edition,
        starts=session.starts,
        ends=session.ends,
        time_zone=session.time_zone,
        room=session.room,
        link=session.link,
        title=session.title,
        trainers=tuple(trainers),
        session=session,
    )


def days(
    first: date,
    rhythm: str,
    count: int,
    *,
    by: str = Day.WEEKDAY,
    is_skipped: Callable[[date], bool] = lambda _day: False,
) -> tuple[list[date], list[date]]:
    """So many days of that rhythm from the first on, and the days between them that were skipped."""
    kept: list[date] = []
    skipped: list[date] = []
    for moment in islice(_rule(first, rhythm, by), LOOKED_AT):
        if len(kept) == min(count, MOST_MEETINGS):
            break
        day = moment.date()
        (skipped if is_skipped(day) else kept).append(day)
    return kept, [day for day in skipped if kept and day < kept[-1]]


def _rule(first: date, rhythm: str, by: str) -> rrule:
    start = datetime(first.year, first.month, first.day)  # noqa: DTZ001 - a day, not a moment
    if rhythm in (Rhythm.WEEKLY, Rhythm.FORTNIGHTLY):
        return rrule(WEEKLY, dtstart=start, interval=2 if rhythm == Rhythm.FORTNIGHTLY else 1)
    months = 2 if rhythm == Rhythm.TWO_MONTHLY else 1
    if by == Day.DATE:
        # The 31st is the last day in shorter months.
        last = list(range(min(first.day, 28), first.day + 1))
        return rrule(MONTHLY, dtstart=start, interval=months, bymonthday=last, bysetpos=-1)
    # The fifth Tuesday is the last one in months that have four.
    number = (first.day - 1) // 7 + 1
    nth = weekday(first.weekday(), number if number < 5 else -1)
    return rrule(MONTHLY, dtstart=start, interval=months, byweekday=nth)


def moved(meetings: Sequence[Meeting], first: date) -> list[Meeting]:
    """The same pattern of meetings, the first of them on that day."""
    if not meetings:
        return []
    shift = first - min(one.day for one in meetings)
    return [one.on(one.day + shift) for one in meetings]
