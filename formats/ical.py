"""Calendar feeds and invitations (iCalendar, RFC 5545 and 5546), the same bytes for the same facts.

The events are written here, line by line, because a feed is asked for every few hours by every phone; the rules of
the time zones come from icalendar, once per zone and span of years.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from icalendar import Timezone

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
Method = Literal["REQUEST", "CANCEL"]

# A muted green that clients may show our feed in (a CSS colour name, as RFC 7986 asks).
COLOUR = "seagreen"
_LONGEST_LINE = 75  # octets, by the standard
_IN_PARAMETER = str.maketrans(
    {'"': "'", "^": "^^"}
)  # a quotation mark cannot stand in a parameter at all
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


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
    asks: bool = False  # the attendee has still to say whether they come
    stamp: datetime | None = None  # aware; when a message was written, else that of the facts


def feed(
    name: str,
    events: Iterable[CalendarEvent],
    *,
    prodid: str,
    url: str = "",
    refresh: timedelta = timedelta(hours=6),
) -> bytes:
    """A calendar to subscribe to. It has no METHOD (clients would take it for an invitation)."""
    every = _duration(refresh)
    about = [
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{every}",
        f"X-PUBLISHED-TTL:{every}",
        f"COLOR:{COLOUR}",
    ]
    if url:
        about.append(f"URL:{_line(url)}")
    return _calendar(prodid, about, events)


def with_people(
    event: CalendarEvent, organiser: Party, *, asks: bool, stamp: datetime
) -> CalendarEvent:
    """The event as it is sent to one person: by whom, whether an answer is awaited, when it was written."""
    return replace(event, organiser=organiser, asks=asks, stamp=stamp)


def message(event: CalendarEvent, method: Method, *, prodid: str) -> bytes:
    """The text/calendar part of a mail that invites (REQUEST, also after a change) or calls off (CANCEL).

    One event only: RFC 5546 wants one UID in a message, and clients read no more. With `asks` the
    client offers to answer, to the organiser's address.
    """
    if not (event.organiser and event.attendee):
        raise ValueError("An invitation needs an organiser and an attendee.")
    if method == "CANCEL":
        event = replace(event, status="CANCELLED")
    return _calendar(prodid, [f"METHOD:{method}"], [event])


def _calendar(prodid: str, about: list[str], events: Iterable[CalendarEvent]) -> bytes:
    """The events by time, after the rules of the zones that they need, by name: never in the order of a set."""
    events = sorted(events, key=lambda event: (event.start.timestamp(), event.uid))
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_line(prodid)}",
        "CALSCALE:GREGORIAN",
        *about,
    ]
    if events:
        first = min(event.start for event in events).year
        last = max(event.end for event in events).year
        for zone in sorted({event.zone for event in events} - {"UTC"}):
            lines += _zone_rules(zone, first, last)
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return b"".join(map(_folded, lines))


def _event(event: CalendarEvent) -> Iterator[str]:
    zone, written = ZoneInfo(event.zone), _utc(event.last_modified)
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"SEQUENCE:{event.sequence}"
    # In a feed when these facts were written, not when they were asked for: stable.
    yield f"DTSTAMP:{_utc(event.stamp) if event.stamp else written}"
    yield f"LAST-MODIFIED:{written}"
    yield f"DTSTART{_moment(event.start, zone)}"
    yield f"DTEND{_moment(event.end, zone)}"
    yield f"SUMMARY:{_text(event.summary)}"
    yield f"STATUS:{event.status}"
    if event.description:
        yield f"DESCRIPTION:{_escaped(_lines(event.description))}"
    if event.location:
        yield f"LOCATION:{_text(event.location)}"
    if event.url:
        yield f"URL:{_line(event.url)}"
    if event.organiser:
        yield f"ORGANIZER;{_party(event.organiser)}"
    if event.attendee:
        answer = "PARTSTAT=NEEDS-ACTION;RSVP=TRUE" if event.asks else "PARTSTAT=ACCEPTED"
        yield f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;{answer};{_party(event.attendee)}"
    yield "END:VEVENT"


@lru_cache(maxsize=64)
def _zone_rules(name: str, first_year: int, last_year: int) -> list[str]:
    """The changes of the clock in whole years, so that the text changes once a year and can be kept."""
    first, last = date(first_year, 1, 1) - timedelta(days=1), date(last_year + 1, 1, 2)
    component = Timezone.from_tzinfo(ZoneInfo(name), name, first, last)
    return str(component.to_ical().decode()).replace("\r\n ", "").splitlines()


def _moment(when: datetime, zone: ZoneInfo) -> str:
    local = when.astimezone(zone)
    return (
        f":{local:%Y%m%dT%H%M%SZ}"
        if zone.key == "UTC"
        else f";TZID={zone.key}:{local:%Y%m%dT%H%M%S}"
    )


def _utc(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _duration(span: timedelta) -> str:
    minutes = max(int(span.total_seconds() // 60), 1)
    return f"PT{minutes // 60}H" if minutes % 60 == 0 else f"PT{minutes}M"


def _party(party: Party) -> str:
    address = re.sub(r"\s", "", _line(party.email))
    return f'CN="{_line(party.name).translate(_IN_PARAMETER)}":mailto:{address}'


def _text(text: str) -> str:
    return _escaped(_line(text))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _lines(text: str) -> str:
    """Text without controls; its line breaks stay."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _line(text: str) -> str:
    return " ".join(_lines(text).split())


def _folded(line: str) -> bytes:
    """The line in pieces of at most 75 octets, each but the first after a space; no letter is split."""
    data = line.encode()
    if len(data) <= _LONGEST_LINE:
        return data + b"\r\n"
    pieces, start, room = [], 0, _LONGEST_LINE
    while start < len(data):
        end = start + room
        while end < len(data) and data[end] & 0xC0 == 0x80:  # inside a letter
            end -= 1
        pieces.append(data[start:end])
        start, room = end, _LONGEST_LINE - 1
    return b"\r\n ".join(pieces) + b"\r\n"
