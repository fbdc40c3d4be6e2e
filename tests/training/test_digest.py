"""The morning's summary for coordinators: what others did, what waits, once a day, nothing when there is nothing."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from notifications.actions import choose
from notifications.models import Message, Topic
from people.access import Grants
from people.models import AuditEvent, Jurisdiction
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import answers, digests, enrolments
from training.queries.digest import digest_of
from training.tasks import sum_up

ZONE = ZoneInfo("Europe/Bucharest")


@pytest.fixture(autouse=True)
def country(cast, settings):
    settings.JURISDICTION = cast.jurisdiction.code
    Jurisdiction.objects.filter(pk=cast.jurisdiction.pk).update(time_zone="Europe/Bucharest")


def morning(hour: int = 8, day: int = 1) -> datetime:
    """The next one on the clock of the country: what happened now, at night too, is its news."""
    next_at_seven = (timezone.now().astimezone(ZONE) + timedelta(hours=24 - 7)).date()
    on = next_at_seven + timedelta(days=day - 1)
    return datetime(on.year, on.month, on.day, hour, tzinfo=ZONE)


@pytest.fixture
def edition(cast):
    edition = make.edition(cast.timis, title="Grupa A", capacity=2)
    make.session(edition, 20, trainers=[cast.petar.person])
    make.session(edition, 21, trainers=[cast.petar.person])
    return edition


def written() -> list[Message]:
    return list(Message.objects.filter(name="digest").order_by("pk"))


def test_it_says_what_happened_and_what_waits(cast, edition):
    places = [make.place(make_people.person(cast.timis), edition) for _ in range(3)]
    enrolments.cancel(enrolment=places[0], by=None)
    answers.record(
        by=None, enrolment=places[1], sessions=edition.sessions.all(), answer="no", via="link"
    )
    soon = make.edition(cast.lugoj, title="Fără formator")
    make.session(soon, 5)
    mara = cast.mara.person
    mara.language = "en"
    mara.save()
    assert digests.send(morning()) == 1
    [message] = written()
    assert message.person == mara and message.topic == Topic.DIGEST
    for words in (
        "3 new people with a place",  # two at once, one from the waiting list
        "1 new person on the waiting list",
        "1 person gave up the place",
        "2 answers: do not come",
        "1 session in the next two weeks has no trainer",
    ):
        assert words in message.text, message.text
    assert message.text.index("Fără formator") < message.text.index("Grupa A")
    assert f"/en/training/editions/{edition.pk}/manage/" in message.text
    assert "/notices/stop/" in message.text


def test_once_a_day_however_often_the_clock_ticks(cast, edition):
    make.place(cast.ana.person, edition)
    assert [digests.send(morning(hour)) for hour in (7, 8, 9)] == [1, 0, 0]
    assert digests.send(morning(8, day=2)) == 0  # nothing new, nothing that waits


@pytest.mark.parametrize(("hour", "number"), [(6, 0), (7, 1), (10, 1), (11, 0), (23, 0)])
def test_only_in_the_morning_there(cast, edition, hour, number):
    make.place(cast.ana.person, edition)
    assert digests.send(morning(hour)) == number


def test_nothing_is_no_mail(cast, edition):
    assert digests.send(morning()) == 0
    assert written() == []


def test_ones_own_deeds_are_no_news(cast, edition):
    make.place(cast.ana.person, edition, by=cast.mara)
    assert digests.send(morning()) == 0


def test_another_county_is_not_told(cast):
    elsewhere = make.edition(cast.cluj)
    make.session(elsewhere, 20, trainers=[cast.petar.person])
    make.place(cast.clara.person, elsewhere)
    make.session(make.edition(cast.cluj), 3)
    assert digests.send(morning()) == 0


def test_a_roll_that_nobody_finished_waits(cast, edition):
    make.place(cast.ana.person, edition)
    assert digests.send(morning(day=3)) == 0  # long after the place was given
    make.move_to(edition.sessions.order_by("starts")[0], -1)
    assert digests.send(morning(day=3)) == 1
    edition.sessions.update(roll_closed_at=timezone.now())
    Message.objects.all().delete()
    assert digests.send(morning(day=3)) == 0


def test_who_wants_none_or_is_no_coordinator_any_more(cast, edition):
    make.place(cast.ana.person, edition)
    choose(by=cast.mara, person=cast.mara.person, topic=Topic.DIGEST, wanted=False)
    assert digests.send(morning()) == 0
    choose(by=cast.mara, person=cast.mara.person, topic=Topic.DIGEST, wanted=True)
    held = cast.mara.person.memberships
    held.update(since="2020-01-01", until="2020-12-31")
    assert digests.send(morning()) == 0


@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25"])
def test_across_a_change_of_the_clock_no_deed_is_told_twice_or_left_out(cast, edition, change):
    midnight = datetime.fromisoformat(change).replace(tzinfo=ZONE)
    place = make.place(cast.ana.person, edition)
    event = AuditEvent.objects.get(verb="enrolment.confirmed", target_id=str(place.pk))
    start = (midnight - timedelta(days=1)).timestamp()
    for number in range(72):  # a deed in every hour of three days around the change
        event.pk, event.at = None, datetime.fromtimestamp(start + number * 3600, ZONE)
        event.save(force_insert=True)
    told = 0
    for day in range(-2, 5):
        until = (midnight + timedelta(days=day)).replace(hour=7)
        since = (midnight + timedelta(days=day - 1)).replace(hour=7)
        grants = Grants((("coordinator", cast.timis.path),))
        for line in digest_of(grants, since=since, until=until, language="ro"):
            told += line.news.get("confirmed", 0)
    assert told == 72


def test_the_task_writes_it_once(cast, edition):
    enrolments.cancel(enrolment=make.place(make_people.person(cast.timis), edition), by=None)
    with time_machine.travel(morning(), tick=False):
        sum_up(timestamp=0)
        sum_up(timestamp=0)
    assert [message.person for message in written()] == [cast.mara.person]
