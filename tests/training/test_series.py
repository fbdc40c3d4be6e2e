"""Several sessions at once, all or none, each then on its own; an edition made like another one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from notifications.models import Message
from people.models import AuditEvent
from tests.factories import training as make
from training import cards, planning
from training.actions import series, sessions, telling
from training.actions.errors import EditionCancelled, RoomTaken, TrainerTaken
from training.models import Edition, Enrolment, Session
from training.planning import Meeting

WEEK = timedelta(weeks=1)


def weekly(edition, count: int = 4, day: int = 7, **facts) -> list[Meeting]:
    """So many meetings of two hours, a week apart."""
    starts = make.at(day)
    first = Meeting(edition, starts, starts + timedelta(hours=2), make.ZONE, **facts)
    days, _ = planning.days(first.day, "weekly", count)
    return [first.on(one) for one in days]


@pytest.fixture
def room(cast):
    return make.room(cast.timis, "Sala Mare")


@pytest.fixture
def bare(cast) -> Edition:
    return make.edition(cast.timis)


def test_four_meetings_with_two_trainers(cast, bare, room):
    trainers = (cast.petar.person, cast.mara.person)
    made = series.add_all(
        by=cast.mara, edition=bare, meetings=weekly(bare, room=room, trainers=trainers)
    )
    assert [one.starts for one in made] == [one.starts for one in weekly(bare)]
    assert {one.trainers.count() for one in made} == {2}
    bare.refresh_from_db()
    assert (bare.starts, bare.ends) == (made[0].starts, made[-1].ends)
    assert AuditEvent.objects.filter(verb="session.added", actor_id=cast.mara.pk).count() == 4


def test_all_or_none(cast, bare, room):
    other = make.edition(cast.timis)
    in_the_way = make.session(other, 21, room=room)
    with pytest.raises(RoomTaken) as caught:
        series.add_all(by=None, edition=bare, meetings=weekly(bare, room=room))
    assert caught.value.other == in_the_way
    assert not bare.sessions.exists()
    make.session(other, 14, 9, trainers=[cast.petar.person])
    with pytest.raises(TrainerTaken):
        series.add_all(by=None, edition=bare, meetings=weekly(bare, trainers=(cast.petar.person,)))
    assert not bare.sessions.exists()


def test_sent_twice_it_is_planned_once(bare, room):
    for _ in range(2):
        made = series.add_all(by=None, edition=bare, meetings=weekly(bare, room=room))
    assert bare.sessions.count() == len(made) == 4
    online = weekly(bare, day=60, link="https://example.org/a")
    for _ in range(2):
        series.add_all(by=None, edition=bare, meetings=online)
    assert bare.sessions.count() == 8


def test_a_cancelled_one_does_not_count_as_planned(bare, room):
    first = series.add_all(by=None, edition=bare, meetings=weekly(bare, room=room))[0]
    sessions.cancel(by=None, session=first, reason="Ploaie")
    series.add_all(by=None, edition=bare, meetings=weekly(bare, room=room))
    assert bare.sessions.taking_place().count() == 4
    assert bare.sessions.count() == 5


def test_one_is_moved_one_is_cancelled_and_two_stand(cast, bare, room):
    trainers = (cast.petar.person, cast.mara.person)
    made = series.add_all(
        by=None, edition=bare, meetings=weekly(bare, room=room, trainers=trainers)
    )
    make.place(cast.ana.person, bare)
    moved = made[1]
    sessions.move(
        by=None, session=moved, starts=moved.starts + timedelta(days=1), ends=moved.ends + timedelta(days=1),
        time_zone=moved.time_zone, room=room, trainers=trainers, reason="Sala e ocupată",
    )  # fmt: skip
    sessions.cancel(by=None, session=made[2], reason="Zi liberă")
    now = list(bare.sessions.order_by("pk"))
    assert [one.pk for one in now] == [one.pk for one in made]
    assert [(one.sequence, one.is_cancelled) for one in now] == [
        (0, False),
        (1, False),
        (1, True),
        (0, False),
    ]
    assert [one.starts for one in (now[0], now[3])] == [made[0].starts, made[3].starts]
    telling.tell(edition_id=bare.pk)
    told = Message.objects.filter(person=cast.ana.person, name="sessions_changed").get()
    assert "Sala e ocupată" in told.text
    assert "Zi liberă" in told.text


def test_nothing_is_planned_in_a_cancelled_edition(bare):
    make.put_status(bare, "cancelled")
    with pytest.raises(EditionCancelled):
        series.add_all(by=None, edition=bare, meetings=weekly(bare))


@pytest.mark.parametrize("who", ["ana", "petar", "ion", "quin", "vera", "olga", "doru"])
def test_only_those_who_schedule(cast, bare, who):
    by = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        series.add_all(by=by, edition=bare, meetings=weekly(bare))
    with pytest.raises(PermissionDenied):
        series.copy(by=by, edition=bare, first_day=make.at(30).date())
    assert (Session.objects.count(), Edition.objects.count()) == (0, 1)


# Copies


@pytest.fixture
def source(cast, room) -> Edition:
    """Three sessions of different length and distance, one of them cancelled; with people."""
    edition = make.edition(
        cast.timis, capacity=9, title="Seria de toamnă", notes="Aduceți un act.",
        enrolment_opens=make.at(-3, 0), enrolment_closes=make.at(6, 0),
    )  # fmt: skip
    make.session(edition, 7, 10, room=room, trainers=[cast.petar.person], title="Atașament")
    make.session(edition, 9, 14, hours=3, room=room, trainers=[cast.petar.person, cast.mara.person])
    gone = make.session(edition, 12, room=room)
    make.session(edition, 20, 9, link="https://example.org/a")
    sessions.cancel(by=None, session=gone, reason="Zi liberă")
    make.place(cast.ana.person, edition)
    edition.refresh_from_db()
    return edition


def pattern(edition: Edition) -> list:
    zone = cards.zone_of(edition.organiser)
    rows = edition.sessions.taking_place().order_by("starts")
    return [
        (one.starts.astimezone(zone).time(), one.minutes, one.title, one.link, one.room_id, one.trainers.count())
        for one in rows
    ]  # fmt: skip


def test_a_copy_has_the_pattern_and_nobody_in_it(cast, source):
    first = make.at(107).date()
    made = series.copy(by=cast.mara, edition=source, first_day=first, title="Seria de iarnă")
    new = made.edition
    assert (new.status, new.title, new.capacity, new.notes, new.course) == (
        "draft", "Seria de iarnă", 9, "Aduceți un act.", source.course,
    )  # fmt: skip
    assert pattern(new) == pattern(source)
    assert (made.without_room, made.without_trainer) == (0, 0)
    zone = cards.zone_of(new.organiser)
    days = [one.starts.astimezone(zone).date() for one in new.sessions.order_by("starts")]
    assert [(day - first).days for day in days] == [0, 2, 13]
    assert not Enrolment.objects.filter(edition=new).exists()
    assert (new.enrolment_opens, new.enrolment_closes) == (make.at(97, 0), make.at(106, 0))
    event = AuditEvent.objects.about(new).filter(verb="edition.copied").get()
    assert event.data["source"] == source.pk
    assert not Message.objects.filter(name="sessions_changed").exists()
    assert {one.sequence for one in new.sessions.all()} == {0}


def test_no_field_of_an_edition_is_forgotten(cast, source):
    """Whoever adds a field to an edition says here whether a copy has it too."""
    scheduled = {
        "course",
        "organiser",
        "region",
        "title",
        "language",
        "is_online",
        "capacity",
        "notes",
    }
    shifted = {"enrolment_opens", "enrolment_closes", "starts", "ends"}
    own = {"id", "status", "status_reason", "planned_for", "join_code", "created_at"}
    names = {field.name for field in Edition._meta.fields}
    assert names == scheduled | shifted | own | set(series.ALSO_COPIED)
    Edition.objects.filter(pk=source.pk).update(
        approval="organiser", audience_only=True, region_only=True, prerequisite=source.course,
        institution_quota=2, cancel_hours=48, trainers_needed=2, link_minutes=15, offer_hours=24,
    )  # fmt: skip
    source.refresh_from_db()
    new = series.copy(by=None, edition=source, first_day=make.at(107).date()).edition
    for name in (*series.ALSO_COPIED, *sorted(scheduled - {"title"})):
        assert getattr(new, name) == getattr(source, name), name


def test_what_is_not_free_is_left_out_and_counted(cast, source):
    first = make.at(107).date()
    other = make.edition(cast.timis)
    make.session(other, 107, 10, trainers=[cast.petar.person])
    make.session(other, 109, 15, room=source.sessions.first().room, trainers=[cast.mara.person])
    made = series.copy(by=None, edition=source, first_day=first)
    assert (made.without_room, made.without_trainer) == (1, 2)
    a, b, c = made.edition.sessions.order_by("starts")
    assert (a.room_id is not None, a.trainers.count()) == (True, 0)
    assert (b.room_id, [row.trainer for row in b.trainers.all()]) == (None, [cast.petar.person])
    assert c.link == "https://example.org/a"


def test_without_rooms_and_trainers_if_so_wished(source):
    first = make.at(107).date()
    made = series.copy(
        by=None, edition=source, first_day=first, with_rooms=False, with_trainers=False
    )
    assert {(one.room_id, one.trainers.count()) for one in made.edition.sessions.all()} == {
        (None, 0)
    }
    assert (made.without_room, made.without_trainer) == (0, 0)


def test_onto_its_own_days_it_takes_no_room_twice(source):
    """The worst case: every room and trainer is taken by the edition itself."""
    first = min(one.day for one in series.pattern_of(source))
    made = series.copy(by=None, edition=source, first_day=first)
    assert (made.without_room, made.without_trainer) == (2, 2)
    assert made.edition.sessions.count() == 3


def test_an_edition_without_sessions_can_be_copied(cast, bare):
    make.put_status(bare, "cancelled")
    made = series.copy(by=cast.mara, edition=bare, first_day=make.at(30).date())
    assert (made.edition.status, made.edition.sessions.count()) == ("draft", 0)


def test_the_pattern_knows_rooms_and_trainers_in_few_queries(source, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        found = series.pattern_of(source)
        assert [len(one.trainers) for one in found] == [1, 2, 0]
        assert found[0].room.venue.name
    assert replace(found[0], session=None) == found[0]
