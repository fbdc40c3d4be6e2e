"""Reminders: on the right morning on the clocks there, once, to those whom they concern and who want them."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from courses.models import LessonProgress
from notifications.actions import choose
from notifications.models import Message, Topic
from tests.factories import lessons as make_lessons
from tests.factories import training as make
from training.actions import answers, reminders, sessions
from training.models import Enrolment, ReminderRule, Session
from training.queries.reminders import FOR, USUAL, goes_out, rules_of

ZONES = ["Europe/Bucharest", "Europe/Kyiv", "Europe/Sofia", "Africa/Cairo"]
HOUR = timedelta(hours=1)


@pytest.fixture
def edition(cast):
    """Two sessions in ten and twelve days; Ana and Vasile (no e-mail) have had their places for long."""
    edition = make.edition(cast.timis, title="Grupa A", capacity=9)
    make.session(edition, 10, title="Prima")
    make.session(edition, 12, title="A doua")
    for person in (cast.ana.person, cast.vasile):
        make.place(person, edition)
    Enrolment.objects.update(queued_at=F("queued_at") - timedelta(days=30))
    return edition


def only(edition, kind: str, days: int = 2) -> None:
    """No other reminder of that edition."""
    reminders.set_rules(by=None, edition=edition, days={**dict.fromkeys(USUAL), kind: days})


def at(edition, days: int, number: int = 0, plus: timedelta = HOUR) -> datetime:
    return goes_out(edition.sessions.order_by("starts")[number], days) + plus


def sent() -> list[Message]:
    return list(Message.objects.filter(name="reminder").order_by("pk"))


@pytest.mark.parametrize("zone", ZONES)
@given(
    day=st.dates(date(2025, 1, 1), date(2030, 12, 31)),
    days=st.integers(1, 60),
    hour=st.integers(0, 23),
)
def test_a_reminder_goes_out_at_nine_there_that_many_days_before(zone, day, days, hour):
    starts = make.at(0, hour, zone=zone).replace(
        year=day.year, month=day.month, day=min(day.day, 28)
    )
    session = Session(starts=starts.astimezone(UTC), ends=starts + HOUR, time_zone=zone)
    there = goes_out(session, days).astimezone(starts.tzinfo)
    first = starts.astimezone(UTC).astimezone(starts.tzinfo).date()
    assert (there.hour, there.minute) == (9, 0)
    assert there.date() == first - timedelta(days=days)


@pytest.mark.parametrize(("plus", "number"), [(-HOUR, 0), (0 * HOUR, 1), (FOR - HOUR, 1), (FOR, 0)])
def test_only_in_its_hours(edition, plus, number):
    only(edition, "first", 7)
    assert reminders.send_due(at(edition, 7, plus=plus)) == number


def test_each_once_however_often_the_clock_ticks(cast, edition):
    only(edition, "each")
    moments = [at(edition, 2), at(edition, 2) + HOUR, at(edition, 2, 1), at(edition, 2, 1) + HOUR]
    assert [reminders.send_due(moment) for moment in moments] == [1, 0, 1, 0]
    first, second = sent()
    assert first.person == second.person == cast.ana.person
    assert "Prima" in first.text and "A doua" not in first.text and "A doua" in second.text
    assert first.topic == Topic.REMINDERS and "/notices/stop/" in first.text


def test_the_usual_rules_are_four_mornings(edition):
    steps = [at(edition, days) for days in (7, 4, 1)] + [at(edition, 1, 1)]
    assert [reminders.send_due(moment) for moment in steps] == [1, 1, 1, 1]


def test_whoever_came_after_that_morning_was_just_told(cast, edition):
    only(edition, "first")
    now = at(edition, 2)
    Enrolment.objects.update(queued_at=now - timedelta(minutes=30))
    assert reminders.send_due(now) == 0


def test_who_answered_is_not_asked_again_but_about_a_new_time(cast, edition):
    only(edition, "answer", 4)
    place = edition.enrolments.get(person=cast.ana.person)
    first = edition.sessions.order_by("starts")[0]
    answers.record(by=None, enrolment=place, sessions=[first], answer="yes", via="link")
    assert reminders.send_due(at(edition, 4)) == 0
    sessions.move(by=None, session=first, starts=first.starts + HOUR, ends=first.ends + HOUR,
                  time_zone=first.time_zone)  # fmt: skip
    assert reminders.send_due(at(edition, 4)) == 1
    assert "/training/answer/" in sent()[0].text


def test_lessons_that_are_not_done(cast, edition):
    only(edition, "lessons", 3)
    assert reminders.send_due(at(edition, 3)) == 0  # the course has none
    lesson = make_lessons.lesson(make_lessons.module(edition.course))
    assert reminders.send_due(at(edition, 3)) == 1
    Message.objects.all().delete()
    LessonProgress.objects.create(
        person=cast.ana.person,
        course_key=edition.course.translation_key,
        lesson_key=lesson.translation_key,
    )
    assert reminders.send_due(at(edition, 3)) == 0


@pytest.mark.parametrize("status", ["waitlisted", "applied", "offered"])
def test_people_without_a_place_are_not_reminded(edition, status):
    until = at(edition, 1) if status == "offered" else None
    edition.enrolments.update(status=status, offer_until=until)
    only(edition, "first")
    assert reminders.send_due(at(edition, 2)) == 0


def test_who_wants_none_gets_none(cast, edition):
    choose(by=None, person=cast.ana.person, topic=Topic.REMINDERS, wanted=False)
    assert reminders.send_due(at(edition, 7)) == 0


def test_a_cancelled_session_reminds_nobody(cast, edition):
    only(edition, "each")
    sessions.cancel(by=None, session=edition.sessions.order_by("starts")[0], reason="x")
    assert reminders.send_due(at(edition, 2)) == 0
    assert reminders.send_due(at(edition, 2, 1)) == 1


def test_a_session_put_off_is_reminded_of_again(edition):
    only(edition, "first")
    assert reminders.send_due(at(edition, 2)) == 1
    first = edition.sessions.order_by("starts")[0]
    day = timedelta(days=1)
    sessions.move(by=None, session=first, starts=first.starts + day, ends=first.ends + day,
                  time_zone=first.time_zone)  # fmt: skip
    assert reminders.send_due(at(edition, 2)) == 1


def test_rules_are_set_by_whoever_schedules(cast, edition, mara):
    page = f"/en/training/editions/{edition.pk}/reminders/"
    assert mara.get(page).content.decode().count("<select") == 4
    assert (
        mara.post(page, {"first": "", "each": "2", "answer": "4", "lessons": "3"}).status_code
        == 302
    )
    assert rules_of(edition) == {"first": None, "each": 2, "answer": 4, "lessons": 3}
    assert ReminderRule.objects.count() == 2  # as usual leaves no row
    assert mara.post(page, {"first": "6"}).status_code == 200
    with pytest.raises(PermissionDenied):
        reminders.set_rules(by=cast.olga, edition=edition, days=USUAL)
    reminders.set_rules(by=cast.mara, edition=edition, days=USUAL)
    assert not ReminderRule.objects.exists()


@pytest.mark.parametrize("days", [0, 61])
def test_days_that_make_no_sense_are_refused(edition, days):
    with pytest.raises(IntegrityError), transaction.atomic():
        ReminderRule.objects.create(edition=edition, kind="first", days=days)


def test_the_usual_days_come_one_after_the_other():
    numbers = [USUAL[kind] for kind in ("first", "answer", "lessons", "each")]
    assert all(before > after for before, after in pairwise(numbers))
