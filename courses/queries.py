"""Reads over the catalogue and progress. Progress is counted by the keys that all translations of a lesson share."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.cache import caches
from django.db.models.functions import Left
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.query import PageQuerySet

from courses.models import Catalogue, Course, Lesson, LessonProgress, Module, Test, TestAttempt
from home.queries import kept
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
class Contents:
    """What a course consists of, whoever reads it: the page it was written as, modules with their lessons, the test."""

    source: Course
    modules: list[tuple[Module, list[Lesson]]]
    test: Test | None


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
        """Done steps among those that are asked for, of a hundred, rounded down: 100 means that it is done."""
        lessons = (self.lessons_done, self.lessons_total) if self.requires_lessons else (0, 0)
        done = lessons[0] + (self.has_test and self.test_passed)
        total = lessons[1] + self.has_test
        return done * 100 // total if total else 100


@dataclass(frozen=True)
class Tries:
    """A person's tries at a test."""

    used: int
    passed: bool
    left: int


@dataclass(frozen=True)
class Study:
    """A course as one reader meets it: contents, test, how far they are (None: nobody) and where they go on."""

    modules: list[ModuleLine]
    test: Test | None
    progress: CourseProgress | None = None
    step: Lesson | Test | None = None

    def other_language(self, language: str) -> str:
        """The language of the first lesson that is not translated into this one, or ""."""
        codes = (line.lesson.locale.language_code for line in _lines(self.modules))
        return next((code for code in codes if code != language), "")


def catalogue_url(language: str) -> str:
    """Address of the catalogue in that language, or "" where there is none; kept a minute."""

    def find() -> str:
        page = Catalogue.objects.live().filter(locale__language_code=language).first()
        return (page.url or "") if page else ""

    return str(caches["local"].get_or_set(f"catalogue:{language}", find, 60)) or ""


def source_of(course: Course) -> Course:
    """The page the course was written as: the first of its translations. Editions and programmes refer to it."""
    if "_source" not in course.__dict__:  # asked several times for one page
        family = Course.objects.filter(translation_key=course.translation_key).select_related(
            "locale"
        )
        course.__dict__["_source"] = family.order_by("pk").first() or course
    return course.__dict__["_source"]


def in_reader_language(course: Course, language: str | None = None) -> Course:
    """The live translation for the reader, else the course as given."""
    code = language or get_language() or settings.LANGUAGE_CODE
    translated = Course.objects.live().filter(
        translation_key=course.translation_key, locale__language_code=code
    )
    return translated.first() or course


def _live_lessons(source: Course) -> PageQuerySet:
    """What the outline shows and progress counts: live lessons of live modules, in their order."""
    modules = Module.objects.live().child_of(source).order_by().values("path")
    of_module = Left("path", (source.depth + 1) * Page.steplen)
    lessons = Lesson.objects.live().descendant_of(source).annotate(of_module=of_module)
    return lessons.filter(of_module__in=modules).order_by("path")


def _done_keys(person: Person | None, course_key: UUID) -> set[UUID]:
    if person is None:
        return set()
    done = LessonProgress.objects.filter(person=person, course_key=course_key)
    return set(done.values_list("lesson_key", flat=True))


def _translated(pages: Iterable[Page], language: str) -> dict[UUID, Page]:
    """The live translations of these pages, which are all of one type."""
    found = list(pages)
    if not found:
        return {}
    keys = [page.translation_key for page in found]
    there = (
        type(found[0])
        .objects.live()
        .filter(translation_key__in=keys, locale__language_code=language)
    )
    there = there.defer("body") if isinstance(found[0], Lesson) else there
    return {page.translation_key: page for page in there.select_related("locale")}


def contents(course: Course, request: HttpRequest | None = None) -> Contents:
    """What a course consists of in the language of that page; what is not translated stands as it was written.

    The same for all readers, so it is kept until something is done on the site.
    """
    found: Contents = kept(f"contents:{course.pk}", lambda: _contents(course), request)
    return found


def _contents(course: Course) -> Contents:
    source, language = source_of(course), course.locale.language_code
    lessons = list(_live_lessons(source).select_related("locale").defer("body"))
    modules = list(Module.objects.live().child_of(source).select_related("locale").order_by("path"))
    other: dict[UUID, Page] = {}
    if language != source.locale.language_code:
        other = _translated(lessons, language) | _translated(modules, language)

    def of(module: Page) -> list[Page]:
        mine = (lesson for lesson in lessons if lesson.path.startswith(module.path))
        return [other.get(lesson.translation_key, lesson) for lesson in mine]

    found = [(other.get(module.translation_key, module), of(module)) for module in modules]
    return Contents(source, found, test_of(course))


def outline(course: Course, person: Person | None = None) -> list[ModuleLine]:
    """Modules and lessons of a course, with what the person has done."""
    return _outline(contents(course), person)


def _outline(found: Contents, person: Person | None) -> list[ModuleLine]:
    done = _done_keys(person, found.source.translation_key)
    return [
        ModuleLine(
            module, tuple(LessonLine(lesson, lesson.translation_key in done) for lesson in lessons)
        )
        for module, lessons in found.modules
    ]


def test_of(course: Course) -> Test | None:
    """The test of a course in the language of that page, else as it was written."""
    source = source_of(course)
    written = Test.objects.live().child_of(source).select_related("locale").first()
    if written is None or course.locale_id == source.locale_id:
        return written
    translations = Test.objects.live().filter(
        translation_key=written.translation_key, locale=course.locale_id
    )
    return translations.select_related("locale").first() or written


def tries(person: Person, test: Test) -> Tries:
    """How often a person has tried a test, in any language, and how often they still may."""
    results = _results(person, test)
    passed = any(results)
    return Tries(len(results), passed, 0 if passed else max(test.max_attempts - len(results), 0))


def _results(person: Person, test: Test | None) -> list[bool]:
    if test is None:
        return []
    attempts = TestAttempt.objects.filter(person=person, test_key=test.translation_key)
    return list(attempts.values_list("passed", flat=True))


def _progress(
    source: Course, done: int, total: int, test: Test | None, results: list[bool]
) -> CourseProgress:
    return CourseProgress(
        lessons_done=done,
        lessons_total=total,
        has_test=test is not None,
        test_passed=any(results),
        attempts=len(results),
        requires_lessons=source.requires_lessons,
    )


def course_progress(person: Person, course: Course) -> CourseProgress:
    """Lessons done and test passed by a person, whatever language they read in."""
    source = source_of(course)
    live = set(_live_lessons(source).values_list("translation_key", flat=True))
    done = live & _done_keys(person, source.translation_key)
    test = Test.objects.live().child_of(source).first()
    return _progress(source, len(done), len(live), test, _results(person, test))


def _lines(modules: Iterable[ModuleLine]) -> list[LessonLine]:
    return [line for module in modules for line in module.lessons]


def study(
    course: Course,
    person: Person | None = None,
    after: Lesson | None = None,
    request: HttpRequest | None = None,
) -> Study:
    """Everything that a course page shows about its contents and its reader; `after` is the lesson just read."""
    found = contents(course, request)
    modules, test = _outline(found, person), found.test
    if person is None:
        return Study(modules, test)
    lines, results = _lines(modules), _results(person, test)
    done = sum(line.is_done for line in lines)
    progress = _progress(found.source, done, len(lines), test, results)
    step = _step(lines, after) or (None if progress.test_passed else test)
    return Study(modules, test, progress, step)


def _step(lines: list[LessonLine], after: Lesson | None) -> Lesson | None:
    """The first lesson not yet done, looked for from the one just read."""
    keys = [line.lesson.translation_key for line in lines]
    start = keys.index(after.translation_key) + 1 if after and after.translation_key in keys else 0
    waiting = (line.lesson for line in lines[start:] + lines[:start] if not line.is_done)
    return next(waiting, None)


def next_step(course: Course, person: Person, after: Lesson | None = None) -> Lesson | Test | None:
    """The first lesson not yet done (after the given one if there is any), then the test, then nothing."""
    return study(course, person, after).step
