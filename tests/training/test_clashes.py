"""What speaks against a meeting is said and explained, and forbids nothing; what cannot be is told beforehand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from people.models import Jurisdiction
from tests.factories import people as make_people
from tests.factories import training as make
from training import clock
from training.actions.errors import RoomTaken, TrainerTaken
from training.models import DatedTime, TrainerProfile, Venue, WeeklyHours
from training.planning import Meeting
from training.queries.clashes import fingerprint, hard, soft

ZONE = ZoneInfo(make.ZONE)
# An ordinary Tuesday, far from every holiday of the five countries.
TUESDAY = date(2032, 10, 12)


def on(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def meeting(
    edition, day: date = TUESDAY, hour: int = 10, *, minute: int = 0, hours: float = 2, **facts
) -> Meeting:
    starts = on(day, hour, minute)
    return Meeting(edition, starts, starts + timedelta(hours=hours), make.ZONE, **facts)


def planned(edition, day: date = TUESDAY, hour: int = 10, *, hours: float = 2, **facts):
    """A session in the database on that day."""
    far = (day - datetime.now(UTC).astimezone(ZONE).date()).days
    return make.session(edition, far, hour, hours=hours, **facts)


def codes(*meetings: Meeting) -> list[list[str]]:
    return [[clash.code for clash in found] for found in soft(list(meetings))]


@pytest.fixture
def bare(cast):
    return make.edition(cast.timis, capacity=5)


@pytest.fixture
def far_away(cast):
    """A room in another building of which no position is known."""
    return make.room(cast.timis)


def test_an_ordinary_meeting_has_nothing_against_it(cast, bare):
    room = make.room(cast.timis)
    assert codes(meeting(bare, room=room, trainers=(cast.petar.person,))) == [[]]
    assert soft([]) == hard([], by=None) == []


# Holidays


@pytest.mark.parametrize(
    ("country", "day", "words"),
    [
        ("ro", date(2026, 12, 1), "It is a public holiday: National Day."),
        ("ro", date(2026, 4, 13), "It is a public holiday: Easter."),
        ("md", date(2027, 5, 10), "It is a public holiday: Memorial Easter."),
        ("ua", date(2027, 8, 24), "a working day for the time being: Independence Day."),
        ("bg", date(2026, 12, 28), "It is a free day for a holiday on a weekend: Christmas."),
        ("eg", date(2026, 3, 20), "It is probably a public holiday: Eid al-Fitr."),
        ("eg", date(2026, 12, 1), ""),
        ("xx", date(2026, 12, 1), ""),
    ],
)
def test_a_holiday_of_the_organisers_country(cast, bare, country, day, words):
    bare.organiser.jurisdiction = Jurisdiction(code=country, week_start=1, time_zone=make.ZONE)
    (found,) = soft([meeting(bare, day)])
    assert [clash.code for clash in found] == (["holiday"] if words else [])
    assert all(words in clash.text for clash in found)


def test_the_holiday_is_that_of_the_wall_clock(bare):
    """01:00 in Bucharest on 1 December is still November in London."""
    assert codes(meeting(bare, date(2026, 12, 1), 1)) == [["holiday"]]
    assert codes(meeting(bare, date(2026, 12, 2), 0)) == [[]]


def test_it_is_said_in_the_readers_language(bare):
    with translation.override("ro"):
        (found,) = soft([meeting(bare, date(2026, 12, 1))])
    assert "Ziua Națională a României" in found[0].text


# Seats


@pytest.mark.parametrize(("seats", "expected"), [(4, ["seats"]), (5, []), (6, [])])
def test_a_room_too_small(cast, bare, seats, expected):
    room = make.room(cast.timis, capacity=seats)
    (found,) = soft([meeting(bare, room=room)])
    assert [clash.code for clash in found] == expected
    if expected:
        assert found[0].text == "The room has 4 seats; the edition has more places: 5."


# The way of a trainer


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [
        (12, 0, ["travel"]),
        (12, 29, ["travel"]),
        (12, 30, []),
        (7, 45, ["travel"]),
        (7, 30, []),
    ],
)
def test_a_trainer_needs_time_for_the_way(cast, bare, far_away, hour, minute, expected):
    """In one county half an hour where no position is known; the other session is from ten to twelve."""
    other = make.edition(cast.timis)
    make_people_room = make.room(cast.timis)
    Venue.objects.update(region=cast.timis_region)
    planned(other, room=far_away, trainers=[cast.petar.person])
    make_people_room.refresh_from_db()
    room = make.room(cast.timis, venue=Venue.objects.get(pk=make_people_room.venue_id))
    (found,) = soft(
        [meeting(bare, hour=hour, minute=minute, room=room, trainers=(cast.petar.person,))]
    )
    assert [clash.code for clash in found] == expected
    if expected:
        assert "Petar Petrov" in found[0].text
        assert far_away.venue.name in found[0].text
        assert "30\u00a0min" in found[0].text
        assert "guess" in found[0].text
        word = "comes from" if hour > 10 else "must be at"
        assert word in found[0].text


def test_known_positions_are_no_guess(cast, bare, far_away):
    here = make.room(cast.timis)
    Venue.objects.filter(pk=far_away.venue_id).update(latitude="45.6886", longitude="21.9033")
    Venue.objects.filter(pk=here.venue_id).update(latitude="45.7489", longitude="21.2087")
    planned(make.edition(cast.timis), room=far_away, trainers=[cast.petar.person])
    here.venue.refresh_from_db()
    (found,) = soft([meeting(bare, hour=13, room=here, trainers=(cast.petar.person,))])
    assert "guess" not in found[0].text
    assert codes(meeting(bare, hour=14, room=here, trainers=(cast.petar.person,))) == [[]]


def test_no_way_within_a_building_online_or_on_another_day(cast, bare, far_away):
    planned(make.edition(cast.timis), room=far_away, trainers=[cast.petar.person])
    trainers = (cast.petar.person,)
    next_door = make.room(cast.timis, venue=far_away.venue)
    elsewhere = make.room(cast.timis)
    assert codes(
        meeting(bare, hour=12, room=next_door, trainers=trainers),
        meeting(bare, hour=12, link="https://example.org", trainers=trainers),
        meeting(bare, TUESDAY + timedelta(days=1), 12, room=elsewhere, trainers=trainers),
        meeting(bare, hour=12, room=elsewhere, trainers=(cast.mara.person,)),
    ) == [[], [], [], []]


def test_a_moved_session_does_not_stand_in_its_own_way(cast, bare, far_away):
    session = planned(bare, room=far_away, trainers=[cast.petar.person])
    elsewhere = make.room(cast.timis)
    new = meeting(bare, hour=13, room=elsewhere, trainers=(cast.petar.person,), session=session)
    assert codes(new) == [[]]
    same = meeting(bare, room=far_away, trainers=(cast.petar.person,), session=session)
    assert hard([same], by=cast.mara) == [None]


def test_a_cancelled_session_needs_no_way(cast, bare, far_away):
    from_other = planned(make.edition(cast.timis), room=far_away, trainers=[cast.petar.person])
    make.sessions.cancel(by=None, session=from_other, reason="x")
    room = make.room(cast.timis)
    assert codes(meeting(bare, hour=12, room=room, trainers=(cast.petar.person,))) == [[]]


# Weekly hours of a trainer


def agree(person, hours: int) -> None:
    TrainerProfile.objects.update_or_create(
        trainer=person, defaults={"weekly_hours": hours, "time_zone": make.ZONE}
    )


@pytest.mark.parametrize(
    ("agreed", "day", "expected"),
    [
        (5, TUESDAY, ["weekly_hours"]),
        (6, TUESDAY, []),
        (5, TUESDAY + timedelta(days=5), ["weekly_hours"]),  # Sunday of the same week
        (5, TUESDAY + timedelta(days=6), []),  # Monday after
        (5, TUESDAY - timedelta(days=2), []),  # Sunday before
    ],
)
def test_over_the_agreed_hours_of_the_week(cast, bare, agreed, day, expected):
    agree(cast.petar.person, agreed)
    other = make.edition(cast.timis)
    for number in (1, 2):
        planned(other, TUESDAY + timedelta(days=number), trainers=[cast.petar.person])
    (found,) = soft([meeting(bare, day, trainers=(cast.petar.person,))])
    assert [clash.code for clash in found] == expected
    if expected:
        assert "6\u00a0h" in found[0].text
        assert "5\u00a0h" in found[0].text


def test_the_meetings_of_a_plan_count_together(cast, bare):
    agree(cast.petar.person, 3)
    plan = [
        meeting(bare, TUESDAY + timedelta(days=n), trainers=(cast.petar.person,)) for n in (0, 1, 7)
    ]
    assert codes(*plan) == [["weekly_hours"], ["weekly_hours"], []]


def test_without_an_agreement_nobody_counts(cast, bare):
    TrainerProfile.objects.create(trainer=cast.petar.person, time_zone=make.ZONE)
    plan = [meeting(bare, TUESDAY, 0, hours=23, trainers=(cast.petar.person,))]
    assert codes(*plan) == [[]]


# What trainers have said of their time


@pytest.mark.parametrize(
    ("weekly", "dated", "expected"),
    [
        ([], [], []),
        ([(2, 600, 720)], [], []),
        ([(2, 600, 660), (2, 660, 720)], [], []),
        ([(2, 600, 719)], [], ["trainer_time"]),
        ([(3, 600, 720)], [], ["trainer_time"]),
        ([], [(0, 0, False, 0, 1440)], ["trainer_time"]),
        ([(2, 480, 1020)], [(-5, 5, False, 0, 1440)], ["trainer_time"]),
        ([(2, 480, 1020)], [(0, 0, False, 720, 800)], []),
        ([(2, 480, 1020)], [(1, 1, False, 0, 1440)], []),
        ([(3, 600, 720)], [(0, 0, True, 540, 720)], []),
        ([(2, 600, 660)], [(0, 0, True, 660, 720)], []),
    ],
)
def test_a_trainer_who_has_no_time(cast, bare, weekly, dated, expected):
    person = cast.petar.person
    for weekday, starts, ends in weekly:
        WeeklyHours.objects.create(trainer=person, weekday=weekday, starts=starts, ends=ends)
    for first, last, is_there, starts, ends in dated:
        DatedTime.objects.create(
            trainer=person, first=TUESDAY + timedelta(days=first), last=TUESDAY + timedelta(days=last),
            is_available=is_there, starts=starts, ends=ends,
        )  # fmt: skip
    (found,) = soft([meeting(bare, trainers=(person,))])
    assert [clash.code for clash in found] == expected
    assert all("Petar Petrov has no time then" in clash.text for clash in found)
    assert codes(meeting(bare, trainers=(cast.mara.person,))) == [[]]


def test_the_trainers_own_clock_counts(cast, bare):
    """Ten in Bucharest is eight in London: outside of nine to five there."""
    person = cast.petar.person
    TrainerProfile.objects.create(trainer=person, time_zone="Europe/London")
    WeeklyHours.objects.create(trainer=person, weekday=2, starts=540, ends=1020)
    assert codes(meeting(bare, trainers=(person,)), meeting(bare, hour=11, trainers=(person,))) == [
        ["trainer_time"], [],
    ]  # fmt: skip


def test_a_night_over_two_days_asks_for_both(cast, bare):
    person = cast.petar.person
    late = meeting(bare, hour=22, hours=4, trainers=(person,))
    WeeklyHours.objects.create(trainer=person, weekday=2, starts=1200, ends=1440)
    assert codes(late) == [["trainer_time"]]
    WeeklyHours.objects.create(trainer=person, weekday=3, starts=0, ends=120)
    assert codes(late) == [[]]


# Learners


def test_learners_in_another_session_are_counted_and_not_named(cast, bare):
    other = make.edition(cast.cluj, capacity=9)
    planned(other, hour=11)
    people = [cast.ana.person, cast.vasile]
    for person in people:
        make.place(person, bare)
        make.place(person, other)
    make.place(cast.clara.person, other)
    (found,) = soft([meeting(bare)])
    assert [(clash.code, clash.text) for clash in found] == [
        ("learners", "2 people with a place here are in another session at that time.")
    ]
    assert codes(meeting(bare, hour=13), meeting(bare, hour=9), meeting(bare, hour=8)) == [
        [], [], [],
    ]  # fmt: skip


def test_learners_need_time_for_the_way_too(cast, bare, far_away):
    other = make.edition(cast.timis)
    planned(other, room=far_away)
    for edition in (bare, other):
        make.place(cast.ana.person, edition)
    room = make.room(cast.timis)
    assert codes(meeting(bare, hour=12, room=room)) == [["learners_travel"]]
    assert codes(meeting(bare, hour=14, room=room)) == [[]]


def test_who_waits_or_gave_up_is_not_counted(cast, bare):
    other = make.edition(cast.timis, capacity=1)
    planned(other)
    make.place(make_people.person(cast.timis), other)
    make.place(cast.ana.person, other)  # waits
    make.place(cast.ana.person, bare)
    assert codes(meeting(bare)) == [[]]
    make.enrolments.cancel(enrolment=bare.enrolments.get(), by=None)
    assert codes(meeting(bare)) == [[]]


def test_the_own_edition_is_no_other(cast, bare):
    planned(bare, hour=11)
    make.place(cast.ana.person, bare)
    assert codes(meeting(bare)) == [[]]


# What cannot be


def test_what_is_taken_is_told_before_it_is_tried(cast, bare, far_away):
    other = planned(make.edition(cast.timis), room=far_away, trainers=[cast.petar.person])
    trainers = (cast.petar.person,)
    found = hard([
        meeting(bare, hour=11, room=far_away),
        meeting(bare, hour=11, trainers=trainers),
        meeting(bare, hour=12, room=far_away, trainers=trainers),
        meeting(bare, hour=8, room=far_away, trainers=trainers),
        meeting(bare, hour=11, room=make.room(cast.timis)),
    ], by=cast.mara)  # fmt: skip
    assert [type(one) for one in found] == [
        RoomTaken,
        TrainerTaken,
        type(None),
        type(None),
        type(None),
    ]
    assert {found[0].other, found[1].other} == {other}
    make.sessions.cancel(by=None, session=other, reason="x")
    assert hard([meeting(bare, hour=11, room=far_away)], by=None) == [None]


@pytest.mark.parametrize(
    ("where", "who", "is_named"),
    [("timis", "mara", True), ("cluj", "mara", False), ("cluj", "adm", True), ("cluj", None, True)],
)
def test_a_draft_of_another_institution_is_not_named(cast, bare, where, who, is_named):
    """The database refuses it all the same; that somebody is there is all that one must know."""
    draft = make.edition(getattr(cast, where), title="Taină", status="draft")
    room = make.room(cast.timis)
    planned(draft, room=room, title="Secretă", trainers=[cast.petar.person])
    by = who and getattr(cast, who)
    trainers = (cast.petar.person,)
    told = hard([meeting(bare, room=room), meeting(bare, trainers=trainers)], by=by)
    for wanted in ({"room": room}, {"trainers": trainers}):
        with pytest.raises((RoomTaken, TrainerTaken)) as caught:
            planned(bare, by=by, **wanted)
        told.append(caught.value)
    for refused in told:
        assert ("Secretă" in refused.message) is is_named
        assert ("another institution" in refused.message) is not is_named
        assert "Taină" not in refused.message


# All together


def test_it_costs_the_same_for_one_meeting_and_twenty(
    cast, bare, far_away, django_assert_max_num_queries
):
    agree(cast.petar.person, 3)
    other = make.edition(cast.timis)
    for number in range(3):
        planned(
            other, TUESDAY + timedelta(weeks=number), room=far_away, trainers=[cast.petar.person]
        )
    for edition in (bare, other):
        make.place(cast.ana.person, edition)
    room = make.room(cast.timis)
    plan = [
        meeting(bare, TUESDAY + timedelta(weeks=n), 12, room=room, trainers=(cast.petar.person,))
        for n in range(20)
    ]
    bare.organiser.jurisdiction.code  # noqa: B018 - read before the counting begins
    with django_assert_max_num_queries(11):
        found = soft(plan)
    assert [len(one) for one in found[:4]] == [3, 3, 3, 0]
    with django_assert_max_num_queries(4):  # two of them: the reader's roles, and what they may see
        hard(plan, by=cast.mara)


def test_the_fingerprint_changes_with_what_is_said(bare):
    first, second = soft([meeting(bare, date(2026, 12, 1)), meeting(bare, date(2026, 12, 25))])
    assert fingerprint(first) != fingerprint(second)
    assert fingerprint(first) == fingerprint(soft([meeting(bare, date(2026, 12, 1))])[0])
    assert len(fingerprint([])) == 16


def test_a_meeting_keeps_its_clock(bare):
    one = meeting(bare)
    assert clock.moment(TUESDAY, one.starts.time(), ZONE) == one.starts
    assert replace(one, title="x").title == "x"
