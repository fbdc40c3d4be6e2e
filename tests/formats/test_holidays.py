"""Public holidays by rule, against days that are known from the countries' own calendars."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.holidays import from_hijri, holidays_of
from tests.presets.reading import COUNTRIES, read

YEARS = st.integers(1990, 2090)


def of(country: str, year: int) -> dict[str, set[str]]:
    """Code without the country -> its days of that year, as ISO."""
    found: dict[str, set[str]] = {}
    for one in holidays_of(read(f"{country}/holidays.json"), year):
        found.setdefault(one.code[3:], set()).add(one.day.isoformat())
    return found


# From the published calendars of those years.
KNOWN = [
    ("ro", 2026, "good-friday", {"2026-04-10"}),
    ("ro", 2026, "easter", {"2026-04-12", "2026-04-13"}),
    ("ro", 2026, "pentecost", {"2026-05-31", "2026-06-01"}),
    ("ro", 2022, "easter", {"2022-04-24", "2022-04-25"}),
    ("ro", 2022, "pentecost", {"2022-06-12", "2022-06-13"}),
    ("ro", 2026, "christmas", {"2026-12-25", "2026-12-26"}),
    ("ro", 2026, "national-day", {"2026-12-01"}),
    ("md", 2027, "easter", {"2027-05-02", "2027-05-03"}),
    ("md", 2027, "memorial-easter", {"2027-05-10"}),
    ("md", 2027, "old-christmas", {"2027-01-07", "2027-01-08"}),
    ("ua", 2025, "easter", {"2025-04-20"}),
    ("ua", 2025, "pentecost", {"2025-06-08"}),
    ("bg", 2021, "easter", {"2021-05-02", "2021-05-03"}),
    ("bg", 2021, "good-friday", {"2021-04-30"}),
    ("bg", 2021, "labour-day", {"2021-05-01", "2021-05-04"}),  # Monday is Easter's
    ("bg", 2023, "new-year", {"2023-01-01", "2023-01-02"}),
    ("eg", 2025, "sham-el-nessim", {"2025-04-21"}),
    ("eg", 2019, "sham-el-nessim", {"2019-04-29"}),
]


@pytest.mark.parametrize(("country", "year", "code", "days"), KNOWN)
def test_known_days(country, year, code, days):
    assert of(country, year)[code] == days


@pytest.mark.parametrize(
    ("month", "day", "announced"),
    [
        ((1445, 10), 1, date(2024, 4, 10)),
        ((1446, 10), 1, date(2025, 3, 31)),
        ((1446, 12), 9, date(2025, 6, 5)),
        ((1447, 1), 1, date(2025, 6, 26)),
        ((1447, 3), 12, date(2025, 9, 4)),
        ((1440, 12), 10, date(2019, 8, 11)),
    ],
)
def test_the_islamic_year_is_right_to_a_day(month, day, announced):
    """Seen in the sky: the table is never more than a day off, and therefore said to be estimated."""
    assert abs(from_hijri(*month, day) - announced) <= timedelta(days=1)


def test_estimated_are_exactly_the_days_of_the_moon():
    days = holidays_of(read("eg/holidays.json"), 2026)
    moon = {"eid-al-fitr", "arafat", "eid-al-adha", "islamic-new-year", "mawlid"}
    assert {one.code[3:] for one in days if one.is_estimated} == moon
    assert not any(one.is_estimated for one in holidays_of(read("ro/holidays.json"), 2026))


def test_an_islamic_day_may_come_twice_in_a_year():
    """Around the New Year of 2030 Eid falls into January and December."""
    assert len(of("eg", 2030)["eid-al-fitr"]) == 3
    in_2000 = of("eg", 2000)["eid-al-fitr"]
    assert {day[:7] for day in in_2000} == {"2000-01", "2000-12"}


@pytest.mark.parametrize(("year", "is_there"), [(2023, False), (2024, True)])
def test_a_rule_holds_from_its_year_on(year, is_there):
    assert ("theophany" in of("ro", year)) is is_there


def test_in_wartime_they_are_working_days():
    assert not any(one.is_day_off for one in holidays_of(read("ua/holidays.json"), 2026))
    assert all(one.is_day_off for one in holidays_of(read("ro/holidays.json"), 2026))


def test_names_fall_back_to_english():
    first = holidays_of(read("ro/holidays.json"), 2026)[0]
    assert (first.name("ro"), first.name("de")) == ("Anul Nou", "New Year")


@given(year=YEARS)
def test_every_year_of_every_country_is_in_order_and_in_that_year(year):
    for country in COUNTRIES:
        days = [one.day for one in holidays_of(read(f"{country}/holidays.json"), year)]
        assert days == sorted(days)
        assert {day.year for day in days} <= {year}
        assert 10 <= len(set(days)) <= 24


@given(year=YEARS)
def test_what_is_moved_lands_on_a_working_day_of_its_own(year):
    days = holidays_of(read("bg/holidays.json"), year)
    plain = {one.day for one in days if not one.is_moved}
    moved = [one.day for one in days if one.is_moved]
    assert all(day.weekday() < 5 and day not in plain for day in moved)
    assert len(moved) == len(set(moved))
    fixed = {r["code"] for r in read("bg/holidays.json")["days"] if "on" in r}
    at_weekends = [o for o in days if o.code in fixed and o.day.weekday() > 4 and not o.is_moved]
    in_time = [one for one in at_weekends if one.day < date(year, 12, 26)]
    assert len(in_time) <= len(moved) <= len(at_weekends)


@given(year=st.integers(1300, 1600), month=st.integers(1, 12), day=st.integers(1, 29))
def test_the_islamic_calendar_goes_on_without_gap(year, month, day):
    one = from_hijri(year, month, day)
    assert from_hijri(year, month, day + 1) - one == timedelta(days=1)
    following = from_hijri(year + month // 12, month % 12 + 1, 1)
    assert following - from_hijri(year, month, 1) in (timedelta(days=29), timedelta(days=30))
