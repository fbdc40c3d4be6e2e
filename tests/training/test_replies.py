"""Answers of calendar programs, from the mail that arrives to what the coordinator sees; and mails of others."""

import imaplib
from datetime import timedelta
from pathlib import Path

import icalendar
import pytest
from django.db import DatabaseError

from tests import jobs
from tests.factories import training as make
from tests.formats.test_itip import mail
from training import answer_links as links
from training import inbox, replies
from training.actions import enrolments, sessions
from training.models import Enrolment, SessionAnswer
from training.tasks import read_replies


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    settings.REPLY_ADDRESS = "raspuns@Example.org"
    settings.REPLY_MAILDIR = str(tmp_path)
    (tmp_path / "new").mkdir()
    return tmp_path


@pytest.fixture
def place(cast, folder):
    """Ana's place; her invitation is in the outbox."""
    return make.place(cast.ana.person, make.coming(cast.timis))


def answer(place: Enrolment, partstat: str = "DECLINED", **changes: str) -> bytes:
    """What a calendar program sends back: the event of the invitation, with the answer."""
    [part] = jobs.messages().get(name="enrolment_confirmed", person=place.person_id).calendars
    calendar = icalendar.Calendar.from_ical(part["text"])
    calendar["METHOD"] = "REPLY"
    [event] = calendar.walk("VEVENT")
    event["ATTENDEE"].params["PARTSTAT"] = partstat
    for name, value in changes.items():
        del event[name]
        event.add(name, value, encode=False) if value else None
    return mail(calendar.to_ical().decode(), to=str(event.get("ORGANIZER", ""))[7:])


def arrive(folder: Path, *mails: bytes) -> None:
    for number, data in enumerate(mails):
        (folder / "new" / f"{number}.host").write_bytes(data)
    read_replies(timestamp=0)


def said() -> list[tuple[str, str]]:
    return list(SessionAnswer.objects.values_list("answer", "via"))


def left(folder: Path) -> tuple[int, int]:
    return len(list((folder / "new").iterdir())), len(list((folder / "cur").iterdir()))


@pytest.mark.parametrize(
    ("partstat", "expected"), [("ACCEPTED", "yes"), ("DECLINED", "no"), ("TENTATIVE", "maybe")]
)
def test_the_answer_to_our_own_invitation_is_written_down(place, folder, partstat, expected):
    arrive(folder, answer(place, partstat))
    assert said() == [(expected, "calendar")]
    assert left(folder) == (0, 0)
    place.refresh_from_db()
    assert place.status == "confirmed"


def test_the_same_mail_twice_is_one_answer(place, folder):
    arrive(folder, answer(place), answer(place))
    assert said() == [("no", "calendar")]


def test_an_answer_about_an_older_time_is_taken_in_and_dropped(place, folder):
    old = answer(place)
    session = place.edition.sessions.get()
    hour = timedelta(hours=1)
    sessions.move(by=None, session=session, starts=session.starts + hour, ends=session.ends + hour,
                  time_zone=session.time_zone)  # fmt: skip
    arrive(folder, old, answer(place, DTSTART=""))
    assert said() == []
    assert left(folder) == (0, 0)


def test_a_new_title_does_not_make_an_answer_old(place, folder):
    old = answer(place)
    session = place.edition.sessions.get()
    sessions.move(by=None, session=session, starts=session.starts, ends=session.ends,
                  time_zone=session.time_zone, title="Altfel")  # fmt: skip
    arrive(folder, old)
    assert said() == [("no", "calendar")]


def test_others_answer_for_nobody(cast, place, folder):
    """Another person's address, another session, another place's secret, no secret, another house."""
    clara = make.place(cast.clara.person, make.coming(cast.cluj))
    other = clara.edition.sessions.get()
    token, name = links.token_of(place), "mailto:raspuns"
    forged = [
        answer(place, ATTENDEE="mailto:clara@example.org"),
        answer(place, UID=links.uid_of(other)),
        answer(place, UID=links.uid_of(other).replace("localhost", "elsewhere.example.org")),
        answer(place, ORGANIZER=f"{name}+{links.token_of(clara)}@example.org"),
        answer(place, ORGANIZER=f"{name}+{place.pk}-{'a' * 26}@example.org"),
        answer(place, ORGANIZER=f"{name}@example.org"),
        answer(place, ORGANIZER=f"{name}+{token}@elsewhere.example.org"),
        answer(place, ORGANIZER=f"mailto:altceva+{token}@example.org"),
    ]
    # Without a PARTSTAT no answer at all; with one, still not hers.
    arrive(folder, *forged, forged[0].replace(b"clara@", b"CLARA@"))
    assert said() == []
    assert left(folder) == (0, len(forged) + 1)


def test_a_place_that_was_given_up_answers_no_more(place, folder):
    late = answer(place)
    enrolments.cancel(enrolment=place, by=None)
    arrive(folder, late)
    assert said() == []


def test_what_is_not_understood_stays_for_a_human_and_is_not_read_again(place, folder, monkeypatch):
    (folder / "new" / "large").write_bytes(answer(place) + b"\n" * inbox.LARGEST)
    (folder / "new" / "link").symlink_to("/etc/hostname")
    arrive(folder, b"Subject: Buna ziua\n\nVa rog sunati-ma.")
    assert said() == []
    assert {path.name for path in (folder / "cur").iterdir()} == {"0.host:2,S", "large:2,S"}
    assert [path.name for path in (folder / "new").iterdir()] == ["link"]
    monkeypatch.setattr(replies, "take", lambda mail: pytest.fail("read twice"))
    read_replies(timestamp=0)


def test_a_mail_that_breaks_something_does_not_stand_in_the_way(place, folder, caplog):
    def take(data: bytes) -> bool:
        if b"boom" in data:
            raise ZeroDivisionError
        return replies.take(data)

    (folder / "new" / "0").write_bytes(b"boom")
    (folder / "new" / "1").write_bytes(answer(place))
    assert inbox.read(take) == (1, 1)
    assert said() == [("no", "calendar")]


def test_an_error_of_the_database_leaves_the_mail_for_the_next_run(folder):
    def take(data: bytes) -> bool:
        raise DatabaseError

    (folder / "new" / "0").write_bytes(b"x")
    with pytest.raises(DatabaseError):
        inbox.read(take)
    assert left(folder) == (1, 0)


def test_without_a_mailbox_nothing_is_asked_for_and_nothing_read(cast, settings):
    assert settings.REPLY_ADDRESS == ""
    place = make.place(cast.ana.person, make.coming(cast.timis))
    [part] = jobs.messages().get(name="enrolment_confirmed").calendars
    assert "RSVP" not in part["text"] and "PARTSTAT=ACCEPTED" in part["text"]
    assert links.enrolment_of_address(f"+{links.token_of(place)}@") is None
    read_replies(timestamp=0)


class Imap:
    """A mailbox as imaplib shows it."""

    def __init__(self, mails: dict[str, bytes]) -> None:
        self.mails, self.flags, self.deeds = mails, {}, []

    def __call__(self, host: str, port: int, timeout: int) -> "Imap":
        self.deeds.append((host, port))
        return self

    def login(self, user: str, password: str) -> None:
        self.deeds.append((user, password))

    def select(self, folder: str) -> None:
        self.deeds.append(folder)

    def uid(self, command: str, *words: str):
        if command == "SEARCH":
            return "OK", [" ".join(self.mails).encode()]
        if command == "STORE":
            self.flags[words[0]] = words[2]
            return "OK", [None]
        mail = self.mails[words[0]]
        if words[1] == "(RFC822.SIZE)":
            return "OK", [b"1 (UID %s RFC822.SIZE %d)" % (words[0].encode(), len(mail))]
        return "OK", [(b"1 (BODY[]<0> {%d}" % len(mail), mail), b")"]

    def expunge(self) -> None:
        self.deeds.append("expunge")

    def logout(self) -> None:
        self.deeds.append("logout")


def test_a_mailbox_far_away(place, folder, settings, monkeypatch):
    box = Imap({"7": answer(place), "8": b"Subject: x\n\ny", "9": b"x" * (inbox.LARGEST + 1)})
    monkeypatch.setattr(imaplib, "IMAP4_SSL", box)
    settings.REPLY_IMAP = "imaps://raspuns%40example.org:p%3Aw@mail.example.org/Raspunsuri"
    settings.REPLY_MAILDIR = ""
    assert inbox.read(replies.take) == (1, 2)
    assert said() == [("no", "calendar")]
    assert box.deeds == [
        ("mail.example.org", 993),
        ("raspuns@example.org", "p:w"),
        '"Raspunsuri"',
        "expunge",
        "logout",
    ]
    assert box.flags == {"7": r"(\Seen \Deleted)", "8": r"(\Seen)", "9": r"(\Seen)"}
