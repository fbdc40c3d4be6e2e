"""Over generated lives of certificates, the list in SQL and the pure function say the same on every day."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification.models import Programme
from people.models import Person
from tests.cast import Cast
from tests.certification.agreeing import compare
from tests.factories import certification as proof
from tests.factories import people as make

D = date
START = D(2023, 6, 1)  # 29 February 2024 lies within, and both changes of the clock
DAYS = st.integers(0, 900).map(lambda n: START + timedelta(days=n))
LEAP = D(2024, 2, 29)


def examples(number: int) -> settings:
    """So many, each in a transaction of its own (`forgotten`), however long they take."""
    slow = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=number, suppress_health_check=slow)


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


def write_rules(programme: Programme, rules, change: int) -> None:
    """One version after the other, each for so many days, the last without an end."""
    for n, rule in enumerate(rules):
        since = START - timedelta(days=1) + n * timedelta(days=change)
        until = None if n == len(rules) - 1 else since + timedelta(days=change)
        proof.rule_version(programme, since, until, **rule)


@pytest.mark.slow
@examples(15)
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
        write_rules(programme, rules, change)
        turns = [LEAP, *days]
        written = set()
        for n, (certificates, enrolments) in enumerate(people):
            who = make.person(cast.lugoj, f"Om{n}", categories=[cast.carer])
            written.add(who.pk)
            turns += write_certificates(who, programme, certificates, cast.timis)
            turns += write_enrolments(who, enrolments, courses, cast.timis)
        days_that_turn = sorted({*turns, *(t - timedelta(days=1) for t in turns)})[:18]
        for n, day in enumerate(days_that_turn):
            listed = compare(cast, programme, day, filters=n == 0)
            assert not listed or written <= listed, "some are asked, others alike are not"
