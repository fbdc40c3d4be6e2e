"""The periods of standing that a board reads say on every day what the records say."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from certification.actions.periods import refresh
from certification.days import law_zone
from certification.models import StaleStanding
from certification.standing_sql import ROWS, ROWS_OF_DAYS
from tests.cast import Cast
from tests.certification.test_duties_agree import LIVES, VERSIONS, World
from tests.certification.test_standing_agrees import (
    DAYS,
    PEOPLE,
    RULES,
    examples,
    forgotten,
    write_certificates,
    write_enrolments,
    write_rules,
)
from tests.factories import certification as proof
from tests.factories import people as make

D = date
FIRST, LAST = D(2021, 10, 1), D(2029, 3, 1)


def rows(text: str, values: dict[str, Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def by_the_records(people: list[int]) -> set[tuple]:
    """What the records say of these people on each day, those included on which nothing is asked (no row)."""
    scope = """SELECT p.id, d.at::date AS at FROM unnest(%(people)s::bigint[]) p(id),
      generate_series(%(first)s::date, %(last)s, '1 day') d(at)"""
    text = f"SELECT person_id, programme_id, at, state, valid_until FROM ({ROWS_OF_DAYS}) one"
    values = {"people": people, "first": FIRST, "last": LAST, "zone": str(law_zone())}
    values |= {"programme": None, "category": None, "draft": None}
    return set(rows(text.format(scope=scope), values))


def by_the_periods(people: list[int]) -> set[tuple]:
    text = """
    SELECT p.person, p.programme, d.at::date, p.state, p.valid_until FROM certification_standingperiod p
    JOIN generate_series(%(first)s::date, %(last)s, '1 day') d(at)
      ON p.since <= d.at AND (p.until IS NULL OR p.until > d.at) WHERE p.person = ANY(%(people)s)
    """
    return set(rows(text, {"people": people, "first": FIRST, "last": LAST}))


def refresh_all() -> None:
    while refresh():
        pass
    assert not StaleStanding.objects.exists()


def wrong_days(people: list[int]) -> list[tuple]:
    """The first days on which the periods say something else than the records."""
    refresh_all()
    wrong = by_the_records(people) ^ by_the_periods(people)
    return sorted(wrong, key=lambda row: row[:3])[:6]


def on_one_day(people: list[int], day: date) -> set[tuple]:
    """What the text for one day says of these people."""
    values = {"at": day, "zone": str(law_zone()), "programme": None, "category": None}
    scope = "SELECT unnest(%(people)s::bigint[])"
    text = f"SELECT person_id, programme_id, %(at)s::date, state, valid_until FROM ({ROWS}) one"
    return set(rows(text.format(scope=scope), {**values, "draft": None, "people": people}))


def of_days(found: set[tuple], days: list[date]) -> set[tuple]:
    return {row for row in found if row[2] in days}


def on_single_days(people: list[int], days: list[date]) -> set[tuple]:
    return {row for day in days for row in on_one_day(people, day)}


def test_hours_within_a_rolling_time_count_from_their_own_day(cast: Cast) -> None:
    """Nothing else turns that day: without it the review would be due until the next one, weeks later."""
    programme = proof.programme(cast.carer)
    programme.versions.get().requirements.create(
        code="a", kind="any", minutes=600, period="rolling_months", months=12, position=1
    )
    proof.certificate(
        cast.vasile, programme, issuer=cast.timis, valid_from=D(2022, 1, 1), content=False
    )
    proof.line(cast.vasile, D(2024, 6, 15), minutes=600)
    assert wrong_days([cast.vasile.pk]) == []
    states = {row[2]: row[3] for row in by_the_periods([cast.vasile.pk])}
    seen = [states[day] for day in (D(2024, 6, 14), D(2024, 6, 15), D(2025, 6, 14), D(2025, 6, 15))]
    assert seen == ["review_due", "valid", "valid", "review_due"]


def test_a_rolling_year_that_ends_with_the_year_is_not_the_year(cast: Cast) -> None:
    """Both go from 1 January to 31 December: what the one asks is not asked by the other, a day later."""
    version = proof.programme(cast.carer).versions.get()
    year = {"kind": "any", "minutes": 60, "period": "calendar_year", "position": 1}
    rolling = {"kind": "practice", "minutes": 60, "period": "rolling_months", "months": 12}
    version.requirements.create(code="a", **year)
    version.requirements.create(code="b", position=2, **rolling)
    who, day = cast.vasile, D(2025, 1, 1)
    proof.certificate(
        who, version.programme, issuer=cast.timis, valid_from=D(2022, 1, 1), content=False
    )
    proof.line(who, D(2024, 5, 1), minutes=60, kind="theory")
    proof.line(who, day, minutes=60, kind="practice")
    assert wrong_days([who.pk]) == []
    days = [D(2024, 12, 31), day]
    assert on_single_days([who.pk], days) == of_days(by_the_records([who.pk]), days)
    states = {row[2]: row[3] for row in by_the_periods([who.pk])}
    assert [states[D(2024, 12, 31)], states[day]] == ["review_due", "valid"]


def test_months_of_different_length(cast: Cast) -> None:
    """A month after 30 April is 30 May; a month after the next day is two days later."""
    version = proof.programme(cast.carer).versions.get()
    asked = {"kind": "any", "minutes": 60, "period": "rolling_months", "months": 1, "position": 1}
    version.requirements.create(code="a", **asked)
    who = cast.vasile
    for since, until in ((D(2022, 1, 1), D(2024, 4, 30)), (D(2024, 5, 10), None)):
        proof.certificate(
            who, version.programme, issuer=cast.timis, valid_from=since, valid_until=until, content=False
        )  # fmt: skip
    assert wrong_days([who.pk]) == []
    states = {row[2]: row[3] for row in by_the_periods([who.pk])}
    assert [states[D(2024, 5, day)] for day in (29, 30, 31)] == ["review_due", "valid", "valid"]


@pytest.mark.slow
@examples(12)
@given(
    versions=VERSIONS,
    lives=st.lists(LIVES, min_size=1, max_size=2),
    days=st.lists(DAYS, min_size=2, max_size=4),
)
def test_every_day_under_rules_that_ask_regularly(cast: Cast, versions, lives, days) -> None:
    with forgotten():
        world = World(cast)
        world.write_rules(versions)
        people = sorted(world.write_lives(lives))
        assert wrong_days(people) == []
        days = [*days, *world.turns[-4:]]
        assert on_single_days(people, days) == of_days(by_the_records(people), days)


@pytest.mark.slow
@examples(12)
@given(
    rules=st.lists(RULES, min_size=1, max_size=3),
    change=st.integers(1, 500),
    lives=PEOPLE,
    days=st.lists(DAYS, min_size=2, max_size=4),
)
def test_every_day_of_certificates_and_places(cast: Cast, rules, change, lives, days) -> None:
    with forgotten():
        courses = {True: proof.course(), False: proof.course()}
        programme = proof.programme(cast.carer, courses=(courses[True],), rule=None)
        write_rules(programme, rules, change)
        people = []
        for certificates, enrolments in lives:
            who = make.person(cast.lugoj, categories=[cast.carer])
            write_certificates(who, programme, certificates, cast.timis)
            write_enrolments(who, enrolments, courses, cast.timis)
            people.append(who.pk)
        assert wrong_days(people) == []
        assert on_single_days(people, days) == of_days(by_the_records(people), days)
