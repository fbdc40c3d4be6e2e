"""Requirements and findings in words: every answer a whole sentence, every number with its right form."""

from datetime import date

import pytest
from django.utils import translation

from certification.counting import Proof
from certification.finding_words import (
    amount,
    asked_in_words,
    missing_in_words,
    names_for,
    shown,
)
from certification.law import Ask
from certification.requirements import Answer, Finding
from courses.models import CourseHours, Topic
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import courses
from tests.factories import evidence as elsewhere
from tests.factories import training as make

D = date
pytestmark = pytest.mark.django_db
HOURS = Ask(1, "x", "any", "calendar_year", "both", minutes=600)
TIMES = Ask(2, "y", "supervision", "calendar_year", "both", times=2)
LINE = Proof("line", 1, D(2026, 2, 2), 240, "session")


def plain(text: str) -> str:
    """Numbers and their units stand together in print; here a blank will do."""
    return text.replace("\xa0", " ")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


SENTENCES = [
    ("met by hours", Finding(HOURS, Answer.MET, 600, proofs=(LINE,)), "10 h are recorded."),
    ("met by a certificate", Finding(HOURS, Answer.MET, 600, proofs=(Proof("certificate", 1, D(2024, 1, 1)),)),
     "The certificate proves it."),
    ("missing, without a day", Finding(Ask(3, "z", "any", minutes=600), Answer.MISSING, 240, last=D(2026, 3, 1)),
     "Recorded: 4 h. Missing: 6 h."),
    ("missing by the end of the year", Finding(HOURS, Answer.MISSING, 240, last=D(2026, 12, 31)),
     "Recorded: 4 h. Missing: 6 h, by 31 December 2026."),
    ("missed", Finding(HOURS, Answer.MISSING, 0, last=D(2025, 12, 31), is_missed=True),
     "Recorded: 0 min. Missing: 10 h. The last day was 31 December 2025."),
    ("one time missing", Finding(TIMES, Answer.MISSING, 1, last=D(2026, 12, 31)),
     "Recorded: 1 time. Missing: 1 time, by 31 December 2026."),
    ("no times at all", Finding(TIMES, Answer.MISSING, 0, last=D(2026, 12, 31)),
     "Recorded: 0 times. Missing: 2 times, by 31 December 2026."),
    ("not asked", Finding(HOURS, Answer.NOT_ASKED), ""),
    ("not asked yet", Finding(HOURS, Answer.NOT_ASKED, begins=D(2027, 1, 1)), "Asked from 1 January 2027."),
    ("no figure", Finding(Ask(4, "u", "any"), Answer.UNKNOWN), "The figure is not known."),
    ("no figure, but hours", Finding(Ask(4, "u", "any"), Answer.UNKNOWN, 240, proofs=(LINE,)),
     "The figure is not known. 4 h are recorded."),
    ("mixed hours", Finding(Ask(5, "t", "theory", minutes=600), Answer.UNKNOWN, 0, 600),
     "10 h were recorded as theory or practice together. Nobody can say how much of it counts here."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("finding", "said"), [row[1:] for row in SENTENCES], ids=[row[0] for row in SENTENCES]
)
def test_what_is_said(finding: Finding, said: str) -> None:
    (one,) = shown([finding])
    assert plain(one.said) == said


TAGS = [
    (Finding(HOURS, Answer.MET), "done", "positive"),
    (Finding(HOURS, Answer.MISSING), "missing", "warning"),
    (Finding(HOURS, Answer.NOT_ASKED), "not asked", "neutral"),
    (Finding(HOURS, Answer.UNKNOWN), "the figure is not known", "neutral"),
    (Finding(HOURS, Answer.MISSING, last=D(2025, 12, 31), is_missed=True), "not done in 2025", "negative"),
]  # fmt: skip


@pytest.mark.parametrize(("finding", "word", "tone"), TAGS, ids=[row[1] for row in TAGS])
def test_the_tag_says_the_same_in_word_and_colour(finding: Finding, word: str, tone: str) -> None:
    (one,) = shown([finding])
    assert (one.answer, one.tone) == (word, tone)


ASKED = [
    (HOURS, ("theory or practice", "10 h", "each calendar year", [])),
    (TIMES, ("supervision", "2 times", "each calendar year", [])),
    (Ask(3, "z", "theory", "rolling_months", "both", minutes=90, months=1),
     ("theory", "1 h 30 min", "in any 1 month", [])),
    (Ask(3, "z", "theory", "rolling_months", "both", minutes=90, months=24),
     ("theory", "1 h 30 min", "in any 24 months", [])),
    (Ask(4, "u", "any", path="renewal"), ("theory or practice", "The figure is not known", "once", ["for a renewal"])),
    (Ask(5, "v", "any", "unknown", "both", minutes=60), ("theory or practice", "1 h", "how often is not known", [])),
    (Ask(6, "w", "any", path="both", minutes=60, unknown=("mandatory",)),
     ("theory or practice", "Whether it is asked at all is not known", "once", [])),
    (Ask(7, "c", "any", path="both", times=1, unknown=("minutes",)),
     ("theory or practice", "1 time (how many hours is not known)", "once", [])),
    (Ask(8, "p", "any", path="both", minutes=60, condition="child-placed"),
     ("theory or practice", "1 h", "once", ["a child is placed with the carer"])),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "words"), ASKED, ids=[str(n) for n in range(len(ASKED))])
def test_what_is_asked(ask: Ask, words: tuple) -> None:
    found = asked_in_words(ask, names_for([ask]))
    assert (found.what, plain(found.much), found.often, found.whom) == words


def test_topics_and_categories_have_their_names(cast: Cast) -> None:
    Topic.objects.create(code="law", name={"en": "Law", "ro": "Legislație"})
    ask = Ask(1, "x", "any", path="both", minutes=60, topic="law", category=cast.carer.code)
    found = asked_in_words(ask, names_for([ask]))
    assert found.what == "theory or practice: Law" and found.whom == [str(cast.carer)]
    with translation.override("ro"):
        assert "Legislație" in asked_in_words(ask, names_for([ask])).what


def test_records_say_where_they_come_from(cast: Cast) -> None:
    programme = proof.programme(cast.carer)
    ours = proof.certificate(cast.ana.person, programme, number="TM/2024/00009")
    paper = elsewhere.earlier(cast.ana.person, programme, number="77/2019")
    proofs = (
        LINE,
        Proof("line", 2, D(2026, 2, 3), -30, "correction"),
        Proof("certificate", ours.pk, D(2024, 3, 1)),
        Proof("earlier", paper.pk, D(2019, 5, 6), 120),
        Proof("test", 3, D(2026, 2, 4), 1),
        Proof("outcome", 4, D(2026, 2, 5), 1),
        Proof("course", 5, D(2026, 2, 6), 60),
    )
    (one,) = shown([Finding(HOURS, Answer.MET, 600, proofs=proofs)])
    assert [tuple(plain(part) for part in one) for one in one.proofs] == [
        ("2 February 2026", "4 h", "session"),
        ("3 February 2026", "−30 min", "correction"),
        ("1 March 2024", "", "certificate TM/2024/00009"),
        ("6 May 2019", "2 h", "certificate 77/2019"),
        ("4 February 2026", "", "test passed"),
        ("5 February 2026", "", "the trainer's result"),
        ("6 February 2026", "1 h", "course completed"),
    ]


@pytest.mark.parametrize(
    ("ask", "number", "words"),
    [(TIMES, 0, "0 times"), (TIMES, 1, "1 time"), (TIMES, 21, "21 times"), (HOURS, 90, "1 h 30 min")],
    ids=["none", "one", "many", "minutes"],
)  # fmt: skip
def test_amounts(ask: Ask, number: int, words: str) -> None:
    assert plain(amount(ask, number)) == words


def test_many_findings_ask_no_more_of_the_database(django_assert_num_queries) -> None:
    one = Finding(HOURS, Answer.MET, 600, proofs=(LINE,))
    with django_assert_num_queries(2):
        alone = shown([one])
    with django_assert_num_queries(2):
        many = shown([one] * 20)
    assert many == alone * 20


def test_what_is_missing_in_the_order_given(cast: Cast, django_assert_num_queries) -> None:
    """For the list of an edition: the names are read once, however many people lack something."""
    Topic.objects.create(code="law", name={"en": "Law"})
    law = Finding(Ask(1, "l", "theory", minutes=600, topic="law"), Answer.MISSING, 90)
    result = Finding(Ask(2, "r", "outcome", times=1), Answer.MISSING)
    with django_assert_num_queries(2):
        found = missing_in_words([law, result, law])
    assert [(what, plain(said)) for what, said in found] == [
        ("theory: Law", "Recorded: 1 h 30 min. Missing: 8 h 30 min."),
        ("trainer's outcome", "Recorded: 0 times. Missing: 1 time."),
        ("theory: Law", "Recorded: 1 h 30 min. Missing: 8 h 30 min."),
    ]
    assert missing_in_words([]) == []


@pytest.mark.parametrize("language", ["ro", "uk", "bg", "ar"])
def test_no_english_is_left_in_another_language(language: str) -> None:
    findings = [one[1] for one in SENTENCES]
    with translation.override("en"):
        english = [one.said for one in shown(findings)]
    with translation.override(language):
        theirs = [one.said for one in shown(findings)]
    assert all(
        (a == "") == (b == "") and (a != b or not a) for a, b in zip(english, theirs, strict=True)
    )


def test_of_a_person_it_names_the_next_edition_that_closes_the_gap(cast: Cast) -> None:
    course = courses.course("Bazele")
    course.hours.add(CourseHours(kind="theory", minutes=600))
    course.save()
    programme = proof.programme(cast.carer, courses=(course,))
    coming = make.coming(cast.timis, day=9, course=course)
    lacking = Finding(Ask(3, "z", "any", minutes=600), Answer.MISSING, 0)
    met = Finding(HOURS, Answer.MET, 600)
    found = shown([lacking, met], cast.ana.person, programme)
    assert [one.edition for one in found] == [coming, None]
    assert [one.edition for one in shown([lacking])] == [None]
