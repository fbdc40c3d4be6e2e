"""What people are told, and when. Actions call these inside their transaction; the words are written by the worker.

Whoever decides on a place holds the lock of the edition: what is not the decision waits in the queue until the
transaction is over (`place_notices`), a job of a few numbers for each notice.
"""

import json
from datetime import datetime
from functools import cache
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from people.statements import answers
from training.models import Enrolment, PendingChange, Session
from training.place_notices import Notice

# What procrastinate itself sends when a job is deferred, as a statement that can go together with others.
DEFER = """
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
    %s::varchar, %s::varchar, %s::int, %s::text, NULL::text, %s::jsonb, NULL::timestamptz
)::procrastinate_job_to_defer_v1])
"""


def told_later(
    enrolment: Enrolment, notice: Notice, rank: int | None = None
) -> tuple[str, list[Any]]:
    """The statement that has it told within seconds by the worker. What one person is told keeps its order."""
    job = _telling()
    arguments = {"enrolment_id": enrolment.pk, "notice_id": int(notice), "number": rank or 0}
    lock = f"told:{enrolment.person_id}"
    return DEFER, [job.queue, job.task_name, job.priority, lock, json.dumps(arguments)]


@cache
def _telling() -> Job:
    return app.configure_task("training.tell_of_place").job


def _later(enrolment: Enrolment, notice: Notice, rank: int | None = None) -> None:
    answers(*told_later(enrolment, notice, rank))


def of_a_new_place(made: Enrolment) -> list[tuple[str, list[Any]]]:
    """Who is told what of a place that is new: statements for whoever writes it."""
    if made.status == Enrolment.Status.APPLIED:
        return [told_later(made, Notice.ASKED), told_later(made, Notice.REQUEST_WAITS)]
    if made.nominated_by_id:
        return [told_later(made, Notice.NOMINATED, made.rank)]
    if made.status == Enrolment.Status.CONFIRMED:
        return [told_later(made, Notice.CONFIRMED)]
    return [told_later(made, Notice.WAITLISTED, made.rank)]


def place_confirmed(enrolment: Enrolment) -> None:
    """You have a place."""
    _later(enrolment, Notice.CONFIRMED)


def put_on_waiting_list(enrolment: Enrolment) -> None:
    """You are on the waiting list, at this rank."""
    _later(enrolment, Notice.WAITLISTED, enrolment.rank)


def request_refused(enrolment: Enrolment) -> None:
    """Your request was refused, and why."""
    _later(enrolment, Notice.REFUSED)


def place_moved(enrolment: Enrolment) -> None:
    """Your place is now in another edition."""
    _later(enrolment, Notice.MOVED)


def moved_up(enrolment: Enrolment) -> None:
    """A place became free and it is yours."""
    _later(enrolment, Notice.FREED)


def place_offered(enrolment: Enrolment) -> None:
    """A place became free and is yours if you say yes in time."""
    _later(enrolment, Notice.OFFERED)


def offer_ran_out(enrolment: Enrolment) -> None:
    """You did not answer in time; the next person gets the place."""
    _later(enrolment, Notice.OFFER_RAN_OUT)


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
