"""The trend: each month is the board of its last day, its page says what changed; no other county's people count."""

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from certification.board import board
from certification.board_words import turn
from certification.charts import BOTTOM, LEFT, RIGHT, TOP, lines, top_of
from certification.models import Programme
from certification.queries import Filters
from certification.trend import MONTHS, Trend, month_ends, trend
from people.models import User
from tests.cast import Cast
from tests.certification.test_standing_pages import lives_of_every_kind
from tests.factories import certification as proof
from tests.factories import people as make

D = date
DAY = D(2026, 3, 12)
PAGE = "/en/standing/trend/"


@pytest.fixture
def programme(cast: Cast) -> Programme:
    return lives_of_every_kind(cast)


def months_of(user: User, filters: Filters) -> Trend:
    return trend(user, filters, Programme.objects.all())


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (D(2026, 3, 12), D(2024, 3, 31), D(2026, 2, 28)), (D(2026, 3, 31), D(2024, 4, 30), D(2026, 3, 31)),
        (D(2024, 2, 28), D(2022, 2, 28), D(2024, 1, 31)), (D(2024, 2, 29), D(2022, 3, 31), D(2024, 2, 29)),
        (D(2026, 1, 1), D(2024, 1, 31), D(2025, 12, 31)), (D(2025, 12, 31), D(2024, 1, 31), D(2025, 12, 31)),
    ],
)  # fmt: skip
def test_months_that_are_over(day: date, first: date, last: date) -> None:
    found = month_ends(day)
    assert (found[0], found[-1], len(found)) == (first, last, MONTHS)


@given(day=st.dates(D(1995, 1, 1), D(2095, 1, 1)), count=st.integers(1, 40))
def test_every_month_once_and_only_its_last_day(day: date, count: int) -> None:
    found = month_ends(day, count)
    assert len(found) == count and found == sorted(found)
    assert all((one + timedelta(days=1)).day == 1 for one in found)
    assert len({(one.year, one.month) for one in found}) == count
    assert 0 <= (day - found[-1]).days <= 30


def test_each_month_is_the_board_of_its_last_day(cast: Cast, programme: Programme) -> None:
    found = months_of(cast.ion, Filters(at=DAY))
    assert found.programme == programme and len(found.months) == MONTHS
    for month in found.months:
        whole = board(cast.ion, Filters(at=month.day), by="institution").chosen
        assert month.figures == whole.figures, month.day
    # «Expirat» ended on 1 January 2025, and the thirty days of grace with January.
    expired = {one.day: one.figures.of("expired") for one in found.months}
    assert (expired[D(2025, 1, 31)], expired[D(2025, 2, 28)]) == (0, 1)


def test_only_the_reader_s_people_and_only_the_filtered_ones(
    cast: Cast, programme: Programme
) -> None:
    totals = {
        name: months_of(user, Filters(at=DAY)).months[-1].figures.total
        for name, user in (("ion", cast.ion), ("olga", cast.olga), ("vera", cast.vera))
    }
    assert totals == {"ion": 8, "olga": 1, "vera": 9}
    assert months_of(cast.olga, Filters(at=DAY, branch=cast.timis.path)) == Trend()
    assert months_of(cast.ana, Filters(at=DAY)) == Trend()
    below = months_of(cast.ion, Filters(at=DAY, branch=cast.lugoj.path))
    assert below.months[-1].figures.total == 7
    assert months_of(cast.ion, Filters(at=DAY, category=cast.worker.pk)) == Trend()


def test_the_programme_asked_of_most_people_unless_another_is_chosen(
    cast: Cast, programme: Programme
) -> None:
    other = proof.programme(cast.worker)
    make.person(cast.lugoj, "Asistent", categories=[cast.worker])
    assert months_of(cast.ion, Filters(at=DAY)).programme == programme
    chosen = months_of(cast.ion, Filters(at=DAY, programme=other.pk))
    assert chosen.programme == other and chosen.months[-1].figures.total == 1


def test_a_month_in_which_nobody_was_asked_stands_there_with_zero(cast: Cast) -> None:
    made = proof.programme(cast.carer, rule=None)
    proof.rule_version(made, D(2025, 6, 15))
    found = {one.day: one.figures.total for one in months_of(cast.ion, Filters(at=DAY)).months}
    assert (found[D(2025, 5, 31)], found[D(2025, 6, 30)]) == (0, 2)


def test_one_statement_whatever_the_number_of_people(cast: Cast, programme: Programme) -> None:
    def cost() -> int:
        user = User.objects.get(pk=cast.ion.pk)
        with CaptureQueriesContext(connection) as asked:
            months_of(user, Filters(at=DAY))
        return len(asked)

    cost()  # the zone of the law is kept from now on
    few = cost()
    for n in range(20):
        make.person(cast.lugoj, f"Om{n}", categories=[cast.carer])
    assert cost() == few <= 4  # roles, programmes, whose periods are stale, the months


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (2, 5, "3 people more without a certificate that counts than at the end of May 2024"),
        (2, 3, "1 person more without a certificate that counts than at the end of May 2024"),
        (5, 3, "2 people fewer without a certificate that counts than at the end of May 2024"),
        (1, 0, "1 person fewer without a certificate that counts than at the end of May 2024"),
        (4, 4, "As many people without a certificate that counts as at the end of May 2024"),
    ],
)
def test_what_changed_in_words(before: int, now: int, said: str) -> None:
    assert turn(before, now, "May 2024") == said


@pytest.mark.parametrize(
    ("most", "top"),
    [
        (0, 2), (1, 2), (2, 2), (3, 4), (4, 4), (5, 10), (10, 10), (11, 20), (21, 40), (41, 100),
        (999, 1000), (5001, 10_000),
    ],
)  # fmt: skip
def test_the_scale_ends_at_a_round_number(most: int, top: int) -> None:
    assert top_of(most) == top


@given(numbers=st.lists(st.integers(0, 10**6), min_size=1, max_size=30), rtl=st.booleans())
def test_lines_stay_inside_and_higher_numbers_stand_higher(numbers: list[int], rtl: bool) -> None:
    [drawn], levels = lines([("good", "Good", numbers)], rtl=rtl)
    points = drawn.points
    assert [one.number for one in points] == numbers
    assert all(LEFT <= one.x <= RIGHT and TOP <= one.y <= BOTTOM for one in points)
    xs = [one.x for one in points]
    assert xs == sorted(xs, reverse=rtl) and len(set(xs)) == len(xs)
    for one, other in zip(points, points[1:], strict=False):
        assert (one.number > other.number) <= (one.y <= other.y)
    assert len(drawn.strokes) == len(numbers) - 1
    assert [one.number for one in levels][-1] == 0 and levels[0].number >= max(numbers)


def test_two_lines_share_one_scale_and_no_line_is_no_error() -> None:
    (low, high), levels = lines([("good", "", [0, 1]), ("lacking", "", [10, 5])])
    assert [one.y for one in low.points] == [BOTTOM, 83.6]
    assert [one.y for one in high.points] == [TOP, 50.0]
    assert [(one.number, one.y) for one in levels] == [(10, TOP), (5, 50.0), (0, BOTTOM)]
    assert lines([("good", "", [])])[0][0].points == ()


class TestPage:
    @pytest.fixture(autouse=True)
    def clock(self):
        with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
            yield

    def text(self, browser: Client, query: str = "", language: str = "en") -> str:
        page = browser.get(f"/{language}/standing/trend/{query}")
        assert page.status_code == 200
        return page.content.decode()

    def table(self, text: str) -> dict[str, list[int]]:
        rows = re.findall(r'<tr role="row">\s*<th scope="row".*?</tr>', text, flags=re.S)
        return {
            re.sub(r"<[^>]*>", "", row.split("</th>")[0]).strip(): [
                int(n) for n in re.findall(r"<span>(\d+)</span></td>", row)
            ]
            for row in rows
        }

    def test_newest_month_first_and_the_parts_make_the_whole(
        self, cast: Cast, programme: Programme
    ) -> None:
        text = self.text(cast.browser(cast.ion))
        rows = self.table(text)
        assert len(rows) == MONTHS and next(iter(rows)) == "February 2026"
        assert all(numbers[0] == sum(numbers[1:]) for numbers in rows.values())
        assert rows["February 2026"] == [8, 3, 0, 5]
        assert "than at the end of March 2024" in text.split("chart-trend", 2)[2]
        # On a phone each number stands beside what it counts: no cell is without its words.
        cells = re.findall(r'<td role="cell"[^>]*data-label="([^"]*)"', text)
        words = ["People", "certificate that counts", "in progress", "no certificate that counts"]
        assert cells == words * MONTHS

    def test_a_month_opens_the_board_of_its_last_day_with_the_same_filters(
        self, cast: Cast, programme: Programme
    ) -> None:
        browser = cast.browser(cast.ion)
        text = self.text(browser, f"?organisation={cast.lugoj.pk}")
        href = html.unescape(re.search(r'<a href="([^"]*at=2025-02-28[^"]*)"', text)[1])
        opened = browser.get(href).content.decode()
        assert "stood on 28 February 2025" in opened
        number = int(re.search(r'class="value">(\d+)<', opened)[1])
        assert number == self.table(text)["February 2025"][0] == 7

    def test_every_line_has_a_mark_of_its_own_and_percentages_a_point(
        self, cast: Cast, programme: Programme
    ) -> None:
        for language in ("en", "ro", "ar"):
            text = self.text(cast.browser(cast.ion, language=language), "", language)
            for mark in ("circle", "rect", "path"):
                assert len(re.findall(rf'<{mark} class="mark-', text)) == MONTHS + 1, mark
            found = re.findall(r'<line[^>]* x1="([\d.,]*)%"', text)
            assert found and all(re.fullmatch(r"\d+\.\d+", one) for one in found)
        assert float(found[0]) > 50  # Arabic begins on the right

    @pytest.mark.parametrize(
        ("day", "said"),
        [
            ("2026-03-13", "months to come have no end yet"), ("2026-02-30", "Enter a day that exists"),
            ("1700-01-01", "1990"), ("\x00", "Enter a day that exists"),
        ],
    )  # fmt: skip
    def test_a_wrong_day_is_said_and_the_newest_months_are_shown(
        self, cast: Cast, programme: Programme, day: str, said: str
    ) -> None:
        page = cast.browser(cast.ion).get(PAGE, {"at": day})
        text = page.content.decode()
        assert page.status_code == 200 and said in text and "error-summary" in text
        assert "February 2026" in self.table(text)

    def test_the_other_county_counts_only_its_own(self, cast: Cast, programme: Programme) -> None:
        """And of an institution that is not in its branch it learns nothing, not even that it is there."""
        browser = cast.browser(cast.olga)
        text = self.text(browser)
        assert max(numbers[0] for numbers in self.table(text).values()) == 1
        assert "Timiș" not in text and "Lugoj" not in text
        assert browser.get(PAGE, {"organisation": cast.timis.pk}).status_code == 404

    def test_nobody_and_no_right(self, cast: Cast) -> None:
        assert "Nobody fits these filters" in self.text(cast.browser(cast.ion))
        assert cast.browser(cast.ana).get(PAGE).status_code == 404
        assert cast.browser(cast.vera).post(PAGE).status_code == 405
        assert cast.browser(None).get(PAGE).status_code == 302
