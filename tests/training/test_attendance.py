"""The roll in minutes: what each mark means, corrections with their trail, what finishing does."""

from dataclasses import replace
from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from people.models import AuditEvent
from tests.factories import people as make_people
from tests.factories import training as make
from training import queries
from training.actions import editions, sessions
from training.actions.attendance import RollMark, take_roll
from training.actions.enrolments import cancel
from training.actions.errors import (
    CorrectionNeedsReason,
    ExcuseNeedsReason,
    MinutesNeeded,
    MinutesOutOfRange,
    NotAParticipant,
    RollIncomplete,
    RollTooEarly,
    SessionIsCancelled,
)
from training.models import Attendance, RollEntry, Session
from training.queries import AttendanceShare, attendance_of
from training.signals import attendance_recorded


@pytest.fixture
def running(cast):
    """An edition with a session of two hours that began today, led by Petar; Ana and Vasile have places."""
    edition = make.edition(cast.timis)
    make.session(edition, 7, trainers=[cast.petar.person])
    make.place(cast.ana.person, edition)
    make.place(cast.vasile, edition)
    make.move_to(edition.sessions.get(), 0)
    edition.refresh_from_db()
    return edition


def places(edition):
    return list(edition.enrolments.order_by("pk"))


def rows(session):
    return list(
        Attendance.objects.filter(session=session).order_by("pk").values_list("mark", "minutes")
    )


@pytest.mark.parametrize(
    ("mark", "minutes", "written"),
    [
        ("present", None, 120),
        ("present", 90, 90),
        ("late", 75, 75),
        ("left_early", 1, 1),
        ("left_early", 120, 120),
        ("absent", None, 0),
        ("absent", 60, 0),
        ("excused", None, 0),
        ("excused", 60, 0),
    ],
)
def test_what_a_mark_means_in_minutes(cast, running, mark, minutes, written):
    session, place = running.sessions.get(), places(running)[0]
    said = RollMark(place.pk, mark, minutes, "Tren" if mark == "excused" else "")
    [row] = take_roll(session=session, by=cast.petar, marks=[said])
    assert (row.mark, row.minutes) == (mark, written)
    row.refresh_from_db()
    assert (row.recorded_by, row.method) == (cast.petar, "roll_call")


@pytest.mark.parametrize(
    ("mark", "minutes", "error"),
    [
        ("late", None, MinutesNeeded),
        ("left_early", None, MinutesNeeded),
        ("late", 0, MinutesOutOfRange),
        ("late", 121, MinutesOutOfRange),
        ("present", 121, MinutesOutOfRange),
        ("present", -5, MinutesOutOfRange),
        ("excused", None, ExcuseNeedsReason),
        ("dancing", 5, ValueError),
    ],
)
def test_marks_that_say_nothing_are_refused_and_nothing_is_written(
    cast, running, mark, minutes, error
):
    first, second = places(running)
    marks = [RollMark(first.pk, "present"), RollMark(second.pk, mark, minutes)]
    with pytest.raises(error) as caught:
        take_roll(session=running.sessions.get(), by=cast.petar, marks=marks)
    if error is not ValueError:
        assert caught.value.enrolment_id == second.pk
        assert caught.value.message
    assert not Attendance.objects.exists()


def test_the_roll_is_one_event_and_the_same_again_is_none(cast, running):
    session = running.sessions.get()
    marks = [RollMark(place.pk, "present") for place in places(running)]
    assert len(take_roll(session=session, by=cast.petar, marks=marks)) == 2
    assert take_roll(session=session, by=cast.petar, marks=marks) == []
    event = AuditEvent.objects.about(session).filter(verb="roll.taken").get()
    assert event.data["marks"] == {str(place.pk): ["present", 120] for place in places(running)}


def test_a_correction_keeps_the_old_mark_in_the_trail(cast, running):
    session, place = running.sessions.get(), places(running)[0]
    take_roll(session=session, by=cast.petar, marks=[RollMark(place.pk, "absent")])
    marks = [RollMark(place.pk, "late", 80, "Tren întârziat")]
    [row] = take_roll(session=session, by=cast.mara, marks=marks)
    event = AuditEvent.objects.about(row).get()
    assert event.verb == "attendance.corrected"
    assert (event.data["old"], event.data["new"]) == (["absent", 0], ["late", 80])
    assert row.reason == "Tren întârziat"
    assert "Tren" not in str(event.data)  # free text is erased with the row
    assert (event.actor_id, event.person_id) == (cast.mara.pk, cast.ana.person.pk)
    assert rows(session) == [("late", 80)]


def test_the_last_mark_of_one_post_counts(cast, running):
    place = places(running)[0]
    marks = [RollMark(place.pk, "absent"), RollMark(place.pk, "present")]
    take_roll(session=running.sessions.get(), by=cast.petar, marks=marks)
    assert rows(running.sessions.get()) == [("present", 120)]


def test_only_people_with_a_place_are_on_the_roll(cast, running):
    other = make.coming(cast.timis)
    stranger = make.place(cast.ana.person, other)
    gone = places(running)[1]
    cancel(enrolment=gone, by=None)
    for place in (stranger, gone):
        with pytest.raises(NotAParticipant):
            take_roll(
                session=running.sessions.get(), by=cast.petar, marks=[RollMark(place.pk, "present")]
            )
    assert [row.enrolment_id for row in queries.roll(running.sessions.get())] == [
        places(running)[0].pk
    ]


def test_the_roll_opens_with_the_day_of_the_session(cast):
    session = make.session(make.edition(cast.timis), 1, trainers=[cast.petar.person])
    with pytest.raises(RollTooEarly):
        take_roll(session=session, by=cast.petar, marks=[])
    session = Session(
        starts=datetime.fromisoformat("2026-03-29T22:30:00+00:00"), time_zone="Europe/Bucharest"
    )
    assert session.roll_opens.isoformat() == "2026-03-30T00:00:00+03:00"


def test_who_ended_the_edition_meanwhile_is_seen(cast, running):
    """The page was opened before the coordinator ended the edition: it is not ended, and not told, a second time."""
    session = running.sessions.select_related("edition__organiser").get()
    editions.change_status(by=None, edition=running, status="running")
    editions.change_status(by=None, edition=running, status="done")
    marks = [RollMark(place.pk, "present") for place in places(running)]
    take_roll(session=session, by=cast.petar, marks=marks, finish=True)
    ended = AuditEvent.objects.filter(verb="edition.status", data__after="done")
    assert ended.count() == 1


def test_a_cancelled_session_has_no_roll(cast, running):
    session = sessions.cancel(by=None, session=running.sessions.get(), reason="x")
    with pytest.raises(SessionIsCancelled):
        take_roll(session=session, by=cast.petar, marks=[])


# Finishing


def test_finishing_needs_a_mark_for_everybody(cast, running):
    session, (first, second) = running.sessions.get(), places(running)
    with pytest.raises(RollIncomplete) as caught:
        take_roll(
            session=session, by=cast.petar, marks=[RollMark(first.pk, "present")], finish=True
        )
    assert caught.value.message.startswith("1")
    assert rows(session) == []
    take_roll(session=session, by=cast.petar, marks=[RollMark(first.pk, "present")])
    excused = RollMark(second.pk, "excused", reason="Concediu")
    take_roll(session=session, by=cast.petar, marks=[excused], finish=True)
    session.refresh_from_db()
    assert session.roll_closed_at
    running.refresh_from_db()
    assert running.status == "done"
    assert AuditEvent.objects.about(running).filter(verb="edition.status").count() == 1


def test_an_edition_is_done_with_its_last_roll(cast, running):
    first = running.sessions.get()
    second = make.session(running, 3)
    marks = [RollMark(place.pk, "present") for place in places(running)]
    take_roll(session=first, by=cast.petar, marks=marks, finish=True)
    running.refresh_from_db()
    assert running.status == "open"
    Session.objects.filter(pk=second.pk).update(starts=make.at(-1), ends=make.at(-1, 12))
    take_roll(session=second, by=cast.mara, marks=marks, finish=True)
    take_roll(session=second, by=cast.mara, marks=[], finish=True)
    running.refresh_from_db()
    assert running.status == "done"
    assert AuditEvent.objects.about(second).filter(verb="roll.finished").count() == 1


def test_a_correction_after_the_end_says_why_and_changes_the_mark_only(cast, running):
    session, (first, second) = running.sessions.get(), places(running)
    marks = [RollMark(first.pk, "present"), RollMark(second.pk, "absent")]
    take_roll(session=session, by=cast.petar, marks=marks, finish=True)
    late = RollMark(second.pk, "late", 30)
    with pytest.raises(CorrectionNeedsReason) as caught:
        take_roll(session=session, by=cast.petar, marks=[late])
    assert caught.value.enrolment_id == second.pk
    why = replace(late, correction="A semnat pe foaie la 11:30")
    take_roll(session=session, by=cast.petar, marks=[why], finish=True)
    assert rows(session) == [("present", 120), ("late", 30)]
    entry = RollEntry.objects.latest("pk")
    assert (entry.mark, entry.correction) == ("late", "A semnat pe foaie la 11:30")
    assert "foaie" not in str(list(AuditEvent.objects.values_list("data", flat=True)))
    running.refresh_from_db()
    assert running.status == "done"


def test_the_fact_is_said_once_for_the_rows_written(cast, running):
    heard = []

    def listen(sender, enrolment_ids, **kwargs):
        heard.append(enrolment_ids)

    attendance_recorded.connect(listen)
    try:
        marks = [RollMark(place.pk, "present") for place in places(running)]
        take_roll(session=running.sessions.get(), by=cast.petar, marks=marks)
        take_roll(session=running.sessions.get(), by=cast.petar, marks=marks)
    finally:
        attendance_recorded.disconnect(listen)
    assert heard == [sorted(place.pk for place in places(running))]


# Who may


@pytest.mark.parametrize("who", ["petar", "mara", "adm"])
def test_who_may_take_the_roll(cast, running, who):
    marks = [RollMark(places(running)[0].pk, "present")]
    assert take_roll(session=running.sessions.get(), by=getattr(cast, who), marks=marks)


@pytest.mark.parametrize("who", ["ana", "clara", "ion", "quin", "vera", "olga", "doru", "nour"])
def test_who_may_not(cast, running, who):
    with pytest.raises(PermissionDenied):
        take_roll(session=running.sessions.get(), by=getattr(cast, who), marks=[])


def test_a_trainer_takes_the_roll_of_the_own_sessions_only(cast, running):
    session = running.sessions.get()
    session.trainers.all().delete()
    with pytest.raises(PermissionDenied):
        take_roll(session=session, by=cast.petar, marks=[])


def test_a_login_without_a_person_leads_nothing(cast, running):
    nobody = make_people.superuser()
    assert take_roll(session=running.sessions.get(), by=nobody, marks=[]) == []
    nobody = make_people.fresh(nobody)
    nobody.is_superuser = False
    with pytest.raises(PermissionDenied):
        take_roll(session=running.sessions.get(), by=nobody, marks=[])


# Shares


def test_the_share_of_a_person(cast, running):
    first, place = running.sessions.get(), places(running)[0]
    make.move_to(first, -2)
    second = make.session(running, 1, hours=2)
    gone = make.session(running, 2)
    sessions.cancel(by=None, session=gone, reason="x")
    make.attendance(first, place, 90)
    share = attendance_of(place)
    assert share == AttendanceShare(90, 240, 120, all_over=False)
    assert (share.percent, share.best_percent) == (37, 87)
    make.attendance(second, place)
    assert attendance_of(place, at=make.at(3)) == AttendanceShare(210, 240, 0, all_over=True)


def test_an_edition_without_sessions_has_no_share(cast):
    edition = make.edition(cast.timis)
    share = attendance_of(make.place(cast.ana.person, edition))
    assert (share.percent, share.best_percent, share.all_over) == (0, 0, False)
    assert queries.planned_minutes(edition) == 0


@given(present=st.integers(0, 5000), planned=st.integers(0, 5000), possible=st.integers(0, 5000))
def test_a_percentage_is_between_nothing_and_all(present, planned, possible):
    share = AttendanceShare(present, planned, possible, all_over=True)
    assert 0 <= share.percent <= share.best_percent <= 100
    more = AttendanceShare(present + 1, planned, possible, all_over=True)
    assert more.percent >= share.percent


def test_the_roll_shows_marks_and_costs_one_query(cast, running, django_assert_num_queries):
    session = running.sessions.get()
    make.attendance(session, places(running)[0], 30, mark="late", reason="Tren")
    with django_assert_num_queries(1):
        found = queries.roll(session)
    assert [(row.name, row.mark, row.minutes, row.reason) for row in found] == [
        ("Ana Popescu", "late", 30, "Tren"),
        ("Vasile Țurcanu", "", None, ""),
    ]
