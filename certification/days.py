"""Days of the law: what day it is where the law holds, and terms counted in months."""

import calendar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

from people.queries import jurisdiction


def law_zone() -> ZoneInfo:
    """The time zone in which this deployment's days begin and end; kept a minute."""

    def find() -> str:
        country = jurisdiction()
        return country.time_zone if country else settings.TIME_ZONE

    return ZoneInfo(caches["local"].get_or_set("law-zone", find, 60))


def today() -> date:
    """Today where the law holds: at 00:30 in Bucharest it is no longer yesterday."""
    return timezone.localdate(timezone=law_zone())


def day_of(moment: datetime) -> date:
    """The day of that moment where the law holds."""
    return timezone.localdate(moment, law_zone())


def add_months(day: date, months: int) -> date:
    """The same day so many months later; where that month has no such day, its last one.

    So the civil codes count a term of months (Romania art. 2552, Regulation 1182/71 art. 3 in the Union):
    29 February 2024 and 12 months make 28 February 2025.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))
