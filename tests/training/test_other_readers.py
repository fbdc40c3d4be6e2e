"""Feeds and mails as three other programs read them, across the changes of the clock in four countries."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from zoneinfo import ZoneInfo

import icalendar
import ics
import pytest
import time_machine
import vobject
from django.test import Client

from notifications.models import Message
from notifications.outbox import as_mail
from tests import jobs
from tests.factories import training as make
from training.actions import editions, enrolments, feeds, sessions, telling
from training.models import Enrolment

# Ten in the morning there, the day before and the day after a change of the clock, and what it is in UTC.
CLOCKS = [
    ("Europe/Bucharest", "2027-03-27", 8),
    ("Europe/Bucharest", "2027-03-29", 7),
    ("Europe/Bucharest", "2027-10-30", 7),
    ("Europe/Bucharest", "2027-11-01", 8),
    ("Europe/Kyiv", "2027-03-27", 8),
    ("Europe/Kyiv", "2027-03-29", 7),
    ("Europe/Kyiv", "2027-10-30", 7),
    ("Europe/Kyiv", "2027-11-01", 8),
    ("Europe/Sofia", "2027-03-27", 8),
    ("Europe/Sofia", "2027-03-29", 7),
    ("Europe/Sofia", "2027-10-30", 7),
    ("Europe/Sofia", "2027-11-01", 8),
    ("Africa/Cairo", "2027-04-29", 8),
    ("Africa/Cairo", "2027-05-01", 7),
    ("Africa/Cairo", "2027-10-28", 7),
    ("Africa/Cairo", "2027-10-30", 8),
]
ZONES = tuple(dict.fromkeys(zone for zone, _day, _hour in CLOCKS))
TITLE = "Ziua 1; „Ștefan”, Київ, القاهرة \\ " + "lung " * 12
Facts = tuple[datetime, datetime, int, str, str]


def with_icalendar(text: str) -> dict[str, Facts]:
    found = {}
    for event in icalendar.Calendar.from_ical(text).walk("VEVENT"):
        times = event.decoded("DTSTART").astimezone(UTC), event.decoded("DTEND").astimezone(UTC)
        found[str(event["UID"])] = (
            *times, int(event["SEQUENCE"]), str(event["STATUS"]), str(event["SUMMARY"]),
        )  # fmt: skip
    return found


def with_vobject(text: str) -> dict[str, Facts]:
    # It keeps the first time zone of a name for the whole process; a program that opens one file has none yet.
    vars(vobject.icalendar)["__tzidMap"].clear()
    vobject.icalendar.registerTzid("UTC", vobject.icalendar.utc)
    return {
        event.uid.value: (
            event.dtstart.value.astimezone(UTC), event.dtend.value.astimezone(UTC),
            int(event.sequence.value), event.status.value, event.summary.value,
        )
        for event in vobject.readOne(text).vevent_list
    }  # fmt: skip


def with_ics(text: str) -> dict[str, Facts]:
    found = {}
    for event in ics.Calendar(text).events:
        [sequence] = [line.value for line in event.extra if line.name == "SEQUENCE"]
        found[event.uid] = (
            event.begin.datetime.astimezone(UTC), event.end.datetime.astimezone(UTC),
            int(sequence), str(event.status), event.name,
        )  # fmt: skip
    return found


READERS = {"icalendar": with_icalendar, "vobject": with_vobject, "ics": with_ics}


@pytest.fixture
def plan(cast):
    """A session at each of these times in an edition of each country, hours apart; Ana attends them all."""
    with time_machine.travel(datetime(2027, 3, 1, 9, tzinfo=UTC), tick=True):
        made = {}
        for number, zone in enumerate(ZONES):
            later = timedelta(hours=3 * number)
            edition = make.edition(cast.timis, title=f"„A”; {zone}", capacity=5)
            for other, day, hour in CLOCKS:
                if other == zone:
                    starts = datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=ZoneInfo(zone))
                    starts += later
                    session = sessions.add(
                        by=None, edition=edition, starts=starts,
                        ends=starts + timedelta(hours=2), time_zone=zone, title=TITLE,
                    )  # fmt: skip
                    expected = datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=UTC)
                    made[f"session-{session.pk}@localhost"] = (session, expected + later)
            make.place(cast.ana.person, edition)
        yield made


def feed_text(cast) -> str:
    feed = feeds.make(by=cast.ana, person=cast.ana.person)
    return Client().get(f"/calendar/{feed.token}.ics").content.decode()


@pytest.mark.parametrize("reader", READERS)
def test_every_session_is_read_at_its_moment(cast, plan, reader):
    read = READERS[reader](feed_text(cast))
    assert set(read) == set(plan)
    for uid, (_session, expected) in plan.items():
        starts, ends, sequence, status, title = read[uid]
        assert (starts, ends) == (expected, expected + timedelta(hours=2))
        assert (sequence, status) == (0, "CONFIRMED")
        assert title.endswith(TITLE.strip())


@pytest.mark.parametrize("reader", READERS)
def test_move_and_cancel_are_seen_in_the_feed_and_in_the_mail(cast, plan, reader):
    read = READERS[reader]
    before = read(feed_text(cast))
    # Over the change of the clock, in each country: the first day to the second, and the third off.
    changed: dict[str, Facts] = {}
    for zone in ZONES:
        mine = [(uid, *row) for uid, row in plan.items() if row[0].time_zone == zone]
        (uid, first, expected), (_uid, _second, _at), (off, third, _when), _rest = mine
        there = first.starts.astimezone(ZoneInfo(zone)) + timedelta(days=3)  # the same time of day
        sessions.move(by=None, session=first, starts=there, ends=there + timedelta(hours=2),
                      time_zone=zone, title=TITLE)  # fmt: skip
        sessions.cancel(by=None, session=third, reason="Zi liberă")
        moved = expected + timedelta(days=3) - timedelta(hours=1)
        changed[uid] = (moved, moved + timedelta(hours=2), 1, "CONFIRMED", before[uid][4])
        changed[off] = (*before[off][:2], 1, "CANCELLED", before[off][4])
        assert telling.tell(edition_id=first.edition_id) == 1
    after = read(feed_text(cast))
    assert set(after) == set(before)
    assert {uid: facts for uid, facts in after.items() if facts != before[uid]} == changed
    told: dict[str, Facts] = {}
    for message in jobs.messages().filter(name="sessions_changed", person=cast.ana.person):
        for text in calendars_in(message):
            [(uid, facts)] = read(text).items()
            told[uid] = facts
    assert told == changed


def calendars_in(message: Message) -> list[str]:
    """Every calendar in the mail as it is sent, the file beside the first left out."""
    mail = message_from_bytes(as_mail(message).message().as_bytes(), policy=default)
    parts = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    for part in parts:
        assert f"METHOD:{part.get_param('method')}" in part.get_content().splitlines()
    return [part.get_content() for part in parts]


@pytest.mark.parametrize("reader", READERS)
def test_the_invitations_of_a_new_place_are_read(cast, plan, reader):
    read: dict[str, Facts] = {}
    for message in jobs.messages().filter(name="enrolment_confirmed", person=cast.ana.person):
        for text in calendars_in(message):
            read |= READERS[reader](text)
    assert {uid: facts[0] for uid, facts in read.items()} == {
        uid: expected for uid, (_session, expected) in plan.items()
    }


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("way", ["the place is given up", "the edition is cancelled"])
def test_what_ends_is_taken_out_of_the_calendar(cast, plan, reader, way):
    """The cancellation is of the same meetings at the same moments, in all four countries."""
    jobs.run()
    for place in Enrolment.objects.filter(person=cast.ana.person).select_related("edition"):
        if way == "the place is given up":
            enrolments.cancel(enrolment=place, by=cast.ana)
        else:
            editions.change_status(
                by=None, edition=place.edition, status="cancelled", reason="Inundație"
            )
    read: dict[str, Facts] = {}
    for message in jobs.messages().filter(name="enrolment_cancelled", person=cast.ana.person):
        for text in calendars_in(message):
            assert "METHOD:CANCEL" in text
            read |= READERS[reader](text)
    sequence = 0 if way == "the place is given up" else 1
    assert {uid: (facts[0], *facts[2:4]) for uid, facts in read.items()} == {
        uid: (expected, sequence, "CANCELLED") for uid, (_session, expected) in plan.items()
    }
