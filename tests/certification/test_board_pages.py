"""The board's page and files: numbers that lead to their people, days that are wrong, charts that need no colour."""

import csv
import html
import io
import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from certification.board import Figures
from certification.board_words import change, finding
from certification.charts import stacked
from certification.models import Programme
from certification.standing import State
from people.models import AuditEvent, Organisation
from tests.cast import Cast
from tests.certification.test_standing_pages import lives_of_every_kind, names
from tests.factories import certification as proof
from tests.factories import people as make

BOARD = "/en/standing/board/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def programme(cast: Cast) -> Programme:
    return lives_of_every_kind(cast)


def text_of(browser: Client, query: str = "", language: str = "en") -> str:
    page = browser.get(f"/{language}/standing/board/{query}")
    assert page.status_code == 200
    return page.content.decode()


def tiles(text: str) -> dict[str, tuple[int, str]]:
    """Label of each tile with its number and where it leads."""
    found = re.findall(
        r'<span class="value">(\d+)</span>\s*<span class="label">(?:<a href="([^"]*)">)?([^<]*)', text
    )  # fmt: skip
    return {label.strip(): (int(number), html.unescape(href)) for number, href, label in found}


def numbers(text: str) -> list[tuple[int, str]]:
    """Every number of the tables that leads somewhere."""
    found = re.findall(r'<a href="(/en/standing/\?[^"]*)">(\d+)</a>', text)
    return [(int(number), html.unescape(href)) for href, number in found]


@pytest.mark.parametrize("query", ["", "?by=category", "?by=locality&at=2025-06-01"])
def test_each_number_opens_exactly_its_people(cast: Cast, programme: Programme, query: str) -> None:
    browser = cast.browser(cast.ion)
    text = text_of(browser, query)
    found = [(number, href) for number, href in tiles(text).values() if href] + numbers(text)
    assert len(found) > 8
    for number, href in dict.fromkeys(found):
        assert len(names(browser.get(href))) == number, href


def test_from_the_number_to_the_proof_in_three_clicks(cast: Cast, programme: Programme) -> None:
    browser = cast.browser(cast.ion)
    number, href = tiles(text_of(browser, "?at=2026-03-11"))["revoked"]
    assert number == 1
    listing = browser.get(href).content.decode()
    person = re.search(r'href="(/en/standing/people/\d+/\?at=2026-03-11)"', listing)[1]
    record = browser.get(person).content.decode()
    certificate = re.search(r'href="(/en/certificates/\d+/)"', record)[1]
    assert browser.get(certificate).status_code == 200


def test_a_number_of_long_ago_is_proved_as_of_that_day(cast: Cast, programme: Programme) -> None:
    """The person's page goes on in the day of the board: what was issued later proves nothing of then."""
    browser, who = (
        cast.browser(cast.ion, language="en"),
        make.person(cast.lugoj, "Demult", categories=[cast.carer]),
    )
    then = proof.certificate(
        who,
        programme,
        issuer=cast.timis,
        valid_from=date(2021, 1, 1),
        valid_until=date(2023, 12, 31),
    )
    now = proof.certificate(who, programme, issuer=cast.timis, valid_from=date(2025, 1, 1))
    listing = html.unescape(browser.get("/en/standing/?at=2023-06-01&q=Demult").content.decode())
    assert then.number in listing and now.number not in listing
    href = re.search(rf'href="(/en/standing/people/{who.pk}/[^"]*)"', listing)[1]
    page = browser.get(href).content.decode()
    assert "as of 1 June 2023" in page and then.number in page and now.number not in page
    assert "expired" not in page.split('id="certificates"', 1)[0]
    today = browser.get(f"/en/standing/people/{who.pk}/").content.decode()
    assert now.number in today and "as of" not in today
    for wrong in ("2023-02-31", "x", "1800-01-01", "\0"):
        assert browser.get(f"/en/standing/people/{who.pk}/", {"at": wrong}).status_code == 200


def test_hours_of_later_days_are_not_on_the_page_of_an_earlier_one(
    cast: Cast, programme: Programme
) -> None:
    browser = cast.browser(cast.ion, language="en")
    who = make.person(cast.lugoj, "Orar", categories=[cast.carer])
    for day, minutes in ((date(2023, 5, 31), 60), (date(2023, 6, 2), 120), (date(2025, 1, 1), 240)):
        proof.line(who, day, minutes)
    page = f"/en/standing/people/{who.pk}/"

    def shown(query: str) -> tuple[list[str], list[str]]:
        part = browser.get(page + query).content.decode().split('id="hours"', 1)[1]
        years = re.findall(r"<dt>(\d{4})</dt><dd>([^<]*)</dd>", part)
        return [f"{year}: {html.unescape(hours)}" for year, hours in years], re.findall(
            r"<tr role=\"row\">", part
        )

    years, lines = shown("?at=2023-06-01")
    assert years == ["2023: 1\xa0h"] and len(lines) == 2  # with the line of the heads
    years, lines = shown("")
    assert years == ["2025: 4\xa0h", "2023: 3\xa0h"] and len(lines) == 4


def test_a_tile_of_nobody_is_no_link(cast: Cast, programme: Programme) -> None:
    assert tiles(text_of(cast.browser(cast.ion)))["in progress"] == (0, "")


def test_two_years_ago_and_the_difference_with_its_sign_and_in_words(
    cast: Cast, programme: Programme
) -> None:
    text = text_of(cast.browser(cast.ion), "?versus=2023-06-01")
    assert "Compared with 1 June 2023" in text
    rows = re.findall(r'<strong dir="ltr">([^<]*)</strong> ([^<]*)<', text)
    assert ("\u22125", "5 fewer") in rows and ("+1", "1 more") in rows and ("0", "the same") in rows
    # The other day's number leads to the list of the other day.
    assert any("at=2023-06-01" in href and number == 6 for number, href in numbers(text))
    past = text_of(cast.browser(cast.ion), "?at=2023-06-01")
    assert "How your institutions stood on 1 June 2023" in past
    assert tiles(past)["valid"][0] == 6


@pytest.mark.parametrize("name", ["at", "versus"])
@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-02-31", "Enter a day that exists"), ("yesterday", "Enter a day that exists"),
        ("1800-01-01", "1990"), ("2029-03-13", "Choose a day up to 12 March 2029"), ("\x00", "Enter a day that exists"),
    ],
)  # fmt: skip
def test_a_wrong_day_is_said_and_today_is_shown(
    cast: Cast, programme: Programme, name: str, day: str, said: str
) -> None:
    page = cast.browser(cast.ion).get(BOARD, {name: day})
    text = page.content.decode()
    assert page.status_code == 200 and said in text and "error-summary" in text
    assert "today, 12 March 2026" in text


def test_a_day_on_which_nobody_was_there_is_compared_all_the_same(
    cast: Cast, programme: Programme
) -> None:
    text = text_of(cast.browser(cast.ion), "?versus=2000-01-01")
    assert ('<strong dir="ltr">+8</strong> 8 more') in text


def test_a_day_to_come_says_what_its_numbers_mean(cast: Cast, programme: Programme) -> None:
    browser = cast.browser(cast.ion)
    text = text_of(browser, "?at=2029-03-12")
    assert "This day is still to come" in text and "will stand on 12 March 2029" in text
    assert tiles(text)["expired"][0] == 4 and tiles(text)["valid"][0] == 0
    listing = browser.get("/en/standing/?at=2029-03-12").content.decode()
    assert "This day is still to come" in listing and "Who will be trained" in listing
    assert "This day is still to come" not in text_of(browser)


def test_nothing_to_show_says_why(cast: Cast) -> None:
    assert "No one is listed yet" in text_of(cast.browser(cast.ion))
    assert "Nobody fits these filters" in text_of(cast.browser(cast.ion), "?at=2000-01-01")


def test_the_other_county_sees_and_gets_nothing_of_this_one(
    cast: Cast, programme: Programme
) -> None:
    browser = cast.browser(cast.olga)
    for query in ("", "?by=locality", "?organisation=timis"):
        text = text_of(browser, query)
        assert tiles(text)["People"][0] == 1
        assert "Lugoj" not in text and "Timiș" not in text
    assert "This choice" in text or "valid choice" in text or "error-summary" in text
    sheet = browser.get("/en/standing/board.csv").content.decode()
    assert "Lugoj" not in sheet and "Timiș" not in sheet


def test_the_overseer_reads_the_country_by_county_and_changes_nothing(
    cast: Cast, programme: Programme
) -> None:
    browser = cast.browser(cast.vera)
    text = text_of(browser)
    assert "Broken down by: County" in text and tiles(text)["People"][0] == 9
    assert 'method="post"' not in text.split("<main", 1)[1].split("</main>", 1)[0]
    assert browser.post(BOARD).status_code == 405


def sheets(browser: Client, query: str) -> tuple[list[list[str]], list[list]]:
    """The board as CSV and as XLSX."""
    data = browser.get(f"/en/standing/board.csv{query}").content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(browser.get(f"/en/standing/board.xlsx{query}").content))
    return list(csv.reader(io.StringIO(data), delimiter=";")), [
        list(row) for row in book.active.values
    ]


def test_the_files_hold_the_numbers_of_the_page(cast: Cast, programme: Programme) -> None:
    browser = cast.browser(cast.ion)
    query = "?by=institution&versus=2023-06-01"
    lines, cells = sheets(browser, query)
    shown = {label: number for label, (number, _href) in tiles(text_of(browser, query)).items()}
    assert dict(zip(lines[0][3:], map(int, lines[1][3:]), strict=True)) == shown
    kinds = [(line[0], line[1]) for line in lines[1:]]
    assert kinds == [
        ("2026-03-12", "Programme"), ("2026-03-12", "Institution"), ("2026-03-12", "Institution"),
        ("2023-06-01", "Programme"), ("2023-06-01", "Institution"), ("2023-06-01", "Institution"),
    ]  # fmt: skip
    assert sum(int(line[3]) for line in lines[2:4]) == int(lines[1][3]) == 8
    # Days are days and numbers numbers.
    assert cells[1][0].date() == date(2026, 3, 12)
    assert [[int(cell) for cell in line[3:]] for line in lines[1:]] == [
        row[3:] for row in cells[1:]
    ]
    trail = AuditEvent.objects.filter(verb="board.exported").latest("id")
    assert (
        trail.data["rows"] == 6 and trail.data["file"] == "xlsx" and trail.actor_id == cast.ion.pk
    )


def test_an_institution_s_name_is_no_formula_in_the_file(cast: Cast, programme: Programme) -> None:
    place = make.organisation("=1+1", parent=cast.timis, kind=Organisation.Kind.TOWN_HALL)
    make.person(place, "Om", categories=[cast.carer])
    lines, cells = sheets(cast.browser(cast.ion), "")
    assert "'=1+1" in [line[2] for line in lines]
    assert "=1+1" in [
        row[2] for row in cells
    ]  # a string cell: openpyxl would mark a formula otherwise


def test_a_page_costs_twelve_queries_with_one_institution_and_with_thirty(
    cast: Cast, programme: Programme
) -> None:
    browser = cast.browser(cast.ion)

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            text_of(browser, "?versus=2025-01-01")
        return len([one for one in asked if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    cost()  # what is kept a minute is read once
    few = cost()
    for n in range(30):
        place = make.organisation(f"Sat {n}", parent=cast.timis, kind=Organisation.Kind.TOWN_HALL)
        make.person(place, f"Om{n}", categories=[cast.carer])
    assert cost() == few <= 12


def test_charts_say_in_words_and_patterns_what_colour_says(
    cast: Cast, programme: Programme
) -> None:
    text = text_of(cast.browser(cast.ion), "?by=category")
    assert "2 people of 8 have never been trained" in text
    bar = re.search(r'<svg class="bar" role="img"[^>]*aria-label="([^"]*)"', text)[1]
    assert bar == "valid: 1; counts, but something is to be done: 2; no certificate that counts: 5"
    for kind in ("soon", "lacking"):
        assert f'id="bar-{kind}"' in text and f'fill="url(#bar-{kind})"' in text
    widths = re.findall(r'class="bar-(\w+)" x="([\d.]+)%" width="([\d.]+)%"', text)
    assert widths == [
        ("valid", "0.0", "12.5"),
        ("soon", "12.5", "25.0"),
        ("lacking", "37.5", "62.5"),
    ]
    turned = re.findall(
        r'class="bar-(\w+)" x="([\d.]+)%"',
        text_of(cast.browser(cast.ion, language="ar"), "?by=category", "ar"),
    )
    assert turned == [("valid", "87.5"), ("soon", "62.5"), ("lacking", "0.0")]


@pytest.mark.parametrize("language", ["ro", "uk", "bg", "ar"])
def test_percentages_of_bars_have_a_point_in_every_language(
    cast: Cast, programme: Programme, language: str
) -> None:
    text = text_of(cast.browser(cast.ion, language=language), "", language)
    found = re.findall(r'<(?:rect|text)[^>]* x="([^"]*)%"', text)
    assert found and all(re.fullmatch(r"\d+\.\d+", one) for one in found)


@pytest.mark.parametrize(
    ("parts", "rtl", "expected"),
    [
        ([1, 1], False, [(0, 50), (50, 50)]), ([1, 1], True, [(50, 50), (0, 50)]),
        ([1, 0, 3], False, [(0, 25), (25, 75)]), ([1, 0, 3], True, [(75, 25), (0, 75)]), ([0, 0], False, []),
        ([5], True, [(0, 100)]), ([1, 2], False, [(0, 33.333), (33.333, 66.667)]),
    ],
)  # fmt: skip
def test_bars(parts: list[int], rtl: bool, expected: list[tuple[float, float]]) -> None:
    found = stacked([(str(n), str(n), number) for n, number in enumerate(parts)], rtl=rtl)
    assert [(one.x, one.width) for one in found] == expected
    assert all(one.has_room == (one.width >= 8) for one in found)


@pytest.mark.parametrize(
    ("now", "before", "sign", "words"),
    [
        (3, 1, "+2", "2 more"), (1, 3, "\u22122", "2 fewer"), (2, 2, "0", "the same"), (0, 1, "\u22121", "1 fewer"),
    ],
)  # fmt: skip
def test_differences(now: int, before: int, sign: str, words: str) -> None:
    found = change(now, before)
    assert (found.sign, found.words) == (sign, words)


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ({State.NEVER: 12, State.EXPIRED: 3, State.VALID: 125}, "12 people of 140 have never been trained"),
        ({State.NEVER: 1, State.VALID: 1}, "1 person of 2 has never been trained"),
        ({State.EXPIRED: 1, State.REVOKED: 1, State.VALID: 3},
         "2 people of 5 no longer have a certificate that counts"),
        ({State.IN_PROGRESS: 1, State.VALID: 3}, "1 person of 4 is still on a course"),
        ({State.VALID: 3, State.EXPIRING: 1, State.IN_GRACE: 1}, "Everybody has a certificate that counts"),
    ],
)  # fmt: skip
def test_findings(states: dict[str, int], said: str) -> None:
    assert finding(Figures(states)) == said
