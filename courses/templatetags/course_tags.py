"""What course pages show about a course and its reader. Tags ask one query each and decide nothing."""

from typing import Any

from django import template
from django.template import Context

from courses import queries, scoring
from courses.models import Course, Lesson, Module, Test
from people.models import Person

register = template.Library()


def _reader(context: Context) -> Person | None:
    request = context.get("request")
    user = getattr(request, "user", None)
    return user.person if user is not None and user.is_authenticated else None


@register.simple_tag(takes_context=True)
def outline(context: Context, course: Course) -> list[queries.ModuleLine]:
    """Modules and lessons, with what the reader has done."""
    return queries.outline(course, _reader(context))


@register.simple_tag(takes_context=True)
def progress(context: Context, course: Course) -> queries.CourseProgress | None:
    """The reader's progress, or None without a person."""
    reader = _reader(context)
    return queries.course_progress(reader, course) if reader else None


@register.simple_tag(takes_context=True)
def next_step(context: Context, course: Course) -> Any:
    """Where the reader should go on."""
    reader = _reader(context)
    return queries.next_step(course, reader) if reader else None


@register.simple_tag
def course_of(page: Lesson | Module | Test) -> Course:
    """The course a page belongs to."""
    return Course.objects.ancestor_of(page).get()


@register.simple_tag
def test_of(course: Course) -> Test | None:
    """The course's test."""
    return queries.test_of(course)


@register.simple_tag
def questions(test: Test) -> tuple[scoring.Question, ...]:
    """The test's questions."""
    return scoring.questions_of(test)


@register.filter
def chosen(answers: dict[str, list[str]] | None, question_id: str) -> list[str]:
    """The options chosen for a question."""
    return (answers or {}).get(question_id, [])


@register.simple_tag(takes_context=True)
def is_done(context: Context, lesson: Lesson) -> bool:
    """Has the reader done this lesson?"""
    reader = _reader(context)
    return bool(reader and reader.lessons_done.filter(lesson_key=lesson.translation_key).exists())
