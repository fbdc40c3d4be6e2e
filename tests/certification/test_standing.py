"""Where somebody stands on a day: a table for lawyers. Renewal begins 90 days before the end, grace lasts 30."""

from datetime import date

import pytest
from django.utils import translation

from certification.standing import (
    MEANINGS,
    TONES,
    Happening,
    Record,
    Rule,
    Standing,
    State,
    standing,
)

D = date
FIRST, LAST = D(2023, 3, 1), D(2026, 3, 1)
RULE = Rule(renewal_window_days=90, grace_days=30)


def record(
    number: int = 1,
    begins: date = FIRST,
    ends: date | None = LAST,
    review=None,
    *events,
) -> Record:
    return Record(
        number, f"TM/{number}", begins, ends, review, tuple(Happening(*event) for event in events)
    )


ONE = record()
REVOKED = record(1, D(2023, 3, 1), D(2026, 3, 1), None, ("revoked", D(2024, 5, 5), "false data"))
SUSPENDED = record(
    1,
    D(2023, 3, 1),
    D(2026, 3, 1),
    None,
    ("suspended", D(2024, 5, 5), "inquiry"),
    ("reinstated", D(2024, 6, 5), "cleared"),
)
ENDLESS = record(1, D(2023, 3, 1), None, D(2025, 3, 1))
REVIEWED = record(
    1, D(2023, 3, 1), None, D(2025, 3, 1), ("reviewed", D(2025, 2, 10), "endorsed", D(2027, 2, 10))
)
LAST_REVIEW = record(
    1, D(2023, 3, 1), None, D(2025, 3, 1), ("reviewed", D(2025, 2, 10), "the last", None)
)
REPLACED = record(
    1, D(2023, 3, 1), D(2026, 3, 1), None, ("replaced", D(2023, 4, 1), "name misspelt")
)
REPLACEMENT = record(2, D(2023, 4, 1), D(2026, 3, 1))
RENEWAL = record(2, D(2026, 1, 15), D(2029, 1, 15))
SHORT = record(2, D(2025, 1, 1), D(2025, 12, 31))

TABLE = [
    # what is on record          on the day        the state            since            until
    ("nothing", [], D(2024, 1, 1), State.NEVER, None, None),
    ("before it begins", [ONE], D(2023, 2, 28), State.NEVER, None, None),
    ("on its first day", [ONE], D(2023, 3, 1), State.VALID, D(2023, 3, 1), D(2026, 3, 1)),
    ("the day before renewal begins", [ONE], D(2025, 11, 30), State.VALID, D(2023, 3, 1), D(2026, 3, 1)),
    ("renewal begins", [ONE], D(2025, 12, 1), State.EXPIRING, D(2025, 12, 1), D(2026, 3, 1)),
    ("on its last day", [ONE], D(2026, 3, 1), State.EXPIRING, D(2025, 12, 1), D(2026, 3, 1)),
    ("the day after", [ONE], D(2026, 3, 2), State.IN_GRACE, D(2026, 3, 2), D(2026, 3, 31)),
    ("the last day of grace", [ONE], D(2026, 3, 31), State.IN_GRACE, D(2026, 3, 2), D(2026, 3, 31)),
    ("after grace", [ONE], D(2026, 4, 1), State.EXPIRED, D(2026, 4, 1), None),
    ("the day before revocation", [REVOKED], D(2024, 5, 4), State.VALID, D(2023, 3, 1), D(2026, 3, 1)),
    ("revoked", [REVOKED], D(2024, 5, 5), State.REVOKED, D(2024, 5, 5), None),
    ("still revoked after its end", [REVOKED], D(2027, 1, 1), State.REVOKED, D(2024, 5, 5), None),
    ("suspended", [SUSPENDED], D(2024, 6, 4), State.SUSPENDED, D(2024, 5, 5), None),
    ("reinstated", [SUSPENDED], D(2024, 6, 5), State.VALID, D(2024, 6, 5), D(2026, 3, 1)),
    ("no expiry, review not yet due", [ENDLESS], D(2025, 2, 28), State.VALID, D(2023, 3, 1), None),
    ("no expiry, review due", [ENDLESS], D(2025, 3, 1), State.REVIEW_DUE, D(2025, 3, 1), None),
    ("reviewed", [REVIEWED], D(2026, 1, 1), State.VALID, D(2023, 3, 1), None),
    ("next review due", [REVIEWED], D(2027, 2, 10), State.REVIEW_DUE, D(2027, 2, 10), None),
    ("before that review was done", [REVIEWED], D(2025, 2, 9), State.VALID, D(2023, 3, 1), None),
    ("no further review", [LAST_REVIEW], D(2040, 1, 1), State.VALID, D(2023, 3, 1), None),
    ("replaced: the new one speaks", [REPLACED, REPLACEMENT], D(2024, 1, 1), State.VALID, D(2023, 4, 1), D(2026, 3, 1)),
    ("before the replacement", [REPLACED, REPLACEMENT], D(2023, 3, 15), State.VALID, D(2023, 3, 1), D(2026, 3, 1)),
    ("replaced by nothing that counts", [REPLACED], D(2024, 1, 1), State.NEVER, None, None),
    ("renewed in the window", [ONE, RENEWAL], D(2026, 2, 1), State.VALID, D(2026, 1, 15), D(2029, 1, 15)),
    ("the longer of two good ones", [ONE, SHORT], D(2025, 6, 1), State.VALID, D(2023, 3, 1), D(2026, 3, 1)),
    ("good beats revoked", [REVOKED, RENEWAL], D(2026, 2, 1), State.VALID, D(2026, 1, 15), D(2029, 1, 15)),
    ("grace beats revoked", [ONE, record(2, D(2025, 1, 1), None, None, ("revoked", D(2025, 2, 2), "x"))],
     D(2026, 3, 5), State.IN_GRACE, D(2026, 3, 2), D(2026, 3, 31)),
    ("of those no longer good, the newest", [REVOKED, SHORT], D(2026, 5, 1), State.EXPIRED, D(2026, 1, 31), None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("records", "at", "state", "since", "until"),
    [line[1:] for line in TABLE],
    ids=[t[0] for t in TABLE],
)
def test_standing(records, at: date, state: State, since: date | None, until: date | None) -> None:
    found = standing(records, RULE, at)
    assert (found.state, found.since, found.until) == (state, since, until)


def test_the_order_of_certificates_does_not_matter() -> None:
    for at in (D(2026, 2, 1), D(2026, 5, 1), D(2030, 1, 1)):
        records = [REVOKED, RENEWAL, SHORT]
        assert standing(records, RULE, at) == standing(records[::-1], RULE, at)


def test_under_way_counts_only_without_any_certificate() -> None:
    found = standing([], RULE, D(2026, 1, 1), enrolled_on=D(2025, 12, 1))
    assert (found.state, found.since) == (State.IN_PROGRESS, D(2025, 12, 1))
    assert standing([ONE], RULE, D(2027, 1, 1), enrolled_on=D(2026, 12, 1)).state == State.EXPIRED
    assert (
        standing([REPLACED], RULE, D(2027, 1, 1), enrolled_on=D(2026, 12, 1)).state
        == State.IN_PROGRESS
    )


def test_two_events_of_one_day_count_in_the_order_they_were_written() -> None:
    twice = record(
        1,
        D(2023, 3, 1),
        None,
        None,
        ("revoked", D(2024, 5, 5), "x"),
        ("reinstated", D(2024, 5, 5), "mistake"),
    )
    assert standing([twice], RULE, D(2024, 5, 5)).state == State.VALID


def test_a_review_does_not_lift_a_suspension() -> None:
    both = record(
        1,
        D(2023, 3, 1),
        None,
        None,
        ("suspended", D(2024, 5, 5), "x"),
        ("reviewed", D(2024, 6, 1), "y", None),
    )
    assert standing([both], RULE, D(2024, 7, 1)).state == State.SUSPENDED


def test_a_rule_without_window_and_grace() -> None:
    bare = Rule(0, 0)
    assert standing([ONE], bare, D(2026, 2, 28)).state == State.VALID
    assert standing([ONE], bare, D(2026, 3, 1)).state == State.EXPIRING
    assert standing([ONE], bare, D(2026, 3, 2)).state == State.EXPIRED


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_word_a_meaning_a_tone(state: State) -> None:
    assert (
        state.label
        and MEANINGS[state]
        and TONES[state] in {"positive", "warning", "negative", "info", "neutral"}
    )


@pytest.mark.parametrize("line", TABLE, ids=[t[0] for t in TABLE])
def test_the_reason_names_the_certificate_and_leaves_nothing_open(line) -> None:
    with translation.override("en"):
        found = standing(line[1], RULE, line[2])
        assert "None" not in found.reason and "%" not in found.reason
        assert not found.number or found.number in found.reason
        assert not found.said or found.said in found.reason


def test_the_words_of_the_law_for_no_expiry() -> None:
    with translation.override("en"):
        assert "no expiry date. The next review" in standing([ENDLESS], RULE, D(2024, 1, 1)).reason
        assert (
            standing([LAST_REVIEW], RULE, D(2040, 1, 1)).reason
            == "Certificate TM/1 is valid and has no expiry date."
        )


def test_good_means_that_the_person_counts_as_trained() -> None:
    good = {state for state in State if Standing(state).is_good}
    assert good == {State.VALID, State.EXPIRING, State.REVIEW_DUE, State.IN_GRACE}
    assert Standing(State.EXPIRED).tone == "negative"
