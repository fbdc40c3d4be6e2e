"""Who can teach a session: each condition in each of its answers, and the list that they make together."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from courses.models import CourseHours
from people.models import Jurisdiction
from tests.factories import courses
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import trainers
from training.models import (
    DatedTime,
    Edition,
    Qualification,
    Session,
    SessionTrainer,
    TrainerProfile,
    WeeklyHours,
)
from training.planning import meeting_of, week_of
from training.queries.clashes import soft
from training.queries.needs import needs_for, needs_of_branch, who_can_teach
from training.queries.suitability import minutes_in_week

LONG_AGO = date(2020, 1, 1)
ZONE = ZoneInfo(make.ZONE)
HOUR = timedelta(hours=1)


@pytest.fixture
def trainer(cast):
    return cast.petar.person


@pytest.fixture
def session(cast):
    course = courses.course(topics=[courses.topic("attachment")])
    return make.session(make.edition(cast.timis, course=course), 7, 10)


def fits(trainer, session) -> None:
    """Everything that speaks for somebody."""
    profile = TrainerProfile.objects.create(
        trainer=trainer, time_zone=make.ZONE, languages=["ro"], weekly_hours=10
    )
    profile.regions.add(session.edition.region)
    Qualification.objects.create(
        trainer=trainer, course=session.edition.course, since=LONG_AGO, document="A 1"
    )
    weekday = session.starts.astimezone(ZONE).isoweekday()
    WeeklyHours.objects.create(trainer=trainer, weekday=weekday, starts=540, ends=1020)


def said(session, trainer) -> dict[str, bool | None]:
    found = next(one for one in who_can_teach(session, by=None) if one.trainer == trainer)
    return {reason.code: reason.ok for reason in found.reasons}


def words(session, trainer) -> str:
    found = next(one for one in who_can_teach(session, by=None) if one.trainer == trainer)
    return " ".join(reason.text for reason in found.reasons)


def verdict(session, trainer) -> str:
    return next(one.verdict for one in who_can_teach(session, by=None) if one.trainer == trainer)


def test_whom_nothing_is_against_can_teach(trainer, session):
    fits(trainer, session)
    assert set(said(session, trainer).values()) == {True}
    assert verdict(session, trainer) == "yes"


def test_of_whom_nothing_is_known_there_are_doubts(trainer, session):
    assert said(session, trainer) == {
        "qualified": False, "language": None, "free": True, "time": None, "territory": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"until": "day"}, True),
        ({"until": "before"}, False),
        ({"since": "day"}, True),
        ({"since": "after"}, False),
        ({"course": "other"}, False),
        ({"course": "translation"}, True),
        ({"topic": "attachment"}, True),
        ({"topic": "law"}, False),
    ],
)
def test_a_qualification_for_the_course_or_a_topic_on_the_day(trainer, session, changes, expected):
    fits(trainer, session)
    day = session.starts.astimezone(ZONE).date()
    days = {"day": day, "before": day - timedelta(days=1), "after": day + timedelta(days=1)}
    values = {}
    for name, value in changes.items():
        if name == "topic":
            values |= {"course": None, "topic": courses.topic(value)}
        elif value == "other":
            values["course"] = courses.course()
        elif value == "translation":
            values["course"] = courses.course(language="en", translation_of=session.edition.course)
        else:
            values[name] = days[value]
    Qualification.objects.update(**values)
    assert said(session, trainer)["qualified"] is expected
    assert verdict(session, trainer) == ("yes" if expected else "no")


def test_a_qualification_of_a_topic_that_only_the_hours_name(trainer, session):
    fits(trainer, session)
    law = courses.topic("law")
    CourseHours.objects.create(course=session.edition.course, topic=law, kind="theory", minutes=60)
    Qualification.objects.update(course=None, topic=law)
    assert said(session, trainer)["qualified"] is True


def test_an_old_paper_is_said_to_be_old_and_a_new_one_counts(trainer, session):
    fits(trainer, session)
    day = session.starts.astimezone(ZONE).date()
    Qualification.objects.update(until=day - timedelta(days=2))
    with translation.override("en"):
        assert "ended on" in words(session, trainer)
        Qualification.objects.create(
            trainer=trainer, course=session.edition.course, since=day, document="B 2"
        )
        assert "B 2" in words(session, trainer)


@pytest.mark.parametrize(
    ("languages", "expected"), [(["ro", "uk"], True), (["uk"], False), ([], None)]
)
def test_the_language_of_the_edition(trainer, session, languages, expected):
    fits(trainer, session)
    TrainerProfile.objects.update(languages=languages)
    assert said(session, trainer)["language"] is expected


@pytest.mark.parametrize(
    ("hour", "day", "cancelled", "expected"),
    [(11, 7, False, False), (12, 7, False, True), (8, 7, False, True), (11, 8, False, True),
     (11, 7, True, True)],
)  # fmt: skip
def test_another_session_at_the_same_time(cast, trainer, session, hour, day, cancelled, expected):
    fits(trainer, session)
    other = make.session(
        make.edition(cast.timis, title="Altă grupă"), day, hour, trainers=[trainer]
    )
    if cancelled:
        SessionTrainer.objects.filter(session=other).update(is_cancelled=False)
        make.sessions.cancel(by=None, session=other, reason="Zi liberă")
    assert said(session, trainer)["free"] is expected
    if not expected:
        assert "Altă grupă" in words(session, trainer)


def test_the_session_itself_is_no_other_session(trainer, session):
    fits(trainer, session)
    make.sessions.add_trainer(by=None, session=session, trainer=trainer)
    found = next(one for one in who_can_teach(session, by=None) if one.trainer == trainer)
    assert found.leads and found.verdict == "yes"


@pytest.mark.parametrize(
    ("starts", "ends", "away", "expected"),
    [(540, 1020, None, True), (540, 660, None, False), (540, 1020, (600, 1440), False),
     (540, 1020, (0, 600), True), (None, None, None, None), (None, None, (0, 1440), False)],
)  # fmt: skip
def test_the_hours_that_were_given(trainer, session, starts, ends, away, expected):
    """The session is from ten to twelve."""
    fits(trainer, session)
    day = session.starts.astimezone(ZONE).date()
    if starts is None:
        WeeklyHours.objects.all().delete()
    else:
        WeeklyHours.objects.update(starts=starts, ends=ends)
    if away:
        DatedTime.objects.create(trainer=trainer, first=day, last=day, starts=away[0], ends=away[1])
    assert said(session, trainer)["time"] is expected


@pytest.mark.parametrize(
    ("regions", "online", "place", "expected"),
    [
        (["timis"], False, "timis", True),
        (["cluj"], False, "timis", False),
        (["cluj", "timis"], False, "timis", True),
        ([], False, "timis", True),
        (["cluj"], True, "timis", True),
        (["cluj"], False, None, None),
    ],
)
def test_the_territory(cast, trainer, session, regions, online, place, expected):
    fits(trainer, session)
    counties = {"timis": cast.timis_region, "cluj": cast.cluj_region, None: None}
    trainer.trainer_profile.regions.set([counties[name] for name in regions])
    Edition.objects.update(is_online=online, region=counties[place])
    assert said(session, trainer)["territory"] is expected


def test_the_building_says_where_not_the_edition(cast, trainer, session):
    fits(trainer, session)
    room = make.room(cast.timis)
    room.venue.region = cast.cluj_region
    room.venue.save()
    session.room = room
    session.save()
    assert said(session, trainer)["territory"] is False


def test_a_county_holds_what_lies_in_it(cast, trainer, session):
    fits(trainer, session)
    town = make_people.region("RO-TM-1", "Lugoj", parent=cast.timis_region)
    Edition.objects.update(region=town)
    assert said(session, trainer)["territory"] is True
    trainer.trainer_profile.regions.set([town])
    Edition.objects.update(region=cast.timis_region)
    assert said(session, trainer)["territory"] is False


@pytest.mark.parametrize(
    ("led", "limit", "expected"), [(8, 10, True), (9, 10, None), (0, 2, True), (0, 1, None)]
)
def test_the_hours_of_the_week_warn(cast, trainer, session, led, limit, expected):
    fits(trainer, session)
    TrainerProfile.objects.update(weekly_hours=limit)
    monday = monday_of(session)
    if led:
        for starts in (monday, monday + timedelta(days=7), monday - timedelta(hours=led)):
            make.sessions.add(
                by=None, edition=make.edition(cast.timis), starts=starts, ends=starts + timedelta(hours=led),
                time_zone=make.ZONE, trainers=[trainer],
            )  # fmt: skip
    assert said(session, trainer)["week"] is expected
    assert verdict(session, trainer) == ("yes" if expected else "perhaps")


def monday_of(session) -> datetime:
    """The midnight with which its week begins."""
    day = week_of(session.starts.astimezone(ZONE).date(), 1)
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def led_at(starts: datetime, session) -> SessionTrainer:
    """Two hours of another session, as they are read; nothing is saved."""
    return SessionTrainer(session_id=session.pk + 1, starts=starts, ends=starts + 2 * HOUR)


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31), date(2027, 1, 1)])
@pytest.mark.parametrize("first_weekday", [1, 6, 7])
def test_a_week_has_seven_days_when_the_clocks_change_too(session, day, first_weekday):
    session.starts = datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)
    first = week_of(day, first_weekday)
    for shift, counts in ((-1, 0), (0, 120), (6, 120), (7, 0)):
        there = first + timedelta(days=shift)
        for hour in (0, 23):
            starts = datetime(there.year, there.month, there.day, hour, 30, tzinfo=ZONE)
            rows = [led_at(starts, session)]
            assert minutes_in_week(rows, session, ZONE, first_weekday) == counts


# A Sunday: in Egypt its week begins the day before and holds the Monday after it; by Monday's week, the Friday before.
@pytest.mark.parametrize(
    ("country", "shift", "too_much"),
    [("EG", -1, True), ("EG", 1, True), ("EG", -2, False), ("RO", -1, True), ("RO", 1, False)],
)
def test_the_list_of_trainers_and_the_clashes_have_one_week(
    cast, trainer, session, country, shift, too_much
):
    fits(trainer, session)
    Jurisdiction.objects.update(week_start={"EG": 6, "RO": 1}[country])
    TrainerProfile.objects.update(weekly_hours=3)
    sunday = monday_of(session) + timedelta(days=13, hours=10)
    other = sunday + timedelta(days=shift)
    make.sessions.add(
        by=None, edition=make.edition(cast.timis), starts=other, ends=other + 2 * HOUR,
        time_zone=make.ZONE, trainers=[trainer],
    )  # fmt: skip
    Session.objects.filter(pk=session.pk).update(starts=sunday, ends=sunday + 2 * HOUR)
    session = Session.objects.select_related("edition__organiser__jurisdiction").get(pk=session.pk)
    assert said(session, trainer)["week"] is (None if too_much else True)
    (clashes,) = soft([meeting_of(session, [trainer])])
    assert ("weekly_hours" in {clash.code for clash in clashes}) is too_much


def test_the_best_come_first_and_others_are_not_listed(cast, trainer, session):
    fits(trainer, session)
    doubtful = make_people.staff(cast.centru, "trainer", "Antal", "Ada").person
    Qualification.objects.create(
        trainer=doubtful, course=session.edition.course, since=LONG_AGO, document="C 3"
    )
    unfit = make_people.staff(cast.timis, "trainer", "Aaron", "Aron").person
    make_people.staff(cast.cluj, "trainer", "Străin", "Ada")
    found = who_can_teach(session, by=None)
    assert [one.trainer for one in found] == [trainer, doubtful, unfit]
    assert [one.verdict for one in found] == ["yes", "perhaps", "no"]


@pytest.mark.parametrize(("who", "is_named"), [("mara", False), ("adm", True), (None, True)])
def test_what_a_trainer_leads_elsewhere_is_not_named(cast, trainer, session, who, is_named):
    """A draft of Cluj is nothing that Timiș may read about."""
    draft = make.edition(cast.cluj, status="draft")
    day = (session.starts.date() - make.at(0).date()).days
    make.session(draft, day, title="Secretă", trainers=[trainer])
    found = who_can_teach(session, by=who and getattr(cast, who))
    told = next(one for one in found if one.trainer == trainer)
    text = next(reason.text for reason in told.reasons if reason.code == "free")
    assert told.verdict == "no"
    assert ("Secretă" in text) is is_named


def test_more_trainers_cost_no_more_queries(cast, session, django_assert_max_num_queries):
    for number in range(6):
        who = make_people.staff(cast.timis, "trainer", f"Probă{number}").person
        trainers.keep_profile(
            by=None, trainer=who, languages=["ro"], regions=[cast.timis_region], weekly_hours=9
        )
        trainers.add_hours(by=None, trainer=who, weekdays=[1, 2], starts=0, ends=60)
    with django_assert_max_num_queries(10):
        assert len(who_can_teach(session, by=None)) == 7


# Needs


def test_sessions_are_short_until_enough_trainers_lead_them(cast, trainer, session):
    edition = session.edition
    make.editions.update(by=None, edition=edition, trainers_needed=2)
    other = make.session(edition, 8)
    make.sessions.cancel(by=None, session=make.session(edition, 9), reason="Zi liberă")
    make.session(make.edition(cast.cluj), 5)
    need = needs_of_branch(cast.mara)[0]
    assert ([s.pk for s in need.sessions], need.missing) == ([session.pk, other.pk], 4)
    make.sessions.add_trainer(by=None, session=session, trainer=trainer)
    assert needs_of_branch(cast.mara)[0].missing == 3
    second = make_people.staff(cast.timis, "trainer").person
    make.sessions.add_trainer(by=None, session=session, trainer=second)
    need = needs_of_branch(cast.mara)[0]
    assert ([s.pk for s in need.sessions], need.missing) == ([other.pk], 2)


@pytest.mark.parametrize(
    "changes",
    [{"status": "done"}, {"status": "cancelled", "status_reason": "x"}, {"trainers_needed": 0}],
)
def test_what_is_over_needs_nobody(cast, session, changes):
    Edition.objects.filter(pk=session.edition_id).update(**changes)
    assert needs_of_branch(cast.mara) == []


def test_a_session_that_has_begun_needs_nobody(cast, session):
    make.move_to(session, -1)
    assert needs_of_branch(cast.mara) == []


def test_needs_of_others_are_not_seen(cast, session):
    for who in ("ion", "quin", "vera", "petar", "olga", "ana", "doru"):
        assert needs_of_branch(getattr(cast, who)) == [], who
    assert len(needs_of_branch(cast.adm)) == 1


def test_a_trainer_sees_what_they_may_be_put_down_for(cast, trainer, session):
    fits(trainer, session)
    below = make.coming(cast.centru)
    above = make.coming(cast.anpdca)
    make.coming(cast.cluj)
    make.coming(cast.timis, status="draft")
    led = make.coming(cast.timis, day=9)
    make.sessions.add_trainer(by=None, session=led.sessions.get(), trainer=trainer)
    found = {need.edition.pk: need.verdict for need in needs_for(trainer)}
    assert found == {session.edition_id: "yes", below.pk: "no", above.pk: "no"}
