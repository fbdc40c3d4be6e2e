"""Counting a test: exact sets, and per cents that are never rounded up."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import scoring
from courses.models import TestAttempt


def question(ident: str, right: str, options: str = "abcd") -> scoring.Question:
    made = tuple(scoring.Option(f"{ident}{o}", o, o in right) for o in options)
    return scoring.Question(ident, "multiple" if len(right) > 1 else "single", "?", made, "")


@pytest.mark.parametrize(
    ("right", "chosen", "counts"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("a", "", False),
        ("a", "ab", False),  # a radio button sent twice by a program
        ("ab", "ab", True),
        ("ab", "ba", True),
        ("ab", "aab", True),
        ("ab", "a", False),
        ("ab", "abc", False),
        ("ab", "abcd", False),  # ticking everything earns nothing
        ("ab", "cd", False),
        ("abcd", "abcd", True),
    ],
)
def test_a_question_counts_only_with_exactly_its_right_answers(right, chosen, counts):
    one = question("q", right)
    assert one.is_right([f"q{o}" for o in chosen]) is counts


@pytest.mark.parametrize(
    ("right", "questions", "percent", "passed"),
    [
        (7, 10, 70, True),
        (6, 10, 70, False),
        (5, 8, 63, False),  # 62.5
        (5, 8, 62, True),
        (2, 3, 67, False),  # 66.67 would round up to 67
        (2, 3, 66, True),
        (699, 1000, 70, False),
        (700, 1000, 70, True),
        (0, 1, 1, False),
        (0, 0, 70, True),  # nothing was asked; the database refuses such an attempt
        (1, 1, 100, True),
        (99, 100, 100, False),
    ],
)
def test_the_threshold_is_never_rounded(right, questions, percent, passed):
    assert scoring.Score(right, questions).reaches(percent) is passed


@given(st.integers(1, 100), st.integers(1, 100), st.data())
def test_passing_is_the_exact_fraction(questions, percent, data):
    right = data.draw(st.integers(0, questions))
    assert scoring.Score(right, questions).reaches(percent) is (
        Fraction(right, questions) >= Fraction(percent, 100)
    )


@given(st.integers(1, 1000), st.data())
def test_the_shown_per_cent_never_promises_more_than_was_reached(questions, data):
    right = data.draw(st.integers(0, questions))
    shown = TestAttempt(score=right, questions=questions).percent
    assert 0 <= shown <= 100
    assert Fraction(shown, 100) <= Fraction(right, questions) < Fraction(shown + 1, 100)


LETTERS = "abcdef"
some_questions = st.lists(
    st.sets(st.sampled_from(LETTERS), min_size=1).map(sorted).map("".join), min_size=1, max_size=12
).map(lambda rights: [question(f"q{n}", right, LETTERS) for n, right in enumerate(rights)])


@given(some_questions, st.data())
def test_the_score_counts_exactly_the_questions_answered_rightly(questions, data):
    answers, expected = {}, 0
    for one in questions:
        chosen = data.draw(st.sets(st.sampled_from([o.id for o in one.options])))
        answers[one.id] = sorted(chosen)
        expected += chosen == one.correct
    result = scoring.score(questions, answers)
    assert (result.right, result.questions) == (expected, len(questions))


@given(some_questions, st.randoms())
def test_the_order_of_questions_and_answers_changes_nothing(questions, random):
    answers = {one.id: sorted(one.correct) for one in questions[::2]}
    shuffled = random.sample(questions, len(questions))
    turned = {ident: random.sample(chosen, len(chosen)) for ident, chosen in answers.items()}
    assert scoring.score(shuffled, turned) == scoring.score(questions, answers)


def test_answers_to_unknown_questions_earn_nothing():
    questions = [question("q1", "a"), question("q2", "b")]
    answers = {"q1": ["q1a"], "q9": ["q9a"]}
    assert scoring.score(questions, answers) == scoring.Score(1, 2)


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, ["q1", "q2"]),
        ({"q1": []}, ["q1", "q2"]),
        ({"q1": ["q1a"]}, ["q2"]),
        ({"q1": ["q2a"], "q2": ["q2b"]}, ["q1"]),  # an answer of another question
        ({"q1": ["nonsense", "q1d"], "q2": ["q2a"]}, []),
    ],
)
def test_unanswered_are_those_without_a_known_answer(answers, missing):
    questions = [question("q1", "a"), question("q2", "b")]
    assert [one.id for one in scoring.unanswered(questions, answers)] == missing
