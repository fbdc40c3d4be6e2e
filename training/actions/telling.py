"""Changes of sessions, told when they have come to rest: one mail for all that changed in an edition."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils import timezone, translation

from notifications.actions import CalendarPart, notify, wanting
from notifications.models import Topic
from people.models import Person
from training.answer_links import answer_url
from training.events import invitation
from training.models import Edition, Enrolment, PendingChange, Session, SessionTrainer

# Whoever goes on changing does not keep people waiting for ever.
PATIENCE = 6


@dataclass(frozen=True)
class Change:
    """One session: what people know of it and what it is."""

    kind: Literal["added", "changed", "cancelled"]
    session: Session
    was: SimpleNamespace | None
    new_link: bool
    reason: str
    known_at: datetime

    @property
    def known_as(self) -> Session | SimpleNamespace:
        """What people look for in their diary."""
        return self.was or self.session


def due(at: datetime | None = None) -> list[int]:
    """Editions whose changes have come to rest."""
    now = at or timezone.now()
    quiet = timedelta(minutes=settings.QUIET_MINUTES)
    waiting = PendingChange.objects.values("session__edition").annotate(
        first=Min("first_at"), last=Max("last_at")
    )
    at_rest = waiting.filter(Q(last__lte=now - quiet) | Q(first__lte=now - PATIENCE * quiet))
    return list(at_rest.order_by("first").values_list("session__edition", flat=True))


@transaction.atomic
def tell(*, edition_id: int) -> int:
    """Tell everybody concerned what was and what is now; the number of people told. Called again it tells nothing.

    What was changed back is not told, nor what is over.
    """
    rows = PendingChange.objects.filter(session__edition=edition_id).order_by("pk")
    # Another worker that is at it has them locked: it tells.
    waiting = list(rows.select_for_update(skip_locked=True, of=("self",)))
    sessions = Session.objects.select_related("room__venue").in_bulk(
        [row.session_id for row in waiting]
    )
    changes = [change for row in waiting if (change := _change(row, sessions[row.session_id]))]
    told = 0
    if changes:
        edition = Edition.objects.select_related("organiser", "course").get(pk=edition_id)
        told = _tell_everybody(edition, sorted(changes, key=lambda change: change.known_as.starts))
    PendingChange.objects.filter(pk__in=[row.pk for row in waiting]).delete()
    return told


def _change(row: PendingChange, session: Session) -> Change | None:
    now = timezone.now()
    if max(session.ends, row.ends or session.ends) < now:
        return None
    where = session.room.where if session.room else ""
    if row.starts is None:
        if session.is_cancelled:
            return None
        return Change("added", session, None, False, row.reason, row.last_at)
    was = SimpleNamespace(
        starts=row.starts, ends=row.ends, time_zone=row.time_zone, where=row.where, link=row.link
    )
    if session.is_cancelled:
        return Change("cancelled", session, was, False, session.cancel_reason, row.last_at)
    same_time = (row.starts, row.ends, row.time_zone) == (
        session.starts, session.ends, session.time_zone,
    )  # fmt: skip
    if same_time and row.where == where and row.link == session.link:
        return None
    new_link = bool(session.link) and row.link != session.link and bool(row.link)
    return Change("changed", session, was, new_link, row.reason, row.last_at)


def _tell_everybody(edition: Edition, changes: list[Change]) -> int:
    """People with a place about all changes, trainers about those of the sessions they lead."""
    last = max(change.known_at for change in changes)
    # Whoever asked for a place after the last change was told the new plan with it.
    places = Enrolment.objects.filter(edition=edition, queued_at__lte=last).taking_a_place()
    of_person = {place.person_id: place for place in places.select_related("person")}
    led: dict[int, set[int]] = {}
    trainers = SessionTrainer.objects.filter(session__in=[change.session for change in changes])
    for row in trainers.values_list("trainer_id", "session_id"):
        led.setdefault(row[0], set()).add(row[1])
    people = Person.objects.filter(pk__in=[*of_person, *led], erased_at=None).order_by("pk")
    listed, told = list(people), 0
    invited = {person.pk for person in wanting(listed, Topic.CALENDAR)}
    names: dict[str, str] = {}
    for person in listed:
        place = of_person.get(person.pk)
        own = led.get(person.pk, set())
        mine = changes if place else [change for change in changes if change.session.pk in own]
        if person.language not in names:
            names[person.language] = edition.name_in(person.language)
        name = names[person.language]
        told += _tell(person, edition, name, mine, place, with_requests=person.pk in invited)
    return told


def _tell(
    person: Person,
    edition: Edition,
    name: str,
    changes: list[Change],
    place: Enrolment | None,
    *,
    with_requests: bool,
) -> int:
    versions = ",".join(f"{change.session.pk}.{change.session.sequence}" for change in changes)
    stamp = sha256(versions.encode()).hexdigest()[:32]
    notify(
        person,
        "sessions_changed",
        dedupe=f"sessions_changed:{edition.pk}:{person.pk}:{stamp}",
        calendars=_calendars(person, edition, name, changes, place, with_requests=with_requests),
        edition=edition,
        edition_name=name,
        changes=changes,
        only=changes[0].kind if len(changes) == 1 else "",
        leads=place is None,
        answer_url=answer_url(place, person.language) if place else "",
    )
    return 1


def _calendars(
    person: Person,
    edition: Edition,
    name: str,
    changes: list[Change],
    place: Enrolment | None,
    *,
    with_requests: bool,
) -> list[CalendarPart]:
    """A REQUEST for what is added or moved; a CANCEL for what is off, even if they want no invitations any more."""
    off = [change.session for change in changes if change.kind == "cancelled"]
    on = [change.session for change in changes if change.kind != "cancelled"]

    def parts(method: Literal["REQUEST", "CANCEL"], sessions: list[Session]) -> list[CalendarPart]:
        return invitation(
            method, sessions, edition=edition, name=name, person=person, enrolment=place
        )

    with translation.override(person.language):
        return (parts("REQUEST", on) if with_requests else []) + parts("CANCEL", off)
