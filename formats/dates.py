"""Dates, times and lengths of time in words, by CLDR (Babel): never strftime, whose month names follow the server.

`digits` is for Arabic only: "latn" (0-9, the default, as codes and QR always have them) or "arab" (٠-٩).
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    get_timezone_location,
)
from babel.units import format_unit

_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
# What stands between the day and the time; the Arabic comma is another letter.
_COMMA = {"ar": "، "}
# The usual signs of hour and minute. Arabic has none that everybody reads, so it gets the words.
_SIGNS = {"en": ("h", "min"), "ro": ("h", "min"), "uk": ("год", "хв"), "bg": ("ч", "мин")}
# Ranges of times and of years, with spaces where a side has them itself.
_DASH, _WIDE_DASH = "–", " – "


def long_date(day: date, language: str, *, digits: str = "latn") -> str:
    """7 martie 2026. A datetime gives the date that it carries: convert to its zone first."""
    return _digits(format_date(day, format="long", locale=_locale(language)), digits)


def month(day: date, language: str, *, digits: str = "latn") -> str:
    """martie 2026."""
    return _digits(format_skeleton("yMMMM", day, locale=_locale(language)), digits)


def weekday_date(day: date, language: str, *, digits: str = "latn") -> str:
    """luni, 7 martie 2026."""
    return _digits(format_date(day, format="full", locale=_locale(language)), digits)


def weekday_name(day: date, language: str) -> str:
    """luni."""
    return format_date(day, format="EEEE", locale=_locale(language))


def day_month(day: date, language: str, *, digits: str = "latn") -> str:
    """7 martie."""
    return _digits(format_skeleton("MMMMd", day, locale=_locale(language)), digits)


def date_range(first: date, last: date, language: str, *, digits: str = "latn") -> str:
    """7–9 martie 2026, 28 februarie – 2 martie 2026, or one date when both are the same."""
    locale = _locale(language)
    if first == last:
        return long_date(first, language, digits=digits)
    end = format_date(last, format="long", locale=locale)
    if first.year != last.year:
        text = format_date(first, format="long", locale=locale) + _WIDE_DASH + end
    elif first.month != last.month:
        text = format_skeleton("MMMMd", first, locale=locale) + _WIDE_DASH + end
    else:
        text = f"{first.day}{_DASH}{end}"
    return _digits(text, digits)


def day_in(moment: datetime, zone: str | ZoneInfo) -> date:
    """The day of that moment on the wall clock there."""
    return moment.astimezone(_zone(zone)).date()


def clock(moment: datetime, zone: str | ZoneInfo, language: str, *, digits: str = "latn") -> str:
    """14:05 in that zone; Arabic says 2:05 م."""
    return _digits(
        format_time(moment, format="short", tzinfo=_zone(zone), locale=_locale(language)), digits
    )


def times(
    start: datetime, end: datetime, zone: str | ZoneInfo, language: str, *, digits: str = "latn"
) -> str:
    """14:05–16:00 in that zone."""
    closing = clock(end, zone, language)
    dash = _WIDE_DASH if " " in closing or "\u00a0" in closing else _DASH
    return _digits(clock(start, zone, language) + dash + closing, digits)


def session_time(
    start: datetime,
    end: datetime,
    zone: str | ZoneInfo,
    language: str,
    *,
    digits: str = "latn",
    name_zone: bool = False,
) -> str:
    """luni, 7 martie 2026, 14:05–16:00 in the session's own zone; both days when it ends on another one.

    With `name_zone` the city of the zone follows, for people who read it from elsewhere.
    """
    zone = _zone(zone)
    begins, ends = start.astimezone(zone), end.astimezone(zone)
    comma = _COMMA.get(language, ", ")
    if begins.date() == ends.date():
        text = weekday_date(begins, language) + comma + times(start, end, zone, language)
    else:
        text = weekday_date(begins, language) + comma + clock(begins, zone, language)
        text += _WIDE_DASH + weekday_date(ends, language) + comma + clock(ends, zone, language)
    if name_zone:
        text += f" ({get_timezone_location(zone, locale=_locale(language), return_city=True)})"
    return _digits(text, digits)


def moment(when: datetime, zone: str | ZoneInfo, language: str, *, digits: str = "latn") -> str:
    """7 martie 2026, 14:05: one moment in that zone."""
    when = when.astimezone(_zone(zone))
    return (
        long_date(when, language, digits=digits)
        + _COMMA.get(language, ", ")
        + clock(when, zone, language, digits=digits)
    )


def hours(minutes: int, language: str, *, digits: str = "latn") -> str:
    """1 h 30 min, with the right plural where the language writes the word; a correction may be negative."""
    sign, (whole, rest) = "−" if minutes < 0 else "", divmod(abs(minutes), 60)
    parts = []
    if whole:
        parts.append(_amount(whole, "hour", language))
    if rest or not whole:
        parts.append(_amount(rest, "minute", language))
    return _digits(sign + (" و" if language == "ar" else " ").join(parts), digits)


def length(span: timedelta, language: str, *, digits: str = "latn") -> str:
    """`hours` of a timedelta, seconds dropped."""
    return hours(int(span.total_seconds() // 60), language, digits=digits)


def _amount(number: int, unit: str, language: str) -> str:
    if signs := _SIGNS.get(language):
        return f"{number}\u00a0{signs[unit == 'minute']}"
    return format_unit(number, f"duration-{unit}", length="long", locale=_locale(language))


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    # English here is written in Europe: 7 March 2026, 14:05.
    return Locale.parse("en_GB" if language == "en" else language.replace("-", "_"))


def _zone(zone: str | ZoneInfo) -> ZoneInfo:
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)


def _digits(text: str, digits: str) -> str:
    # CLDR's narrow no-break space has no glyph in many fonts, FiraGO among them.
    text = text.replace("\u202f", "\u00a0")
    return text.translate(_ARABIC_DIGITS) if digits == "arab" else text
