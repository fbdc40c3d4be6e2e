"""Answers to invitations (iTIP REPLY, RFC 5546 and 6047), read from mails that anybody may have written.

Own reading, line by line: what is needed are seven lines of one event, and a general reader of calendars can be kept
busy for seconds by a hostile file. Nothing here raises: what is no answer is None.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from zoneinfo import ZoneInfo

LARGEST_MAIL = 1024 * 1024
_LARGEST_CALENDAR = 64 * 1024
_MOST_PARTS = 50
_ANSWERS = {"ACCEPTED": "yes", "DECLINED": "no", "TENTATIVE": "maybe"}
_WANTED = {"METHOD", "UID", "ATTENDEE", "ORGANIZER", "SEQUENCE", "DTSTAMP", "DTSTART"}
_PARAMETER = re.compile(r';([A-Za-z-]+)=("[^"]*"|[^;:"]*)')
_MAILTO = re.compile(r"mailto:([^\s<>;,]+@[^\s<>;,]+)$", re.IGNORECASE)
# Where mail servers write down for whom they took the mail in.
_RECEIVERS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")


@dataclass(frozen=True)
class Reply:
    """What somebody answers to one invitation."""

    uid: str
    attendee: str  # e-mail address, in small letters
    answer: str  # yes, no, maybe
    addresses: tuple[str, ...]  # where it was sent to, in small letters
    sequence: int = 0
    start: datetime | None = (
        None  # of the meeting that they answer about, where it is said and understood
    )
    stamp: datetime | None = None  # when they answered


def read_reply(mail: bytes) -> Reply | None:
    """The answer in a mail, or None where there is none."""
    if len(mail) > LARGEST_MAIL:
        return None
    try:
        return _reply(message_from_bytes(mail))
    except Exception:  # the mail was made by anybody, and the library may trip over it in any way
        return None


def _reply(mail: Message) -> Reply | None:
    headers = [str(line) for name in _RECEIVERS for line in mail.get_all(name, [])][:20]
    for number, part in enumerate(mail.walk()):
        if number > _MOST_PARTS:
            return None
        if part.get_content_type() == "text/calendar":
            data = part.get_payload(decode=True)
            if isinstance(data, bytes) and len(data) <= _LARGEST_CALENDAR:
                return _of_calendar(data.decode("utf-8", "replace"), headers)
    return None


def _of_calendar(text: str, headers: list[str]) -> Reply | None:
    values: dict[str, str] = {}
    parameters: dict[str, dict[str, str]] = {}
    for name, given, value in _lines(text):
        if name in values:  # a second attendee or event: not an answer for one meeting
            return None
        values[name], parameters[name] = value, given
    attendee = _MAILTO.search(values.get("ATTENDEE", ""))
    answer = _ANSWERS.get(parameters.get("ATTENDEE", {}).get("PARTSTAT", "").upper())
    if values.get("METHOD", "").upper() != "REPLY" or not (attendee and answer):
        return None
    organiser = _MAILTO.search(values.get("ORGANIZER", ""))
    found = re.findall(r"[^\s<>,;\"]{1,64}@[^\s<>,;\"]{1,250}", " ".join(headers)[:5000])
    to = [organiser[1], *found] if organiser else found
    sequence = values.get("SEQUENCE", "")
    return Reply(
        uid=values.get("UID", "")[:250],
        attendee=attendee[1].lower()[:254],
        answer=answer,
        addresses=tuple(dict.fromkeys(address.lower() for address in to)),
        sequence=int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 9 else 0,
        start=_moment(values.get("DTSTART", ""), parameters.get("DTSTART", {}).get("TZID", "")),
        stamp=_moment(values.get("DTSTAMP", ""), ""),
    )  # fmt: skip


def _lines(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The wanted lines of the calendar and its events, unfolded; never those of time zones and alarms."""
    inside: list[str] = []
    found = []
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        name = re.split("[;:]", line, maxsplit=1)[0].upper()
        if name == "BEGIN":
            inside.append(line[6:].strip().upper())
        elif name == "END" and inside:
            inside.pop()
        elif name in _WANTED and inside in (["VCALENDAR"], ["VCALENDAR", "VEVENT"]):
            given = {}
            rest = line[len(name) :]
            while match := _PARAMETER.match(rest):
                given[match[1].upper()] = match[2].strip('"')
                rest = rest[match.end() :]
            if rest.startswith(":"):
                found.append((name, given, rest[1:].strip()))
    return found


def _moment(text: str, zone: str) -> datetime | None:
    """A moment in UTC or in a zone of a known name; other programs' own names are not understood."""
    try:
        if text.endswith("Z"):
            return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return datetime.strptime(text, "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo(zone))
    except (ValueError, KeyError, OSError):
        return None
