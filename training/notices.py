"""What people are told, and when. Actions call these inside their transaction; notifications/ does the rest."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from notifications.actions import notify
from people.models import Organisation, Person
from training.models import Edition, Enrolment, Session


def _name(edition: Edition, language: str) -> str:
    """The edition's name as that reader knows it."""
    return Edition.objects.with_name(language).values_list("name", flat=True).get(pk=edition.pk)


def _about(edition: Edition, language: str) -> dict[str, Any]:
    sessions = edition.sessions.taking_place().select_related("room__venue")
    return {
        "edition": edition,
        "edition_name": _name(edition, language),
        "sessions": list(sessions),
    }


def _tell(enrolment: Enrolment, name: str, **context: Any) -> None:
    person = enrolment.person
    notify(
        person,
        name,
        dedupe=f"{name}:{enrolment.pk}",
        enrolment=enrolment,
        **_about(enrolment.edition, person.language),
        **context,
    )


def place_confirmed(enrolment: Enrolment) -> None:
    """You have a place."""
    _tell(enrolment, "enrolment_confirmed")


def put_on_waiting_list(enrolment: Enrolment) -> None:
    """You are on the waiting list, at this rank."""
    _tell(enrolment, "enrolment_waitlisted", rank=enrolment.rank)


def asked(enrolment: Enrolment) -> None:
    """Your request is on record, and who decides."""
    _tell(enrolment, "place_asked", decider=enrolment.decider)


def request_refused(enrolment: Enrolment) -> None:
    """Your request was refused, and why. Named for the moment: a refusal may be taken back."""
    _tell(enrolment, "request_refused", reason=enrolment.cancel_reason)


def place_moved(enrolment: Enrolment, before: Enrolment) -> None:
    """Your place is now in another edition."""
    language = enrolment.person.language
    _tell(enrolment, "place_moved", before=before, before_name=_name(before.edition, language))


def request_waits(enrolment: Enrolment, deciders: Iterable[Person], day: date) -> None:
    """Somebody asks for a place and you can decide: at most one message a day for each edition."""
    edition = enrolment.edition
    for person in deciders:
        notify(
            person,
            "request_waits",
            dedupe=f"request_waits:{edition.pk}:{person.pk}:{day.isoformat()}",
            edition=edition,
            edition_name=_name(edition, person.language),
        )


def moved_up(enrolment: Enrolment) -> None:
    """A place became free and it is yours."""
    _tell(enrolment, "place_freed")


def nominated(enrolment: Enrolment, organisation: Organisation) -> None:
    """Your institution put you forward."""
    _tell(enrolment, "nominated", organisation=organisation, rank=enrolment.rank)


def place_cancelled(enrolment: Enrolment) -> None:
    """You no longer have a place, or you gave it up."""
    _tell(enrolment, "enrolment_cancelled", reason=enrolment.cancel_reason)


def concerned_by(session: Session) -> list[Person]:
    """Everybody who counts on the session: people with a place, and its trainers."""
    places = Enrolment.objects.filter(edition=session.edition_id).taking_a_place()
    people = Person.objects.filter(pk__in=places.values("person_id"))
    trainers = Person.objects.filter(pk__in=session.trainers.values("trainer_id"))
    return list((people | trainers).order_by("pk"))


def session_changed(session: Session, people: Iterable[Person], **context: Any) -> None:
    """It is now at another time or place."""
    _tell_all("session_changed", session, people, context)


def session_cancelled(session: Session, people: Iterable[Person]) -> None:
    """It does not take place."""
    _tell_all("session_cancelled", session, people, {"reason": session.cancel_reason})


def _tell_all(
    name: str, session: Session, people: Iterable[Person], context: dict[str, Any]
) -> None:
    titles: dict[str, str] = {}
    for person in people:
        if person.language not in titles:
            titles[person.language] = _name(session.edition, person.language)
        notify(
            person,
            name,
            dedupe=f"{name}:{session.pk}:{session.sequence}:{person.pk}",
            session=session,
            edition=session.edition,
            edition_name=titles[person.language],
            **context,
        )
