"""Counting a test: pure functions over the questions of a test page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Answers = Mapping[str, list[str]]


@dataclass(frozen=True)
class Option:
    """One possible answer, by the id that all translations share."""

    id: str
    text: str
    correct: bool


@dataclass(frozen=True)
class Question:
    """One question as the learner meets it."""

    id: str
    kind: str
    text: str
    options: tuple[Option, ...]
    explanation: str

    @property
    def is_multiple(self) -> bool:
        """Several answers may be ticked."""
        return self.kind == "multiple"

    @property
    def correct(self) -> frozenset[str]:
        """Ids of the right answers."""
        return frozenset(option.id for option in self.options if option.correct)

    def is_right(self, chosen: Iterable[str]) -> bool:
        """Right only when exactly the right answers are chosen: ticking everything earns nothing."""
        return frozenset(chosen) == self.correct


@dataclass(frozen=True)
class Score:
    """How many questions were answered rightly."""

    right: int
    questions: int

    def reaches(self, percent: int) -> bool:
        """Compared without rounding: 69.9 per cent does not pass a test that asks for 70."""
        return self.right * 100 >= percent * self.questions


def questions_of(test: Any) -> tuple[Question, ...]:
    """The questions of a test page in their order."""
    return tuple(_question(block) for block in test.questions)


def _question(block: Any) -> Question:
    options = tuple(
        Option(bound.id, bound.value["text"], bool(bound.value["correct"]))
        for bound in block.value["options"].bound_blocks
    )
    return Question(
        block.id, block.block_type, block.value["text"], options, block.value["explanation"]
    )


def unanswered(questions: Iterable[Question], answers: Answers) -> list[Question]:
    """Questions without any known answer chosen."""
    return [q for q in questions if not {o.id for o in q.options} & set(answers.get(q.id, ()))]


def score(questions: Iterable[Question], answers: Answers) -> Score:
    """Count the right answers; a question without an answer is wrong."""
    all_questions = list(questions)
    return Score(sum(q.is_right(answers.get(q.id, ())) for q in all_questions), len(all_questions))
