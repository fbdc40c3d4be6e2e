"""What stands below a course: modules, lessons and a test, and their translations."""

import json
from dataclasses import dataclass
from itertools import count
from typing import Any

from wagtail.models import Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.models import Course, Lesson, Module, Test
from tests.factories import courses

_numbers = count(1)


@dataclass
class Taught:
    """A whole course in one language."""

    course: Course
    module: Module
    lessons: list[Lesson]
    test: Test | None


def _add(parent: Page, page: Page, translation_of: Page | None) -> Any:
    page.locale = parent.locale
    if translation_of:
        page.translation_key = translation_of.translation_key
    parent.refresh_from_db()
    with disable_reference_index_auto_update():  # a quarter of the time, for what no test asks
        return parent.add_child(instance=page)


def module(
    parent: Course, title: str = "", *, translation_of: Module | None = None, **fields: Any
) -> Module:
    """A live module of that course."""
    number = next(_numbers)
    page = Module(title=title or f"Modulul {number}", slug=f"module-{number}", **fields)
    return _add(parent, page, translation_of)


def lesson(
    parent: Module,
    title: str = "",
    *,
    translation_of: Lesson | None = None,
    body: list[dict] | None = None,
    **fields: Any,
) -> Lesson:
    """A live lesson of one paragraph, or with that body."""
    number = next(_numbers)
    blocks = body or [
        {"type": "paragraph", "value": "<p>Un copil are nevoie de timp.</p>", "id": f"p{number}"}
    ]
    values = {
        "title": title or f"Lecția {number}",
        "slug": f"lesson-{number}",
        "minutes": 15,
        **fields,
    }
    return _add(parent, Lesson(body=json.dumps(blocks), **values), translation_of)


def question(
    ident: str, right: str = "a", options: str = "abc", *, kind: str = "", words: str = ""
) -> dict[str, Any]:
    """A question whose answers are letters; several letters in `right` make it one with several right answers."""
    return {
        "type": kind or ("multiple" if len(right) > 1 else "single"),
        "id": ident,
        "value": {
            "text": f"{words}Întrebarea {ident}?",
            "explanation": f"{words}De aceea {ident}.",
            "options": [
                {
                    "type": "item",
                    "id": f"{ident}{o}",
                    "value": {"text": f"{words}{ident} {o}", "correct": o in right},
                }
                for o in options
            ],
        },
    }


def test(
    parent: Course,
    questions: list[dict] | None = None,
    *,
    translation_of: Test | None = None,
    **fields: Any,
) -> Test:
    """A live test: of ten questions with one right answer each, the first."""
    asked = questions or [question(f"q{n}") for n in range(1, 11)]
    values = {"title": "Testul", "slug": "test", **fields}
    return _add(parent, Test(questions=json.dumps(asked), **values), translation_of)


test.__test__ = False  # type: ignore[attr-defined]  # pytest


def taught(
    lessons: int = 3, *, with_test: bool = True, language: str = "ro", **fields: Any
) -> Taught:
    """A course with one module of so many lessons, and a test."""
    course = courses.course(language=language, **fields)
    part = module(course)
    return Taught(
        course, part, [lesson(part) for _ in range(lessons)], test(course) if with_test else None
    )


def translated(
    original: Taught, language: str, *, lessons: int | None = None, with_test: bool = True
) -> Taught:
    """The course in another language, with its first so many lessons (all, if not said)."""
    number = next(_numbers)
    title = f"{language} {original.course.title}"
    course = courses.course(
        title, language=language, translation_of=original.course, slug=f"t-{number}"
    )
    part = module(course, f"{language} {original.module.title}", translation_of=original.module)
    chosen = original.lessons[:lessons]
    made = [lesson(part, f"{language} {one.title}", translation_of=one) for one in chosen]
    exam = None
    if with_test and original.test:
        words = [question(f"q{n}", words=f"{language} ") for n in range(1, 11)]
        exam = test(course, words, translation_of=original.test, title=f"{language} Test")
    return Taught(course, part, made, exam)


def answers(right: int, questions: int = 10) -> dict[str, list[str]]:
    """Answers to the usual test: so many right, the others wrong."""
    return {f"q{n}": [f"q{n}{'a' if n <= right else 'b'}"] for n in range(1, questions + 1)}


def form(right: int, questions: int = 10, *, number: int = 1) -> dict[str, Any]:
    """The same as the form sends it."""
    return {
        "number": str(number),
        **{f"q-{ident}": chosen for ident, chosen in answers(right, questions).items()},
    }
