"""Marks from phones: each counts once, none silently replaces another, and the server's clock says when."""

import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from people.models import AuditEvent
from tests.factories import people as make_people
from tests.factories import training as make
from tests.training.rolls import session_of_today
from training.actions.attendance import (
    RollMark,
    names_kept_until,
    send_marks,
    settle,
    take_roll,
)
from training.actions.enrolments import cancel
from training.actions.errors import (
    MarkIsAnothers,
    MarksAreDisputed,
    MinutesNeeded,
    NotAParticipant,
    RollIsFinished,
    RollTooEarly,
    SessionIsCancelled,
)
from training.actions.sessions import cancel as cancel_session
from training.models import Attendance, RollEntry, Session
from training.queries import disputes, roll_history
from training.signals import attendance_recorded


@pytest.fixture
def session(cast):
    return session_of_today(cast)


@pytest.fixture
def ana(session):
    return session.edition.enrolments.order_by("pk").first().pk


@pytest.fixture
def vasile(session):
    return session.edition.enrolments.order_by("pk").last().pk


def phone(place, mark="present", *, seen=None, **more) -> RollMark:
    """A mark as a phone makes it: with a key of its own, and what it had seen."""
    return RollMark(place, mark, **{"key": uuid4(), "seen": seen, **more})


def send(session, by, *marks):
    """The outcome of each mark: what became of it, or the class of the refusal."""
    sent = send_marks(session=session, by=by, marks=marks)
    return [one.entry.outcome if one.entry else type(one.refused) for one in sent]


def standing(session):
    found = Attendance.objects.filter(session=session).order_by("enrolment")
    return [(row.enrolment_id, row.mark, row.minutes) for row in found]


def key_of(place) -> UUID:
    return Attendance.objects.get(enrolment=place).key


# Once


def test_a_mark_arrives_once_however_often_it_is_sent(cast, session, ana):
    mark = phone(ana, "late", minutes=30, reason="Tren", held=95)
    assert send(session, cast.petar, mark) == ["written"]
    assert send(session, cast.petar, mark, mark) == ["written", "written"]
    assert standing(session) == [(ana, "late", 30)]
    entry = RollEntry.objects.get()
    assert (entry.key, entry.recorded_by, entry.held_seconds) == (mark.key, cast.petar, 95)
    assert AuditEvent.objects.about(session).filter(verb="roll.taken").count() == 1


def test_a_mark_that_came_late_does_not_undo_a_newer_one(cast, session, ana):
    """Its answer was lost, so the phone sends it again: by then somebody has corrected it."""
    first = phone(ana, "present")
    send(session, cast.petar, first)
    correction = phone(ana, "absent", seen=first.key)
    assert send(session, cast.mara, correction) == ["written"]
    assert send(session, cast.petar, first) == ["written"]
    assert standing(session) == [(ana, "absent", 0)]


def test_the_phones_own_marks_follow_each_other_without_the_server(cast, session, ana):
    first = phone(ana, "absent")
    second = phone(ana, "present", seen=first.key)
    third = phone(ana, "late", minutes=60, seen=second.key)
    assert send(session, cast.petar, first, second, third) == ["written"] * 3
    assert standing(session) == [(ana, "late", 60)]
    assert send(session, cast.petar, first, second, third) == ["written"] * 3
    assert Attendance.objects.count() == 1


def test_the_servers_clock_says_when(cast, session, ana):
    before = timezone.now()
    send(session, cast.petar, phone(ana, held=3 * 3600))
    row, entry = Attendance.objects.get(), RollEntry.objects.get()
    assert before <= entry.recorded_at == row.recorded_at <= timezone.now()
    assert entry.held_seconds == 3 * 3600


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(st.tuples(st.booleans(), st.sampled_from(["present", "absent"])), max_size=12),
    seed=st.integers(0, 2**32),
)
def test_whatever_the_network_loses_and_repeats_the_last_mark_of_each_stands(
    cast, session, ana, vasile, said, seed
):
    """Marks leave in order; batches are cut anywhere, get lost or lose their answer, and are sent until answered."""
    network = random.Random(seed)
    made, seen, now = [], {}, {}
    for first, mark in said:
        place = ana if first else vasile
        if now.get(place) == mark:
            continue  # a phone says nothing where nothing changes
        now[place] = mark
        made.append(phone(place, mark, seen=seen.get(place)))
        seen[place] = made[-1].key
    with transaction.atomic():
        queue = list(made)
        while queue:
            batch = queue[: network.randint(1, 5)]
            fate = network.choice(["lost", "answer lost", "answered"])
            if fate != "lost":
                send(session, cast.petar, *batch)
            if fate == "answered":
                queue = queue[len(batch) :]
        expected = {mark.enrolment_id: mark.mark for mark in made}
        assert {row[0]: row[1] for row in standing(session)} == expected
        keys = RollEntry.objects.values_list("key", flat=True)
        assert sorted(keys) == sorted(mark.key for mark in made)
        assert not RollEntry.objects.disputed().exists()
        transaction.set_rollback(True)


# Two phones


def disputed(cast, session, ana):
    """Petar says present, Mara says late without having seen it."""
    first, second = phone(ana), phone(ana, "late", minutes=40, reason="Tren", held=600)
    assert send(session, cast.petar, first) == ["written"]
    assert send(session, cast.mara, second) == ["disputed"]
    return first, second


def test_a_mark_made_without_seeing_anothers_is_put_to_the_trainers(cast, session, ana, vasile):
    first, second = disputed(cast, session, ana)
    assert standing(session) == [(ana, "present", 120)]
    [found] = disputes(session)
    assert (found.enrolment_id, found.name) == (ana, "Ana Popescu")
    assert [(c.key, c.mark, c.minutes, c.by, c.held_seconds) for c in found.choices] == [
        (first.key, "present", 120, "Petar Petrov", 0),
        (second.key, "late", 40, "Mara Marin", 600),
    ]
    with pytest.raises(MarksAreDisputed):
        take_roll(session=session, by=cast.petar, marks=[RollMark(vasile, "absent")], finish=True)


@pytest.mark.parametrize(
    ("choice", "stands", "entries"), [(0, ("present", 120), 2), (1, ("late", 40), 3)]
)
def test_the_trainer_chooses(cast, session, ana, vasile, choice, stands, entries):
    marks = disputed(cast, session, ana)
    for again in (True, False):
        key = marks[choice].key
        assert settle(session=session, by=cast.petar, enrolment_id=ana, choice=key) is again
        assert standing(session) == [(ana, *stands)]
        assert disputes(session) == []
        assert RollEntry.objects.count() == entries
    entry = RollEntry.objects.get(key=marks[1].key)
    assert (entry.settled_by, entry.outcome) == (cast.petar, "disputed")
    assert AuditEvent.objects.filter(verb="attendance.settled").count() == 1
    rest = [RollMark(vasile, "absent")]
    take_roll(session=session, by=cast.petar, marks=rest, finish=True)


def test_the_chosen_mark_keeps_its_words_and_says_who_chose(cast, session, ana):
    _first, second = disputed(cast, session, ana)
    settle(session=session, by=cast.petar, enrolment_id=ana, choice=second.key)
    row = Attendance.objects.get()
    assert (row.reason, row.recorded_by) == ("Tren", cast.petar)
    assert row.key == RollEntry.objects.latest("pk").key != second.key


def test_a_choice_that_is_no_longer_in_question_changes_nothing(cast, session, ana, vasile):
    first, second = disputed(cast, session, ana)
    for place, key in ((ana, uuid4()), (vasile, second.key), (vasile, first.key)):
        assert not settle(session=session, by=cast.mara, enrolment_id=place, choice=key)
    assert len(disputes(session)) == 1
    assert standing(session) == [(ana, "present", 120)]


def test_the_same_mark_twice_is_no_conflict(cast, session, ana):
    assert send(session, cast.petar, phone(ana)) == ["written"]
    assert send(session, cast.mara, phone(ana)) == ["same"]
    assert disputes(session) == []
    assert Attendance.objects.get().recorded_by == cast.petar


def test_whoever_saw_the_mark_corrects_it(cast, session, ana):
    send(session, cast.petar, phone(ana))
    assert send(session, cast.mara, phone(ana, "absent", seen=key_of(ana))) == ["written"]
    assert AuditEvent.objects.filter(verb="attendance.corrected").get().data["old"] == [
        "present",
        120,
    ]


def test_a_newer_mark_of_the_same_phone_takes_the_place_of_the_disputed_one(cast, session, ana):
    _first, second = disputed(cast, session, ana)
    assert send(session, cast.mara, phone(ana, "absent", seen=second.key)) == ["disputed"]
    assert [c.mark for c in disputes(session)[0].choices] == ["present", "absent"]
    [third] = RollEntry.objects.disputed()
    assert send(session, cast.mara, phone(ana, "present", seen=third.key)) == ["same"]
    assert disputes(session) == []


def test_a_correction_that_says_the_same_ends_the_dispute(cast, session, ana):
    disputed(cast, session, ana)
    agreed = phone(ana, "late", minutes=40, reason="Tren", seen=key_of(ana))
    assert send(session, cast.petar, agreed) == ["written"]
    assert disputes(session) == []


def test_two_phones_and_a_third(cast, session, ana):
    first, second = disputed(cast, session, ana)
    third = phone(ana, "absent")
    assert send(session, cast.adm, third) == ["disputed"]
    assert [c.key for c in disputes(session)[0].choices] == [first.key, second.key, third.key]
    settle(session=session, by=cast.mara, enrolment_id=ana, choice=third.key)
    assert (disputes(session), standing(session)) == ([], [(ana, "absent", 0)])


# Taking back


def test_a_mark_is_taken_back(cast, session, ana):
    heard = []

    def listen(sender, enrolment_ids, **kwargs):
        heard.append(enrolment_ids)

    mark = phone(ana)
    send(session, cast.petar, mark)
    attendance_recorded.connect(listen)
    try:
        assert send(session, cast.petar, phone(ana, "", seen=mark.key)) == ["written"]
    finally:
        attendance_recorded.disconnect(listen)
    assert (standing(session), heard) == ([], [[ana]])
    assert AuditEvent.objects.get(verb="attendance.taken_back").data["old"] == ["present", 120]
    assert send(session, cast.petar, phone(ana, "absent")) == ["written"]
    assert send(session, cast.petar, mark) == ["written"]  # again: it has been here
    assert standing(session) == [(ana, "absent", 0)]


def test_made_taken_back_and_made_again_in_one_message(cast, session, ana):
    take_roll(session=session, by=cast.petar, marks=[RollMark(ana, "absent")])
    back = phone(ana, "", seen=key_of(ana))
    again = phone(ana, "present", seen=back.key)
    assert send(session, cast.petar, back, again) == ["written", "written"]
    assert standing(session) == [(ana, "present", 120)]


def test_nobody_takes_anothers_mark_back_unseen(cast, session, ana):
    first, second = disputed(cast, session, ana)
    assert send(session, cast.mara, phone(ana, "", seen=second.key)) == ["same"]
    assert (disputes(session), standing(session)) == ([], [(ana, "present", 120)])
    assert send(session, cast.mara, phone(ana, "")) == ["same"]
    assert standing(session) == [(ana, "present", 120)]


def test_what_is_disputed_is_not_taken_back(cast, session, ana):
    first, _second = disputed(cast, session, ana)
    assert send(session, cast.petar, phone(ana, "", seen=first.key)) == [MarksAreDisputed]
    assert len(disputes(session)) == 1


# After the end


@pytest.fixture
def finished(cast, session, ana, vasile):
    everybody = [RollMark(ana, "present"), RollMark(vasile, "absent")]
    take_roll(session=session, by=cast.petar, marks=everybody, finish=True)
    session.refresh_from_db()
    return session


def test_a_phone_that_did_not_know_of_the_end_contradicts_nobody_silently(cast, finished, ana):
    mark = phone(ana, "absent", seen=key_of(ana))
    assert send(finished, cast.petar, mark) == ["disputed"]
    assert [c.mark for c in disputes(finished)[0].choices] == ["present", "absent"]
    settle(session=finished, by=cast.mara, enrolment_id=ana, choice=mark.key)
    assert standing(finished)[0] == (ana, "absent", 0)


def test_after_the_end_a_correction_says_why_and_no_mark_is_taken_away(cast, finished, ana):
    why = phone(ana, "absent", seen=key_of(ana), correction="Altcineva cu același nume")
    assert send(finished, cast.petar, why) == ["written"]
    assert RollEntry.objects.latest("pk").correction == "Altcineva cu același nume"
    assert send(finished, cast.petar, phone(ana, "", seen=why.key)) == [RollIsFinished]


# What is refused stops no other


def test_a_refused_mark_stops_no_other(cast, session, ana, vasile):
    stranger = make.place(cast.clara.person, make.coming(cast.cluj))
    gone = make.place(make_people.person(cast.timis), make.edition(cast.timis))
    marks = [phone(stranger.pk), phone(gone.pk), phone(ana, "late"), phone(vasile)]
    found = send(session, cast.petar, *marks)
    assert found == [NotAParticipant, NotAParticipant, MinutesNeeded, "written"]
    assert standing(session) == [(vasile, "present", 120)]
    assert RollEntry.objects.count() == 1


def test_a_key_names_one_mark_only(cast, session, ana, vasile):
    mark = phone(ana)
    send(session, cast.petar, mark)
    assert send(session, cast.petar, replace(mark, enrolment_id=vasile)) == [MarkIsAnothers]
    other = make.session(session.edition, 9, trainers=[cast.petar.person])
    make.move_to(other, -1)
    assert send(other, cast.petar, mark) == [MarkIsAnothers]
    assert standing(session) == [(ana, "present", 120)]


def test_somebody_who_gave_up_the_place_meanwhile(cast, session, ana):
    cancel(enrolment=session.edition.enrolments.get(pk=ana), by=None)
    assert send(session, cast.petar, phone(ana)) == [NotAParticipant]


def test_no_roll_before_its_day_nor_of_a_cancelled_session(cast, session, ana):
    early = make.session(session.edition, 2, trainers=[cast.petar.person])
    for sending in (send_marks, lambda **given: settle(**given, enrolment_id=ana, choice=uuid4())):
        marks = {"marks": [phone(ana)]} if sending is send_marks else {}
        with pytest.raises(RollTooEarly):
            sending(session=early, by=cast.petar, **marks)
    cancel_session(by=None, session=session, reason="x")
    with pytest.raises(SessionIsCancelled):
        send(session, cast.petar, phone(ana))
    assert not RollEntry.objects.exists()


@pytest.mark.parametrize("who", ["ana", "clara", "ion", "quin", "vera", "olga", "doru", "nour"])
def test_who_may_neither_mark_nor_choose(cast, session, ana, who):
    with pytest.raises(PermissionDenied):
        send(session, getattr(cast, who), phone(ana))
    with pytest.raises(PermissionDenied):
        settle(session=session, by=getattr(cast, who), enrolment_id=ana, choice=uuid4())


# The form without JavaScript


def test_a_form_that_repeats_what_stood_in_it_contradicts_nobody(cast, session, ana, vasile):
    take_roll(session=session, by=cast.petar, marks=[RollMark(ana, "present")])
    opened = key_of(ana)
    take_roll(session=session, by=cast.mara, marks=[RollMark(ana, "absent", seen=opened)])
    stale = [RollMark(ana, "present", seen=opened), RollMark(vasile, "present", seen=None)]
    take_roll(session=session, by=cast.petar, marks=stale)
    assert standing(session) == [(ana, "absent", 0), (vasile, "present", 120)]
    assert disputes(session) == []
    stale = [RollMark(ana, "left_early", 20, seen=opened)]
    take_roll(session=session, by=cast.petar, marks=stale)
    assert standing(session)[0] == (ana, "absent", 0)
    assert [c.mark for c in disputes(session)[0].choices] == ["absent", "left_early"]


def test_a_form_leaves_no_entry_where_nothing_changes(cast, session, ana):
    for _again in range(2):
        take_roll(session=session, by=cast.petar, marks=[RollMark(ana, "present")])
    assert RollEntry.objects.count() == 1


# The database and the history


def test_the_history_is_as_it_was_made(cast, session, ana):
    send(session, cast.petar, phone(ana))
    for change in ({"mark": "late"}, {"minutes": 5}, {"key": uuid4()}, {"held_seconds": 9}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            RollEntry.objects.update(**change)
    for wrong in ({"mark": "absent", "minutes": 5}, {"settled_at": timezone.now()}):
        given = {"mark": "present", "minutes": 120, "outcome": "written", **wrong}
        with pytest.raises(IntegrityError), transaction.atomic():
            RollEntry.objects.create(key=uuid4(), session=session, enrolment_id=ana, **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        RollEntry.objects.create(
            key=RollEntry.objects.get().key, session=session, enrolment_id=ana, mark="present",
            minutes=1, outcome="written",
        )  # fmt: skip


def test_the_history_shows_every_mark_newest_first(cast, session, ana):
    disputed(cast, session, ana)
    settle(
        session=session,
        by=cast.petar,
        enrolment_id=ana,
        choice=RollEntry.objects.disputed().get().key,
    )
    found = roll_history(session)
    assert [(row.person, row.word, row.by, row.settled_by) for row in found] == [
        ("Ana Popescu", "came late", "Petar Petrov", ""),
        ("Ana Popescu", "came late", "Mara Marin", "Petar Petrov"),
        ("Ana Popescu", "present", "Petar Petrov", ""),
    ]


def test_whose_history_one_sees(cast, session, ana):
    send(session, cast.petar, phone(ana))
    seen = {
        name for name, user in cast.everybody.items() if RollEntry.objects.visible_to(user).exists()
    }
    assert seen == {"ana", "petar", "mara", "adm"}


def test_a_phone_keeps_names_for_seven_days_after_the_day_of_the_session(cast, session):
    until = names_kept_until(session)
    assert until.isoformat()[11:] == "00:00:00+02:00" or until.isoformat()[11:] == "00:00:00+03:00"
    assert until.date() == make.at(8).date()
    night = Session(ends=make.at(0, 23, 30), starts=make.at(0, 21), time_zone=make.ZONE)
    assert names_kept_until(night) == until
    assert names_kept_until(night) - night.ends > timedelta(days=7)
