"""What course pages show about a course and its reader. Tags ask and decide nothing."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.translation import get_language
from wagtail.models import Page

from courses import queries, scoring
from courses.models import Course, Lesson, Module, Test
from people.models import Person
from people.templatetags.words import language_dir

register = template.Library()


def _reader(context: Context) -> Person | None:
    user = getattr(context.get("request"), "user", None)
    return user.person if user is not None and user.is_authenticated else None


@register.simple_tag(takes_context=True)
def study(context: Context, course: Course) -> queries.Study:
    """Contents, test, the reader's progress and next step."""
    return queries.study(course, _reader(context), request=context.get("request"))


@register.simple_tag(takes_context=True)
def tries(context: Context, test: Test) -> queries.Tries | None:
    """The reader's tries at this test, or None without a person."""
    reader = _reader(context)
    return queries.tries(reader, test) if reader else None


@register.simple_tag
def course_of(page: Lesson | Module | Test) -> Course:
    """The course a page belongs to."""
    return Course.objects.ancestor_of(page).get()


@register.simple_tag
def source_of(course: Course) -> Course:
    """The course as it was written: wagtail-localize does not bring later audiences and topics to translations."""
    return queries.source_of(course)


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


@register.simple_tag
def in_language(page: Page) -> str:
    """The attributes lang and dir of a text from this page, where its language is not that of the screen."""
    code = page.locale.language_code
    return (
        format_html(' lang="{}" dir="{}"', code, language_dir(code))
        if code != get_language()
        else ""
    )


@register.filter
def other_language(study: queries.Study, page: Page) -> str:
    """The language in which some lessons open for want of a translation, or ""."""
    return study.other_language(page.locale.language_code)


@register.simple_tag
def catalogue_url() -> str:
    """Where the courses stand in this language, or ""."""
    return queries.catalogue_url(get_language() or "")
