"""Feeds and invitations, read back by two other parsers across changes of the clock in four countries."""

import dataclasses
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.ical import CalendarEvent, Party, feed, message

PRODID = "-//Tutela//Training calendar//EN"
URL = "https://formare.example.org/calendar/4Q8MKT2ZP7.ics"

# Local wall times on both sides of a change of the clock, with the UTC time that they must mean.
CLOCKS = [
    ("Europe/Bucharest", "2026-03-28 10:00", "2026-03-28 08:00"),
    ("Europe/Bucharest", "2026-03-29 10:00", "2026-03-29 07:00"),
    ("Europe/Bucharest", "2026-10-24 10:00", "2026-10-24 07:00"),
    ("Europe/Bucharest", "2026-10-26 10:00", "2026-10-26 08:00"),
    ("Europe/Kyiv", "2026-03-28 10:00", "2026-03-28 08:00"),
    ("Europe/Kyiv", "2026-03-30 10:00", "2026-03-30 07:00"),
    ("Europe/Sofia", "2026-10-24 18:30", "2026-10-24 15:30"),
    ("Europe/Sofia", "2026-10-25 18:30", "2026-10-25 16:30"),
    ("Africa/Cairo", "2026-04-23 10:00", "2026-04-23 08:00"),
    ("Africa/Cairo", "2026-04-25 10:00", "2026-04-25 07:00"),
    ("Africa/Cairo", "2026-10-29 10:00", "2026-10-29 07:00"),
    ("Africa/Cairo", "2026-10-31 10:00", "2026-10-31 08:00"),
]
WORDS = [
    "Formare inițială, ziua 1; sala „Ștefan”",
    "Навчання патронатних вихователів\\",
    "تدريب الأسر البديلة، اليوم ١",
]


def event(number: int = 1, **changes: object) -> CalendarEvent:
    zone, local, _ = CLOCKS[number % len(CLOCKS)]
    start = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    plain = CalendarEvent(
        uid=f"session-{number}@formare.example.org",
        sequence=0,
        start=start,
        end=start + timedelta(hours=2),
        zone=zone,
        summary=WORDS[number % len(WORDS)],
        last_modified=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        description="Prima linie\nA doua, cu virgulă; și \\ " + "lung " * 40,
        location="Str. Exemplu 1, Timișoara; etaj 2",
        url="https://formare.example.org/s/1?a=1,2;b=3",
        organiser=Party('DGASPC "Timiș"', "formare@example.org"),
    )
    return dataclasses.replace(plain, **changes)


EVENTS = [event(number) for number in range(len(CLOCKS))]


def make(events: list[CalendarEvent], name: str = "Cursurile mele") -> bytes:
    return feed(name, events, prodid=PRODID, url=URL, refresh=timedelta(hours=4))


@pytest.mark.parametrize("number", range(len(CLOCKS)))
def test_both_parsers_read_the_same_moment(number: int) -> None:
    expected = datetime.fromisoformat(CLOCKS[number][2]).replace(tzinfo=UTC)
    data = make(EVENTS)
    uid = EVENTS[number].uid
    ours = next(e for e in icalendar.Calendar.from_ical(data).walk("VEVENT") if e["UID"] == uid)
    assert ours.decoded("DTSTART").astimezone(UTC) == expected
    assert str(ours["SUMMARY"]) == EVENTS[number].summary
    assert str(ours["DESCRIPTION"]) == EVENTS[number].description.strip()
    theirs = next(e for e in vobject.readOne(data.decode()).vevent_list if e.uid.value == uid)
    assert theirs.dtstart.value.astimezone(UTC) == expected
    assert theirs.dtend.value.astimezone(UTC) == expected + timedelta(hours=2)
    assert theirs.summary.value == EVENTS[number].summary
    assert theirs.location.value == EVENTS[number].location


def test_the_time_zone_rules_inside_the_feed_are_enough() -> None:
    """vobject uses the VTIMEZONE of the file, not the machine's: the whole span must be covered."""
    calendar = vobject.readOne(make([event(0), event(3)]).decode())
    assert [e.dtstart.value.utcoffset() for e in calendar.vevent_list] == [timedelta(hours=2)] * 2
    text = make(EVENTS).decode()
    assert text.count("BEGIN:VTIMEZONE") == 4
    assert (
        text.index("TZID:Africa/Cairo")
        < text.index("TZID:Europe/Bucharest")
        < text.index("TZID:Europe/Sofia")
    )


def test_the_feed_says_what_it_is() -> None:
    calendar = icalendar.Calendar.from_ical(make(EVENTS))
    assert "METHOD" not in calendar
    assert calendar["PRODID"] == PRODID and calendar["VERSION"] == "2.0"
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == "Cursurile mele"
    assert calendar["COLOR"] == "seagreen"
    assert str(calendar["URL"]) == URL
    text = make(EVENTS).decode()
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT4H\r\n" in text
    assert "X-PUBLISHED-TTL:PT4H\r\n" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text.endswith("END:VCALENDAR\r\n")


def test_an_empty_feed_is_a_calendar() -> None:
    assert list(icalendar.Calendar.from_ical(make([])).walk("VEVENT")) == []


def test_cancelled_and_moved_events_stay_with_a_higher_sequence() -> None:
    moved = event(
        1,
        sequence=1,
        start=EVENTS[1].start + timedelta(days=1),
        end=EVENTS[1].end + timedelta(days=1),
    )
    events = {str(e["UID"]): e for e in icalendar.Calendar.from_ical(
        make([moved, event(2, status="CANCELLED", sequence=3)])).walk("VEVENT")}  # fmt: skip
    assert events[moved.uid]["SEQUENCE"] == 1 and events[moved.uid]["STATUS"] == "CONFIRMED"
    cancelled = events["session-2@formare.example.org"]
    assert (cancelled["SEQUENCE"], cancelled["STATUS"]) == (3, "CANCELLED")


def test_only_the_owner_is_named_as_attendee() -> None:
    data = make([event(1, attendee=Party("Ana Popescu", "ana@example.org"))])
    read = next(iter(icalendar.Calendar.from_ical(data).walk("VEVENT")))
    assert str(read["ATTENDEE"]) == "mailto:ana@example.org"
    assert read["ATTENDEE"].params["CN"] == "Ana Popescu"
    assert read["ORGANIZER"].params["CN"] == "DGASPC 'Timiș'"
    assert b"ATTENDEE" not in make([event(1)])


def test_same_facts_same_bytes_in_any_order_and_any_process() -> None:
    assert make(EVENTS) == make(list(reversed(EVENTS)))
    script = (
        "import sys, hashlib; sys.path[:0] = ['.', 'tests/formats']; import test_ical as t;"
        "print(hashlib.sha256(t.make(t.EVENTS)).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(seen) == 1


@pytest.mark.parametrize(("method", "status"), [("REQUEST", "CONFIRMED"), ("CANCEL", "CANCELLED")])
def test_invitations(method: str, status: str) -> None:
    invited = event(1, sequence=2, attendee=Party("Ana", "ana@example.org"))
    calendar = icalendar.Calendar.from_ical(message(invited, method, prodid=PRODID))
    read = next(iter(calendar.walk("VEVENT")))
    assert (calendar["METHOD"], read["STATUS"], read["SEQUENCE"]) == (method, status, 2)
    assert vobject.readOne(message(invited, method, prodid=PRODID).decode()).method.value == method


def test_an_invitation_without_people_is_refused() -> None:
    with pytest.raises(ValueError, match="organiser and an attendee"):
        message(event(1), "REQUEST", prodid=PRODID)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_can_add_lines_or_break_the_feed(summary: str, description: str) -> None:
    hostile = event(
        1,
        summary=summary + "\r\nATTENDEE:mailto:x@example.org",
        description=description + "\nEND:VEVENT",
        attendee=Party(summary + '";X="', "a@example.org"),
    )
    read = list(icalendar.Calendar.from_ical(make([hostile], name=summary)).walk("VEVENT"))
    assert len(read) == 1
    assert str(read[0]["ATTENDEE"]) == "mailto:a@example.org"
    assert str(read[0]["DESCRIPTION"]).endswith("END:VEVENT")


def test_three_hundred_events_are_quick() -> None:
    many = [event(number, uid=f"{number}@x") for number in range(300)]
    started = time.process_time()
    make(many)
    assert time.process_time() - started < 2


def test_universal_time_needs_no_rules_and_odd_intervals_are_said_in_minutes() -> None:
    start = datetime(2026, 3, 7, 12, 5, tzinfo=UTC)
    data = feed(
        "x",
        [event(1, zone="UTC", start=start, end=start + timedelta(hours=1))],
        prodid=PRODID,
        refresh=timedelta(minutes=90),
    )
    assert b"DTSTART:20260307T120500Z\r\n" in data and b"VTIMEZONE" not in data
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT90M\r\n" in data


def test_long_lines_are_cut_between_letters() -> None:
    for word in (
        "ж" * 200,
        "a" + "ж" * 200,
        "العربية " * 30,
        "€" * 100,
        "😀" * 60,
        "x" * 74,
        "x" * 76,
    ):
        data = make([event(1, summary=word)])
        assert all(len(line) <= 75 for line in data.split(b"\r\n"))
        assert [line.decode() for line in data.split(b"\r\n")]
        read = next(iter(icalendar.Calendar.from_ical(data).walk("VEVENT")))
        assert str(read["SUMMARY"]) == word.strip()
        assert vobject.readOne(data.decode()).vevent.summary.value == word.strip()


def test_the_whole_calendar_is_valid() -> None:
    calendar = icalendar.Calendar.from_ical(make(EVENTS))
    assert [component.errors for component in calendar.walk() if component.errors] == []
    required = {
        "UID",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "STATUS",
        "SEQUENCE",
        "LAST-MODIFIED",
    }
    assert all(required <= set(component) for component in calendar.walk("VEVENT"))


def test_the_rules_of_a_zone_stay_the_same_when_events_of_the_same_year_are_added() -> None:
    def rules(data: bytes) -> bytes:
        return data[data.index(b"BEGIN:VTIMEZONE") : data.index(b"BEGIN:VEVENT")]

    assert rules(make([event(0)])) == rules(make([event(0), event(2), event(3)]))
