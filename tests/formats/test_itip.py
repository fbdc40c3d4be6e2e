"""Answers of calendar programs, and what anybody may send instead: nothing raises, nothing takes long."""

import time
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.itip import LARGEST_MAIL, read_reply

TO = "raspuns+12-abcdefghijklmnopqrstuvwxyz@example.org"
UID = "session-7@formare.example.org"


def calendar(
    partstat: str = "ACCEPTED", *more: str, method: str = "REPLY", sequence: str = "2"
) -> str:
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}",
        "BEGIN:VTIMEZONE", "TZID:Europe/Bucharest", "BEGIN:STANDARD", "DTSTART:19701025T040000",
        "END:STANDARD", "END:VTIMEZONE",
        "BEGIN:VEVENT", f"UID:{UID}", f"SEQUENCE:{sequence}", "DTSTAMP:20260301T080000Z",
        "DTSTART;TZID=Europe/Bucharest:20260328T100000",
        f'ORGANIZER;CN="DGASPC; Timiș: formare":mailto:{TO}',
        f'ATTENDEE;CN="Popescu, Ana";PARTSTAT={partstat};X-NOTE="a;b:c":MAILTO:Ana@Example.org',
        "BEGIN:VALARM", "UID:alarm", "END:VALARM", *more, "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines)


def mail(text: str, *, to: str = TO, kind: str = "alternative") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "ana@example.org", to, "Acceptat: Formare"
    made.set_content("Da, vin.")
    if kind == "alternative":
        made.add_alternative(text.encode(), "text", "calendar", cte="base64")
    else:
        made.add_attachment(text.encode(), "text", "calendar", filename="invite.ics")
    return made.as_bytes()


@pytest.mark.parametrize("kind", ["alternative", "attachment"])
@pytest.mark.parametrize(
    ("partstat", "answer"), [("ACCEPTED", "yes"), ("declined", "no"), ("TENTATIVE", "maybe")]
)
def test_an_answer_is_read(partstat, answer, kind):
    reply = read_reply(mail(calendar(partstat), kind=kind))
    assert (reply.uid, reply.attendee, reply.answer) == (UID, "ana@example.org", answer)
    assert (reply.sequence, reply.addresses) == (2, (TO,))
    assert reply.start == datetime(2026, 3, 28, 8, tzinfo=UTC)
    assert reply.stamp == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_a_folded_line_and_a_zone_of_other_names():
    text = calendar().replace("PARTSTAT=ACCEPTED", "PART\r\n STAT=ACCEP\r\n\tTED")
    text = text.replace("TZID=Europe/Bucharest:", 'TZID="GTB Standard Time":')
    reply = read_reply(mail(text))
    assert (reply.answer, reply.start) == ("yes", None)


def test_the_address_is_found_in_what_mail_servers_write_down():
    text = calendar().replace(TO, "somebody@example.org")
    raw = f"Delivered-To: {TO.upper()}\r\n".encode() + mail(text, to="Else <else@example.org>")
    assert read_reply(raw).addresses == ("somebody@example.org", "else@example.org", TO)


@pytest.mark.parametrize(
    "text",
    [
        calendar("NEEDS-ACTION"),
        calendar("DELEGATED"),
        calendar(method="REQUEST"),
        calendar(method="CANCEL"),
        calendar("ACCEPTED", "ATTENDEE;PARTSTAT=DECLINED:mailto:b@example.org"),
        calendar("ACCEPTED", "UID:other"),
        calendar().replace("ATTENDEE", "X-ATTENDEE"),
        calendar().replace("MAILTO:", ""),
        "",
        "BEGIN:VCALENDAR",
    ],
)
def test_what_is_no_answer_to_one_meeting_is_none(text):
    assert read_reply(mail(text)) is None


def test_a_plain_mail_is_none():
    plain = EmailMessage()
    plain.set_content("Vă rog să mă sunați.")
    assert read_reply(plain.as_bytes()) is None
    assert read_reply(b"") is None


@pytest.mark.parametrize("number", ["-1", "9999999999999", "²", "x", ""])
def test_a_sequence_that_is_no_number_is_nought(number):
    assert read_reply(mail(calendar(sequence=number))).sequence == 0


HOSTILE = {
    "too large": b"x" * (LARGEST_MAIL + 1),
    "nested": mail("BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\n" * 4_000),
    "one long line": mail("UID:" + "x" * 60_000),
    "many parameters": mail("BEGIN:VCALENDAR\r\nATTENDEE" + ";A=b" * 15_000),
    "quotes": mail("BEGIN:VCALENDAR\r\nATTENDEE" + ';A="' * 15_000),
    "many parts": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 50_000,
    "parts in parts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(20_000)
    ),
    "an unknown letter set": mail(calendar()).replace(b'charset="utf-8"', b'charset="\xff"'),
    "many addresses": mail(calendar(), to="a@b.c, " * 50_000),
    "@@@": mail(calendar(), to="@" * 100_000),
    "NUL": mail("BEGIN:VCALENDAR\0\r\nMETHOD:REPLY\0"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mails_neither_break_nor_keep_us_busy(name):
    started = time.process_time()
    read_reply(HOSTILE[name])
    assert time.process_time() - started < 2


@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_none(data):
    found = read_reply(data)
    assert found is None or found.answer in ("yes", "no", "maybe")


@given(st.text(max_size=300), st.integers(0, 60))
def test_any_change_of_an_answer_raises_nothing(noise, line):
    lines = calendar().split("\r\n")
    lines.insert(min(line, len(lines)), noise)
    found = read_reply(mail("\r\n".join(lines).encode("utf-8", "replace").decode()))
    assert found is None or found.answer in ("yes", "no", "maybe")
