"""Four ways to the same numbers: board, list, file and API count the same people, in every state, on every day."""

import csv
import io
from collections import Counter
from datetime import date, timedelta

import pytest
from django.test import Client, override_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from certification.board import board
from certification.queries import Filters, institutions_of
from certification.standing import State
from people.models import Organisation, User
from people.permissions import Permission
from tests.api.conftest import Program, program
from tests.cast import Cast
from tests.certification.test_board import settle
from tests.certification.test_periods import refresh_all
from tests.certification.test_standing_agrees import (
    DAYS,
    LEAP,
    PEOPLE,
    RULES,
    START,
    forgotten,
    write_certificates,
    write_enrolments,
)
from tests.factories import certification as proof
from tests.factories import people as make

Numbers = dict[str, int]


def on_board(user: User, filters: Filters) -> Numbers:
    found = board(user, filters, by="county")
    whole = found.chosen.figures if found.chosen else None
    by_groups = Counter[str]()
    for group in found.groups:
        by_groups.update({state: group.figures.of(state) for state in State.values})
    numbers = {state: whole.of(state) if whole else 0 for state in State.values}
    assert numbers == {state: by_groups[state] for state in State.values}
    return numbers


def in_list(browser: Client, query: dict[str, str]) -> Numbers:
    """As the page shows them, and as many rows as it says."""
    context = browser.get("/en/standing/", query).context
    shown = {
        state: stat["value"] for state, stat in zip(State.values, context["stats"], strict=True)
    }
    assert context["page"].paginator.count == sum(shown.values())
    return shown


def in_file(browser: Client, query: dict[str, str]) -> Numbers:
    """Rows of the file, by the word in the column."""
    text = browser.get("/en/standing/standing.csv", query).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    column = rows[0].index("Standing")
    words = Counter(row[column] for row in rows[1:])
    return {state.value: words[str(state.label)] for state in State}


def in_api(asks: Program, query: dict[str, str]) -> Numbers:
    """The counts, which are those of the rows, and those of each state asked for alone."""
    counts = asks.get("/standing/counts", **query).json()
    rows, cursor = [], ""
    while cursor is not None:
        page = asks.get("/standing", **query, limit=2, cursor=cursor).json()
        rows, cursor = rows + page["items"], page["next"]
    seen = Counter(row["state"] for row in rows)
    assert counts["states"] == {state: seen[state] for state in State.values}
    assert counts["total"] == len(rows)
    for state in seen:
        alone = asks.get("/standing", **query, state=state, limit=200).json()["items"]
        assert alone == [row for row in rows if row["state"] == state]
    return counts["states"]


@pytest.mark.slow
@settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking whole pages takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rules=RULES,
    people=PEOPLE,
    places=st.lists(st.integers(0, 59), min_size=3, max_size=3),
    ahead=st.sampled_from([0, 1, 59, 60, 61, 90, 400]),
    day=DAYS,
)
def test_board_list_file_and_api_count_the_same(
    cast: Cast, rules, people, places, ahead: int, day: date
) -> None:
    with forgotten(), override_settings(API_REQUESTS_A_MINUTE=10**6):
        courses = {True: proof.course(), False: proof.course()}
        programme = proof.programme(cast.carer, cast.worker, courses=(courses[True],), rule=None)
        proof.rule_version(programme, START - timedelta(days=1), **rules)
        turns = [LEAP]
        for who, (certificates, enrolments) in zip(settle(cast, places), people, strict=False):
            turns += write_certificates(who, programme, certificates, cast.timis)
            turns += write_enrolments(who, enrolments, courses, cast.timis)
        refresh_all()
        browser, asks = cast.browser(cast.ion, language="en"), program(cast.timis)
        for at in {day, max(turns) - timedelta(days=ahead)}:
            found = four_ways(cast.ion, browser, asks, programme, at)
            assert found == dict.fromkeys(found, found["board"]), at


def four_ways(
    user: User, browser: Client, asks: Program, programme, at: date
) -> dict[str, Numbers]:
    """The numbers of that programme on that day."""
    site = {"programme": str(programme.pk), "at": at.isoformat()}
    return {
        "board": on_board(user, Filters(at=at, programme=programme.pk)),
        "list": in_list(browser, site),
        "file": in_file(browser, site),
        "api": in_api(asks, {"programme": programme.code, "at": at.isoformat()}),
    }


def test_a_branch_below_counts_its_own(cast: Cast) -> None:
    programme = proof.programme(cast.carer, code="ro.foster")
    settle(cast, [1, 1, 2, 3])
    day = date(2026, 3, 12)
    for place in Organisation.objects.filter(path__startswith=cast.timis.path):
        site = {
            "programme": str(programme.pk),
            "at": day.isoformat(),
            "organisation": str(place.pk),
        }
        query = {"programme": programme.code, "at": day.isoformat(), "institution": str(place.pk)}
        browser = cast.browser(cast.ion, language="en")
        numbers = in_list(browser, site)
        assert numbers == in_file(browser, site) == in_api(program(cast.timis), query)
        # A program of that institution itself sees just those.
        own = {key: value for key, value in query.items() if key != "institution"}
        assert in_api(program(place), own) == numbers


@pytest.mark.parametrize("first", ["lugoj", "centru"])
def test_of_two_institutions_beside_each_other_the_same_one_is_named(
    cast: Cast, first: str
) -> None:
    for place in (cast.lugoj, cast.centru) if first == "lugoj" else (cast.centru, cast.lugoj):
        make.member(cast.ana.person, place, "trainer")
    people = {cast.ana.person_id}
    named = institutions_of(people, cast.ion, date(2026, 11, 2), Permission.VIEW_STANDING)
    assert named == {cast.ana.person_id: str(cast.centru)}
