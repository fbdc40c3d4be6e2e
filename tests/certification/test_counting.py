"""What must hold of counting whatever the ledger says: nothing twice, nothing lost, no order, no surprise."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from certification.counting import Used, tally
from certification.law import Ask, Book, Held, History, Line, Shelf, Spell
from certification.requirements import Answer, findings, missed

D = date
FIRST, LAST = D(2024, 1, 1), D(2024, 12, 31)
KINDS = ["theory", "practice", "any", "supervision"]
LINES = st.lists(
    st.builds(
        lambda day, minutes, kind, topic: (FIRST + timedelta(days=day), minutes, kind, topic),
        st.integers(0, 365),
        st.sampled_from([15, 60, 90, 600]),
        st.sampled_from(KINDS),
        st.sampled_from(["", "law"]),
    ),
    max_size=8,
)
ASKS = st.builds(
    lambda kind, topic, figure, by_times: Ask(
        1, "x", kind, "calendar_year", "both",
        minutes=None if by_times else figure, times=figure if by_times else None, topic=topic,
    ),
    st.sampled_from(KINDS), st.sampled_from(["", "law"]), st.integers(1, 700), st.booleans(),
)  # fmt: skip
HELD = Held(1, D(2023, 1, 1))


def ledger(rows) -> tuple[Line, ...]:
    return tuple(Line(n, *row) for n, row in enumerate(rows, start=1))


def found(ask: Ask, lines: tuple[Line, ...]):
    return tally(History(lines=lines), ask, FIRST, LAST)


@given(rows=LINES, ask=ASKS)
def test_the_sum_is_that_of_its_records(rows, ask: Ask) -> None:
    result = found(ask, ledger(rows))
    assert result.found == sum(proof.amount for proof in result.proofs) and result.either >= 0
    assert len({(proof.kind, proof.id) for proof in result.proofs}) == len(result.proofs)


@given(rows=LINES, ask=ASKS, seed=st.randoms(use_true_random=False))
def test_the_order_in_which_lines_were_written_does_not_matter(rows, ask: Ask, seed) -> None:
    lines = list(ledger(rows))
    before = found(ask, tuple(lines))
    seed.shuffle(lines)
    assert found(ask, tuple(lines)) == before


@given(rows=LINES, ask=ASKS, more=LINES)
def test_more_hours_never_take_anything_away(rows, ask: Ask, more) -> None:
    less, all_of_it = found(ask, ledger(rows)), found(ask, ledger([*rows, *more]))
    assert all_of_it.found >= less.found
    assert all_of_it.found + all_of_it.either >= less.found + less.either


@given(rows=LINES, ask=ASKS)
def test_a_line_and_its_full_correction_are_as_if_it_had_not_been(rows, ask: Ask) -> None:
    lines = ledger(rows)
    undone = tuple(
        replace(line, id=line.id + 1000, minutes=-line.minutes, source="correction")
        for line in lines
    )
    assert found(ask, lines + undone).found == 0


@given(rows=LINES, ask=ASKS, days=st.integers(1, 400))
def test_lines_outside_the_window_count_for_nothing(rows, ask: Ask, days: int) -> None:
    moved = [(FIRST - timedelta(days=days), *row[1:]) for row in rows]
    assert found(ask, ledger(moved)).found == 0
    moved = [(LAST + timedelta(days=days), *row[1:]) for row in rows]
    assert found(ask, ledger(moved)).found == 0


@given(rows=LINES, figures=st.lists(st.integers(1, 900), min_size=1, max_size=4))
def test_no_minute_serves_two_separate_requirements(rows, figures: list[int]) -> None:
    lines, used = ledger(rows), Used()
    life = History(lines=lines)
    taken: dict[int, int] = {}
    for n, figure in enumerate(figures):
        ask = Ask(n, f"s{n}", "any", minutes=figure, is_separate=True)
        result = tally(life, ask, None, LAST, used)
        assert result.found <= figure
        for proof in result.proofs:
            taken[proof.id] = taken.get(proof.id, 0) + proof.amount
    minutes = {line.id: line.minutes for line in lines}
    assert all(amount <= minutes[pk] for pk, amount in taken.items())
    there = sum(line.minutes for line in lines if line.kind != "supervision")
    assert sum(taken.values()) == min(there, sum(figures))


@given(rows=LINES, ask=ASKS, day=st.integers(0, 365))
def test_what_is_met_lacks_nothing_and_what_is_missing_lacks_something(rows, ask, day) -> None:
    shelf = Shelf((Book(1, D(2015, 1, 1), asks=(ask,)),))
    life = History(lines=ledger(rows), certificates=(HELD,))
    for one in findings(shelf, life, FIRST + timedelta(days=day), HELD):
        assert (one.lacking > 0) == (one.answer == Answer.MISSING)
        if one.answer == Answer.MET:
            assert one.found >= (one.ask.figure or 0)


@given(rows=LINES, ask=ASKS)
def test_a_year_is_missed_only_where_no_reading_of_the_hours_would_do(rows, ask: Ask) -> None:
    shelf = Shelf((Book(1, D(2015, 1, 1), asks=(ask,)),))
    life = History(lines=ledger(rows), certificates=(HELD,))
    result = found(ask, life.lines)
    is_missed = bool(missed(shelf, life, D(2025, 1, 1)))
    assert is_missed == (max(result.found, result.found + result.either) < (ask.figure or 0))


@given(rows=LINES, since=st.integers(0, 365), length=st.integers(0, 365))
def test_an_exemption_never_makes_anything_missed(rows, since: int, length: int) -> None:
    ask = Ask(1, "x", "any", "calendar_year", "both", minutes=600)
    shelf = Shelf((Book(1, D(2015, 1, 1), asks=(ask,)),))
    begins = FIRST + timedelta(days=since)
    spell = Spell("", begins, begins + timedelta(days=length))
    life = History(lines=ledger(rows), certificates=(HELD,))
    freed = missed(shelf, replace(life, exemptions=(spell,)), D(2025, 1, 1))
    assert len(freed) <= len(missed(shelf, life, D(2025, 1, 1)))
    assert not (freed and spell.holds(LAST))
