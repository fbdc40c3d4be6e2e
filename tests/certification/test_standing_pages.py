"""The officer's list: counts that lead to exactly their rows, filters, files, and who sees what."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook

from certification.models import HoursEntry, Programme
from certification.queries import Filters, standing_counts
from certification.standing import State
from people.models import AuditEvent
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make

D = date
DAY = D(2026, 3, 12)
LIST = "/en/standing/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def programme(cast: Cast) -> Programme:
    return lives_of_every_kind(cast)


def lives_of_every_kind(cast: Cast) -> Programme:
    """36 months, renewal from 90 days before, grace of 30 days, and somebody in every standing of a certificate."""
    proof.authority(cast.timis, "TM")
    made = proof.programme(
        cast.carer, rule={"renewal_window_days": 90, "grace_days": 30}, code="ro.foster"
    )
    far, near = D(2028, 1, 1), DAY + timedelta(days=30)
    lives = {
        "Valabil": (far, None), "Aproape": (near, None), "Grație": (DAY - timedelta(days=5), None),
        "Expirat": (D(2025, 1, 1), None), "Retras": (far, "revoked"), "Suspendat": (far, "suspended"),
    }  # fmt: skip
    for name, (until, happened) in lives.items():
        who = make.person(cast.lugoj, name, "Om", categories=[cast.carer])
        one = proof.certificate(
            who, made, issuer=cast.timis, valid_from=D(2023, 1, 1), valid_until=until
        )
        if happened:
            proof.event(one, happened, D(2024, 1, 1), "Un motiv")
    return made


def names(page) -> list[str]:
    return re.findall(
        r'<th scope="row" role="rowheader">(?:<a [^>]*>)?<bdi>([^<]*)', page.content.decode()
    )


def counts(page) -> dict[str, int]:
    """The number on each tile by the state that it leads to."""
    found = re.findall(
        r'<span class="value">(\d+)</span>\s*<span class="label"><a href="([^"]*)"',
        page.content.decode(),
    )
    return {
        parse_qs(urlsplit(link.replace("&amp;", "&")).query)["state"][0]: int(number)
        for number, link in found
    }


def test_each_count_leads_to_exactly_its_rows(cast: Cast, programme: Programme) -> None:
    browser = cast.browser(cast.ion)
    tiles = counts(browser.get(LIST))
    assert tiles == {
        "never": 2, "in_progress": 0, "expired": 1, "revoked": 1, "suspended": 1, "in_grace": 1, "expiring": 1,
        "review_due": 0, "valid": 1,
    }  # fmt: skip
    for state, number in tiles.items():
        page = browser.get(f"{LIST}?state={state}")
        assert len(names(page)) == number and counts(page) == tiles


def test_counts_follow_the_other_filters(cast: Cast, programme: Programme) -> None:
    browser = cast.browser(cast.ion)
    page = browser.get(f"{LIST}?q=valabil")
    assert names(page) == ["Valabil, Om"] and sum(counts(page).values()) == 1
    assert "q=valabil" in page.content.decode()  # the tiles keep the search


def test_a_row_says_why(cast: Cast, programme: Programme) -> None:
    text = cast.browser(cast.ion).get(f"{LIST}?state=revoked").content.decode()
    assert "was revoked on 1 January 2024. Reason: Un motiv" in text and "Primăria Lugoj" in text


def test_as_of_another_day(cast: Cast, programme: Programme) -> None:
    page = cast.browser(cast.ion).get(f"{LIST}?at=2023-06-01&sort=name")
    assert counts(page)["valid"] == 6 and counts(page)["never"] == 2
    assert "1 June 2023" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("organisation={lugoj}", 7), ("organisation={timis}", 8), ("programme={programme}", 8),
        ("category={worker}", 8),
        ("q=Țurcanu", 1), ("q=turcanu", 1), ("q=nobody", 0), ("state=valid&q=expirat", 0),
    ],
)  # fmt: skip
def test_filters(cast: Cast, programme: Programme, query: str, expected: int) -> None:
    ids = {
        "lugoj": cast.lugoj.pk,
        "timis": cast.timis.pk,
        "programme": programme.pk,
        "worker": cast.worker.pk,
    }
    found = cast.browser(cast.ion).get(f"{LIST}?{query.format(**ids)}")
    assert len(names(found)) == expected


@pytest.mark.parametrize(
    "query",
    [
        "state=nothing", "programme=x", "programme=999999", "at=2026-02-30", "at=0001-01-01", "at=9999-12-31",
        "sort=;drop",
        "page=0", "page=zzz", "page=9999999999999999999", "q=%00", "q=%25%27%22", "organisation=cluj", "category=-1",
    ],
)  # fmt: skip
def test_nonsense_is_left_out_and_said(cast: Cast, programme: Programme, query: str) -> None:
    found = cast.browser(cast.ion).get(f"{LIST}?{query}")
    assert found.status_code == 200 and "Mureșan" not in found.content.decode()


@pytest.mark.parametrize(
    ("sort", "first"), [("name", "Aproape, Om"), ("-name", "Valabil, Om"), ("-until", "Retras, Om")]
)
def test_sorting(cast: Cast, programme: Programme, sort: str, first: str) -> None:
    page = cast.browser(cast.ion).get(f"{LIST}?sort={sort}")
    assert names(page)[0] == first
    assert (
        f'aria-sort="{"descending" if sort.startswith("-") else "ascending"}"'
        in page.content.decode()
    )


def test_by_itself_it_begins_with_what_needs_doing(cast: Cast, programme: Programme) -> None:
    assert names(cast.browser(cast.ion).get(LIST))[:2] == ["Popescu, Ana", "Țurcanu, Vasile"]


def test_fifty_a_page(cast: Cast, programme: Programme) -> None:
    for number in range(51):
        make.person(cast.lugoj, f"Al{number:02d}", categories=[cast.carer])
    browser = cast.browser(cast.ion)
    one, two = browser.get(f"{LIST}?sort=name"), browser.get(f"{LIST}?sort=name&page=2")
    assert len(names(one)) == 50 and len(names(two)) == 9
    assert len({*names(one), *names(two)}) == 59 and "page 2" in two.content.decode()


def test_the_number_of_queries_does_not_grow_with_rows(
    cast: Cast, programme: Programme, django_assert_max_num_queries
) -> None:
    browser = cast.browser(cast.ion)
    browser.get(LIST)
    with django_assert_max_num_queries(22) as few:
        browser.get(f"{LIST}?state=valid")
    for number in range(30):
        make.person(cast.lugoj, f"Al{number:02d}", categories=[cast.carer])
    with django_assert_max_num_queries(22) as many:
        browser.get(LIST)
    assert len(few) == len(many)


@pytest.mark.parametrize(
    ("who", "rows"),
    [("ion", 8), ("quin", 8), ("mara", 8), ("doru", 7), ("vera", 9), ("adm", 9), ("olga", 1)],
)
def test_everybody_sees_their_branch(cast: Cast, programme: Programme, who: str, rows: int) -> None:
    assert len(names(cast.browser(getattr(cast, who)).get(LIST))) == rows


@pytest.mark.parametrize("who", ["ana", "petar", "nour"])
@pytest.mark.parametrize(
    "address", [LIST, "/en/standing/standing.csv", "/en/standing/standing.xlsx"]
)
def test_for_others_the_list_does_not_exist(
    cast: Cast, programme: Programme, who: str, address: str
) -> None:
    assert cast.browser(getattr(cast, who)).get(address).status_code == 404


@pytest.mark.parametrize("address", [LIST, "/en/standing/standing.csv", "/en/standing/people/1/"])
def test_without_signing_in_one_is_asked_to(db: None, address: str) -> None:
    assert "/account/login" in Client().get(address)["Location"]


@pytest.mark.parametrize(
    ("who", "may"),
    [("ion", True), ("vera", True), ("quin", False), ("mara", False), ("doru", False)],
)
def test_who_may_take_the_list_out(cast: Cast, programme: Programme, who: str, may: bool) -> None:
    browser = cast.browser(getattr(cast, who))
    assert browser.get("/en/standing/standing.csv").status_code == (200 if may else 404)
    assert ("standing.xlsx" in browser.get(LIST).content.decode()) == may


def test_the_file_has_the_rows_of_the_list(cast: Cast, programme: Programme) -> None:
    answer = cast.browser(cast.ion).get("/en/standing/standing.csv?state=revoked")
    assert (
        answer["Content-Type"].startswith("text/csv")
        and "standing-2026-03-12.csv" in answer["Content-Disposition"]
    )
    (line,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert (line["Family name"], line["Standing"], line["Since"], line["Valid until"]) == (
        "Retras", "revoked", "2024-01-01", "2028-01-01",
    )  # fmt: skip
    assert line["Institution"] == "Primăria Lugoj" and "Un motiv" in line["Why"]


def test_dates_in_excel_are_dates_and_names_are_no_formulas(
    cast: Cast, programme: Programme
) -> None:
    make.person(cast.lugoj, "=1+1", "@x", categories=[cast.carer])
    answer = cast.browser(cast.ion).get("/en/standing/standing.xlsx?sort=name")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert len(rows) == 9 and sheet.freeze_panes == "A2"
    valid = next(row for row in rows if row[0] == "Valabil")
    assert valid[8] in (D(2028, 1, 1), datetime(2028, 1, 1))  # noqa: DTZ001 - Excel knows no zones
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_arabic_sheets_run_from_right_to_left(cast: Cast, programme: Programme) -> None:
    answer = cast.browser(cast.ion).get("/ar/standing/standing.xlsx")
    assert load_workbook(io.BytesIO(answer.content)).active.sheet_view.rightToLeft


def test_taking_it_out_is_in_the_trail_without_what_was_searched(
    cast: Cast, programme: Programme
) -> None:
    cast.browser(cast.ion).get(
        f"/en/standing/standing.csv?q=retras&state=revoked&organisation={cast.lugoj.pk}"
    )
    event = AuditEvent.objects.get(verb="standing.exported")
    assert event.actor_id == cast.ion.pk and event.organisation_path == cast.lugoj.path
    assert event.data == {
        "file": "csv", "rows": 1, "at": "2026-03-12", "state": "revoked", "programme": None, "category": None,
        "within": None,
        "searched": True,
    }  # fmt: skip
    assert "retras" not in str(event.data).lower()


def test_only_what_may_be_taken_out_is_in_the_file(cast: Cast, programme: Programme) -> None:
    """An officer of Lugoj who reads the quality of all of Timiș sees all, and takes out Lugoj."""
    user = make.staff(cast.lugoj, "officer", "Local")
    make.member(user.person, cast.timis, "quality")
    browser = cast.browser(make.fresh(user))
    assert len(names(browser.get(LIST))) == 8
    answer = browser.get("/en/standing/standing.csv").content.decode("utf-8-sig")
    assert "Popescu" not in answer and "Retras" in answer and len(answer.strip().splitlines()) == 8


def test_the_page_of_a_person(cast: Cast, programme: Programme) -> None:
    HoursEntry.objects.create(
        person=cast.vasile,
        on=D(2025, 5, 5),
        minutes=90,
        kind="practice",
        source="session",
        reference="t:1",
    )
    held = proof.certificate(
        cast.vasile,
        programme,
        issuer=cast.timis,
        valid_from=D(2025, 1, 1),
        valid_until=D(2028, 1, 1),
    )
    text = cast.browser(cast.ion).get(f"/en/standing/people/{cast.vasile.pk}/").content.decode()
    assert (
        "Vasile Țurcanu" in text and held.number in text and f"/en/certificates/{held.pk}/" in text
    )
    assert "<dt>2025</dt><dd>1\xa0h 30\xa0min" in text and "practice" in text
    event = AuditEvent.objects.get(verb="standing.opened")
    assert (event.actor_id, event.person_id, event.organisation_path) == (
        cast.ion.pk,
        cast.vasile.pk,
        cast.lugoj.path,
    )


def test_the_way_back_leads_to_the_list_where_there_is_one(
    cast: Cast, programme: Programme
) -> None:
    where, link = (
        f"/en/standing/people/{cast.ana.person.pk}/",
        'class="back-link" href="/en/standing/"',
    )
    assert link in cast.browser(cast.ion).get(where).content.decode()
    assert link not in cast.browser(cast.ana).get(where).content.decode()


def test_ones_own_page_leaves_no_trace(cast: Cast, programme: Programme) -> None:
    assert (
        cast.browser(cast.ana).get(f"/en/standing/people/{cast.ana.person.pk}/").status_code == 200
    )
    assert not AuditEvent.objects.filter(verb="standing.opened").exists()


@pytest.mark.parametrize("who", ["olga", "ana", "clara", "petar", "nour"])
def test_another_countys_person_does_not_exist(cast: Cast, programme: Programme, who: str) -> None:
    browser = cast.browser(getattr(cast, who))
    assert browser.get(f"/en/standing/people/{cast.vasile.pk}/").status_code == 404
    assert browser.get("/en/standing/people/999999/").status_code == 404
    assert not AuditEvent.objects.filter(verb="standing.opened").exists()


def test_a_person_who_moved_away_is_listed_on_old_days_without_a_link(
    cast: Cast, programme: Programme
) -> None:
    cast.vasile.memberships.update(until=D(2025, 12, 31))
    make.member(cast.vasile, cast.cluj, "learner", since=D(2026, 1, 1))
    page = cast.browser(cast.ion).get(f"{LIST}?at=2025-06-01&q=turcanu")
    assert (
        names(page) == ["Țurcanu, Vasile"]
        and f"people/{cast.vasile.pk}/" not in page.content.decode()
    )
    assert names(cast.browser(cast.ion).get(f"{LIST}?q=turcanu")) == []


def test_counts_are_the_same_for_page_and_query(cast: Cast, programme: Programme) -> None:
    expected = standing_counts(cast.ion, Filters(at=DAY))
    assert counts(cast.browser(cast.ion).get(LIST)) == expected and set(expected) == set(
        State.values
    )


def test_nobody_listed_is_explained(cast: Cast) -> None:
    text = cast.browser(cast.ion).get(LIST).content.decode()
    assert "No one is listed yet" in text and 'class="table"' not in text
    text = cast.browser(cast.ion).get(f"{LIST}?q=zzz").content.decode()
    assert "Nobody fits these filters" in text and 'href="/en/standing/"' in text


def test_an_erased_person_is_not_listed(cast: Cast, programme: Programme) -> None:
    type(cast.vasile).objects.filter(pk=cast.vasile.pk).update(
        family_name="", given_name="", erased_at=datetime.now(UTC)
    )
    assert len(names(cast.browser(cast.ion).get(LIST))) == 7


@pytest.mark.parametrize("language", ["ro", "uk", "bg", "ar"])
def test_in_every_language(cast: Cast, programme: Programme, language: str) -> None:
    browser = cast.browser(cast.ion, language=language)
    for address in ("standing/", f"standing/people/{cast.vasile.pk}/"):
        assert browser.get(f"/{language}/{address}").status_code == 200
