"""The list in SQL and the pure function say the same of everybody on every day."""

from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification.models import Programme
from certification.queries import Filters, standing, standing_counts, standing_rows, standings
from certification.standing import State
from people.models import Person, PersonCategory
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make

D = date
START = D(2023, 6, 1)  # 29 February 2024 lies within
DAYS = st.integers(0, 900).map(lambda n: START + timedelta(days=n))
LEAP = D(2024, 2, 29)


@contextmanager
def forgotten():
    """What is written inside is taken back: one example knows nothing of another."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


RULES = st.builds(
    lambda window, grace: {"renewal_window_days": window, "grace_days": grace},
    st.sampled_from([0, 1, 30, 90, 366]),
    st.sampled_from([0, 1, 30, 180]),
)
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["revoked", "suspended", "reinstated", "replaced", "reviewed"]),
        st.integers(0, 700),
        st.sampled_from([None, 1, 200, 366]),
    ),
    max_size=4,
)
CERTIFICATES = st.lists(
    st.fixed_dictionaries(
        {
            "valid_from": st.one_of(DAYS, st.just(LEAP)),
            "lasts": st.sampled_from([None, 0, 1, 59, 365, 366, 1096]),
            "review": st.sampled_from([None, 30, 366]),
            "events": EVENTS,
        }
    ),
    max_size=4,
)
ENROLMENTS = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(
                [
                    "applied",
                    "waitlisted",
                    "offered",
                    "confirmed",
                    "cancelled",
                    "completed",
                    "not_completed",
                ]
            ),
            "queued": DAYS,
            "minute": st.sampled_from(
                [0, 1200, 1380, 1439]
            ),  # around midnight in Bucharest it is another day in UTC
            "after": st.integers(0, 200),
            "leads": st.booleans(),
        }
    ),
    max_size=2,
)
PEOPLE = st.lists(st.tuples(CERTIFICATES, ENROLMENTS), min_size=1, max_size=3)


def write_certificates(who: Person, programme: Programme, certificates, issuer) -> list[date]:
    """Write them; the days on which something may change."""
    turns = []
    for one in certificates:
        begins = one["valid_from"]
        end = begins + timedelta(days=one["lasts"]) if one["lasts"] is not None else None
        review = begins + timedelta(days=one["review"]) if one["review"] else None
        made = proof.certificate(
            who,
            programme,
            issuer=issuer,
            valid_from=begins,
            valid_until=end,
            review_due=review,
            content=False,
        )
        turns += [
            begins,
            *([end, end + timedelta(days=1)] if end else []),
            *([review] if review else []),
        ]
        for kind, after, following in one["events"]:
            on = begins + timedelta(days=after)
            then = on + timedelta(days=following) if following and kind == "reviewed" else None
            proof.event(made, kind, on, next_review=then)
            turns += [on]
    return turns


def write_enrolments(who: Person, enrolments, courses, organiser) -> list[date]:
    """Write them, each in an edition of its own."""
    turns = []
    for one in enrolments:
        queued = datetime.combine(one["queued"], time(), UTC) + timedelta(minutes=one["minute"])
        later = queued + timedelta(days=one["after"])
        edition = proof.edition(courses[one["leads"]], organiser, ends=later)
        extra = {
            "cancelled": {"cancelled_at": later},
            "completed": {"completed_on": later.date()},
        }.get(one["status"], {})
        proof.enrolment(edition, who, one["status"], queued_at=queued, **extra)
        turns += [queued.date(), later.date(), later.date() + timedelta(days=1)]
    return turns


@pytest.mark.slow
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rules=st.lists(RULES, min_size=1, max_size=3),
    change=st.integers(1, 500),
    people=PEOPLE,
    days=st.lists(DAYS, max_size=3),
)
def test_list_and_function_agree(cast: Cast, rules, change: int, people, days) -> None:
    with forgotten():
        courses = {True: proof.course(), False: proof.course()}
        programme = proof.programme(cast.carer, courses=(courses[True],), rule=None)
        since = START - timedelta(days=1)
        for n, rule in enumerate(rules):
            last = n == len(rules) - 1
            proof.rule_version(
                programme, since, None if last else since + timedelta(days=change), **rule
            )
            since += timedelta(days=change)
        turns = [LEAP, *days]
        for n, (certificates, enrolments) in enumerate(people):
            who = make.person(cast.lugoj, f"Om{n}", categories=[cast.carer])
            turns += write_certificates(who, programme, certificates, cast.timis)
            turns += write_enrolments(who, enrolments, courses, cast.timis)
        for day in sorted({*turns, *(t - timedelta(days=1) for t in turns)})[:18]:
            compare(cast, programme, day)


def compare(cast: Cast, programme: Programme, day: date) -> None:
    rows = standing_rows(cast.ion, Filters(at=day, programme=programme.pk), sort="name")
    expected = {
        row.person_id: standing(Person.objects.get(pk=row.person_id), programme, day)
        for row in rows
    }
    assert {row.person_id: asdict(row.standing) | {"order": ()} for row in rows} == {
        pk: asdict(found) | {"order": ()} for pk, found in expected.items()
    }
    counts = standing_counts(cast.ion, Filters(at=day, programme=programme.pk))
    assert sum(counts.values()) == len(rows)
    for state in State:
        only = standing_rows(cast.ion, Filters(at=day, programme=programme.pk, state=state))
        assert (
            len(only)
            == counts[state]
            == sum(1 for found in expected.values() if found.state == state)
        )


def test_a_programme_is_listed_only_while_a_rule_is_in_force(cast: Cast) -> None:
    programme = proof.programme(cast.carer, rule=None)
    proof.rule_version(programme, D(2024, 1, 1), D(2025, 1, 1))
    at = {
        day: len(standing_rows(cast.ion, Filters(at=day)))
        for day in (D(2023, 12, 31), D(2024, 1, 1), D(2025, 1, 1))
    }
    assert at == {D(2023, 12, 31): 0, D(2024, 1, 1): 2, D(2025, 1, 1): 0}


def test_the_rule_of_the_day_sets_window_and_grace(cast: Cast) -> None:
    """The same certificate, the old and the new rule: each on its own side of the date."""
    programme = proof.programme(cast.carer, rule=None)
    proof.rule_version(
        programme, D(2020, 1, 1), D(2025, 1, 1), renewal_window_days=30, grace_days=0
    )
    proof.rule_version(programme, D(2025, 1, 1), renewal_window_days=180, grace_days=60)
    proof.certificate(
        cast.ana.person, programme, valid_from=D(2022, 5, 1), valid_until=D(2025, 5, 1)
    )
    said = [
        standing(cast.ana.person, programme, day).state
        for day in (D(2024, 12, 31), D(2025, 1, 1), D(2025, 6, 30))
    ]
    assert said == [State.VALID, State.EXPIRING, State.IN_GRACE]
    compare(cast, programme, D(2024, 12, 31))
    compare(cast, programme, D(2025, 6, 30))


def test_one_row_a_person_and_programme_whatever_the_number_of_categories_and_memberships(
    cast: Cast,
) -> None:
    proof.programme(cast.carer, cast.worker)
    PersonCategory.objects.create(person=cast.ana.person, category=cast.worker, since=D(2020, 1, 1))
    make.member(cast.ana.person, cast.lugoj, "learner")
    rows = [
        row
        for row in standing_rows(cast.ion, Filters(at=D(2026, 1, 1)))
        if row.person_id == cast.ana.person.pk
    ]
    assert len(rows) == 1
    assert rows[0].organisation == "Primăria Lugoj"  # the lowest


def test_each_programme_has_its_own_row_and_both_ways_list_the_same(cast: Cast) -> None:
    one, two = proof.programme(cast.carer), proof.programme(cast.carer)
    proof.programme(cast.worker)
    proof.programme(cast.carer, is_active=False)
    proof.certificate(cast.ana.person, two, valid_from=D(2024, 1, 1))
    rows = standing_rows(cast.ion, Filters(at=D(2026, 1, 1)))
    mine = {
        row.programme_id: row.standing.state for row in rows if row.person_id == cast.ana.person.pk
    }
    assert mine == {one.pk: State.NEVER, two.pk: State.VALID}
    assert {p.pk: s.state for p, s in standings(cast.ana.person, D(2026, 1, 1))} == mine


def test_a_certificate_of_a_programme_that_is_not_asked_is_shown_on_the_person_page(
    cast: Cast,
) -> None:
    other = proof.programme(cast.worker)
    proof.certificate(cast.ana.person, other, valid_from=D(2024, 1, 1))
    assert [p.pk for p, _s in standings(cast.ana.person, D(2026, 1, 1))] == [other.pk]


def test_filters_and_scope(cast: Cast) -> None:
    programme = proof.programme(cast.carer)
    day = D(2026, 1, 1)

    def found(user, **filters) -> list[str]:
        return [row.name for row in standing_rows(user, Filters(at=day, **filters), sort="name")]

    assert found(cast.ion) == ["Popescu, Ana", "Țurcanu, Vasile"]
    assert found(cast.olga) == ["Mureșan, Clara"]
    assert found(cast.vera) == ["Mureșan, Clara", "Popescu, Ana", "Țurcanu, Vasile"]
    assert found(cast.ion, search="turcanu") == ["Țurcanu, Vasile"]
    assert found(cast.ion, search="muresan") == []
    assert found(cast.ion, branch=cast.lugoj.path) == ["Țurcanu, Vasile"]
    assert found(cast.ion, branch=cast.cluj.path) == []
    assert found(cast.ion, category=cast.worker.pk) == []
    assert found(cast.ion, programme=programme.pk + 1) == []
    assert found(cast.ana) == []  # a learner answers for nobody; her own record is on her own page


def test_the_list_of_a_past_day_has_the_people_of_that_day(cast: Cast) -> None:
    proof.programme(cast.carer)
    membership = cast.ana.person.memberships.get()
    membership.until = D(2024, 12, 31)
    membership.save()
    make.member(cast.ana.person, cast.cluj, "learner", since=D(2025, 1, 1))

    def names(user, day) -> list[str]:
        return [row.family_name for row in standing_rows(user, Filters(at=day), sort="name")]

    assert names(cast.ion, D(2024, 12, 31)) == ["Popescu", "Țurcanu"]
    assert names(cast.ion, D(2025, 1, 1)) == ["Țurcanu"]
    assert names(cast.olga, D(2025, 1, 1)) == ["Mureșan", "Popescu"]


@pytest.mark.parametrize("sort", ["name", "state", "until"])
def test_sorting_both_ways(cast: Cast, sort: str) -> None:
    programme = proof.programme(cast.carer)
    proof.certificate(
        cast.vasile,
        programme,
        valid_from=D(2024, 1, 1),
        valid_until=D(2027, 1, 1),
        issuer=cast.timis,
    )
    proof.certificate(
        cast.ana.person,
        programme,
        valid_from=D(2024, 1, 1),
        valid_until=D(2026, 1, 1),
        issuer=cast.timis,
    )
    filters = Filters(at=D(2025, 1, 1))
    there = [row.name for row in standing_rows(cast.vera, filters, sort=sort)]
    back = [row.name for row in standing_rows(cast.vera, filters, sort=f"-{sort}")]
    assert sorted(there) == sorted(back) and there != back
    if sort == "until":
        assert there == ["Popescu, Ana", "Țurcanu, Vasile", "Mureșan, Clara"]
        assert back == [
            "Țurcanu, Vasile",
            "Popescu, Ana",
            "Mureșan, Clara",
        ]  # who has no date stays at the end
