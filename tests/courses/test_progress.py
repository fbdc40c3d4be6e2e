"""How far a learner is: one number, from 0 to 100, the same in every language."""

import contextlib
from dataclasses import replace

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from courses import queries
from courses.actions import progress
from courses.queries import CourseProgress
from tests.factories import lessons as make
from tests.factories import people


@st.composite
def standings(draw: st.DrawFn) -> CourseProgress:
    total = draw(st.integers(0, 60))
    has_test = draw(st.booleans())
    return CourseProgress(
        lessons_done=draw(st.integers(0, total)),
        lessons_total=total,
        has_test=has_test,
        test_passed=has_test and draw(st.booleans()),
        attempts=draw(st.integers(0, 5)),
        requires_lessons=draw(st.booleans()),
    )


@given(standings())
def test_per_cent_stays_between_none_and_all(one):
    assert 0 <= one.percent <= 100


@given(standings())
def test_a_hundred_means_done_and_nothing_else_does(one):
    assert (one.percent == 100) is one.is_done


@given(standings())
def test_one_more_step_never_lowers_it(one):
    if one.lessons_done < one.lessons_total:
        assert replace(one, lessons_done=one.lessons_done + 1).percent >= one.percent
    if one.has_test:
        assert replace(one, test_passed=True).percent >= one.percent
    assert replace(one, attempts=one.attempts + 1).percent == one.percent


@pytest.mark.parametrize(
    ("done", "total", "has_test", "passed", "percent"),
    [
        (0, 0, False, False, 100),
        (0, 3, False, False, 0),
        (1, 3, False, False, 33),
        (2, 3, False, False, 66),
        (3, 3, False, False, 100),
        (3, 3, True, False, 75),
        (0, 3, True, True, 25),
        (199, 200, False, False, 99),
        (0, 0, True, False, 0),
        (0, 0, True, True, 100),
    ],
)
def test_per_cent_by_example(done, total, has_test, passed, percent):
    one = CourseProgress(done, total, has_test, passed, attempts=0, requires_lessons=True)
    assert one.percent == percent


def test_lessons_that_nobody_asks_for_do_not_count():
    one = CourseProgress(0, 5, has_test=True, test_passed=False, attempts=0, requires_lessons=False)
    assert (one.percent, one.lessons_finished, one.is_done) == (0, True, False)
    assert replace(one, test_passed=True).percent == 100


LANGUAGES = ["ro", "uk", "ar"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["lesson 0", "lesson 1", "lesson 2", "fail", "pass"]),
        st.sampled_from(LANGUAGES),
    ),
    max_size=8,
)


def expected(steps: list[str]) -> int:
    """Per cent after these steps: three lessons and a test with five tries."""
    tries = [step for step in steps if not step.startswith("lesson")][:5]
    return (len({step for step in steps if step.startswith("lesson")}) + ("pass" in tries)) * 25


class AnyPathThroughACourse(TestCase):
    """Whatever a learner does, in whatever language and order."""

    @classmethod
    def setUpTestData(cls):
        cls.reader = people.person(people.organisation("ANPDCA"))
        original = make.taught(3)
        cls.versions = {
            "ro": original,
            "uk": make.translated(original, "uk"),
            # Arabic has two of the three lessons, and no test of its own.
            "ar": make.translated(original, "ar", lessons=2, with_test=False),
        }

    def take(self, step: str, language: str) -> None:
        version, original = self.versions[language], self.versions["ro"]
        if step.startswith("lesson"):
            index = int(step[-1])
            lesson = (version.lessons + original.lessons[len(version.lessons) :])[index]
            progress.finish_lesson(person=self.reader, lesson=lesson, by=None)
            return
        number = queries.course_progress(self.reader, version.course).attempts + 1
        given_answers = make.answers(7 if step == "pass" else 3)
        with contextlib.suppress(progress.AlreadyPassed, progress.AttemptsUsed):
            progress.hand_in(
                person=self.reader,
                test=version.test or original.test,
                number=number,
                answers=given_answers,
                by=None,
            )

    @settings(max_examples=12)
    @given(STEPS)
    def test_progress_is_the_same_in_all_languages_and_only_grows(self, steps):
        last = -1
        for step, language in steps:
            self.take(step, language)
            seen = {
                queries.course_progress(self.reader, version.course)
                for version in self.versions.values()
            }
            seen |= {
                queries.study(version.course, self.reader).progress
                for version in self.versions.values()
            }
            assert len(seen) == 1
            now = seen.pop()
            assert now.lessons_total == 3
            assert last <= now.percent <= 100
            last = now.percent
        assert last in (-1, expected([step for step, _language in steps]))


@pytest.fixture
def reader(db):
    return people.person(people.organisation("ANPDCA"))


def finish(reader, *lessons):
    for lesson in lessons:
        progress.finish_lesson(person=reader, lesson=lesson, by=None)


def test_a_lesson_read_in_one_language_is_done_in_the_other(reader):
    ro = make.taught(2)
    uk = make.translated(ro, "uk")
    finish(reader, uk.lessons[0])
    lines = queries.outline(ro.course, reader)[0].lessons
    assert [line.is_done for line in lines] == [True, False]
    assert [line.is_done for line in queries.outline(uk.course, reader)[0].lessons] == [True, False]


def test_lessons_of_other_courses_and_of_other_people_do_not_count(reader):
    here, there = make.taught(2), make.taught(2)
    other = people.person(reader.memberships.get().organisation)
    finish(reader, *there.lessons)
    finish(other, *here.lessons)
    assert queries.course_progress(reader, here.course).lessons_done == 0


def test_what_is_not_published_is_neither_shown_nor_asked_for(reader):
    """Else nobody could ever reach a hundred."""
    one = make.taught(3)
    hidden = make.module(one.course, live=False)
    make.lesson(hidden)  # live, in a module that is not
    one.lessons[2].unpublish()
    shown = [
        line.lesson.pk for part in queries.outline(one.course, reader) for line in part.lessons
    ]
    assert shown == [lesson.pk for lesson in one.lessons[:2]]
    assert queries.course_progress(reader, one.course).lessons_total == 2
    assert queries.study(one.course, reader).progress == queries.course_progress(reader, one.course)


def test_an_unpublished_test_is_not_asked_for(reader):
    one = make.taught(1)
    uk = make.translated(one, "uk")
    one.test.unpublish()
    for version in (one, uk):
        assert queries.test_of(version.course) is None
        assert queries.course_progress(reader, version.course).has_test is False


def test_the_outline_follows_the_order_of_the_source(reader):
    one = make.taught(3)
    second = make.module(one.course, "Al doilea modul")
    last = make.lesson(second)
    uk = make.translated(one, "uk", lessons=1)
    parts = queries.outline(uk.course, reader)
    titles = [[line.lesson.pk for line in part.lessons] for part in parts]
    assert titles == [[uk.lessons[0].pk, one.lessons[1].pk, one.lessons[2].pk], [last.pk]]
    assert [part.module.pk for part in parts] == [uk.module.pk, second.pk]


def test_the_next_step_goes_on_after_the_lesson_just_read(reader):
    one = make.taught(3)
    assert queries.next_step(one.course, reader) == one.lessons[0]
    assert queries.next_step(one.course, reader, after=one.lessons[0]) == one.lessons[1]
    finish(reader, one.lessons[1], one.lessons[2])
    assert queries.next_step(one.course, reader, after=one.lessons[2]) == one.lessons[0]
    finish(reader, one.lessons[0])
    assert queries.next_step(one.course, reader, after=one.lessons[0]) == one.test
    progress.hand_in(person=reader, test=one.test, number=1, answers=make.answers(10), by=None)
    assert queries.next_step(one.course, reader) is None


def test_the_next_step_speaks_the_language_of_the_page(reader):
    one = make.taught(2)
    uk = make.translated(one, "uk", lessons=1)
    assert queries.next_step(uk.course, reader).pk == uk.lessons[0].pk
    assert queries.next_step(uk.course, reader, after=uk.lessons[0]).pk == one.lessons[1].pk
    finish(reader, *one.lessons)
    assert queries.next_step(uk.course, reader).pk == uk.test.pk


def test_after_a_lesson_of_elsewhere_the_first_one_waits(reader):
    one, other = make.taught(1), make.taught(1)
    assert queries.next_step(one.course, reader, after=other.lessons[0]) == one.lessons[0]


def test_a_course_without_a_test_ends_with_its_lessons(reader):
    one = make.taught(1, with_test=False)
    finish(reader, *one.lessons)
    study = queries.study(one.course, reader)
    assert (study.test, study.step, study.progress.is_done) == (None, None, True)


def test_without_a_reader_there_is_no_progress(reader):
    one = make.taught(1)
    study = queries.study(one.course)
    assert (study.progress, study.step) == (None, None)
    assert not study.modules[0].lessons[0].is_done


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], (0, False, 5)),
        ([3], (1, False, 4)),
        ([3, 3, 3, 3, 3], (5, False, 0)),
        ([3, 7], (2, True, 0)),
    ],
)
def test_tries_count_all_languages_together(reader, results, expected):
    one = make.taught(0)
    uk = make.translated(one, "uk")
    for number, right in enumerate(results, 1):
        test = (one, uk)[number % 2].test
        progress.hand_in(
            person=reader, test=test, number=number, answers=make.answers(right), by=None
        )
    for version in (one, uk):
        found = queries.tries(reader, version.test)
        assert (found.used, found.passed, found.left) == expected


def test_the_reader_gets_the_course_in_their_language_where_it_is_live(reader):
    one = make.taught(0)
    uk = make.translated(one, "uk")
    assert queries.in_reader_language(one.course, "uk").pk == uk.course.pk
    assert queries.in_reader_language(uk.course, "ro").pk == one.course.pk
    assert queries.in_reader_language(one.course, "bg").pk == one.course.pk
    with translation.override("uk"):
        assert queries.in_reader_language(one.course).pk == uk.course.pk
    uk.course.unpublish()
    assert queries.in_reader_language(one.course, "uk").pk == one.course.pk
