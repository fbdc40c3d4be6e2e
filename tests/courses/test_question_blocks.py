"""What an editor may write as a question: exactly one right answer, or at least one, of two to eight."""

import pytest
from wagtail.blocks import StreamBlockValidationError, StructBlockValidationError

from courses.blocks import MultipleChoiceBlock, QuestionsBlock, SingleChoiceBlock
from courses.models import Test
from courses.scoring import questions_of
from tests.factories import lessons as make


def value(block, marks, text="Ce faceți?", answers=None):
    words = answers or [f"Răspuns {n}" for n in range(len(marks))]
    options = [
        {"text": word, "correct": mark == "+"} for word, mark in zip(words, marks, strict=True)
    ]
    return block.to_python({"text": text, "options": options, "explanation": ""})


def refused(block, *args, **kwargs):
    with pytest.raises(StructBlockValidationError) as error:
        block.clean(value(block, *args, **kwargs))
    return error.value.block_errors


@pytest.mark.parametrize("marks", ["+-", "-+", "--+-", "-------+"])
def test_one_right_answer_is_accepted(marks):
    block = SingleChoiceBlock()
    cleaned = block.clean(value(block, marks))
    assert [option["correct"] for option in cleaned["options"]] == [mark == "+" for mark in marks]


@pytest.mark.parametrize("marks", ["--", "++", "+-+", "++++"])
def test_none_or_several_are_refused_where_one_is_asked(marks):
    errors = refused(SingleChoiceBlock(), marks)
    assert errors["options"].messages == ["Mark exactly one answer as correct."]


@pytest.mark.parametrize("marks", ["+-", "++", "-++-", "++++++++"])
def test_any_number_of_right_answers_is_accepted_where_several_may_be(marks):
    block = MultipleChoiceBlock()
    assert len(block.clean(value(block, marks))["options"]) == len(marks)


def test_a_question_without_a_right_answer_is_refused():
    errors = refused(MultipleChoiceBlock(), "---")
    assert errors["options"].messages == ["Mark at least one answer as correct."]


@pytest.mark.parametrize(
    "block", [SingleChoiceBlock(), MultipleChoiceBlock()], ids=["single", "multiple"]
)
@pytest.mark.parametrize(
    "wrong",
    [
        {"marks": "+"},
        {"marks": "+--------"},
        {"marks": "+-", "text": ""},
        {"marks": "+-", "answers": ["Da", ""]},
        {"marks": "+-", "answers": ["Da", "x" * 301]},
    ],
    ids=["one answer", "nine answers", "no question", "empty answer", "long answer"],
)
def test_incomplete_questions_are_refused(block, wrong):
    assert refused(block, **wrong)


def test_a_test_has_at_least_one_question():
    block = QuestionsBlock()
    with pytest.raises(StreamBlockValidationError):
        block.clean(block.to_python([]))


def test_errors_of_a_question_can_be_shown_in_the_editor():
    """The form asks every error for JSON: one that cannot give it would be a 500 for the editor."""
    block = QuestionsBlock()
    stream = block.to_python([make.question("q1", right="z"), make.question("q2")])
    with pytest.raises(StreamBlockValidationError) as error:
        block.clean(stream)
    shown = error.value.as_json_data()
    assert "Mark exactly one answer" in str(shown["blockErrors"][0])
    assert 1 not in shown["blockErrors"]


def test_questions_are_read_with_their_ids():
    page = Test(questions=[])
    page.questions = Test._meta.get_field("questions").to_python(
        [make.question("q1", "ac"), make.question("q2", "b", "ab")]
    )
    first, second = questions_of(page)
    assert (first.id, first.kind, first.is_multiple, first.correct) == (
        "q1",
        "multiple",
        True,
        {"q1a", "q1c"},
    )
    assert (second.is_multiple, [option.id for option in second.options]) == (False, ["q2a", "q2b"])
    assert (second.text, second.explanation) == ("Întrebarea q2?", "De aceea q2.")
