"""Calendars: secret and revocable, unchanged means 304, moved and cancelled is seen by two readers."""

from datetime import timedelta

import icalendar
import pytest
import vobject
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from people.models import AuditEvent, Person
from tests.factories import courses as make_courses
from tests.factories import training as make
from training.actions import editions, enrolments, feeds, sessions
from training.models import CalendarFeed


@pytest.fixture
def feed(cast):
    """Ana's calendar: an edition of two sessions, one in a room, one online; Petar leads the second."""
    edition = make.edition(cast.timis, title="Formare, grupa; „A”")
    make.session(edition, 7, room=make.room(cast.timis, "Sala Mare"))
    make.session(
        edition,
        8,
        link="https://meet.example.org/a",
        title="Atașament",
        trainers=[cast.petar.person],
    )
    make.place(cast.ana.person, edition)
    return feeds.make(by=cast.ana, person=cast.ana.person)


def get(feed: CalendarFeed, **headers):
    return Client(headers=headers).get(f"/calendar/{feed.token}.ics")


def events(body: bytes) -> dict[str, icalendar.Event]:
    return {str(e["UID"]): e for e in icalendar.Calendar.from_ical(body).walk("VEVENT")}


def uid(session) -> str:
    return f"session-{session.pk}@localhost"


def test_the_feed_holds_the_own_sessions(cast, feed):
    make.coming(cast.timis)  # of nobody
    response = get(feed)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    first, second = feed.person.enrolments.get().edition.sessions.all()
    found = events(response.content)
    assert set(found) == {uid(first), uid(second)}
    assert str(found[uid(first)]["LOCATION"]).startswith("Casa")
    assert "Sala Mare" in str(found[uid(first)]["LOCATION"])
    assert str(found[uid(second)]["SUMMARY"]).endswith(" – Formare, grupa; „A”: Atașament")
    assert f"/training/sessions/{second.pk}/online/" in str(found[uid(second)]["DESCRIPTION"])
    assert found[uid(first)]["DTSTART"].dt == first.starts
    assert found[uid(first)]["DTSTART"].params["TZID"] == "Europe/Bucharest"
    assert str(found[uid(first)]["ATTENDEE"]) == "mailto:ana@example.org"
    assert b"METHOD" not in response.content
    assert b"BEGIN:VTIMEZONE" in response.content
    assert f"/ro/training/editions/{first.edition_id}/" in str(found[uid(first)]["URL"])


def test_a_second_reader_agrees(cast, feed):
    found = {e.uid.value: e for e in vobject.readOne(get(feed).content.decode()).vevent_list}
    for session in feed.person.enrolments.get().edition.sessions.all():
        assert found[uid(session)].dtstart.value == session.starts
        assert found[uid(session)].sequence.value == "0"


def test_unchanged_is_304_and_any_change_is_not(cast, feed):
    etag = get(feed)["ETag"]
    assert get(feed)["ETag"] == etag
    again = get(feed, if_none_match=etag)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    session = feed.person.enrolments.get().edition.sessions.first()
    sessions.cancel(by=None, session=session, reason="Zi liberă")
    assert get(feed, if_none_match=etag).status_code == 200


def test_moved_and_cancelled_are_seen(cast, feed):
    first, second = feed.person.enrolments.get().edition.sessions.all()
    day = timedelta(days=1)
    facts = {"time_zone": first.time_zone, "room": first.room}
    sessions.move(by=None, session=first, starts=first.starts + day, ends=first.ends + day, **facts)
    sessions.cancel(by=None, session=second, reason="Zi liberă")
    found = events(get(feed).content)
    assert (found[uid(first)]["SEQUENCE"], str(found[uid(first)]["STATUS"])) == (1, "CONFIRMED")
    assert found[uid(first)]["DTSTART"].dt == first.starts + day
    assert (found[uid(second)]["SEQUENCE"], str(found[uid(second)]["STATUS"])) == (1, "CANCELLED")
    assert "Zi liberă" in str(found[uid(second)]["DESCRIPTION"])


def test_past_sessions_stay_two_months(cast, feed):
    first, second = feed.person.enrolments.get().edition.sessions.all()
    make.move_to(first, -55)
    make.move_to(second, -70)
    assert set(events(get(feed).content)) == {uid(first)}


def test_a_cancelled_edition_stays_as_cancelled_a_place_given_up_goes(cast, feed):
    place = feed.person.enrolments.get()
    enrolments.cancel(enrolment=place, by=cast.ana)
    assert events(get(feed).content) == {}
    make.place(cast.ana.person, place.edition)
    editions.change_status(by=None, edition=place.edition, status="cancelled", reason="Inundație")
    found = events(get(feed).content)
    assert {str(e["STATUS"]) for e in found.values()} == {"CANCELLED"}
    assert len(found) == 2


def test_whoever_waits_has_no_session_yet(cast):
    edition = make.coming(cast.timis, capacity=1)
    make.place(cast.ana.person, edition)
    make.place(cast.clara.person, edition)
    assert events(get(feeds.make(by=None, person=cast.clara.person)).content) == {}


def test_a_trainer_has_the_sessions_they_lead(cast, feed):
    mine = feeds.make(by=cast.petar, person=cast.petar.person)
    session = cast.petar.person.sessions_led.get().session
    assert set(events(get(mine).content)) == {uid(session)}


@pytest.mark.parametrize("token", ["nothing", "x" * 200])
def test_an_unknown_address_answers_404(db, token):
    assert Client().get(f"/calendar/{token}.ics").status_code == 404


def test_a_revoked_address_answers_like_an_unknown_one(cast, feed):
    etag = get(feed)["ETag"]
    feeds.revoke(by=cast.ana, person=cast.ana.person)
    feeds.revoke(by=cast.ana, person=cast.ana.person)
    assert get(feed).status_code == get(feed, if_none_match=etag).status_code == 404
    verbs = list(AuditEvent.objects.about(feed).order_by("id").values_list("verb", flat=True))
    assert verbs == ["feed.made", "feed.revoked"]


def test_a_new_address_replaces_the_old_one(cast, feed):
    new = feeds.make(by=cast.ana, person=cast.ana.person)
    assert new.token != feed.token
    assert (get(feed).status_code, get(new).status_code) == (404, 200)


def test_nobody_makes_or_stops_the_address_of_somebody_else(cast, feed):
    for attempt in (feeds.make, feeds.revoke):
        with pytest.raises(PermissionDenied):
            attempt(by=cast.mara, person=cast.ana.person)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_feeds_are_for_reading(cast, feed, method):
    for url in (f"/calendar/{feed.token}.ics", "/calendar/public.ics"):
        assert getattr(Client(), method)(url).status_code == 405


def test_a_feed_costs_the_same_for_one_and_for_many_and_little_when_unchanged(
    cast, django_assert_num_queries
):
    feed = feeds.make(by=None, person=cast.ana.person)
    for number in range(3):
        edition = make.coming(cast.timis, day=5 + number)
        make.place(cast.ana.person, edition)
        with django_assert_num_queries(7):
            etag = get(feed)["ETag"]
        with django_assert_num_queries(5) as seen:  # the address, two lists of keys, counts, titles
            assert get(feed, if_none_match=etag).status_code == 304
        assert not any('"training_session"."link"' in query["sql"] for query in seen)


@pytest.fixture
def kept(settings):
    """As on a real site: what nobody has changed is not asked for again."""
    settings.PUBLIC_SECONDS = 60


def test_what_nobody_changed_costs_two_reads(cast, feed, kept, django_assert_num_queries):
    """The address, and whether anything was done on the site; with the version and without."""
    body, etag = get(feed).content, get(feed)["ETag"]
    with django_assert_num_queries(2):
        assert get(feed, if_none_match=etag).status_code == 304
    with django_assert_num_queries(2):
        assert get(feed).content == body


def test_what_is_kept_is_never_behind(cast, feed, kept):
    """The very next request after a move shows it; so do a new name and a revoked address."""
    edition = feed.person.enrolments.get().edition
    first = edition.sessions.first()
    etag = get(feed)["ETag"]
    later = {"starts": make.at(20), "ends": make.at(20, 12), "time_zone": make.ZONE}
    sessions.move(by=cast.mara, session=first, **later, room=None)
    moved = get(feed, if_none_match=etag)
    assert moved.status_code == 200
    assert events(moved.content)[uid(first)]["DTSTART"].dt == make.at(20)
    Person.objects.filter(pk=feed.person.pk).update(email="nou@example.org")
    assert b"nou@example.org" in get(feed, if_none_match=moved["ETag"]).content
    feeds.revoke(by=cast.ana, person=cast.ana.person)
    assert get(feed).status_code == 404


def test_what_is_kept_for_one_is_not_given_to_another(cast, feed, kept):
    place = make.place(cast.vasile, feed.person.enrolments.get().edition)
    other = feeds.make(by=None, person=place.person)
    mine, theirs = get(feed), get(other)
    assert mine["ETag"] != theirs["ETag"]
    assert b"ana@" not in theirs.content


def test_whatever_a_calendar_shows_changes_its_version(cast, feed):
    """The version is counted in the database, not made of the text: nothing shown may be forgotten in it."""
    place = feed.person.enrolments.get()
    session = place.edition.sessions.order_by("starts")[0]
    course = place.edition.course
    tags = [get(feed)["ETag"]]

    def changed(rows, **facts) -> None:
        rows.update(**facts)
        tags.append(get(feed)["ETag"])

    changed(type(place.edition).objects.filter(pk=place.edition_id), title="Grupa B")
    changed(type(place.edition).objects.filter(pk=place.edition_id), is_online=True)
    organiser = type(cast.timis).objects.filter(pk=cast.timis.pk)
    changed(organiser, email="nou@example.org")
    changed(organiser, short_name="DGASPC TM")
    changed(organiser, name={"ro": "Direcția"}, short_name="")
    changed(type(session.room).objects.filter(pk=session.room_id), name="Sala Mică")
    changed(type(session.room.venue).objects.all(), address="Strada Nouă 2")
    changed(type(session.room.venue).objects.all(), name="Casa Nouă")
    changed(Person.objects.filter(pk=feed.person_id), given_name="Anca")
    changed(Person.objects.filter(pk=feed.person_id), email="anca@example.org")
    changed(Person.objects.filter(pk=feed.person_id), language="uk")
    course.title = "Alt nume"
    course.save_revision().publish()
    tags.append(get(feed)["ETag"])
    make.session(place.edition, 9)
    tags.append(get(feed)["ETag"])
    assert len(set(tags)) == len(tags)


def test_the_text_is_the_same_where_the_version_is(cast, feed):
    assert get(feed).content == get(feed).content


# Trainers and rooms


def test_a_trainers_calendar_shows_only_what_they_lead(cast, feed):
    attended = make.coming(cast.timis, day=20)
    make.place(cast.petar.person, attended)
    own = feeds.make(by=cast.petar, person=cast.petar.person)
    led = feeds.make(by=cast.petar, person=cast.petar.person, kind="trainer")
    session = cast.petar.person.sessions_led.get().session
    assert set(events(get(led).content)) == {uid(session)}
    assert len(events(get(own).content)) == 2
    feeds.revoke(by=cast.petar, person=cast.petar.person, kind="trainer")
    assert (get(led).status_code, get(own).status_code) == (404, 200)


def test_a_rooms_calendar_shows_what_it_is_booked_for_and_names_nobody(cast, mara):
    room = make.room(cast.timis, "Sala Mare")
    draft = make.edition(cast.timis, status="draft")
    booked = make.session(draft, 7, room=room, trainers=[cast.petar.person])
    make.session(make.edition(cast.timis), 7)
    page = reverse("training:room-calendar", args=[room.pk])
    assert mara.get(page).status_code == 200
    mara.post(page)
    first = CalendarFeed.objects.open().get(room=room)
    assert first.token in mara.get(page).content.decode()
    body = get(first).content
    assert set(events(body)) == {uid(booked)}
    assert b"ATTENDEE" not in body and b"Petar" not in body
    mara.post(page)
    second = CalendarFeed.objects.open().get(room=room)
    assert (get(first).status_code, get(second).status_code) == (404, 200)
    mara.post(page, {"stop": "1"})
    assert get(second).status_code == 404
    for stranger in (cast.olga, cast.petar, cast.ana):
        assert cast.browser(stranger, language="en").post(page).status_code == 404
        with pytest.raises(PermissionDenied):
            feeds.make_for_room(by=stranger, room=room)
        with pytest.raises(PermissionDenied):
            feeds.revoke_for_room(by=stranger, room=room)


def test_a_rooms_calendar_has_no_link_to_join(cast):
    room = make.room(cast.timis)
    make.session(make.edition(cast.timis), 7, room=room, link="https://meet.example.org/secret")
    body = get(feeds.make_for_room(by=None, room=room)).content
    assert len(events(body)) == 1 and b"secret" not in body


@pytest.mark.parametrize("fields", [{"kind": "room"}, {"kind": "person"}, {"kind": "trainer"}])
def test_an_address_is_of_one_person_or_of_one_room(cast, fields):
    room = make.room(cast.timis)
    wrong = {"person": cast.ana.person} if fields["kind"] == "room" else {"room": room}
    for owner in (wrong, {}, {"person": cast.ana.person, "room": room}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CalendarFeed.objects.create(**fields, **owner)


def test_the_page_of_a_trainer_makes_the_second_address(cast, feed):
    browser = cast.browser(cast.petar, language="en")
    page = reverse("training:calendar")
    assert "Only the sessions that you lead" in browser.get(page).content.decode()
    browser.post(reverse("training:calendar-make"), {"kind": "trainer"})
    made = CalendarFeed.objects.open().get(person=cast.petar.person)
    assert made.kind == "trainer" and made.token in browser.get(page).content.decode()
    browser.post(reverse("training:calendar-stop"), {"kind": "trainer"})
    assert not CalendarFeed.objects.open().filter(person=cast.petar.person).exists()
    ana = cast.browser(cast.ana, language="en").get(page).content.decode()
    assert "Only the sessions that you lead" not in ana


# The page of the address


def test_the_page_makes_shows_and_stops_the_address(cast):
    browser = cast.browser(cast.ana)
    page = reverse("training:calendar")
    assert "webcal://" not in browser.get(page).content.decode()
    for action in ("calendar-make", "calendar-stop"):
        assert browser.get(reverse(f"training:{action}")).status_code == 405
    browser.post(reverse("training:calendar-make"))
    token = CalendarFeed.objects.get().token
    text = browser.get(page).content.decode()
    assert f"{settings.SITE_URL}/calendar/{token}.ics" in text
    assert f"webcal://localhost:8000/calendar/{token}.ics" in text
    browser.post(reverse("training:calendar-stop"))
    assert token not in browser.get(page).content.decode()


def test_the_file_of_one_place_is_for_its_owner(cast, feed):
    place = feed.person.enrolments.get()
    url = reverse("training:enrolment-calendar", args=[place.pk])
    response = cast.browser(cast.ana).get(url)
    assert len(events(response.content)) == 2
    assert "attachment" in response["Content-Disposition"]
    for who in (cast.clara, cast.mara, cast.adm):
        assert cast.browser(who).get(url).status_code == 404
    enrolments.cancel(enrolment=place, by=None)
    assert cast.browser(cast.ana).get(url).status_code == 404


# The public feed


@pytest.fixture
def shelf(cast):
    topic = make_courses.topic("law")
    course = make_courses.course("Lege", topics=[topic], categories=[cast.carer])
    here = make.edition(cast.timis, course=course)
    make.session(here, 7, link="https://meet.example.org/secret")
    make.coming(cast.cluj)
    make.coming(cast.cluj, is_online=True)
    make.coming(cast.timis, status="draft")
    return here


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("county=RO-TM", 2),
        ("county=RO-XX", 1),
        ("topic=law", 1),
        ("topic=none", 0),
        ("audience=ro-foster-carer", 1),
        ("audience=none", 0),
        ("county=RO-CJ&topic=law", 0),
        ("lang=xx", 3),
        ("county=%00&topic=%00", 3),
    ],
)
def test_the_public_feed_by_county_topic_and_audience(shelf, query, found):
    response = Client().get(f"/calendar/public.ics?{query}")
    assert len(events(response.content)) == found
    again = Client(headers={"if-none-match": response["ETag"]}).get(f"/calendar/public.ics?{query}")
    assert again.status_code == 304


def test_the_public_feed_tells_no_link_and_no_person(cast, shelf):
    make.place(cast.ana.person, shelf)
    body = Client().get("/calendar/public.ics?lang=en").content
    assert b"secret" not in body
    assert b"ATTENDEE" not in body
    assert b"ana@example.org" not in body
    assert b"/en/training/editions/" in body.replace(b"\r\n ", b"")
