"""Changes wait until they have come to rest, and come as one mail that says what was and what is."""

from datetime import timedelta

import icalendar
import pytest
from django.db.models import F
from django.utils import timezone

from notifications.actions import choose
from notifications.models import Message, Topic
from tests import jobs
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import editions, sessions, telling
from training.models import Enrolment, PendingChange
from training.tasks import tell_changes

HOUR = timedelta(hours=1)


@pytest.fixture
def edition(cast):
    """Two sessions, one with a trainer; Ana has a place."""
    edition = make.edition(cast.timis, title="Grupa A", capacity=4)
    make.session(edition, 7, room=make.room(cast.timis, "Sala Mare"))
    make.session(edition, 8, trainers=[cast.petar.person])
    make.place(cast.ana.person, edition)
    return edition


def plan(edition):
    return list(edition.sessions.order_by("starts"))


def move(session, by: timedelta = HOUR, **facts):
    given = {"room": session.room, "time_zone": session.time_zone, "link": session.link, **facts}
    trainers = [row.trainer for row in session.trainers.all()]
    return sessions.move(
        by=None, session=session, starts=session.starts + by, ends=session.ends + by,
        trainers=trainers, **given,
    )  # fmt: skip


def told(person) -> list[Message]:
    return list(jobs.messages().filter(name="sessions_changed", person=person).order_by("pk"))


def methods(message: Message) -> list[tuple[str, str, int, str]]:
    found = []
    for part in message.calendars:
        calendar = icalendar.Calendar.from_ical(part["text"])
        [event] = calendar.walk("VEVENT")
        assert calendar["METHOD"] == part["method"]
        found.append((part["method"], str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])))
    return found


def rest(minutes: int = 11) -> None:
    """As if that much time had passed since the last change."""
    passed = timedelta(minutes=minutes)
    PendingChange.objects.update(first_at=F("first_at") - passed, last_at=F("last_at") - passed)
    Enrolment.objects.update(queued_at=F("queued_at") - passed)


def test_three_changes_are_one_mail_after_the_quiet_period(cast, edition):
    first, second = plan(edition)
    moved = move(move(first), 2 * HOUR)
    sessions.cancel(by=None, session=second, reason="Zi liberă.")
    tell_changes(timestamp=0)
    assert told(cast.ana.person) == []
    rest(9)
    tell_changes(timestamp=0)
    assert told(cast.ana.person) == []
    rest(2)
    for _again in range(3):
        tell_changes(timestamp=0)
    [message] = told(cast.ana.person)
    before, after = message.text.index("10:00–12:00"), message.text.index("13:00–15:00")
    assert before < after < message.text.index("Zi liberă.")
    assert "11:00–13:00" not in message.text  # what it was for a moment, nobody needs to know
    assert not PendingChange.objects.exists()
    assert methods(message) == [
        ("REQUEST", f"session-{first.pk}@localhost", moved.sequence, "CONFIRMED"),
        ("CANCEL", f"session-{second.pk}@localhost", 1, "CANCELLED"),
    ]


def test_what_is_changed_back_is_not_told(cast, edition):
    first, _second = plan(edition)
    move(move(first), -HOUR)
    rest()
    tell_changes(timestamp=0)
    assert told(cast.ana.person) == []
    assert not PendingChange.objects.exists()


def test_a_second_change_after_the_mail_is_a_second_mail(cast, edition):
    first, _second = plan(edition)
    first = move(first)
    assert telling.tell(edition_id=edition.pk) == 1
    move(first)
    assert telling.tell(edition_id=edition.pk) == 1
    later, earlier = told(cast.ana.person)[::-1]
    assert "10:00–12:00" in earlier.text and "10:00–12:00" not in later.text
    assert methods(earlier)[0][2] < methods(later)[0][2]


def test_whoever_goes_on_changing_does_not_keep_people_waiting_for_ever(cast, edition):
    first, _second = plan(edition)
    for _ in range(3):
        first = move(first)
    PendingChange.objects.update(first_at=timezone.now() - HOUR, last_at=timezone.now())
    assert telling.due() == [edition.pk]


def test_a_new_session_is_told_to_those_who_knew_the_plan(cast, edition):
    added = make.session(edition, 9)
    late = make_people.person(cast.timis, email="tarziu@example.org")
    make.place(late, edition)
    assert telling.tell(edition_id=edition.pk) == 1
    [message] = told(cast.ana.person)
    assert methods(message) == [("REQUEST", f"session-{added.pk}@localhost", 0, "CONFIRMED")]
    assert told(late) == []


def test_added_and_cancelled_before_anybody_heard_of_it(cast, edition):
    sessions.cancel(by=None, session=make.session(edition, 9), reason="Greșeală")
    assert telling.tell(edition_id=edition.pk) == 0


def test_trainers_hear_of_the_sessions_they_lead_only(cast, edition):
    first, second = plan(edition)
    move(first)
    assert telling.tell(edition_id=edition.pk) == 1
    assert told(cast.petar.person) == []
    move(second)
    assert telling.tell(edition_id=edition.pk) == 2
    [message] = told(cast.petar.person)
    assert "/training/roll/" in message.text
    assert "/training/answer/" not in message.text
    assert "/training/answer/" in told(cast.ana.person)[-1].text


def test_people_who_wait_gave_up_or_are_elsewhere_hear_nothing(cast, edition):
    elsewhere = make.coming(cast.cluj)
    make.place(cast.clara.person, elsewhere)
    edition.enrolments.update(status="waitlisted")
    move(plan(edition)[0])
    assert telling.tell(edition_id=edition.pk) == 0
    assert told(cast.clara.person) == told(cast.ana.person) == []


def test_a_draft_and_what_is_over_is_changed_in_silence(cast):
    draft = make.edition(cast.timis, status="draft")
    move(make.session(draft, 7))
    assert not PendingChange.objects.exists()
    running = make.edition(cast.timis)
    session = make.session(running, 7)
    make.place(cast.ana.person, running)
    make.move_to(session, -2)
    session.refresh_from_db()
    move(session)
    assert telling.tell(edition_id=running.pk) == 0


def test_trainers_of_a_cancelled_edition_hear_of_it_and_participants_once(cast, edition):
    editions.change_status(by=None, edition=edition, status="cancelled", reason="Inundație")
    assert telling.tell(edition_id=edition.pk) == 1
    assert told(cast.ana.person) == []
    assert "Inundație" in told(cast.petar.person)[0].text
    [mail] = jobs.messages().filter(person=cast.ana.person, name="enrolment_cancelled")
    assert [method for method, *_ in methods(mail)] == ["CANCEL", "CANCEL"]


def test_a_new_link_is_told_but_not_shown(cast):
    edition = make.edition(cast.timis)
    session = make.session(edition, 7, link="https://meet.example.org/old")
    make.place(cast.ana.person, edition)
    move(session, timedelta(0), link="https://meet.example.org/new")
    assert telling.tell(edition_id=edition.pk) == 1
    [message] = told(cast.ana.person)
    assert "meet.example.org" not in message.text + message.html + str(message.calendars)


def test_whoever_wants_no_invitations_gets_the_words_and_what_is_off(cast, edition):
    choose(by=cast.ana, person=cast.ana.person, topic=Topic.CALENDAR, wanted=False)
    first, second = plan(edition)
    move(first)
    sessions.cancel(by=None, session=second, reason="Zi liberă.")
    telling.tell(edition_id=edition.pk)
    [message] = told(cast.ana.person)
    assert [method for method, *_ in methods(message)] == ["CANCEL"]


def test_people_without_email_get_a_letter(cast, edition):
    make.place(cast.vasile, edition)
    move(plan(edition)[0])
    telling.tell(edition_id=edition.pk)
    [letter] = told(cast.vasile)
    assert (letter.channel, letter.calendars) == ("letter", [])
    assert "http://localhost:8000/" not in letter.text.replace("http://localhost:8000\n", "")


def test_many_people_cost_a_few_queries_each(cast, edition, django_assert_max_num_queries):
    for _ in range(3):
        make.place(make_people.person(cast.timis, email=f"x{_}@example.org"), edition)
    move(plan(edition)[0])
    with django_assert_max_num_queries(15 + 4 * 6) as seen:
        assert telling.tell(edition_id=edition.pk) == 4
    assert sum("||" in query["sql"] for query in seen.captured_queries) == 1  # the title, once
