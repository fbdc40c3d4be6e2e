"""Calendar feeds and invitations (iCalendar, RFC 5545 and 5546), the same bytes for the same facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, vCalAddress, vDuration, vText, vUri

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
Method = Literal["REQUEST", "CANCEL"]

# A muted green that clients may show our feed in (a CSS colour name, as RFC 7986 asks).
COLOUR = "seagreen"


@dataclass(frozen=True)
class Party:
    """Who organises or takes part: a name and an e-mail address."""

    name: str
    email: str


@dataclass(frozen=True)
class CalendarEvent:
    """One meeting. `sequence` rises with each change; a cancelled one stays in the feed as CANCELLED."""

    uid: str
    sequence: int
    start: datetime  # aware
    end: datetime  # aware
    zone: str  # the time zone of the place, such as Europe/Kyiv
    summary: str
    last_modified: datetime  # aware
    description: str = ""
    location: str = ""
    url: str = ""
    status: Status = "CONFIRMED"
    organiser: Party | None = None
    attendee: Party | None = None  # only ever the owner of the feed or the receiver of the mail


def feed(
    name: str,
    events: Iterable[CalendarEvent],
    *,
    prodid: str,
    url: str = "",
    refresh: timedelta = timedelta(hours=6),
) -> bytes:
    """A calendar to subscribe to. It has no METHOD (clients would take it for an invitation)."""
    calendar = _calendar(prodid)
    for key in ("NAME", "X-WR-CALNAME"):
        calendar.add(key, vText(_line(name)))
    calendar.add("REFRESH-INTERVAL", vDuration(refresh), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(refresh))
    calendar.add("COLOR", COLOUR)
    if url:
        calendar.add("URL", vUri(url))
    return _filled(calendar, events)


def message(event: CalendarEvent, method: Method, *, prodid: str) -> bytes:
    """The text/calendar part of a mail that invites (REQUEST, also after a change) or calls off (CANCEL)."""
    if not (event.organiser and event.attendee):
        raise ValueError("An invitation needs an organiser and an attendee.")
    calendar = _calendar(prodid)
    calendar.add("METHOD", method)
    return _filled(calendar, [event], "CANCELLED" if method == "CANCEL" else None)


def _calendar(prodid: str) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", prodid)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    return calendar


def _filled(
    calendar: Calendar, events: Iterable[CalendarEvent], status: Status | None = None
) -> bytes:
    """Adds the events and the time zones that they need, in an order that never depends on the process."""
    events = sorted(events, key=lambda event: (event.start, event.uid))
    for event in events:
        calendar.add_component(_event(event, status))
    if events:
        first = min(event.start for event in events).date() - timedelta(days=1)
        last = max(event.end for event in events).date() + timedelta(days=1)
        calendar.add_missing_timezones(first, last)
    calendar.subcomponents.sort(key=_rank)  # icalendar adds time zones in the order of a set
    return bytes(calendar.to_ical())


def _rank(component: Component) -> tuple[bool, str]:
    """Time zones first, by name; the events after them as they came (the sort is stable)."""
    return component.name != "VTIMEZONE", str(component.get("TZID", ""))


def _event(event: CalendarEvent, status: Status | None) -> Event:
    zone = ZoneInfo(event.zone)
    component = Event()
    component.add("UID", event.uid)
    component.add("SEQUENCE", event.sequence)
    component.add(
        "DTSTAMP", event.last_modified.astimezone(UTC)
    )  # when these facts were written: stable
    component.add("LAST-MODIFIED", event.last_modified.astimezone(UTC))
    component.add("DTSTART", event.start.astimezone(zone))
    component.add("DTEND", event.end.astimezone(zone))
    component.add("SUMMARY", _line(event.summary))
    component.add("STATUS", status or event.status)
    for key, text in (
        ("DESCRIPTION", _lines(event.description)),
        ("LOCATION", _line(event.location)),
    ):
        if text:
            component.add(key, text)
    if event.url:
        component.add("URL", vUri(event.url))
    if event.organiser:
        component.add("ORGANIZER", _party(event.organiser))
    if event.attendee:
        attendee = _party(event.attendee)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("ACCEPTED")
        component.add("ATTENDEE", attendee)
    return component


def _party(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{_line(party.email)}")
    # A quotation mark cannot be written inside a parameter at all.
    address.params["CN"] = vText(_line(party.name).replace('"', "'"))
    return address


def _lines(text: str) -> str:
    """Text without controls; line breaks stay (escaped by the writer)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c == "\n" or c == "\t" or (c >= " " and c != "\x7f")).strip()


def _line(text: str) -> str:
    return " ".join(_lines(text).split())
