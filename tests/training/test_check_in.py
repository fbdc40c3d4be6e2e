"""Checking in with the code in the room: what the code is worth, who may, and what the clock makes of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from people.models import AuditEvent
from tests.factories import training as make
from training.actions import check_in, enrolments, sessions
from training.actions.attendance import RollMark, take_roll
from training.actions.errors import NotAParticipant, SessionIsCancelled
from training.actions.room_errors import (
    CheckInNotOpen,
    CheckInOver,
    CodeIsOld,
    CodeIsWrong,
    NoPlaceHere,
    TooManyCodes,
)
from training.models import Attendance, CheckIn, Session
from training.models.check_in import REMEMBERED_STEPS, STEP, step_of
from training.queries import presence


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def session(cast, now):
    """Two hours that began five minutes ago, led by Petar; Ana and Vasile have places."""
    edition = make.edition(cast.timis)
    made = make.session(edition, 7, trainers=[cast.petar.person])
    make.place(cast.ana.person, edition)
    make.place(cast.vasile, edition)
    begin(made, now - timedelta(minutes=5))
    return made


def begin(session, at) -> None:
    Session.objects.filter(pk=session.pk).update(starts=at, ends=at + timedelta(hours=2))
    session.refresh_from_db()


def marks(session):
    rows = Attendance.objects.filter(session=session).order_by("enrolment")
    return [(row.mark, row.minutes, row.method) for row in rows]


# The code


@given(
    secret=st.binary(min_size=32, max_size=32),
    number=st.integers(1, 10**9),
    moment=st.datetimes(timezones=st.just(timezone.get_default_timezone())),
    age=st.integers(-3, REMEMBERED_STEPS + 3),
)
def test_a_code_is_known_for_as_long_as_it_is_remembered(secret, number, moment, age):
    check = CheckIn(session_id=number, secret=secret.hex())
    step = step_of(moment)
    found = check.age_of(check.link_code(step - age), moment)
    assert found == (age if 0 <= age < REMEMBERED_STEPS else None)
    typed = check.typed_code(step)
    assert len(typed) == 6 and typed.isascii() and typed.isdigit()
    assert check.age_of(typed, moment) == 0


def test_the_code_of_another_session_or_secret_is_none(now):
    check = CheckIn(session_id=1, secret="00" * 32)
    for other in (CheckIn(session_id=2, secret="00" * 32), CheckIn(session_id=1, secret="01" * 32)):
        assert check.age_of(other.link_code(step_of(now)), now) is None


@pytest.mark.parametrize("given", ["", "x", "ж" * 16, "000 000", "9" * 400])
def test_nonsense_is_no_code(given, now):
    assert CheckIn(session_id=1, secret="00" * 32).age_of(given, now) is None


@pytest.mark.parametrize(
    ("steps", "refusal"),
    [(-1, CodeIsWrong), (0, None), (1, None), (2, CodeIsOld), (60, CodeIsOld), (500, CodeIsWrong)],
)
@pytest.mark.parametrize("kind", ["typed_code", "link_code"])
def test_the_code_shown_now_and_the_one_before_it_are_accepted(
    cast, session, now, steps, refusal, kind
):
    check = check_in.open_screen(session=session, by=cast.petar)
    code = getattr(check, kind)(step_of(now) - steps)
    if refusal is None:
        check_in.require_code(session=session, code=code, at=now)
    else:
        with pytest.raises(refusal) as caught:
            check_in.require_code(session=session, code=code, at=now)
        assert caught.value.next_step


def test_before_the_screen_was_opened_no_code_is_right(session):
    with pytest.raises(CodeIsWrong):
        check_in.require_code(session=session, code="123456")


def test_the_screen_keeps_its_secret(cast, session):
    first, second = (check_in.open_screen(session=session, by=cast.petar) for _ in range(2))
    assert first.secret == second.secret
    assert len(bytes.fromhex(first.secret)) == 32


@pytest.mark.parametrize("who", ["ana", "clara", "olga", "doru", "vera", "quin", "ion"])
def test_who_may_not_open_the_screen(cast, session, who):
    with pytest.raises(PermissionDenied):
        check_in.open_screen(session=session, by=getattr(cast, who))
    assert not CheckIn.objects.exists()


def test_typed_digits_find_the_session_in_any_digits(cast, session, now):
    check = check_in.open_screen(session=session, by=cast.petar)
    code = check.typed_code(step_of(now))
    eastern = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for typed in (code, f"{code[:3]} {code[3:]}", eastern):
        assert check_in.session_of_code(code=typed, by=cast.ana, at=now) == session


def test_digits_of_a_session_without_a_place_are_wrong(cast, session, now):
    code = check_in.open_screen(session=session, by=cast.petar).typed_code(step_of(now))
    with pytest.raises(CodeIsWrong):
        check_in.session_of_code(code=code, by=cast.clara, at=now)


def test_old_digits_are_called_old(cast, session, now):
    code = check_in.open_screen(session=session, by=cast.petar).typed_code(step_of(now) - 2)
    with pytest.raises(CodeIsOld):
        check_in.session_of_code(code=code, by=cast.ana, at=now)


def test_only_so_many_guesses(cast, session, now):
    check = check_in.open_screen(session=session, by=cast.petar)
    for _guess in range(check_in.guesses.most):
        with pytest.raises(CodeIsWrong):
            check_in.session_of_code(code="no", by=cast.ana, at=now)
    right = check.typed_code(step_of(now))
    with pytest.raises(TooManyCodes):
        check_in.session_of_code(code=right, by=cast.ana, at=now)
    check_in.guesses.add(cast.clara.pk)
    assert not check_in.guesses.too_many(cast.clara.pk)


# The clock


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (-60, ("present", None)),
        (0, ("present", None)),
        (10, ("present", None)),
        (11, ("late", 109)),
        (60.5, ("late", 59)),
        (119.9, ("late", 1)),
    ],
)
def test_what_the_clock_says(session, minutes, expected):
    at = session.starts + timedelta(minutes=minutes)
    assert check_in.by_the_clock(session, at) == expected


@given(first=st.floats(-60, 119.99), later=st.floats(0, 60))
def test_whoever_comes_later_never_gets_more(first, later):
    starts = timezone.now()
    session = Session(starts=starts, ends=starts + timedelta(hours=2))

    def minutes(after: float) -> int:
        mark, found = check_in.by_the_clock(session, starts + timedelta(minutes=after))
        return session.minutes if found is None else found

    early, late = minutes(first), minutes(min(first + later, 119.99))
    assert 1 <= late <= early <= session.minutes


@pytest.mark.parametrize(
    ("minutes", "refusal"),
    [
        (-61, CheckInNotOpen),
        (-60, None),
        (0, None),
        (119, None),
        (120, CheckInOver),
        (999, CheckInOver),
    ],
)
def test_when_people_can_check_in(session, now, minutes, refusal):
    # At noon, so that an hour before is the same day.
    begin(session, make.at(-1, 12))
    at = session.starts + timedelta(minutes=minutes)
    if refusal is None:
        check_in.require_open(session, at)
        assert check_in.takes_check_ins(session, at)
    else:
        with pytest.raises(refusal):
            check_in.require_open(session, at)
        assert not check_in.takes_check_ins(session, at)


def test_a_session_after_midnight_opens_at_midnight(session):
    begin(session, make.at(-1, 0, 20))
    with pytest.raises(CheckInNotOpen):
        check_in.require_open(session, session.starts - timedelta(minutes=21))
    check_in.require_open(session, session.starts - timedelta(minutes=20))


def test_a_finished_roll_is_the_trainers(cast, session, now):
    everybody = [RollMark(place.pk, "absent") for place in session.edition.enrolments.all()]
    take_roll(session=session, by=cast.petar, marks=everybody, finish=True)
    session.refresh_from_db()
    with pytest.raises(CheckInOver):
        check_in.require_open(session, now)


# Checking oneself in


def test_checking_in_twice_is_once(cast, session, now):
    made = [check_in.check_in(session=session, by=cast.ana, seen_at=now) for _ in range(2)]
    assert made[0].pk == made[1].pk
    assert marks(session) == [("present", 120, "self")]
    assert made[0].recorded_by == cast.ana
    assert AuditEvent.objects.filter(verb="roll.taken", actor_id=cast.ana.pk).count() == 1
    assert (presence(session).here, presence(session).expected) == (1, 2)


def test_the_moment_when_the_code_was_seen_counts(cast, session, now):
    begin(session, now - timedelta(minutes=20))
    check_in.check_in(session=session, by=cast.ana, seen_at=now - timedelta(minutes=12))
    assert marks(session) == [("present", 120, "self")]
    begin(session, now - timedelta(minutes=50))
    Attendance.objects.all().delete()
    check_in.check_in(session=session, by=cast.ana, seen_at=now)
    assert marks(session) == [("late", 70, "self")]


def test_a_code_seen_long_ago_is_old(cast, session, now):
    with pytest.raises(CodeIsOld):
        check_in.check_in(session=session, by=cast.ana, seen_at=now - timedelta(minutes=16))
    assert marks(session) == []


@pytest.mark.parametrize("mark", ["absent", "excused"])
def test_what_the_trainer_said_stands(cast, session, now, mark):
    place = session.edition.enrolments.get(person=cast.ana.person)
    take_roll(session=session, by=cast.petar, marks=[RollMark(place.pk, mark, reason="Concediu")])
    found = check_in.check_in(session=session, by=cast.ana, seen_at=now)
    assert (found.mark, marks(session)) == (mark, [(mark, 0, "roll_call")])


@pytest.mark.parametrize("who", ["clara", "mara", "petar", "adm"])
def test_nobody_without_a_place_checks_in(cast, session, now, who):
    with pytest.raises(NoPlaceHere):
        check_in.check_in(session=session, by=getattr(cast, who), seen_at=now)


def test_only_confirmed_people_check_in(cast, session, now):
    place = session.edition.enrolments.get(person=cast.ana.person)
    for status in ("waitlisted", "applied", "offered"):
        until = now if status == "offered" else None
        type(place).objects.filter(pk=place.pk).update(status=status, offer_until=until)
        with pytest.raises(NoPlaceHere):
            check_in.check_in(session=session, by=cast.ana, seen_at=now)
    type(place).objects.filter(pk=place.pk).update(status="confirmed", offer_until=None)
    enrolments.cancel(enrolment=place, by=None)
    with pytest.raises(NoPlaceHere):
        check_in.check_in(session=session, by=cast.ana, seen_at=now)
    assert marks(session) == []


def test_a_cancelled_session_takes_nobody(cast, session, now):
    begin(session, now + timedelta(minutes=1))
    sessions.cancel(by=None, session=session, reason="x")
    with pytest.raises(SessionIsCancelled):
        check_in.check_in(session=session, by=cast.ana, seen_at=now)


# Scanned by the trainer


def test_the_trainer_scans(cast, session, now):
    place = session.edition.enrolments.get(person=cast.vasile)
    for _ in range(2):
        check_in.mark_scanned(session=session, enrolment=place, by=cast.petar)
    assert marks(session) == [("present", 120, "scan")]


def test_somebody_put_down_as_absent_comes_after_all(cast, session, now):
    begin(session, now - timedelta(minutes=30))
    place = session.edition.enrolments.get(person=cast.vasile)
    take_roll(session=session, by=cast.petar, marks=[RollMark(place.pk, "absent")])
    row = check_in.mark_scanned(session=session, enrolment=place, by=cast.petar, at=now)
    assert marks(session) == [("late", 90, "scan")]
    [event] = AuditEvent.objects.about(row).filter(verb="attendance.corrected")
    assert (event.data["old"], event.data["new"]) == (["absent", 0], ["late", 90])


def test_a_late_mark_is_not_made_later_by_a_scan(cast, session, now):
    place = session.edition.enrolments.get(person=cast.vasile)
    take_roll(session=session, by=cast.petar, marks=[RollMark(place.pk, "late", 115)])
    check_in.mark_scanned(session=session, enrolment=place, by=cast.petar)
    assert marks(session) == [("late", 115, "roll_call")]


def test_a_scan_asks_as_the_roll_does(cast, session):
    place = session.edition.enrolments.get(person=cast.vasile)
    for who in (cast.ana, cast.quin, cast.olga):
        with pytest.raises(PermissionDenied):
            check_in.mark_scanned(session=session, enrolment=place, by=who)
    stranger = make.place(cast.clara.person, make.coming(cast.cluj))
    with pytest.raises(NotAParticipant):
        check_in.mark_scanned(session=session, enrolment=stranger, by=cast.petar)
    assert STEP == 30
