"""What people are told, and when. Actions call these inside their transaction; the words are written by the worker.

Whoever decides on a place holds the lock of the edition: what is not the decision waits in the queue until the
transaction is over (`place_notices`), a job of a few numbers for each notice.
"""

from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from training.models import Enrolment, PendingChange, Session
from training.place_notices import Notice


def _later(enrolment: Enrolment, notice: Notice, rank: int | None = None) -> None:
    """Told within seconds by the worker. What one person is told keeps its order."""
    job = app.configure_task("training.tell_of_place", lock=f"told:{enrolment.person_id}")
    job.defer(enrolment_id=enrolment.pk, notice_id=int(notice), number=rank or 0)


def place_confirmed(enrolment: Enrolment) -> None:
    """You have a place."""
    _later(enrolment, Notice.CONFIRMED)


def put_on_waiting_list(enrolment: Enrolment) -> None:
    """You are on the waiting list, at this rank."""
    _later(enrolment, Notice.WAITLISTED, enrolment.rank)


def asked(enrolment: Enrolment) -> None:
    """Your request is on record, and who decides."""
    _later(enrolment, Notice.ASKED)


def request_refused(enrolment: Enrolment) -> None:
    """Your request was refused, and why."""
    _later(enrolment, Notice.REFUSED)


def place_moved(enrolment: Enrolment) -> None:
    """Your place is now in another edition."""
    _later(enrolment, Notice.MOVED)


def request_waits(enrolment: Enrolment) -> None:
    """Somebody asks for a place and you can decide."""
    _later(enrolment, Notice.REQUEST_WAITS)


def moved_up(enrolment: Enrolment) -> None:
    """A place became free and it is yours."""
    _later(enrolment, Notice.FREED)


def place_offered(enrolment: Enrolment) -> None:
    """A place became free and is yours if you say yes in time."""
    _later(enrolment, Notice.OFFERED)


def offer_ran_out(enrolment: Enrolment) -> None:
    """You did not answer in time; the next person gets the place."""
    _later(enrolment, Notice.OFFER_RAN_OUT)


def nominated(enrolment: Enrolment) -> None:
    """Your institution put you forward."""
    _later(enrolment, Notice.NOMINATED, enrolment.rank)


def place_cancelled(enrolment: Enrolment) -> None:
    """You no longer have a place, or you gave it up."""
    _later(enrolment, Notice.CANCELLED)


def session_added(session: Session) -> None:
    """There is one more, for those who have a place already. Who comes later knows it from the beginning."""
    if Enrolment.objects.filter(edition=session.edition_id).taking_a_place().exists():
        _wait(session, {})


def session_changed(session: Session, *, was: Session, reason: str = "") -> None:
    """It is now at another time or place. `was` is the session as it was read before the change."""
    _wait(session, _as_known(was), reason)


def session_cancelled(session: Session) -> None:
    """It does not take place; its times stay as they were."""
    _wait(session, _as_known(session))


def _as_known(session: Session) -> dict[str, str | datetime]:
    return {
        "starts": session.starts,
        "ends": session.ends,
        "time_zone": session.time_zone,
        "where": session.room.where if session.room else "",
        "link": session.link,
    }


def _wait(session: Session, known: dict[str, str | datetime], reason: str = "") -> None:
    """Told when nothing changed for a while (`actions.telling`). What people know is kept from the first time."""
    now = timezone.now()
    again = {"last_at": now} | ({"reason": reason} if reason else {})
    PendingChange.objects.update_or_create(
        session=session,
        defaults=again,
        create_defaults={**known, "reason": reason, "first_at": now, "last_at": now},
    )
