"""Checking in: by oneself with the code in the room, or by the trainer who scans a person's own code.

The server's clock decides: on time until some minutes after the start, then late by the minutes that are missing.
"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from people.codes import plain
from people.misses import Misses
from people.models import User
from people.permissions import Permission
from training.actions.attendance import (
    RollMark,
    lock,
    record,
    require_trainer,
    take_roll,
)
from training.actions.errors import Refused
from training.actions.room_errors import (
    CheckInNotOpen,
    CheckInOver,
    CodeIsOld,
    CodeIsWrong,
    NoPlaceHere,
    TooManyCodes,
)
from training.models import Attendance, CheckIn, Enrolment, Session
from training.models.check_in import DIGITS

Mark = Attendance.Mark
OPENS = timedelta(hours=1)  # before the start
GRACE = timedelta(minutes=10)  # people queue at the door with their phones
# Typing the code and signing in by mail take longer than a code lives: seen once, it is good for so long.
SEEN_FOR = timedelta(minutes=15)
guesses = Misses("check-in", most=10, period=600)


def by_the_clock(session: Session, at: datetime) -> tuple[str, int | None]:
    """The mark and its minutes (None: all of them) of somebody who comes in at that moment."""
    if at <= session.starts + GRACE:
        return Mark.PRESENT.value, None
    left = int((session.ends - at).total_seconds() // 60)
    return Mark.LATE.value, min(max(left, 1), session.minutes)


def require_open(session: Session, at: datetime) -> None:
    """From an hour before the start until the end; once the roll is finished, only the trainer changes it."""
    opens = max(session.starts - OPENS, session.roll_opens)
    if at < opens:
        raise CheckInNotOpen(session, opens)
    if at >= session.ends or session.is_cancelled or session.roll_closed_at:
        raise CheckInOver


def takes_check_ins(session: Session, at: datetime | None = None) -> bool:
    """Can people check in now?"""
    try:
        require_open(session, at or timezone.now())
    except Refused:
        return False
    return True


@transaction.atomic
def open_screen(*, session: Session, by: User) -> CheckIn:
    """The session's codes, for whoever takes its roll; made the first time that they are shown."""
    if not Session.objects.visible_to(by, Permission.TAKE_ROLL).filter(pk=session.pk).exists():
        raise PermissionDenied
    return CheckIn.objects.get_or_create(session=session)[0]


def require_code(
    *, session: Session, code: str, by_link: bool = False, at: datetime | None = None
) -> None:
    """The code must be the one that is shown now or the one before it.

    `by_link`: opened by whoever has the address, as often as they like, so it must be the long code of the QR code.
    """
    given = plain(code)
    if by_link and len(given) <= DIGITS:
        raise CodeIsWrong
    check = CheckIn.objects.filter(session=session).first()
    age = check.age_of(given, at or timezone.now()) if check else None
    if age is None:
        raise CodeIsWrong
    if age > 1:
        raise CodeIsOld


def session_of_code(*, code: str, by: User, at: datetime | None = None) -> Session:
    """Which of one's own sessions of these hours shows that code. Only so many guesses."""
    now = at or timezone.now()
    if guesses.too_many(by.pk):
        raise TooManyCodes
    mine = Session.objects.taking_place().filter(
        edition__enrolments__in=_places(by), starts__lte=now + OPENS, ends__gt=now
    )
    refusals: list[CodeIsOld | CodeIsWrong] = []
    for session in mine.filter(check_in__isnull=False).order_by("starts", "pk"):
        try:
            require_code(session=session, code=code, at=now)
            return session
        except (CodeIsOld, CodeIsWrong) as refused:
            refusals.append(refused)
    guesses.add(by.pk)
    old = [refused for refused in refusals if isinstance(refused, CodeIsOld)]
    raise old[0] if old else CodeIsWrong


@transaction.atomic
def check_in(*, session: Session, by: User, seen_at: datetime) -> Attendance:
    """Mark oneself at the moment when the code was seen. Done twice it is done once; a trainer's mark stands."""
    place = _places(by).filter(edition=session.edition_id).first()
    if place is None:
        raise NoPlaceHere
    if timezone.now() - seen_at > SEEN_FOR:
        raise CodeIsOld
    session = lock(session)
    found = Attendance.objects.filter(session=session, enrolment=place).first()
    if found:
        return found
    require_open(session, seen_at)
    mark = RollMark(place.pk, *by_the_clock(session, seen_at))
    method = Attendance.Method.SELF
    return record(session=session, by=by, marks=[mark], method=method, only_new=True)[0]


@transaction.atomic
def mark_scanned(
    *, session: Session, enrolment: Enrolment, by: User, at: datetime | None = None
) -> Attendance:
    """The trainer scanned or typed a person's own code: they are here now. Whoever was there already stays as marked.

    Somebody who was put down as absent or excused and comes after all is late by the clock.
    """
    require_trainer(session, by)
    found = Attendance.objects.filter(session=session, enrolment=enrolment).first()
    if found and found.minutes:
        return found
    now = at or timezone.now()
    require_open(session, now)
    mark = RollMark(enrolment.pk, *by_the_clock(session, now))
    method = Attendance.Method.SCAN
    take_roll(session=session, by=by, marks=[mark], method=method)
    return Attendance.objects.get(session=session, enrolment=enrolment)


def _places(by: User) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(person=by.person_id or 0, status=Enrolment.Status.CONFIRMED)
