"""Terms in months, and which day it is where the law holds."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.cache import caches
from hypothesis import given
from hypothesis import strategies as st

from certification.days import add_months, day_of, today
from people.models import Jurisdiction
from tests.factories import people as make

D = date


@pytest.mark.parametrize(
    ("begins", "months", "ends"),
    [
        (D(2026, 3, 15), 36, D(2029, 3, 15)),
        (D(2024, 2, 29), 12, D(2025, 2, 28)),  # a leap day has no namesake next year
        (D(2024, 2, 29), 48, D(2028, 2, 29)),  # but it has one four years later
        (D(2026, 1, 31), 1, D(2026, 2, 28)),
        (D(2027, 12, 31), 2, D(2028, 2, 29)),
        (D(2026, 8, 31), 1, D(2026, 9, 30)),
        (D(2026, 11, 30), 24, D(2028, 11, 30)),
        (D(2026, 12, 1), 1, D(2027, 1, 1)),
        (D(2025, 2, 28), 36, D(2028, 2, 28)),  # the corresponding day, not the last of the month
    ],
)
def test_a_term_in_months_ends_on_the_corresponding_day(
    begins: date, months: int, ends: date
) -> None:
    assert add_months(begins, months) == ends


@given(st.dates(D(1990, 1, 1), D(2090, 1, 1)), st.integers(0, 240))
def test_a_term_keeps_its_day_or_takes_the_last_of_a_shorter_month(
    begins: date, months: int
) -> None:
    ends = add_months(begins, months)
    assert (ends.year - begins.year) * 12 + ends.month - begins.month == months
    assert ends.day == begins.day or ends.day < begins.day and add_months(ends, 0).day >= 28


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("Europe/Bucharest", D(2026, 3, 1)), ("UTC", D(2026, 2, 28)), ("Africa/Cairo", D(2026, 3, 1))],
)
def test_the_day_changes_at_midnight_of_the_jurisdiction(
    db: None, zone: str, expected: date
) -> None:
    caches["local"].clear()
    Jurisdiction.objects.filter(code="ro").delete()
    make.jurisdiction(time_zone=zone)
    with time_machine.travel(datetime(2026, 2, 28, 22, 30, tzinfo=UTC), tick=False):
        assert today() == expected
    caches["local"].clear()
    assert day_of(datetime(2026, 2, 28, 22, 30, tzinfo=UTC)) == expected


def test_without_a_jurisdiction_the_days_are_those_of_the_server(db: None) -> None:
    caches["local"].clear()
    with time_machine.travel(datetime(2026, 2, 28, 23, 30, tzinfo=UTC), tick=False):
        assert today() == D(2026, 2, 28)
    caches["local"].clear()
