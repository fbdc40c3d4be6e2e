"""Reads over the catalogue and progress. Progress is counted by the keys that all translations of a lesson share."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.cache import caches
from django.utils.translation import get_language

from courses.models import Catalogue, Course, Lesson, LessonProgress, Module, Test, TestAttempt
from people.models import Person


@dataclass(frozen=True)
class LessonLine:
    """A lesson in the outline, in the reader's language where it is translated."""

    lesson: Lesson
    is_done: bool


@dataclass(frozen=True)
class ModuleLine:
    """A module in the outline with its lessons."""

    module: Module
    lessons: tuple[LessonLine, ...]


@dataclass(frozen=True)
class CourseProgress:
    """How far a person is in a course's lessons and test. The same numbers on every page."""

    lessons_done: int
    lessons_total: int
    has_test: bool
    test_passed: bool
    attempts: int
    requires_lessons: bool

    @property
    def lessons_finished(self) -> bool:
        """All lessons are done, or none is asked for."""
        return not self.requires_lessons or self.lessons_done >= self.lessons_total

    @property
    def is_done(self) -> bool:
        """Lessons and test are done: what is left is attendance."""
        return self.lessons_finished and (self.test_passed or not self.has_test)

    @property
    def percent(self) -> int:
        """Done steps of a hundred, rounded down, so that 100 means all."""
        total = self.lessons_total + self.has_test
        return (self.lessons_done + (self.has_test and self.test_passed)) * 100 // total if total else 100


def catalogue_url(language: str) -> str:
    """Address of the catalogue in that language, or "" where there is none; kept a minute."""

    def find() -> str:
        page = Catalogue.objects.live().filter(locale__language_code=language).first()
        return (page.url or "") if page else ""

    return caches["local"].get_or_set(f"catalogue:{language}", find, 60)


def source_of(course: Course) -> Course:
    """The page the course was written as: the first of its translations. Editions and programmes refer to it."""
    return Course.objects.filter(translation_key=course.translation_key).order_by("pk").first() or course


def in_reader_language(course: Course, language: str | None = None) -> Course:
    """The live translation for the reader, else the course as given."""
    code = language or get_language() or settings.LANGUAGE_CODE
    translated = Course.objects.live().filter(translation_key=course.translation_key, locale__language_code=code)
    return translated.first() or course


def _done_keys(person: Person | None, course_key: UUID) -> set[UUID]:
    if person is None:
        return set()
    done = LessonProgress.objects.filter(person=person, course_key=course_key)
    return set(done.values_list("lesson_key", flat=True))


def _translated(pages: Iterable[Lesson], language: str) -> dict[UUID, Lesson]:
    keys = [page.translation_key for page in pages]
    found = Lesson.objects.live().filter(translation_key__in=keys, locale__language_code=language)
    return {page.translation_key: page for page in found.select_related("locale").defer("body")}


def outline(course: Course, person: Person | None = None) -> list[ModuleLine]:
    """Modules and lessons of a course in the language of that page; what is not translated stands as it was written."""
    source, language = source_of(course), course.locale.language_code
    lessons = list(Lesson.objects.live().descendant_of(source).select_related("locale").defer("body").order_by("path"))
    modules = list(Module.objects.live().child_of(source).select_related("locale").order_by("path"))
    if language != source.locale.language_code:
        other = _translated(lessons, language)
        titles = Module.objects.live().filter(translation_key__in=[m.translation_key for m in modules])
        other_modules = {m.translation_key: m for m in titles.filter(locale__language_code=language)}
    else:
        other, other_modules = {}, {}
    done = _done_keys(person, source.translation_key)
    return [
        ModuleLine(
            other_modules.get(module.translation_key, module),
            tuple(
                LessonLine(other.get(lesson.translation_key, lesson), lesson.translation_key in done)
                for lesson in lessons
                if lesson.path.startswith(module.path)
            ),
        )
        for module in modules
    ]


def test_of(course: Course) -> Test | None:
    """The test of a course in the language of that page, else as it was written."""
    own = Test.objects.live().child_of(course).first()
    return own or Test.objects.live().child_of(source_of(course)).first()


def course_progress(person: Person, course: Course) -> CourseProgress:
    """Lessons done and test passed by a person, whatever language they read in."""
    source = source_of(course)
    live = set(Lesson.objects.live().descendant_of(source).values_list("translation_key", flat=True))
    test = Test.objects.live().child_of(source).first()
    attempts = TestAttempt.objects.filter(person=person, test_key=test.translation_key) if test else None
    results = list(attempts.values_list("passed", flat=True)) if attempts is not None else []
    return CourseProgress(
        lessons_done=len(live & _done_keys(person, source.translation_key)),
        lessons_total=len(live),
        has_test=test is not None,
        test_passed=any(results),
        attempts=len(results),
        requires_lessons=source.requires_lessons,
    )


def next_step(course: Course, person: Person, after: Lesson | None = None) -> Lesson | Test | None:
    """The first lesson not yet done (after the given one if there is any), then the test, then nothing."""
    lines = [line for module in outline(course, person) for line in module.lessons]
    if after is not None:
        position = next((i for i, line in enumerate(lines) if line.lesson.translation_key == after.translation_key), -1)
        lines = lines[position + 1 :] + lines[: position + 1]
    waiting = next((line.lesson for line in lines if not line.is_done), None)
    if waiting is not None:
        return waiting
    test = test_of(course)
    passed = test and TestAttempt.objects.filter(person=person, test_key=test.translation_key, passed=True).exists()
    return test if test and not passed else None
