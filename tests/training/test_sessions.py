"""Editions and their sessions: planned, moved, cancelled; no room and no trainer twice."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError
from django.test import TestCase as DjangoTestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from people.models import AuditEvent
from tests import jobs
from tests.cast import build
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import editions, sessions, telling
from training.actions.errors import (
    CapacityTooLow,
    EditionCancelled,
    ReasonNeeded,
    RoomTaken,
    SessionIsCancelled,
    StatusNotPossible,
    TrainerTaken,
)
from training.actions.sessions import add, cancel, move
from training.models import Edition, Enrolment, Session
from training.signals import attendance_recorded

HOUR = timedelta(hours=1)
SLOW = settings(max_examples=25, deadline=None)


@pytest.fixture
def room(cast):
    return make.room(cast.timis, "Sala Mare")


def again(session: Session, **changes):
    """Arguments that keep a session as it is, with changes."""
    facts = {
        name: getattr(session, name)
        for name in ("starts", "ends", "time_zone", "room", "link", "title")
    }
    trainers = [row.trainer for row in session.trainers.all()]
    return {"by": None, "session": session, "trainers": trainers, **facts, **changes}


def verbs(target) -> list[str]:
    return list(AuditEvent.objects.about(target).order_by("id").values_list("verb", flat=True))


# Adding


def test_an_edition_starts_and_ends_with_its_sessions(cast):
    edition = make.edition(cast.timis)
    assert (edition.starts, edition.ends) == (None, None)
    late, early = make.session(edition, 9), make.session(edition, 5)
    assert (edition.starts, edition.ends) == (early.starts, late.ends)
    cancel(by=None, session=late, reason="Zi liberă")
    edition.refresh_from_db()
    assert (edition.starts, edition.ends) == (early.starts, early.ends)
    cancel(by=None, session=early, reason="Zi liberă")
    edition.refresh_from_db()
    assert (edition.starts, edition.ends) == (None, None)


def test_a_room_taken_says_by_which_session(cast, room):
    first = make.session(make.edition(cast.timis, title="Grupa întâi"), 7, 10, room=room)
    with pytest.raises(RoomTaken) as caught:
        make.session(make.edition(cast.timis), 7, 11, room=room)
    assert caught.value.other == first
    assert "Sala Mare" in caught.value.message
    assert "Grupa întâi" in caught.value.message
    assert str(first.starts.year) in caught.value.message
    assert Session.objects.count() == 1


def test_a_trainer_taken_says_who_and_where(cast):
    petar = cast.petar.person
    first = make.session(make.edition(cast.timis, title="Grupa întâi"), 7, 10, trainers=[petar])
    other = make.edition(cast.timis)
    with pytest.raises(TrainerTaken) as caught:
        make.session(other, 7, 9, trainers=[cast.mara.person, petar])
    assert (caught.value.other, caught.value.trainer) == (first, petar)
    assert petar.full_name in caught.value.message
    other.refresh_from_db()
    assert other.starts is None


def test_sessions_may_touch(cast, room):
    edition = make.edition(cast.timis)
    make.session(edition, 7, 10, room=room, trainers=[cast.petar.person])
    make.session(edition, 7, 12, room=room, trainers=[cast.petar.person])
    assert edition.sessions.count() == 2


def test_a_cancelled_session_frees_room_and_trainer(cast, room):
    edition = make.edition(cast.timis)
    gone = make.session(edition, 7, room=room, trainers=[cast.petar.person])
    cancel(by=None, session=gone, reason="Zi liberă")
    instead = make.session(edition, 7, room=room, trainers=[cast.petar.person])
    assert (instead.starts, instead.room) == (gone.starts, room)


def test_a_broken_rule_of_another_kind_is_not_called_a_clash(cast, room):
    edition = make.edition(cast.timis)
    make.session(edition, 7, 10, room=room)
    start = make.at(7, 11)
    with pytest.raises(IntegrityError):
        add(
            by=None,
            edition=edition,
            starts=start,
            ends=start - HOUR,
            time_zone=make.ZONE,
            room=room,
        )


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_deadlock_is_named_where_there_is_a_clash(cast, room, monkeypatch, is_taken):
    """PostgreSQL may end one of two writers before it looks at the constraint."""
    edition = make.edition(cast.timis)
    if is_taken:
        make.session(edition, 7, 10, room=room)

    def deadlock(*args, **kwargs):
        raise OperationalError("deadlock detected")

    monkeypatch.setattr(Session, "save", deadlock)
    with pytest.raises(RoomTaken if is_taken else OperationalError):
        make.session(make.edition(cast.timis), 7, 11, room=room)


def test_nothing_is_planned_in_a_cancelled_edition(cast):
    edition = make.coming(cast.timis)
    session = edition.sessions.get()
    editions.change_status(by=None, edition=edition, status="cancelled", reason="Inundație")
    with pytest.raises(EditionCancelled) as caught:
        make.session(edition, 9)
    assert caught.value.reason == "Inundație"
    with pytest.raises(EditionCancelled):
        move(**again(session, starts=session.starts + HOUR, ends=session.ends + HOUR))


# Moving


def test_moving_counts_up_and_tells_everybody_once(cast, room):
    edition = make.edition(cast.timis)
    session = make.session(edition, 7, room=room, trainers=[cast.petar.person])
    make.place(cast.ana.person, edition)
    waiting = [make.place(make_people.person(cast.timis), edition) for _ in range(2)][1]
    day = timedelta(days=1)
    moved = move(
        **again(
            session, starts=session.starts + day, ends=session.ends + day, reason="Sala e ocupată."
        )
    )
    assert moved.sequence == 1
    edition.refresh_from_db()
    assert edition.starts == session.starts + day
    row = moved.trainers.get()
    assert (row.starts, row.ends) == (moved.starts, moved.ends)
    assert not jobs.messages().filter(name="sessions_changed").exists()  # not while it may change
    assert telling.tell(edition_id=edition.pk) == 3
    told = jobs.messages().filter(name="sessions_changed")
    assert told.filter(person=cast.ana.person).count() == 1
    assert told.filter(person=cast.petar.person).count() == 1
    assert not told.filter(person=waiting.person).exists()
    assert "Sala e ocupată." in told.first().text
    assert verbs(session) == ["session.added", "session.moved"]


def test_moving_to_the_same_place_changes_nothing(cast):
    edition = make.coming(cast.timis)
    make.place(cast.ana.person, edition)
    session = edition.sessions.get()
    assert move(**again(session)).sequence == 0
    assert telling.tell(edition_id=edition.pk) == 0
    assert verbs(session) == ["session.added"]


def test_a_new_title_is_news_for_calendars_only(cast):
    edition = make.coming(cast.timis)
    make.place(cast.ana.person, edition)
    assert move(**again(edition.sessions.get(), title="Atașament")).sequence == 1
    assert telling.tell(edition_id=edition.pk) == 0


def test_trainers_can_be_exchanged(cast):
    edition = make.edition(cast.timis)
    session = make.session(edition, 7, trainers=[cast.petar.person])
    moved = move(**again(session, trainers=[cast.mara.person]))
    assert [row.trainer for row in moved.trainers.all()] == [cast.mara.person]
    assert moved.sequence == 0
    make.session(edition, 7, trainers=[cast.petar.person])


def test_a_move_onto_another_session_is_refused_and_undone(cast, room):
    edition = make.edition(cast.timis)
    make.session(edition, 7, 10, room=room, trainers=[cast.petar.person])
    session = make.session(edition, 8, 10, trainers=[cast.petar.person])
    start = make.at(7, 11)
    with pytest.raises(TrainerTaken):
        move(**again(session, starts=start, ends=start + HOUR))
    with pytest.raises(RoomTaken):
        move(**again(session, starts=start, ends=start + HOUR, room=room))
    session.refresh_from_db()
    assert (session.starts, session.sequence) == (make.at(8, 10), 0)


def test_a_cancelled_session_does_not_move(cast):
    session = make.coming(cast.timis).sessions.get()
    cancel(by=None, session=session, reason="Zi liberă")
    with pytest.raises(SessionIsCancelled):
        move(**again(session))


# Cancelling


def test_cancelling_tells_everybody_once_and_counts_up(cast):
    edition = make.coming(cast.timis)
    make.place(cast.ana.person, edition)
    session = edition.sessions.get()
    for _ in range(2):
        session = cancel(by=None, session=session, reason=" Zi liberă ")
    assert (session.is_cancelled, session.cancel_reason, session.sequence) == (True, "Zi liberă", 1)
    assert [telling.tell(edition_id=edition.pk) for _twice in range(2)] == [1, 0]
    assert jobs.messages().filter(name="sessions_changed").count() == 1
    assert verbs(session) == ["session.added", "session.cancelled"]


def test_a_session_is_not_cancelled_without_a_reason(cast):
    session = make.coming(cast.timis).sessions.get()
    with pytest.raises(ReasonNeeded):
        cancel(by=None, session=session, reason="  ")


def test_whoever_was_at_the_other_sessions_is_considered_again(cast):
    edition = make.coming(cast.timis)
    second = make.session(edition, 8)
    there, nowhere = make.place(cast.ana.person, edition), make.place(cast.vasile, edition)
    heard = []

    def listen(sender, enrolment_ids, **kwargs):
        heard.append(enrolment_ids)

    attendance_recorded.connect(listen)
    try:
        cancel(by=None, session=make.session(edition, 9), reason="x")
        assert heard == []
        make.attendance(edition.sessions.first(), there)
        cancel(by=None, session=second, reason="x")
    finally:
        attendance_recorded.disconnect(listen)
    assert heard == [[there.pk]]
    assert nowhere.pk not in heard[0]


# Editions


def test_an_edition_is_in_the_county_of_its_organiser(cast):
    assert make.edition(cast.timis).region == cast.timis_region
    assert make.edition(cast.timis, region=cast.cluj_region).region == cast.cluj_region
    assert make.edition(cast.timis, is_online=True).region is None


def test_more_places_go_to_the_waiting_list(cast):
    edition = make.coming(cast.timis)
    found = [make.place(make_people.person(cast.timis), edition) for _ in range(4)]
    editions.update(by=None, edition=edition, capacity=3, notes="Aduceți un act.")
    states = [e.status for e in Enrolment.objects.order_by("pk")]
    assert states == ["confirmed"] * 3 + ["waitlisted"]
    assert jobs.messages().filter(name="place_freed", person=found[2].person).exists()
    event = AuditEvent.objects.about(edition).first()
    assert (event.verb, event.data) == ("edition.changed", {"fields": ["capacity", "notes"]})


def test_places_that_are_taken_stay(cast):
    edition = make.coming(cast.timis)
    for _ in range(2):
        make.place(make_people.person(cast.timis), edition)
    with pytest.raises(CapacityTooLow):
        editions.update(by=None, edition=edition, capacity=1)


def test_an_update_without_a_change_leaves_no_trace(cast):
    edition = make.coming(cast.timis)
    editions.update(by=None, edition=edition, capacity=2)
    assert verbs(edition) == ["edition.scheduled"]
    with pytest.raises(TypeError):
        editions.update(by=None, edition=edition, status="cancelled")


@pytest.mark.parametrize("before", list(editions.NEXT))
@pytest.mark.parametrize("after", list(editions.NEXT))
def test_the_ways_from_status_to_status(cast, before, after):
    edition = make.edition(cast.timis)
    make.put_status(edition, before, "r" if before == "cancelled" else "")

    def change():
        return editions.change_status(by=None, edition=edition, status=after, reason="r")

    if after == before or after in editions.NEXT[before]:
        assert change().status == after
        assert verbs(edition) == ["edition.scheduled"] + ["edition.status"] * (after != before)
    else:
        with pytest.raises(StatusNotPossible):
            change()


def test_cancelling_an_edition_cancels_all_of_it_and_tells_everybody(cast, room):
    edition = make.edition(cast.timis)
    session = make.session(edition, 7, room=room, trainers=[cast.petar.person])
    people = [make_people.person(cast.timis) for _ in range(3)]
    for person in people:
        make.place(person, edition)
    with pytest.raises(ReasonNeeded):
        editions.change_status(by=None, edition=edition, status="cancelled", reason=" ")
    editions.change_status(by=None, edition=edition, status="cancelled", reason="Inundație")
    session.refresh_from_db()
    assert (session.is_cancelled, session.cancel_reason, session.sequence) == (True, "Inundație", 1)
    assert {e.status for e in Enrolment.objects.all()} == {"cancelled"}
    for person in people:
        assert jobs.messages().filter(person=person, name="enrolment_cancelled").count() == 1
    assert not jobs.messages().filter(name="place_freed").exists()
    edition.refresh_from_db()
    assert edition.starts == session.starts
    make.session(make.edition(cast.timis), 7, room=room, trainers=[cast.petar.person])


def test_opening_again_moves_the_waiting_list(cast):
    edition = make.coming(cast.timis)
    found = [make.place(make_people.person(cast.timis), edition) for _ in range(3)]
    Edition.objects.filter(pk=edition.pk).update(status="closed", capacity=3)
    editions.change_status(by=None, edition=edition, status="open")
    found[2].refresh_from_db()
    assert found[2].status == "confirmed"


# Who may


@pytest.mark.parametrize("who", ["ana", "petar", "ion", "quin", "vera", "olga", "doru", "nour"])
def test_only_those_who_may_schedule_change_anything(cast, who):
    by = getattr(cast, who)
    edition = make.coming(cast.timis)
    session = edition.sessions.get()
    session_trainers = {"trainers": [cast.petar.person]}
    facts = {"starts": make.at(9), "ends": make.at(9, 12), "time_zone": make.ZONE}
    tries = [
        lambda: make.edition(cast.timis, by=by, course=edition.course),
        lambda: editions.update(by=by, edition=edition, capacity=9),
        lambda: editions.change_status(by=by, edition=edition, status="closed"),
        lambda: add(by=by, edition=edition, **facts, **session_trainers),
        lambda: move(**{**again(session), "by": by}),
        lambda: cancel(by=by, session=session, reason="x"),
    ]
    for attempt in tries:
        with pytest.raises(PermissionDenied):
            attempt()


def test_the_coordinator_may_schedule_in_the_branch(cast):
    edition = make.edition(cast.lugoj, by=cast.mara)
    assert make.session(edition, 7, by=cast.mara)
    assert AuditEvent.objects.about(edition).get().actor_id == cast.mara.pk


# For all times


SPAN = st.tuples(st.integers(0, 12), st.integers(1, 6))


class OverlapTest(TestCase, DjangoTestCase):
    """The database refuses if and only if two intervals share a moment."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = build()
        cls.room = make.room(cls.cast.timis)
        cls.edition = make.edition(cls.cast.timis)

    @SLOW
    @given(spans=st.lists(SPAN, min_size=2, max_size=4), by_room=st.booleans())
    def test_refused_iff_they_overlap(self, spans, by_room):
        where = {"room": self.room} if by_room else {"trainers": [self.cast.petar.person]}
        placed: list[tuple[int, int]] = []
        for first, length in spans:
            last = first + length
            clashes = any(first < b and a < last for a, b in placed)
            start = make.at(7, 6)
            facts = {
                "starts": start + first * HOUR,
                "ends": start + last * HOUR,
                "time_zone": make.ZONE,
            }
            if clashes:
                with self.assertRaises(RoomTaken if by_room else TrainerTaken):
                    sessions.add(by=None, edition=self.edition, **facts, **where)
            else:
                sessions.add(by=None, edition=self.edition, **facts, **where)
                placed.append((first, last))
