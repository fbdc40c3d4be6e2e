"""Days by a rhythm, and a pattern of meetings moved: the wall clock stays, whatever the calendar does."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.models import Edition
from training.planning import MOST_MEETINGS, Day, Meeting, Rhythm, days, moved, week_of

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))
COUNTS = st.integers(1, 24)
ZONES = ("Europe/Bucharest", "Europe/Kyiv", "Europe/Sofia", "Africa/Cairo")


def iso(found: list[date]) -> list[str]:
    return [day.isoformat() for day in found]


TABLE = [
    ("2027-01-12", "weekly", "weekday", ["2027-01-12", "2027-01-19", "2027-01-26"]),
    ("2027-01-12", "fortnightly", "weekday", ["2027-01-12", "2027-01-26", "2027-02-09"]),
    # 12 January 2027 is the second Tuesday.
    ("2027-01-12", "monthly", "weekday", ["2027-01-12", "2027-02-09", "2027-03-09"]),
    ("2027-01-12", "two_monthly", "weekday", ["2027-01-12", "2027-03-09", "2027-05-11"]),
    ("2027-01-12", "monthly", "date", ["2027-01-12", "2027-02-12", "2027-03-12"]),
    ("2027-01-12", "two_monthly", "date", ["2027-01-12", "2027-03-12", "2027-05-12"]),
    ("2027-01-31", "monthly", "date", ["2027-01-31", "2027-02-28", "2027-03-31"]),
    ("2028-01-30", "monthly", "date", ["2028-01-30", "2028-02-29", "2028-03-30"]),
    ("2027-12-31", "two_monthly", "date", ["2027-12-31", "2028-02-29", "2028-04-30"]),
    # The fifth Friday: the last one where a month has four.
    ("2027-01-29", "monthly", "weekday", ["2027-01-29", "2027-02-26", "2027-03-26"]),
    ("2028-02-29", "weekly", "weekday", ["2028-02-29", "2028-03-07", "2028-03-14"]),
]


@pytest.mark.parametrize(("first", "rhythm", "by", "expected"), TABLE)
def test_rhythms(first, rhythm, by, expected):
    assert iso(days(date.fromisoformat(first), rhythm, 3, by=by)[0]) == expected


def test_a_skipped_day_is_made_up_for_and_told():
    free = {date(2027, 1, 19), date(2027, 2, 2)}
    kept, skipped = days(date(2027, 1, 12), "weekly", 3, is_skipped=free.__contains__)
    assert iso(kept) == ["2027-01-12", "2027-01-26", "2027-02-09"]
    assert iso(skipped) == ["2027-01-19", "2027-02-02"]


def test_the_first_day_may_be_skipped_too():
    kept, skipped = days(date(2027, 1, 12), "weekly", 2, is_skipped=lambda d: d.day == 12)
    assert iso(kept) == ["2027-01-19", "2027-01-26"]
    assert iso(skipped) == ["2027-01-12"]


def test_it_ends_even_where_every_day_is_free():
    assert days(date(2027, 1, 12), "weekly", 5, is_skipped=lambda _d: True) == ([], [])


def test_no_series_is_longer_than_the_most():
    assert len(days(date(2027, 1, 1), "weekly", 10_000)[0]) == MOST_MEETINGS


@given(
    first=DAYS, count=COUNTS, rhythm=st.sampled_from(Rhythm.values), by=st.sampled_from(Day.values)
)
def test_every_rhythm_begins_with_its_day_and_goes_forward(first, count, rhythm, by):
    kept, skipped = days(first, rhythm, count, by=by)
    assert kept[0] == first
    assert len(kept) == count
    assert skipped == []
    assert all(one < other for one, other in zip(kept, kept[1:], strict=False))


@given(first=DAYS, count=COUNTS, weeks=st.sampled_from([1, 2]))
def test_weeks_keep_the_weekday_and_the_distance(first, count, weeks):
    kept, _ = days(first, "weekly" if weeks == 1 else "fortnightly", count)
    assert kept == [first + timedelta(weeks=weeks * number) for number in range(count)]


@given(first=DAYS, count=COUNTS, months=st.sampled_from([1, 2]))
def test_months_by_date_keep_the_date_or_the_months_last_day(first, count, months):
    kept, _ = days(first, "monthly" if months == 1 else "two_monthly", count, by="date")
    for number, day in enumerate(kept):
        year, month = divmod(first.year * 12 + first.month - 1 + months * number, 12)
        assert (day.year, day.month) == (year, month + 1)
        assert day.day == min(first.day, monthrange(day.year, day.month)[1])


@given(first=DAYS, count=COUNTS)
def test_months_by_weekday_keep_weekday_and_number(first, count):
    number = (first.day - 1) // 7
    for day in days(first, "monthly", count, by="weekday")[0]:
        assert day.weekday() == first.weekday()
        is_last = day.day > monthrange(day.year, day.month)[1] - 7
        assert (day.day - 1) // 7 == number if number < 4 else is_last


@given(first=DAYS, count=COUNTS, free=st.sets(st.integers(0, 40)))
def test_whatever_is_skipped_so_many_remain(first, count, free):
    holidays = {first + timedelta(weeks=one) for one in free}
    kept, skipped = days(first, "weekly", count, is_skipped=holidays.__contains__)
    assert len(kept) == count
    assert not holidays & set(kept)
    assert set(skipped) == {day for day in holidays if day < kept[-1]}


# Moved to another day


def meeting(day: date, hour: int, hours: int, zone: str) -> Meeting:
    starts = datetime(day.year, day.month, day.day, hour, 30, tzinfo=ZoneInfo(zone))
    ends = starts + timedelta(hours=hours)
    return Meeting(Edition(), starts, ends, zone)


@given(
    first=DAYS,
    gaps=st.lists(st.integers(0, 60), max_size=5),
    to=DAYS,
    hour=st.integers(6, 21),
    hours=st.integers(1, 10),
    zone=st.sampled_from(ZONES),
)
def test_a_copy_keeps_the_gaps_and_the_wall_clock(first, gaps, to, hour, hours, zone):
    plan = [meeting(first, hour, hours, zone)]
    for gap in gaps:
        plan.append(meeting(plan[-1].day + timedelta(days=gap), hour, hours, zone))
    copy = moved(plan, to)
    assert copy[0].day == to
    for old, new in zip(plan, copy, strict=True):
        assert new.day - to == old.day - first
        tz = ZoneInfo(zone)
        assert new.starts.astimezone(tz).time() == old.starts.astimezone(tz).time()
        assert new.ends.astimezone(tz).time() == old.ends.astimezone(tz).time()


def test_over_the_change_of_clocks_it_stays_ten_in_the_morning():
    before = meeting(date(2026, 10, 20), 10, 2, "Europe/Bucharest")
    after = before.on(date(2026, 10, 27))
    assert (before.starts.utcoffset(), after.starts.utcoffset()) == (
        timedelta(hours=3),
        timedelta(hours=2),
    )
    assert after.starts.isoformat() == "2026-10-27T10:30:00+02:00"
    assert after.minutes == before.minutes == 120


def test_a_meeting_over_midnight_stays_one():
    late = meeting(date(2027, 1, 12), 22, 4, "Europe/Sofia")
    copy = late.on(date(2027, 2, 1))
    assert (copy.ends.astimezone(ZoneInfo("Europe/Sofia")).date(), copy.minutes) == (
        date(2027, 2, 2),
        240,
    )


def test_the_first_is_the_earliest_whatever_the_order():
    plan = [meeting(date(2027, 1, day), 10, 2, "Europe/Sofia") for day in (19, 12)]
    assert [one.day for one in moved(plan, date(2027, 3, 2))] == [
        date(2027, 3, 9),
        date(2027, 3, 2),
    ]
    assert moved([], date(2027, 3, 2)) == []


@pytest.mark.parametrize(
    ("day", "start", "expected"),
    [
        (date(2032, 10, 12), 1, date(2032, 10, 11)),
        (date(2032, 10, 11), 1, date(2032, 10, 11)),
        (date(2032, 10, 17), 1, date(2032, 10, 11)),
        (date(2032, 10, 12), 6, date(2032, 10, 9)),
        (date(2032, 10, 9), 6, date(2032, 10, 9)),
        (date(2032, 10, 8), 6, date(2032, 10, 2)),
        (date(2032, 10, 12), 7, date(2032, 10, 10)),
    ],
)
def test_a_week_begins_as_the_country_has_it(day, start, expected):
    assert week_of(day, start) == expected
