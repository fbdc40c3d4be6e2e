"""What trainers keep about themselves: who may write it, what the database refuses, what the coordinator sees."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from people.models import AuditEvent
from tests.factories import courses
from tests.factories import people as make
from training.actions import trainers
from training.actions.trainer_errors import NotATrainer, TimesOverlap
from training.models import DatedTime, Qualification, TrainerProfile, WeeklyHours

DAY = date(2027, 3, 1)
NINE, FIVE = 540, 1020


@pytest.fixture
def petar(cast):
    return cast.petar.person


def test_a_profile_is_kept_and_replaced(cast, petar):
    given = {"languages": ["ro", "en", "ro"], "regions": [cast.timis_region], "weekly_hours": 12}
    profile = trainers.keep_profile(by=cast.petar, trainer=petar, **given)
    assert (profile.languages, profile.weekly_hours) == (["en", "ro"], 12)
    assert profile.time_zone == "Europe/Bucharest"
    assert list(profile.regions.all()) == [cast.timis_region]
    trainers.keep_profile(by=cast.petar, trainer=petar, languages=["uk"])
    profile.refresh_from_db()
    assert (profile.languages, profile.weekly_hours) == (["uk"], None)
    assert TrainerProfile.objects.count() == 1 and not profile.regions.exists()
    assert AuditEvent.objects.filter(verb="trainer.profile", person_id=petar.pk).count() == 2


def acts(cast):
    """Every act that writes about a trainer."""
    petar, course = cast.petar.person, courses.course()
    row = WeeklyHours.objects.create(trainer=petar, weekday=7, starts=0, ends=60)
    return {
        "profile": lambda by: trainers.keep_profile(by=by, trainer=petar, languages=["ro"]),
        "hours": lambda by: trainers.add_hours(
            by=by, trainer=petar, weekdays=[1], starts=NINE, ends=FIVE
        ),
        "days": lambda by: trainers.add_days(by=by, trainer=petar, first=DAY, last=DAY),
        "qualification": lambda by: trainers.add_qualification(
            by=by, trainer=petar, since=DAY, document="A 1", course=course
        ),
        "remove": lambda by: trainers.remove(by=by, row=row),
    }


@pytest.mark.parametrize("act", ["profile", "hours", "days", "qualification", "remove"])
def test_only_the_trainer_writes(cast, act):
    for who in (cast.mara, cast.adm, cast.olga, cast.ana):
        with pytest.raises(PermissionDenied), transaction.atomic():
            acts(cast)[act](who)
    assert not AuditEvent.objects.filter(verb__startswith="trainer.").exists()


@pytest.mark.parametrize("act", ["profile", "hours", "days", "qualification", "remove"])
def test_who_is_no_trainer_keeps_nothing(cast, petar, act):
    petar.memberships.all().delete()
    with pytest.raises(NotATrainer):
        acts(cast)[act](cast.petar)


def test_hours_of_several_days_at_once_and_again(cast, petar):
    given = {"by": cast.petar, "trainer": petar, "starts": NINE, "ends": FIVE}
    trainers.add_hours(weekdays=[1, 3, 3, 5], **given)
    again = trainers.add_hours(weekdays=[1, 2], **given)
    assert [row.weekday for row in again] == [1, 2]
    assert sorted(petar.weekly_hours.values_list("weekday", flat=True)) == [1, 2, 3, 5]


@pytest.mark.parametrize(
    ("starts", "ends", "fits"),
    [(FIVE, 1440, True), (0, NINE, True), (FIVE - 1, FIVE + 30, False), (600, 660, False)],
)
def test_hours_may_touch_but_not_overlap(cast, petar, starts, ends, fits):
    trainers.add_hours(by=None, trainer=petar, weekdays=[1], starts=NINE, ends=FIVE)
    if fits:
        trainers.add_hours(by=None, trainer=petar, weekdays=[1], starts=starts, ends=ends)
    else:
        with pytest.raises(TimesOverlap):
            trainers.add_hours(by=None, trainer=petar, weekdays=[2, 1], starts=starts, ends=ends)
    # All days or none: Tuesday, which was free, is not written without Monday.
    assert petar.weekly_hours.count() == (2 if fits else 1)


def test_another_trainer_and_another_day_do_not_overlap(cast, petar):
    other = make.staff(cast.timis, "trainer").person
    for who, weekday in ((petar, 1), (petar, 2), (other, 1)):
        trainers.add_hours(by=None, trainer=who, weekdays=[weekday], starts=NINE, ends=FIVE)
    assert WeeklyHours.objects.count() == 3


def test_away_and_there_at_once_is_refused(cast, petar):
    given = {"by": None, "trainer": petar}
    trainers.add_days(first=DAY, last=DAY + timedelta(days=4), **given)
    with pytest.raises(TimesOverlap):
        trainers.add_days(
            first=DAY + timedelta(days=4), last=DAY + timedelta(days=9), is_available=True, **given
        )
    trainers.add_days(first=DAY + timedelta(days=5), last=DAY + timedelta(days=5), **given)
    trainers.add_days(first=DAY, last=DAY + timedelta(days=4), **given)
    assert DatedTime.objects.count() == 2


def test_a_qualification_again_brings_its_new_paper(cast, petar):
    course = courses.course()
    given = {"by": cast.petar, "trainer": petar, "course": course, "since": DAY}
    trainers.add_qualification(document="Atestat 7", **given)
    trainers.add_qualification(document=" Atestat 7/2027 ", until=date(2029, 1, 1), **given)
    row = Qualification.objects.get()
    assert (row.document, row.until) == ("Atestat 7/2027", date(2029, 1, 1))
    verbs = AuditEvent.objects.about(row).reverse()
    assert list(verbs.values_list("verb", flat=True)) == [
        "trainer.qualified",
        "trainer.qualification_changed",
    ]


@pytest.mark.parametrize(
    ("since", "until", "at", "expected"),
    [
        (DAY, None, DAY, True),
        (DAY, None, DAY - timedelta(days=1), False),
        (DAY, DAY, DAY, True),
        (DAY, DAY, DAY + timedelta(days=1), False),
    ],
)
def test_a_qualification_holds_from_its_first_to_its_last_day(since, until, at, expected):
    assert Qualification(since=since, until=until).holds(at) is expected


@pytest.mark.parametrize(
    "wrong",
    [
        {"course": None, "topic": None},
        {"topic": "both"},
        {"until": DAY - timedelta(days=1)},
        {"document": ""},
    ],
)
def test_the_database_refuses_a_qualification_that_says_nothing(petar, wrong):
    values = {"trainer": petar, "course": courses.course(), "since": DAY, "document": "A 1"}
    if wrong.get("topic") == "both":
        wrong = {"topic": courses.topic()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Qualification.objects.create(**{**values, **wrong})


@pytest.mark.parametrize(
    "values",
    [
        {"weekly_hours": 0},
        {"weekly_hours": 169},
        {"languages": ["xx"]},
    ],
)
def test_the_database_refuses_a_profile_that_cannot_be(petar, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainerProfile.objects.create(trainer=petar, time_zone="Europe/Bucharest", **values)


@pytest.mark.parametrize("model", [WeeklyHours, DatedTime])
@pytest.mark.parametrize(("starts", "ends"), [(60, 60), (61, 60), (0, 1441)])
def test_the_database_refuses_times_that_are_no_times(petar, model, starts, ends):
    when = {"weekday": 1} if model is WeeklyHours else {"first": DAY, "last": DAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(trainer=petar, starts=starts, ends=ends, **when)


@pytest.mark.parametrize("weekday", [0, 8])
def test_the_database_refuses_an_eighth_day(petar, weekday):
    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyHours.objects.create(trainer=petar, weekday=weekday, starts=0, ends=60)


def test_who_sees_what_a_trainer_keeps(cast, petar):
    """One's own, and coordinators of the branch and of what is below the trainer's institution."""
    above = make.staff(cast.anpdca, "trainer", "Naghi", "Nora")
    abroad = make.staff(cast.cluj, "trainer", "Pop", "Tiberiu")
    below = make.staff(cast.centru, "coordinator", "Jos", "Ioan")
    for who in (petar, above.person, abroad.person):
        trainers.keep_profile(by=None, trainer=who, languages=["ro"])

    def seen(user) -> set:
        rows = TrainerProfile.objects.visible_to(make.fresh(user))
        return {row.trainer for row in rows}

    assert seen(cast.mara) == seen(below) == {petar, above.person}
    assert seen(cast.petar) == {petar}
    assert seen(cast.adm) == {petar, above.person, abroad.person}
    assert seen(cast.ana) == seen(cast.olga) == seen(cast.vera) == set()
    petar.memberships.update(until=date(2021, 1, 1))
    assert seen(cast.mara) == {above.person}
