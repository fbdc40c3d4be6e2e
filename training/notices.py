"""What people are told, and when. Actions call these inside their transaction; notifications/ does the rest."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import QuerySet
from django.utils import timezone, translation

from formats import dates
from notifications.actions import CalendarPart, notify, wanting
from notifications.models import Message, Topic
from people.models import Organisation, Person
from training.answer_links import answer_url
from training.events import invitation
from training.models import Edition, Enrolment, PendingChange, Session
from training.tokens import offer_token

# The notices that bring sessions into people's calendars.
INVITE = ("enrolment_confirmed", "place_freed", "nominated", "place_moved")


def name_of(edition: Edition, language: str) -> str:
    """The edition's name as that reader knows it."""
    return Edition.objects.with_name(language).values_list("name", flat=True).get(pk=edition.pk)


def _deadline(edition: Edition, language: str) -> str:
    """Until when one can cancel, on the organiser's clock; empty where there is no deadline."""
    if edition.cancel_until is None:
        return ""
    return dates.moment(edition.cancel_until, edition.organiser.jurisdiction.time_zone, language)


Method = Literal["REQUEST", "CANCEL"]


def _tell(
    enrolment: Enrolment, name: str, *, calendars: Iterable[CalendarPart] = (), **context: Any
) -> None:
    person, edition = enrolment.person, enrolment.edition
    notify(
        person,
        name,
        dedupe=f"{name}:{enrolment.pk}",
        calendars=list(calendars),
        enrolment=enrolment,
        edition=edition,
        edition_name=name_of(edition, person.language),
        sessions=list(_sessions(edition)),
        cancel_until=_deadline(edition, person.language),
        **context,
    )


def _tell_of_place(enrolment: Enrolment, name: str, **context: Any) -> None:
    """With the sessions for their calendar, and the link to say whether they come."""
    url = answer_url(enrolment, enrolment.person.language) if enrolment.person.email else ""
    _tell(enrolment, name, calendars=calendars_of(enrolment, "REQUEST"), answer_url=url, **context)


def _sessions(edition: Edition) -> QuerySet[Session]:
    return edition.sessions.taking_place().select_related("room__venue")


def calendars_of(enrolment: Enrolment, method: Method) -> list[CalendarPart]:
    """What brings the coming sessions of a place into the person's calendar, or out of it."""
    person, edition = enrolment.person, enrolment.edition
    if not person.email or (method == "REQUEST" and not wanting([person], Topic.CALENDAR)):
        return []
    sessions = _sessions(edition).filter(ends__gt=timezone.now())
    with translation.override(person.language):
        name = name_of(edition, person.language)
        return invitation(
            method, sessions, edition=edition, name=name, person=person, enrolment=enrolment
        )


def _taken_out(enrolment: Enrolment) -> list[CalendarPart]:
    """Only what they were invited to: who has just waited has nothing in the calendar."""
    keys = [f"{name}:{enrolment.pk}" for name in INVITE]
    if not Message.objects.filter(dedupe_key__in=keys).exists():
        return []
    return calendars_of(enrolment, "CANCEL")


def place_confirmed(enrolment: Enrolment) -> None:
    """You have a place."""
    _tell_of_place(enrolment, "enrolment_confirmed")


def put_on_waiting_list(enrolment: Enrolment) -> None:
    """You are on the waiting list, at this rank."""
    _tell(enrolment, "enrolment_waitlisted", rank=enrolment.rank)


def asked(enrolment: Enrolment) -> None:
    """Your request is on record, and who decides."""
    _tell(enrolment, "place_asked", decider=enrolment.decider)


def request_refused(enrolment: Enrolment) -> None:
    """Your request was refused, and why."""
    _tell(enrolment, "request_refused", reason=enrolment.cancel_reason)


def place_moved(enrolment: Enrolment, before: Enrolment) -> None:
    """Your place is now in another edition."""
    person = enrolment.person
    url = answer_url(enrolment, person.language) if enrolment.has_place and person.email else ""
    _tell(
        enrolment,
        "place_moved",
        calendars=[
            *(calendars_of(enrolment, "REQUEST") if enrolment.has_place else ()),
            *_taken_out(before),
        ],
        answer_url=url,
        before=before,
        before_name=name_of(before.edition, person.language),
    )


def request_waits(enrolment: Enrolment, deciders: Iterable[Person], day: date) -> None:
    """Somebody asks for a place and you can decide: at most one message a day for each edition."""
    edition = enrolment.edition
    for person in deciders:
        notify(
            person,
            "request_waits",
            dedupe=f"request_waits:{edition.pk}:{person.pk}:{day.isoformat()}",
            edition=edition,
            edition_name=name_of(edition, person.language),
        )


def moved_up(enrolment: Enrolment) -> None:
    """A place became free and it is yours."""
    _tell_of_place(enrolment, "place_freed")


def place_offered(enrolment: Enrolment) -> None:
    """A place became free and is yours if you say yes in time; the link answers without signing in."""
    assert enrolment.offer_until
    zone = enrolment.edition.organiser.jurisdiction.time_zone
    when = dates.moment(enrolment.offer_until, zone, enrolment.person.language)
    _tell(enrolment, "place_offered", when=when, token=offer_token(enrolment))


def offer_ran_out(enrolment: Enrolment) -> None:
    """You did not answer in time; the next person gets the place."""
    _tell(enrolment, "offer_ran_out")


def nominated(enrolment: Enrolment, organisation: Organisation) -> None:
    """Your institution put you forward."""
    tell = _tell_of_place if enrolment.has_place else _tell
    tell(enrolment, "nominated", organisation=organisation, rank=enrolment.rank)


def place_cancelled(enrolment: Enrolment) -> None:
    """You no longer have a place, or you gave it up."""
    parts = _taken_out(enrolment)
    _tell(enrolment, "enrolment_cancelled", calendars=parts, reason=enrolment.cancel_reason)


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
