"""A session as calendars know it: in feeds, in files, and in the invitations that go with our mails."""

from collections.abc import Iterable
from email.utils import parseaddr
from functools import lru_cache
from typing import Literal

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from formats import ical
from notifications.actions import CalendarPart
from people.models import Person
from training.answer_links import answer_address, uid_of
from training.models import Edition, Enrolment, Session

PRODID = f"-//{settings.SITE_NAME}//training//EN"


def event_of(
    session: Session,
    *,
    edition: Edition,
    name: str,
    owner: Person | None = None,
    link: str = "",
) -> ical.CalendarEvent:
    """The facts of a session, in the language of the moment. The link to join is only for whoever may have it."""
    place = _("Online") if session.link or edition.is_online else ""
    if session.room:
        place = session.room.where
    lines = [str(edition.organiser)]
    if session.is_cancelled:
        lines.insert(0, session.cancel_reason)
    elif link:
        lines.insert(0, link)
    organiser = edition.organiser
    return ical.CalendarEvent(
        uid=uid_of(session),
        sequence=session.sequence,
        start=session.starts,
        end=session.ends,
        zone=session.time_zone,
        summary=f"{name}: {session.title}" if session.title else name,
        last_modified=session.changed_at,
        description="\n".join(lines),
        location=place,
        url=_page_of(edition.pk, get_language()),
        status="CANCELLED" if session.is_cancelled else "CONFIRMED",
        organiser=ical.Party(str(organiser), organiser.email) if organiser.email else None,
        attendee=ical.Party(owner.full_name, owner.email) if owner and owner.email else None,
    )


@lru_cache(maxsize=4096)
def _page_of(edition: int, _language: str | None) -> str:
    """The page of an edition: looked up once in each language, as feeds ask for hundreds."""
    return settings.SITE_URL + reverse("training:edition", args=[edition])


def invitation(
    method: Literal["REQUEST", "CANCEL"],
    sessions: Iterable[Session],
    *,
    edition: Edition,
    name: str,
    person: Person,
    enrolment: Enrolment | None = None,
) -> list[CalendarPart]:
    """One iTIP message a session: programs read no more than one meeting in each.

    Whoever has a place is asked to answer, where this deployment reads answers; their address then holds
    the secret of the place. Always the same organiser for one person: programs ignore changes by another.
    """
    if not person.email:
        return []
    now = timezone.now()
    address = answer_address(enrolment) if enrolment else ""
    fallback = edition.organiser.email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    organiser = ical.Party(str(edition.organiser), address or fallback)
    parts: list[CalendarPart] = []
    for session in sessions:
        event = event_of(session, edition=edition, name=name, owner=person)
        event = ical.with_people(event, organiser, asks=bool(address), stamp=now)
        text = ical.message(event, method, prodid=PRODID).decode()
        parts.append({"method": method, "text": text})
    return parts
