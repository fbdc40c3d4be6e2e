"""When somebody has time: tables of a week with its exceptions, and the rules against a count by the minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.availability import (
    DAY_MINUTES,
    Days,
    Week,
    has_time,
    merged,
    open_minutes,
    wall_clock,
    without,
)

BUCHAREST = ZoneInfo("Europe/Bucharest")
MONDAY = date(2027, 3, 1)
NINE, FIVE = 9 * 60, 17 * 60
WORKDAYS = [Week(day, NINE, FIVE) for day in range(1, 6)]


def moment(day: date, minute: int, zone: ZoneInfo = BUCHAREST) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)


def span(day: date, first: int, last: int) -> tuple[datetime, datetime]:
    return moment(day, first), moment(day, last)


@pytest.mark.parametrize(
    ("week", "days", "first", "last", "expected"),
    [
        # an ordinary week
        (WORKDAYS, [], NINE, FIVE, True),
        (WORKDAYS, [], NINE - 1, FIVE, False),
        (WORKDAYS, [], NINE, FIVE + 1, False),
        ([Week(2, NINE, FIVE)], [], NINE, FIVE, False),
        # two stretches that touch are one; a gap of a minute is a gap
        ([Week(1, 480, 720), Week(1, 720, 1000)], [], 500, 900, True),
        ([Week(1, 480, 720), Week(1, 721, 1000)], [], 500, 900, False),
        # a date goes before the week
        (WORKDAYS, [Days(MONDAY, MONDAY, False)], NINE, 600, False),
        (WORKDAYS, [Days(MONDAY, MONDAY, False, 780, DAY_MINUTES)], NINE, 780, True),
        (WORKDAYS, [Days(MONDAY, MONDAY, True, 1020, 1200)], NINE, 1200, True),
        (WORKDAYS, [Days(date(2027, 3, 2), date(2027, 3, 9), False)], NINE, FIVE, True),
        # the last day of an absence belongs to it
        (WORKDAYS, [Days(date(2027, 2, 20), MONDAY, False)], NINE, FIVE, False),
        # nothing is known of the week
        ([], [], NINE, FIVE, None),
        ([], [Days(MONDAY, MONDAY, False, 0, NINE)], NINE, FIVE, None),
        ([], [Days(MONDAY, MONDAY, False, 0, NINE + 1)], NINE, FIVE, False),
        ([], [Days(MONDAY, MONDAY, True)], NINE, FIVE, True),
        ([], [Days(MONDAY, MONDAY, True, NINE, 700)], NINE, FIVE, None),
    ],
)
def test_has_time(week, days, first, last, expected):
    assert has_time(*span(MONDAY, first, last), BUCHAREST, week, days) is expected


def test_a_session_through_the_night_needs_both_days():
    evening, morning = moment(MONDAY, 22 * 60), moment(date(2027, 3, 2), 6 * 60)
    first, second = Week(1, 22 * 60, DAY_MINUTES), Week(2, 0, 6 * 60)
    assert has_time(evening, morning, BUCHAREST, [first, second], []) is True
    assert has_time(evening, morning, BUCHAREST, [first], []) is False
    assert has_time(evening, morning, BUCHAREST, [second], []) is False


def test_until_midnight_does_not_touch_the_next_day():
    touched = list(wall_clock(*span(MONDAY, 1200, DAY_MINUTES), BUCHAREST))
    assert touched == [(MONDAY, (1200, DAY_MINUTES))]


def test_three_days_have_a_whole_one_in_the_middle():
    ends = moment(date(2027, 3, 3), 60)
    assert list(wall_clock(moment(MONDAY, 600), ends, BUCHAREST)) == [
        (MONDAY, (600, DAY_MINUTES)),
        (date(2027, 3, 2), (0, DAY_MINUTES)),
        (date(2027, 3, 3), (0, 60)),
    ]


@pytest.mark.parametrize("day", [date(2027, 3, 27), date(2027, 3, 29), date(2027, 10, 30)])
def test_the_wall_clock_counts_not_the_server(day):
    """The same hours before and after the clocks change: nine in the morning stays nine."""
    week = [Week(day.isoweekday(), NINE, FIVE)]
    starts = datetime(day.year, day.month, day.day, 9, tzinfo=BUCHAREST).astimezone(UTC)
    assert has_time(starts, starts + timedelta(hours=8), BUCHAREST, week, []) is True
    early = starts - timedelta(minutes=1)
    assert has_time(early, starts, BUCHAREST, week, []) is False


def test_the_hour_that_comes_twice():
    """On 31 October 2027 03:30 comes twice in Bucharest; a session from the first to the second lasts an hour."""
    night = date(2027, 10, 31)
    starts = datetime(2027, 10, 31, 3, 30, tzinfo=BUCHAREST)
    ends = (starts.astimezone(UTC) + timedelta(hours=1)).astimezone(BUCHAREST)
    assert list(wall_clock(starts, ends, BUCHAREST)) == [(night, (210, 211))]
    assert has_time(starts, ends, BUCHAREST, [Week(7, 180, 240)], []) is True
    assert has_time(starts, ends, BUCHAREST, [Week(7, 240, 300)], []) is False


spans = st.tuples(st.integers(0, DAY_MINUTES - 1), st.integers(1, 300)).map(
    lambda pair: (pair[0], min(pair[0] + pair[1], DAY_MINUTES))
)


def minutes(found: list[tuple[int, int]]) -> set[int]:
    return {minute for first, last in found for minute in range(first, last)}


@given(st.lists(spans, max_size=6))
def test_merging_keeps_every_minute_and_leaves_gaps(found):
    one = merged(found)
    assert minutes(one) == minutes(found)
    assert all(before[1] < after[0] for before, after in zip(one, one[1:], strict=False))


@given(st.lists(spans, max_size=5), spans)
def test_taking_out_leaves_the_rest(found, taken):
    assert minutes(without(found, taken)) == minutes(found) - minutes([taken])


@given(
    st.lists(spans, max_size=4),
    st.lists(st.tuples(spans, st.booleans(), st.integers(-2, 2), st.integers(0, 3)), max_size=4),
    spans,
)
def test_a_day_is_what_its_minutes_say(week, dated, wanted):
    """Against the plainest model there is: every minute of the day is open or not, one rule after the other."""
    lines = [Week(1, *one) for one in week]
    days = [
        Days(MONDAY + timedelta(days=since), MONDAY + timedelta(days=since + more), there, *one)
        for one, there, since, more in dated
    ]
    model = minutes(week)
    for one in days:
        if one.first <= MONDAY <= one.last:
            these = set(range(one.starts, one.ends))
            model = model | these if one.is_available else model - these
    assert minutes(open_minutes(MONDAY, lines, days)) == model
    if lines:
        inside = set(range(*wanted)) <= model
        assert has_time(*span(MONDAY, *wanted), BUCHAREST, lines, days) is inside
