"""What a learner does: lessons and tests."""

from collections.abc import Mapping
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from courses import scoring
from courses.models import Course, Lesson, LessonProgress, Test, TestAttempt
from courses.signals import coursework_done
from people.audit import record
from people.models import Person, User


class AttemptsUsed(Exception):
    """All attempts at the test are used."""

    message = _(
        "All attempts at this test are used. Ask the organiser of your course what to do next."
    )


class AlreadyPassed(Exception):
    """The test is passed; there is nothing to do again."""

    message = _("You have already passed this test.")


def _course_of(page: Lesson | Test) -> Course:
    return Course.objects.ancestor_of(page).get()


def _say_done(person: Person, course: Course) -> None:
    said = partial(
        coursework_done.send, sender=Course, person_id=person.pk, course_key=course.translation_key
    )
    transaction.on_commit(said)


@transaction.atomic
def finish_lesson(*, person: Person, lesson: Lesson, by: User | None) -> LessonProgress:
    """Mark a lesson as done. Doing it again changes nothing."""
    course = _course_of(lesson)
    progress, created = LessonProgress.objects.get_or_create(
        person=person,
        lesson_key=lesson.translation_key,
        defaults={"course_key": course.translation_key},
    )
    if created:
        record(
            by=by,
            verb="lesson.done",
            target=progress,
            person=person,
            lesson=str(lesson.translation_key),
        )
        _say_done(person, course)
    return progress


@transaction.atomic
def hand_in(
    *, person: Person, test: Test, number: int, answers: Mapping[str, list[str]], by: User | None
) -> TestAttempt:
    """Score a test. `number` is the attempt the learner saw: the same number again returns the first result.

    Raises AttemptsUsed or AlreadyPassed; nothing is counted then.
    """
    # The person's row is the lock: two tabs handing in at once are counted one after the other.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    before = list(
        TestAttempt.objects.filter(person=person, test_key=test.translation_key).order_by("number")
    )
    same = next((attempt for attempt in before if attempt.number == number), None)
    if same:
        return same
    if any(attempt.passed for attempt in before):
        raise AlreadyPassed
    if len(before) >= test.max_attempts:
        raise AttemptsUsed
    course = _course_of(test)
    result = scoring.score(scoring.questions_of(test), answers)
    attempt = TestAttempt.objects.create(
        person=person,
        course_key=course.translation_key,
        test_key=test.translation_key,
        number=len(before) + 1,
        language=test.locale.language_code,
        answers={question: sorted(chosen) for question, chosen in answers.items()},
        score=result.right,
        questions=result.questions,
        passed=result.reaches(test.pass_percent),
    )
    record(by=by, verb="test.handed_in", target=attempt, person=person, passed=attempt.passed)
    if attempt.passed:
        _say_done(person, course)
    return attempt
