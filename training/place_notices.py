"""What the worker writes about a place, in the reader's language, from what stands in the database by then.

The queue holds a number for each notice. Each is written once, however often its job runs.
"""

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Any, Literal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation

from formats import dates
from notifications.actions import CalendarPart, notify, wanting
from notifications.models import Message, Topic
from training.actions.deciders import deciders_of
from training.answer_links import answer_url
from training.events import invitation
from training.models import Edition, Enrolment, Session
from training.tokens import offer_token


class Notice(IntEnum):
    """What can be told of a place. Jobs that wait know these numbers: none changes its meaning."""

    CONFIRMED = 1
    WAITLISTED = 2
    ASKED = 3
    REFUSED = 4
    MOVED = 5
    REQUEST_WAITS = 6
    FREED = 7
    OFFERED = 8
    OFFER_RAN_OUT = 9
    NOMINATED = 10
    CANCELLED = 11


# The notices that bring sessions into people's calendars.
INVITE = ("enrolment_confirmed", "place_freed", "nominated", "place_moved")
Method = Literal["REQUEST", "CANCEL"]


@transaction.atomic
def write(enrolment_id: int, notice: Notice, rank: int | None = None) -> None:
    """Tell it, unless that was done before or there is nobody to tell any more. `rank` as it was when decided."""
    rows = Enrolment.objects.select_related(
        "person", "institution", "nominated_by", "edition__course",
        "edition__organiser__jurisdiction",
    )  # fmt: skip
    enrolment = rows.filter(pk=enrolment_id, person__erased_at=None).first()
    if enrolment:
        enrolment.rank = rank
        WRITERS[notice](enrolment)


def _confirmed(enrolment: Enrolment) -> None:
    _tell_of_place(enrolment, "enrolment_confirmed")


def _waitlisted(enrolment: Enrolment) -> None:
    _tell(enrolment, "enrolment_waitlisted", rank=enrolment.rank)


def _asked(enrolment: Enrolment) -> None:
    _tell(enrolment, "place_asked", decider=enrolment.decider)


def _refused(enrolment: Enrolment) -> None:
    # Whoever refused may have thought better of it by now: then the yes is told.
    if enrolment.status == Enrolment.Status.REFUSED:
        _tell(enrolment, "request_refused", reason=enrolment.cancel_reason)


def _moved(enrolment: Enrolment) -> None:
    before, language = enrolment.moved_from, enrolment.person.language
    _tell_of_place(
        enrolment,
        "place_moved",
        more=_taken_out(before),
        before=before,
        before_name=before.edition.name_in(language),
    )


def _request_waits(enrolment: Enrolment) -> None:
    """To those who can decide: at most one message a day for each edition."""
    edition, day = enrolment.edition, timezone.localdate()
    for person in deciders_of(enrolment):
        notify(
            person,
            "request_waits",
            dedupe=f"request_waits:{edition.pk}:{person.pk}:{day.isoformat()}",
            edition=edition,
            edition_name=edition.name_in(person.language),
        )


def _freed(enrolment: Enrolment) -> None:
    _tell_of_place(enrolment, "place_freed")


def _offered(enrolment: Enrolment) -> None:
    """With the link that answers without signing in; not when it was answered by then, or is over."""
    if not enrolment.is_offer_open or enrolment.offer_until is None:
        return
    zone = enrolment.edition.organiser.jurisdiction.time_zone
    when = dates.moment(enrolment.offer_until, zone, enrolment.person.language)
    _tell(enrolment, "place_offered", when=when, token=offer_token(enrolment))


def _offer_ran_out(enrolment: Enrolment) -> None:
    _tell(enrolment, "offer_ran_out")


def _nominated(enrolment: Enrolment) -> None:
    tell = _tell if enrolment.rank else _tell_of_place
    tell(enrolment, "nominated", organisation=enrolment.nominated_by, rank=enrolment.rank)


def _cancelled(enrolment: Enrolment) -> None:
    parts = _taken_out(enrolment)
    _tell(enrolment, "enrolment_cancelled", calendars=parts, reason=enrolment.cancel_reason)


WRITERS: dict[Notice, Callable[[Enrolment], None]] = {
    Notice.CONFIRMED: _confirmed,
    Notice.WAITLISTED: _waitlisted,
    Notice.ASKED: _asked,
    Notice.REFUSED: _refused,
    Notice.MOVED: _moved,
    Notice.REQUEST_WAITS: _request_waits,
    Notice.FREED: _freed,
    Notice.OFFERED: _offered,
    Notice.OFFER_RAN_OUT: _offer_ran_out,
    Notice.NOMINATED: _nominated,
    Notice.CANCELLED: _cancelled,
}


def _tell(
    enrolment: Enrolment, name: str, *, calendars: Iterable[CalendarPart] = (), **context: Any
) -> None:
    person, edition = enrolment.person, enrolment.edition
    context.setdefault("edition_name", edition.name_in(person.language))
    notify(
        person,
        name,
        dedupe=f"{name}:{enrolment.pk}",
        calendars=list(calendars),
        enrolment=enrolment,
        edition=edition,
        sessions=list(_sessions(edition)),
        cancel_until=_deadline(edition, person.language),
        **context,
    )


def _tell_of_place(
    enrolment: Enrolment, name: str, *, more: Iterable[CalendarPart] = (), **context: Any
) -> None:
    """With the sessions for their calendar, and the link to say whether they come."""
    person = enrolment.person
    url = answer_url(enrolment, person.language) if person.email else ""
    parts = [*calendars_of(enrolment, "REQUEST"), *more]
    _tell(enrolment, name, calendars=parts, answer_url=url, **context)


def _sessions(edition: Edition) -> QuerySet[Session]:
    return edition.sessions.taking_place().select_related("room__venue")


def _deadline(edition: Edition, language: str) -> str:
    """Until when one can cancel, on the organiser's clock; empty where there is no deadline."""
    if edition.cancel_until is None:
        return ""
    return dates.moment(edition.cancel_until, edition.organiser.jurisdiction.time_zone, language)


def calendars_of(enrolment: Enrolment, method: Method) -> list[CalendarPart]:
    """What brings the coming sessions of a place into the person's calendar, or out of it."""
    person, edition = enrolment.person, enrolment.edition
    if not person.email or (method == "REQUEST" and not wanting([person], Topic.CALENDAR)):
        return []
    known = Q(is_cancelled=False)
    if method == "CANCEL" and enrolment.cancelled_at:
        # A place that ended with its edition: the sessions were cancelled by the same stroke.
        known |= Q(changed_at__gte=enrolment.cancelled_at)
    sessions = edition.sessions.select_related("room__venue")
    sessions = sessions.filter(known, ends__gt=timezone.now())
    with translation.override(person.language):
        name = edition.name_in(person.language)
        return invitation(
            method, sessions, edition=edition, name=name, person=person, enrolment=enrolment
        )


def _taken_out(enrolment: Enrolment) -> list[CalendarPart]:
    """Only what they were invited to: who has just waited has nothing in the calendar."""
    keys = [f"{name}:{enrolment.pk}" for name in INVITE]
    if not Message.objects.filter(dedupe_key__in=keys).exists():
        return []
    return calendars_of(enrolment, "CANCEL")
