"""The plain words of the law: which version holds for whom on which day, and when a fact holds."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.law import Ask, Book, Counts, Held, History, Shelf, Spell

D = date
OLD = Book(1, D(2015, 1, 1), D(2025, 1, 1), grace_days=30)
CERTIFICATE = Held(1, D(2023, 5, 1), D(2026, 5, 1))
EVER = History(certificates=(CERTIFICATE,))


def shelf(**transition) -> Shelf:
    """A former version and one since 2025 with that transition."""
    return Shelf((OLD, Book(2, D(2025, 1, 1), **transition)))


VERSIONS = [
    ("before any version", {}, EVER, D(2014, 12, 31), None),
    ("the first day of the first", {}, EVER, D(2015, 1, 1), 1),
    ("the last day of the former", {}, EVER, D(2024, 12, 31), 1),
    ("the first day of the new", {}, EVER, D(2025, 1, 1), 2),
    ("kept by a holder", {"transition": "holders"}, EVER, D(2025, 1, 1), 1),
    ("kept to the end of the certificate and its grace", {"transition": "holders"}, EVER, D(2026, 5, 31), 1),
    ("no longer after that", {"transition": "holders"}, EVER, D(2026, 6, 1), 2),
    ("kept to the last day of the transition", {"transition": "holders", "keeps_until": D(2025, 6, 30)}, EVER,
     D(2025, 6, 30), 1),
    ("no longer the day after", {"transition": "holders", "keeps_until": D(2025, 6, 30)}, EVER, D(2025, 7, 1), 2),
    ("held since the very day is too late", {"transition": "holders", "cutoff": D(2023, 5, 1)}, EVER, D(2025, 1, 1), 2),
    ("held since the day before is in time", {"transition": "holders", "cutoff": D(2023, 5, 2)}, EVER,
     D(2025, 1, 1), 1),
    ("a holder where only beginners keep it", {"transition": "begun"}, EVER, D(2025, 1, 1), 2),
    ("nobody without anything", {"transition": "both"}, History(), D(2025, 1, 1), 2),
    ("begun before", {"transition": "begun"}, History(begun=(Spell("", D(2024, 12, 31)),)), D(2025, 1, 1), 1),
    ("begun on the day", {"transition": "begun"}, History(begun=(Spell("", D(2025, 1, 1)),)), D(2025, 1, 1), 2),
    ("begun and given up", {"transition": "begun"}, History(begun=(Spell("", D(2024, 1, 1), D(2025, 2, 1)),)),
     D(2025, 2, 2), 2),
    ("begun, with a later day of the law", {"transition": "begun", "cutoff": D(2025, 3, 1)},
     History(begun=(Spell("", D(2025, 2, 28)),)), D(2025, 3, 5), 1),
    ("a certificate of tomorrow keeps nothing today", {"transition": "holders", "cutoff": D(2025, 6, 1)},
     History(certificates=(Held(1, D(2025, 5, 2)),)), D(2025, 5, 1), 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("transition", "history", "day", "version"),
    [row[1:] for row in VERSIONS],
    ids=[row[0] for row in VERSIONS],
)
def test_which_version_holds(transition, history: History, day: date, version: int | None) -> None:
    book = shelf(**transition).book(day, history)
    assert (book.id if book else None) == version


def test_a_transition_goes_back_one_step_not_two() -> None:
    first = Book(0, D(2010, 1, 1), D(2015, 1, 1))
    middle = Book(1, D(2015, 1, 1), D(2025, 1, 1), transition="holders")
    books = Shelf((first, middle, Book(2, D(2025, 1, 1), transition="holders")))
    ancient = History(certificates=(Held(1, D(2012, 1, 1)),))
    assert [books.book(day, ancient).id for day in (D(2020, 1, 1), D(2026, 1, 1))] == [0, 1]


def test_a_gap_between_versions_is_a_time_without_rule() -> None:
    books = Shelf((Book(1, D(2015, 1, 1), D(2020, 1, 1)), Book(2, D(2021, 1, 1))))
    assert [bool(books.book(D(year, 6, 1), EVER)) for year in (2019, 2020, 2021)] == [
        True,
        False,
        True,
    ]


def test_the_opposite_of_a_circumstance_follows_by_itself() -> None:
    life = History(circumstances=(Spell("child-placed", D(2024, 1, 1), D(2024, 3, 31)),))
    days = (D(2023, 12, 31), D(2024, 1, 1), D(2024, 3, 31), D(2024, 4, 1))
    assert [life.meets("child-placed", day) for day in days] == [False, True, True, False]
    assert [life.meets("no-child-placed", day) for day in days] == [True, False, False, True]


@given(
    since=st.dates(D(2000, 1, 1), D(2030, 1, 1)),
    length=st.integers(0, 400),
    day=st.dates(D(1999, 1, 1), D(2033, 1, 1)),
)
def test_both_days_of_a_spell_are_in_it(since: date, length: int, day: date) -> None:
    until = since + timedelta(days=length)
    spell = Spell("x", since, until)
    assert spell.holds(day) == (since <= day <= until)
    assert spell.holds(since) and spell.holds(until)
    assert Spell("x", since).holds(day) == (since <= day)


@given(
    cutoff=st.dates(D(2022, 1, 1), D(2026, 1, 1)),
    days=st.lists(st.dates(D(2025, 1, 1), D(2027, 1, 1)), min_size=2, max_size=6),
)
def test_who_has_left_the_former_rule_never_returns_to_it(cutoff: date, days: list[date]) -> None:
    """Of a holder whose certificate only grows older."""
    books = shelf(transition="holders", cutoff=cutoff)
    found = [books.book(day, EVER).id for day in sorted(days)]
    assert found == sorted(found)


ASKS = [
    (Ask(1, "x", "any", minutes=60), False, 60),
    (Ask(1, "x", "any", times=2), False, 2),
    (Ask(1, "x", "any"), True, None),
    (Ask(1, "x", "any", minutes=60, unknown=("mandatory",)), True, 60),
    (Ask(1, "x", "any", times=1, unknown=("minutes",)), False, 1),
    (Ask(1, "x", "any", "unknown", "both", minutes=60), True, 60),
    (Ask(1, "x", "any", minutes=60, unknown=("period",)), True, 60),
]


@pytest.mark.parametrize(("ask", "is_open", "figure"), ASKS, ids=[str(n) for n in range(len(ASKS))])
def test_when_nobody_can_be_measured(ask: Ask, is_open: bool, figure: int | None) -> None:
    assert (ask.is_open, ask.figure) == (is_open, figure)


def test_topics_that_count_in_place() -> None:
    ask = Ask(
        1, "x", "any", counts=(Counts("topic", "a"), Counts("course", "b"), Counts("topic", "c"))
    )
    assert ask.instead == ("a", "c")


def test_an_event_is_asked_of_the_time_since_and_a_state_is_not() -> None:
    assert Ask(1, "x", "any", condition="placement-ended").is_event
    assert not Ask(1, "x", "any", condition="child-placed").is_event
    assert not Ask(1, "x", "any", "calendar_year", "both", condition="placement-ended").is_event
