"""Dates and lengths of time as people of five languages write them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats import dates

LANGUAGES = ["en", "ro", "uk", "bg", "ar"]
SATURDAY = date(2026, 3, 7)

LONG = {
    "en": "7 March 2026",
    "ro": "7 martie 2026",
    "uk": "7 березня 2026\u00a0р.",
    "bg": "7 март 2026\u00a0г.",
    "ar": "7 مارس 2026",
}
WEEKDAY = {
    "en": "Saturday, 7 March 2026",
    "ro": "sâmbătă, 7 martie 2026",
    "uk": "субота, 7 березня 2026\u00a0р.",
    "bg": "събота, 7 март 2026\u00a0г.",
    "ar": "السبت، 7 مارس 2026",
}
RANGES = {
    "en": ("7–9 March 2026", "28 February – 2 March 2026", "30 December 2025 – 2 January 2026"),
    "ro": (
        "7–9 martie 2026",
        "28 februarie – 2 martie 2026",
        "30 decembrie 2025 – 2 ianuarie 2026",
    ),
    "uk": (
        "7–9 березня 2026\u00a0р.",
        "28 лютого – 2 березня 2026\u00a0р.",
        "30 грудня 2025\u00a0р. – 2 січня 2026\u00a0р.",
    ),
    "bg": (
        "7–9 март 2026\u00a0г.",
        "28 февруари – 2 март 2026\u00a0г.",
        "30 декември 2025\u00a0г. – 2 януари 2026\u00a0г.",
    ),
    "ar": ("7–9 مارس 2026", "28 فبراير – 2 مارس 2026", "30 ديسمبر 2025 – 2 يناير 2026"),
}
SESSIONS = {
    "en": "Monday, 9 March 2026, 14:05–16:00",
    "ro": "luni, 9 martie 2026, 14:05–16:00",
    "uk": "понеділок, 9 березня 2026\u00a0р., 14:05–16:00",
    "bg": "понеделник, 9 март 2026\u00a0г., 14:05–16:00",
    "ar": "الاثنين، 9 مارس 2026، 2:05\u00a0م – 4:00\u00a0م",
}
HOURS = {
    "en": {0: "0 min", 1: "1 min", 60: "1 h", 90: "1 h 30 min", 1260: "21 h", -90: "−1 h 30 min"},
    "ro": {0: "0 min", 1: "1 min", 60: "1 h", 90: "1 h 30 min", 1260: "21 h", -90: "−1 h 30 min"},
    "uk": {
        0: "0 хв",
        1: "1 хв",
        60: "1 год",
        90: "1 год 30 хв",
        1260: "21 год",
        -90: "−1 год 30 хв",
    },
    "bg": {0: "0 мин", 1: "1 мин", 60: "1 ч", 90: "1 ч 30 мин", 1260: "21 ч", -90: "−1 ч 30 мин"},
    "ar": {
        0: "0 دقيقة",
        60: "ساعة",
        120: "ساعتان",
        180: "3 ساعات",
        660: "11 ساعة",
        6000: "100 ساعة",
        90: "ساعة و30 دقيقة",
    },
}


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates(language: str) -> None:
    assert dates.long_date(SATURDAY, language) == LONG[language]
    assert dates.weekday_date(SATURDAY, language) == WEEKDAY[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_ranges_of_dates(language: str) -> None:
    spans = [
        (SATURDAY, date(2026, 3, 9)),
        (date(2026, 2, 28), date(2026, 3, 2)),
        (date(2025, 12, 30), date(2026, 1, 2)),
    ]
    assert (
        tuple(dates.date_range(first, last, language) for first, last in spans) == RANGES[language]
    )
    assert dates.date_range(SATURDAY, SATURDAY, language) == LONG[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sessions_are_told_in_their_own_zone(language: str) -> None:
    start = datetime(2026, 3, 9, 12, 5, tzinfo=UTC)
    end = start + timedelta(minutes=115)
    assert plain(dates.session_time(start, end, "Europe/Bucharest", language)) == plain(
        SESSIONS[language]
    )
    assert dates.session_time(
        start, end, ZoneInfo("Europe/Bucharest"), language
    ) == dates.session_time(
        start.astimezone(ZoneInfo("Africa/Cairo")), end, "Europe/Bucharest", language
    )


def test_a_session_across_midnight_names_both_days_and_the_zone_on_request() -> None:
    start = datetime(2026, 3, 9, 21, 0, tzinfo=UTC)
    text = dates.session_time(
        start, start + timedelta(hours=3), "Europe/Chisinau", "ro", name_zone=True
    )
    assert text == "luni, 9 martie 2026, 23:00 – marți, 10 martie 2026, 02:00 (Chișinău)"


def test_the_day_is_that_of_the_zone_on_both_sides_of_a_clock_change() -> None:
    before = datetime(
        2026, 3, 28, 22, 30, tzinfo=UTC
    )  # half past midnight in Sofia, clocks change at three
    text = dates.session_time(before, before + timedelta(hours=3), "Europe/Sofia", "bg")
    assert plain(text) == "неделя, 29 март 2026 г., 0:30–4:30"
    assert plain(dates.moment(before, "Europe/Sofia", "bg")) == "29 март 2026 г., 0:30"
    assert plain(dates.moment(before, "Europe/Sofia", "ar")) == "29 مارس 2026، 12:30 ص"


@pytest.mark.parametrize("language", LANGUAGES)
def test_hours(language: str) -> None:
    assert {minutes: plain(dates.hours(minutes, language)) for minutes in HOURS[language]} == HOURS[
        language
    ]


def test_length_of_a_timedelta() -> None:
    assert plain(dates.length(timedelta(hours=1, minutes=30, seconds=59), "ro")) == "1 h 30 min"


def test_arabic_digits_on_request() -> None:
    assert dates.long_date(SATURDAY, "ar", digits="arab") == "٧ مارس ٢٠٢٦"
    assert dates.hours(180, "ar", digits="arab") == "٣ ساعات"
    start = datetime(2026, 3, 9, 12, 5, tzinfo=UTC)
    text = dates.session_time(
        start, start + timedelta(hours=1), "Africa/Cairo", "ar", digits="arab"
    )
    assert plain(text) == "الاثنين، ٩ مارس ٢٠٢٦، ٢:٠٥ م – ٣:٠٥ م"
    assert dates.date_range(SATURDAY, date(2026, 3, 9), "ar", digits="arab") == "٧–٩ مارس ٢٠٢٦"


def test_regional_codes() -> None:
    assert dates.long_date(SATURDAY, "ar-EG", digits="latn") == "7 مارس 2026"
    assert dates.long_date(SATURDAY, "ro-MD") == "7 martie 2026"


@given(
    st.integers(-600_000_000, 4_000_000_000).map(
        lambda seconds: datetime.fromtimestamp(seconds, UTC)
    ),
    st.integers(0, 3_000),
    st.sampled_from(LANGUAGES),
    st.sampled_from(["Europe/Bucharest", "Europe/Kyiv", "Africa/Cairo"]),
)
def test_no_moment_fails_and_none_needs_a_glyph_that_our_font_lacks(
    start, minutes, language, zone
) -> None:
    texts = [
        dates.session_time(
            start, start + timedelta(minutes=minutes), zone, language, name_zone=True
        ),
        dates.hours(minutes, language),
        dates.date_range(start.date(), (start + timedelta(minutes=minutes)).date(), language),
    ]
    assert not any("\u202f" in text or "\u2009" in text for text in texts)
    assert str(start.astimezone(ZoneInfo(zone)).year) in texts[0]
