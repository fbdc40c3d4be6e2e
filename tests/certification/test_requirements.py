"""What the rule asks of somebody and what meets it: a table for lawyers, in plain rows, without a database."""

from datetime import date

import pytest

from certification.law import Ask, Book, Counts, Deed, Held, History, Line, Shelf, Spell
from certification.requirements import Answer, findings, missed

D = date
YEAR = Ask(1, "yearly", "any", "calendar_year", "both", minutes=600)
BASIC = Ask(2, "basic", "any", minutes=600, is_separate=True)
EXTRA = Ask(3, "extra", "any", minutes=300, is_separate=True)
CERTIFICATE = Held(1, D(2023, 6, 1))
PLACED = Spell("child-placed", D(2023, 7, 1))


def shelf(*asks: Ask, **rule) -> Shelf:
    return Shelf((Book(1, D(2020, 1, 1), asks=asks, **rule),))


def line(on: date, minutes: int, kind: str = "theory", topic: str = "", number: int = 0) -> Line:
    return Line(number or on.toordinal(), on, minutes, kind, topic)


def said(*asks: Ask, at: date, held: Held | None = None, **life) -> dict[str, tuple[str, int, int]]:
    """For each requirement what is said, how much was found, how much is missing."""
    certificates = (held,) if held else life.pop("certificates", ())
    history = History(certificates=certificates, **life)
    return {
        one.ask.code: (one.answer.value, one.found, one.lacking)
        for one in findings(shelf(*asks), history, at, held)
    }


HOURS = [
    # what is asked                       what is in the ledger                                   what is said
    ("nothing done", BASIC, [], ("missing", 0, 600)),
    ("some done", BASIC, [line(D(2024, 1, 1), 240)], ("missing", 240, 360)),
    ("exactly enough", BASIC, [line(D(2024, 1, 1), 600)], ("met", 600, 0)),
    ("both kinds count for any", BASIC, [line(D(2024, 1, 1), 300), line(D(2024, 1, 2), 300, "practice")],
     ("met", 600, 0)),
    ("supervision is no training", BASIC, [line(D(2024, 1, 1), 600, "supervision")], ("missing", 0, 600)),
    ("corrected afterwards", BASIC, [line(D(2024, 1, 1), 600), line(D(2024, 1, 1), -60, number=10**6)],
     ("missing", 540, 60)),
    ("a day too late for the question", BASIC, [line(D(2024, 5, 2), 600)], ("missing", 0, 600)),
    ("practice is not theory", Ask(4, "t", "theory", minutes=600), [line(D(2024, 1, 1), 600, "practice")],
     ("missing", 0, 600)),
    ("mixed hours may be theory: nobody says", Ask(4, "t", "theory", minutes=600), [line(D(2024, 1, 1), 600, "any")],
     ("unknown", 0, 0)),
    ("mixed hours that would not do anyway", Ask(4, "t", "theory", minutes=600), [line(D(2024, 1, 1), 500, "any")],
     ("missing", 0, 600)),
    ("the topic", Ask(4, "t", "any", minutes=60, topic="law"), [line(D(2024, 1, 1), 60, topic="law")], ("met", 60, 0)),
    ("another topic", Ask(4, "t", "any", minutes=60, topic="law"), [line(D(2024, 1, 1), 60, topic="play")],
     ("missing", 0, 60)),
    ("a topic that counts for it", Ask(4, "t", "any", minutes=60, topic="law", counts=(Counts("topic", "play"),)),
     [line(D(2024, 1, 1), 60, topic="play")], ("met", 60, 0)),
    ("a figure that nobody knows", Ask(4, "t", "any"), [line(D(2024, 1, 1), 6000)], ("unknown", 6000, 0)),
    ("asked or not: nobody knows", Ask(4, "t", "any", minutes=60, unknown=("mandatory",)), [], ("unknown", 0, 0)),
    ("how often: nobody knows", Ask(4, "t", "any", "unknown", "both", minutes=60), [], ("unknown", 0, 0)),
    ("two times, on two days", Ask(4, "t", "supervision", times=2),
     [line(D(2024, 1, 1), 60, "supervision"), line(D(2024, 2, 1), 60, "supervision")], ("met", 2, 0)),
    ("two lines of one day are one time", Ask(4, "t", "supervision", times=2),
     [line(D(2024, 1, 1), 60, "supervision"), line(D(2024, 1, 1), 60, "supervision", number=10**6)], ("missing", 1, 1)),
    ("a time that was taken back", Ask(4, "t", "supervision", times=1),
     [line(D(2024, 1, 1), 60, "supervision"), line(D(2024, 1, 1), -60, "supervision", number=10**6)],
     ("missing", 0, 1)),
    ("not older than a year", Ask(4, "t", "any", minutes=60, months=12), [line(D(2023, 5, 1), 60)], ("missing", 0, 60)),
    ("a year old to the day", Ask(4, "t", "any", minutes=60, months=12), [line(D(2023, 5, 2), 60)], ("met", 60, 0)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("ask", "lines", "expected"), [row[1:] for row in HOURS], ids=[row[0] for row in HOURS]
)
def test_hours_on_the_first_of_may(ask: Ask, lines: list[Line], expected: tuple) -> None:
    assert said(ask, at=D(2024, 5, 1), lines=tuple(lines))[ask.code] == expected


def test_an_hour_is_never_counted_for_two_separate_requirements() -> None:
    lines = (line(D(2024, 1, 1), 500), line(D(2024, 1, 2), 300))
    found = findings(shelf(BASIC, EXTRA), History(lines=lines), D(2024, 5, 1))
    assert [(one.answer, one.found, one.lacking) for one in found] == [
        (Answer.MET, 600, 0),
        (Answer.MISSING, 200, 100),
    ]
    taken = {(p.on, p.amount) for one in found for p in one.proofs}
    assert taken == {(D(2024, 1, 1), 500), (D(2024, 1, 2), 100), (D(2024, 1, 2), 200)}


def test_what_is_left_for_the_next_is_unknown_when_the_first_figure_is() -> None:
    lines = (line(D(2024, 1, 1), 500),)
    without = Ask(2, "basic", "any", is_separate=True)
    assert said(without, EXTRA, at=D(2024, 5, 1), lines=lines) == {
        "basic": ("unknown", 500, 0),
        "extra": ("unknown", 300, 0),
    }
    assert said(without, EXTRA, at=D(2024, 5, 1))["extra"] == ("missing", 0, 300)


def test_a_certificate_proves_what_was_asked_before_it_and_a_renewal_counts_what_came_after() -> (
    None
):
    renewal = Ask(5, "refresher", "any", path="renewal", minutes=300)
    lines = (line(D(2023, 6, 1), 600), line(D(2024, 3, 1), 120))
    assert said(BASIC, renewal, at=D(2024, 5, 1), held=CERTIFICATE, lines=lines) == {
        "basic": ("met", 600, 0),
        "refresher": ("missing", 120, 180),
    }
    # Without a certificate the first path holds, and the hours that an expired one used up do not count again.
    expired = Held(1, D(2020, 6, 1), D(2023, 6, 1))
    assert said(BASIC, renewal, at=D(2024, 5, 1), certificates=(expired,), lines=lines) == {
        "basic": ("met", 600, 0),
        "refresher": ("not_asked", 0, 0),
    }
    assert said(BASIC, at=D(2024, 5, 1), certificates=(CERTIFICATE,), lines=lines)["basic"] == (
        "missing",
        120,
        480,
    )


def test_who_became_a_professional_after_the_certificate_owes_what_is_asked_of_professionals() -> (
    None
):
    extra = Ask(3, "extra", "any", minutes=300, category="professional")
    was, became = Spell("professional", D(2020, 1, 1)), Spell("professional", D(2024, 1, 1))
    assert said(extra, at=D(2024, 5, 1), held=CERTIFICATE, categories=(was,))["extra"][0] == "met"
    assert said(extra, at=D(2024, 5, 1), held=CERTIFICATE, categories=(became,))["extra"] == (
        "missing",
        0,
        300,
    )
    assert said(extra, at=D(2023, 12, 31), held=CERTIFICATE, categories=(became,))["extra"] == (
        "not_asked",
        0,
        0,
    )


def test_after_a_placement_ended_supervision_is_asked_afresh() -> None:
    ask = Ask(6, "after", "supervision", times=1, condition="placement-ended")
    ended = Spell("placement-ended", D(2024, 3, 1))
    before, after = (line(D(2024, month, 2), 60, "supervision") for month in (2, 3))
    at, events = D(2024, 5, 1), {"held": CERTIFICATE, "circumstances": (ended,)}
    assert said(ask, at=D(2024, 2, 28), **events)["after"][0] == "not_asked"
    assert said(ask, at=at, lines=(before,), **events)["after"] == ("missing", 0, 1)
    assert said(ask, at=at, lines=(before, after), **events)["after"] == ("met", 1, 0)


def test_before_the_first_placement_means_before() -> None:
    ask = Ask(7, "passed", "outcome", "before_first_placement", times=1)
    placed = Spell("child-placed", D(2024, 3, 1))
    too_late, in_time = Deed("outcome", D(2024, 3, 1), 5), Deed("outcome", D(2024, 2, 28), 4)
    life = {"at": D(2024, 5, 1), "circumstances": (placed,)}
    assert said(ask, deeds=(too_late,), **life)["passed"] == ("missing", 0, 1)
    assert said(ask, deeds=(too_late, in_time), **life)["passed"] == ("met", 1, 0)
    (found,) = findings(shelf(ask), History(circumstances=(placed,)), D(2024, 5, 1))
    assert found.last == D(2024, 2, 29)


@pytest.mark.parametrize(
    ("counts", "life", "expected"),
    [
        (Counts("course", "k"), {"deeds": (Deed("course", D(2024, 2, 2), 8, "k"),)}, ("met", 600, 0)),
        (Counts("course", "k", 240), {"deeds": (Deed("course", D(2024, 2, 2), 8, "k"),)}, ("missing", 240, 360)),
        (Counts("course", "k"), {"deeds": (Deed("course", D(2024, 2, 2), 8, "other"),)}, ("missing", 0, 600)),
        (Counts("programme", "p"), {"others": (Held(7, D(2024, 1, 1), programme="p"),)}, ("met", 600, 0)),
        (Counts("programme", "p"), {"others": (Held(7, D(2024, 6, 1), programme="p"),)}, ("missing", 0, 600)),
    ],
    ids=["a course", "a course for a part", "another course", "another certificate", "a later certificate"],
)  # fmt: skip
def test_what_counts_in_its_place(counts: Counts, life: dict, expected: tuple) -> None:
    ask = Ask(2, "basic", "any", minutes=600, counts=(counts,))
    assert said(ask, at=D(2024, 5, 1), **life)["basic"] == expected


YEARS = [
    # who                                     life                                           the day           missed
    ("did nothing in the first full year", {}, D(2025, 1, 1), ["yearly"]),
    ("the year is not over yet", {}, D(2024, 12, 31), []),
    ("the year of the certificate is no full year", {}, D(2024, 1, 1), []),
    ("did it on the last day", {"lines": (line(D(2024, 12, 31), 600),)}, D(2025, 1, 1), []),
    ("did it a day late", {"lines": (line(D(2025, 1, 1), 600),)}, D(2025, 1, 2), ["yearly"]),
    ("proof came later, of that year", {"lines": (line(D(2024, 2, 29), 600),)}, D(2025, 6, 1), []),
    ("did a part", {"lines": (line(D(2024, 2, 29), 599),)}, D(2025, 1, 1), ["yearly"]),
    ("was reviewed afterwards", {"certificates": (Held(1, D(2023, 6, 1), reviews=(D(2025, 2, 1),)),)},
     D(2025, 2, 1), []),
    ("will be reviewed", {"certificates": (Held(1, D(2023, 6, 1), reviews=(D(2025, 2, 1),)),)},
     D(2025, 1, 31), ["yearly"]),
    ("was reviewed before the end", {"certificates": (Held(1, D(2023, 6, 1), reviews=(D(2024, 12, 31),)),)},
     D(2025, 1, 1), ["yearly"]),
    ("the certificate had ended", {"certificates": (Held(1, D(2023, 6, 1), D(2023, 12, 31)),)}, D(2025, 1, 1), []),
    ("was exempt at the end of the year", {"exemptions": (Spell("", D(2024, 12, 1), D(2025, 1, 31)),)},
     D(2025, 1, 1), []),
    ("was exempt from this", {"exemptions": (Spell("yearly", D(2024, 1, 1), D(2024, 12, 31)),)},
     D(2025, 1, 1), []),
    ("was exempt from another", {"exemptions": (Spell("other", D(2024, 1, 1), D(2024, 12, 31)),)},
     D(2025, 1, 1), ["yearly"]),
    ("was exempt in summer only", {"exemptions": (Spell("", D(2024, 6, 1), D(2024, 8, 31)),)},
     D(2025, 1, 1), ["yearly"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("life", "at", "codes"), [row[1:] for row in YEARS], ids=[row[0] for row in YEARS]
)
def test_ten_hours_in_each_calendar_year(life: dict, at: date, codes: list[str]) -> None:
    history = History(**{"certificates": (CERTIFICATE,), **life})
    assert [one.ask.code for one in missed(shelf(YEAR), history, at)] == codes


CONDITIONS = [
    # a child was placed                              the day           missed
    ([(D(2023, 7, 1), None)], D(2025, 1, 1), ["yearly"]),
    ([(D(2024, 1, 1), D(2024, 12, 31))], D(2025, 1, 1), ["yearly"]),
    ([(D(2024, 1, 2), None)], D(2025, 1, 1), []),
    ([(D(2023, 7, 1), D(2024, 12, 30))], D(2025, 1, 1), []),
    ([(D(2023, 7, 1), D(2024, 3, 1)), (D(2024, 6, 1), None)], D(2025, 1, 1), ["yearly"]),
    ([], D(2025, 1, 1), []),
]


@pytest.mark.parametrize(
    ("spells", "at", "codes"),
    CONDITIONS,
    ids=["all the year", "from its first to its last day", "a day too late", "a day too short", "with a break",
         "never"],
)  # fmt: skip
def test_a_year_is_asked_of_who_had_a_child_on_its_first_and_its_last_day(
    spells: list, at: date, codes: list[str]
) -> None:
    ask = Ask(1, "yearly", "any", "calendar_year", "both", minutes=600, condition="child-placed")
    placed = tuple(Spell("child-placed", *one) for one in spells)
    history = History(certificates=(CERTIFICATE,), circumstances=placed)
    assert [one.ask.code for one in missed(shelf(ask), history, at)] == codes


def test_the_running_year_says_what_is_left_and_until_when() -> None:
    life = {"lines": (line(D(2024, 2, 29), 240),), "certificates": (CERTIFICATE,)}
    (one,) = findings(shelf(YEAR), History(**life), D(2024, 5, 1), CERTIFICATE)
    assert (one.answer, one.found, one.lacking) == (Answer.MISSING, 240, 360)
    assert (one.first, one.last, one.is_missed) == (D(2024, 1, 1), D(2024, 12, 31), False)
    (young,) = findings(shelf(YEAR), History(**life), D(2023, 8, 1), CERTIFICATE)
    assert (young.answer, young.begins) == (Answer.NOT_ASKED, D(2024, 1, 1))


def test_a_missed_year_stands_before_the_running_one() -> None:
    history = History(certificates=(CERTIFICATE,))
    found = findings(shelf(YEAR), history, D(2025, 2, 1), CERTIFICATE)
    assert [(one.first, one.is_missed, one.lacking) for one in found] == [
        (D(2024, 1, 1), True, 600),
        (D(2025, 1, 1), False, 600),
    ]


ROLLING = Ask(8, "rolling", "any", "rolling_months", "both", minutes=600, months=12)
ROLLS = [
    (D(2024, 5, 31), [], "the certificate is not yet older than the months"),
    (D(2024, 6, 1), ["rolling"], "now it is"),
]


@pytest.mark.parametrize(("at", "codes", "why"), ROLLS, ids=[row[2] for row in ROLLS])
def test_months_that_roll_begin_a_day_after_the_certificate(
    at: date, codes: list[str], why: str
) -> None:
    history = History(certificates=(CERTIFICATE,))
    assert [one.ask.code for one in missed(shelf(ROLLING), history, at)] == codes, why


@pytest.mark.parametrize(
    ("done", "last_good"),
    [(D(2024, 2, 28), D(2025, 2, 27)), (D(2024, 2, 29), D(2025, 2, 28)), (D(2024, 3, 1), D(2025, 2, 28))],
    ids=["28 February", "29 February", "1 March"],
)  # fmt: skip
def test_twelve_months_over_a_leap_day(done: date, last_good: date) -> None:
    history = History(certificates=(CERTIFICATE,), lines=(line(done, 600),))
    after = date.fromordinal(last_good.toordinal() + 1)
    assert missed(shelf(ROLLING), history, last_good) == []
    assert [one.ask.code for one in missed(shelf(ROLLING), history, after)] == ["rolling"]


def test_a_rolling_period_that_was_missed_is_named_once() -> None:
    history = History(certificates=(CERTIFICATE,))
    (one,) = findings(shelf(ROLLING), history, D(2025, 1, 1), CERTIFICATE)
    assert one.is_missed and one.lacking == 600
