"""Marking a lesson and handing in a test: once is once, and the news goes out only when it is true."""

import pytest
from django.db import transaction

from courses.actions import progress
from courses.models import LessonProgress, TestAttempt
from courses.signals import coursework_done
from people.models import AuditEvent
from tests.factories import lessons as make
from tests.factories import people


@pytest.fixture
def reader(db):
    return people.person(people.organisation("ANPDCA"))


@pytest.fixture
def said():
    """What the signal told those who listen."""
    heard = []

    def listen(sender, **facts):
        facts.pop("signal")
        heard.append(facts)

    coursework_done.connect(listen)
    yield heard
    coursework_done.disconnect(listen)


def verbs():
    return list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))


def hand_in(reader, test, right, number=1, by=None):
    return progress.hand_in(
        person=reader, test=test, number=number, answers=make.answers(right), by=by
    )


def test_a_lesson_is_done_once(reader, said, django_capture_on_commit_callbacks):
    one = make.taught(1)
    with django_capture_on_commit_callbacks(execute=True):
        first = progress.finish_lesson(person=reader, lesson=one.lessons[0], by=None)
        again = progress.finish_lesson(person=reader, lesson=one.lessons[0], by=None)
    assert first == again
    assert (first.course_key, first.lesson_key) == (one.course.key, one.lessons[0].translation_key)
    assert LessonProgress.objects.count() == 1
    assert verbs().count("lesson.done") == 1
    assert said == [{"person_id": reader.pk, "course_key": one.course.translation_key}]


def test_a_lesson_in_another_language_is_the_same_lesson(
    reader, said, django_capture_on_commit_callbacks
):
    one = make.taught(1)
    uk = make.translated(one, "uk")
    with django_capture_on_commit_callbacks(execute=True):
        first = progress.finish_lesson(person=reader, lesson=uk.lessons[0], by=None)
        assert progress.finish_lesson(person=reader, lesson=one.lessons[0], by=None) == first
    assert len(said) == 1


def test_who_marked_it_stands_in_the_audit_trail_without_names(reader):
    one = make.taught(1)
    user = people.user(reader, "ana@example.org")
    progress.finish_lesson(person=reader, lesson=one.lessons[0], by=user)
    event = AuditEvent.objects.get(verb="lesson.done")
    assert (event.actor_id, event.person_id) == (user.pk, reader.pk)
    assert reader.family_name not in str(event.data)


def test_the_same_attempt_again_returns_the_first_result(reader):
    one = make.taught(0)
    first = hand_in(reader, one.test, 3)
    again = hand_in(reader, one.test, 10)
    assert again == first
    assert (again.score, again.questions, again.passed) == (3, 10, False)
    assert TestAttempt.objects.count() == 1
    assert verbs().count("test.handed_in") == 1


def test_an_attempt_keeps_what_was_answered_and_how_it_counted(reader):
    one = make.taught(0)
    uk = make.translated(one, "uk")
    attempt = hand_in(reader, uk.test, 7)
    assert attempt.answers == make.answers(7)
    assert (attempt.score, attempt.percent, attempt.passed, attempt.language) == (7, 70, True, "uk")
    assert attempt.test_key == one.test.translation_key
    assert attempt.course_key == one.course.key


@pytest.mark.parametrize(
    ("right", "percent", "passed"), [(6, 70, False), (7, 70, True), (7, 71, False)]
)
def test_the_threshold_of_the_test_decides(reader, right, percent, passed):
    one = make.taught(0, with_test=False)
    test = make.test(one.course, pass_percent=percent)
    assert hand_in(reader, test, right).passed is passed


def test_attempts_are_numbered_by_us_not_by_the_form(reader):
    one = make.taught(0)
    numbers = [hand_in(reader, one.test, 0, number=n).number for n in (7, 9, 2, 3)]
    assert numbers == [1, 2, 2, 3]


def test_all_attempts_used(reader):
    one = make.taught(0, with_test=False)
    test = make.test(one.course, max_attempts=2)
    uk = make.translated(make.Taught(one.course, one.module, [], test), "uk").test
    hand_in(reader, test, 3, number=1)
    hand_in(reader, uk, 3, number=2)
    with pytest.raises(progress.AttemptsUsed):
        hand_in(reader, test, 10, number=3)
    assert TestAttempt.objects.count() == 2


def test_a_passed_test_is_not_taken_again(reader):
    one = make.taught(0)
    hand_in(reader, one.test, 8)
    with pytest.raises(progress.AlreadyPassed):
        hand_in(reader, one.test, 10, number=2)
    assert TestAttempt.objects.get().score == 8


def test_attempts_of_others_do_not_count(reader):
    one = make.taught(0, with_test=False)
    test = make.test(one.course, max_attempts=1)
    other = people.person(reader.memberships.get().organisation)
    hand_in(other, test, 10)
    assert hand_in(reader, test, 4).number == 1


def test_only_a_passed_test_is_news(reader, said, django_capture_on_commit_callbacks):
    one = make.taught(0)
    with django_capture_on_commit_callbacks(execute=True):
        hand_in(reader, one.test, 2)
    assert said == []
    with django_capture_on_commit_callbacks(execute=True):
        hand_in(reader, one.test, 9, number=2)
        hand_in(reader, one.test, 9, number=2)
    assert said == [{"person_id": reader.pk, "course_key": one.course.key}]


@pytest.mark.django_db(transaction=True)
def test_the_news_waits_for_the_commit(said):
    reader = people.person(people.organisation("ANPDCA"))
    one = make.taught(1)
    with transaction.atomic():
        progress.finish_lesson(person=reader, lesson=one.lessons[0], by=None)
        hand_in(reader, one.test, 10)
        assert said == []
    assert len(said) == 2


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_never_said(said):
    reader = people.person(people.organisation("ANPDCA"))
    one = make.taught(1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        progress.finish_lesson(person=reader, lesson=one.lessons[0], by=None)
        hand_in(reader, one.test, 10)
        raise ZeroDivisionError
    assert said == []
    assert not LessonProgress.objects.exists() and not TestAttempt.objects.exists()


def test_rows_say_in_short_what_they_are(reader):
    one = make.taught(1)
    done = progress.finish_lesson(person=reader, lesson=one.lessons[0], by=None)
    assert str(done) == f"{reader.pk} {one.lessons[0].translation_key}"
    assert str(hand_in(reader, one.test, 4)) == f"{reader.pk} 4/10"
