"""Days and times of the wall clock somewhere, as moments."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """That time of that day on the wall clock there."""
    return datetime.combine(day, at, zone)


def day_begins(day: date | None, zone: ZoneInfo) -> datetime | None:
    """Midnight with which the day begins there."""
    return moment(day, time.min, zone) if day else None


def day_ends(day: date | None, zone: ZoneInfo) -> datetime | None:
    """Midnight with which the day ends there: the first moment of the next."""
    return moment(day + timedelta(days=1), time.min, zone) if day else None


def first_day(begins: datetime | None, zone: ZoneInfo) -> date | None:
    """The day that begins with that moment there."""
    return begins.astimezone(zone).date() if begins else None


def last_day(ends: datetime | None, zone: ZoneInfo) -> date | None:
    """The day that ends with that moment there."""
    return (ends - timedelta(microseconds=1)).astimezone(zone).date() if ends else None
