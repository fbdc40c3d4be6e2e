"""Coordinators at work: from nothing to an open edition, its sessions, its people, its papers."""

import re

import pytest

from people.models import AuditEvent, Person
from tests.factories import courses as make_courses
from tests.factories import people as make_people
from tests.factories import training as make
from tests.training.insisting import insist
from tests.training.test_learner_views import main, url
from training.models import Edition, Enrolment, Room, Venue


def times(day: int, starts: str = "10:00", ends: str = "12:00") -> dict[str, str]:
    return {"day": make.at(day).date().isoformat(), "starts": starts, "ends": ends}


def test_an_edition_from_nothing_to_open(cast, mara):
    course = make_courses.course("Formare inițială")
    english = make_courses.course("Initial training", language="en", translation_of=course)
    room = make.room(cast.timis)
    fields = {
        "course": english.pk,
        "organiser": cast.timis.pk,
        "language": "ro",
        "capacity": 20,
        "form_of": "place",
    }
    closes = make.at(5).date()
    response = mara.post(url("schedule"), {**fields, "closes": closes.isoformat()})
    edition = Edition.objects.get()
    assert response["Location"] == url("session-add", edition.pk)
    assert (edition.status, edition.course, edition.region) == ("draft", course, cast.timis_region)
    assert edition.enrolment_closes == make.at(6, 0)
    assert "Open for enrolment" not in main(mara.get(url("manage", edition.pk)))
    where = {"room": room.pk, "trainers": [cast.petar.person.pk]}
    more = insist(mara, url("session-add", edition.pk), {**times(7), **where, "add_another": "1"})
    assert more["Location"] == url("session-add", edition.pk)
    insist(mara, url("session-add", edition.pk), {**times(8), **where})
    assert [s.starts for s in edition.sessions.all()] == [make.at(7), make.at(8)]
    assert "Open for enrolment" in main(mara.get(url("manage", edition.pk)))
    mara.post(url("status", edition.pk, "open"))
    edition.refresh_from_db()
    assert edition.status == "open"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"capacity": "0"}, "1"),
        ({"capacity": ""}, ""),
        ({"language": "xx"}, "xx"),
        (
            {"opens": "2030-02-02", "closes": "2030-02-01"},
            "The last day to enrol is before the first one.",
        ),
        ({"organiser": "cluj"}, ""),
    ],
)
def test_a_form_that_is_wrong_keeps_what_was_typed(cast, mara, changes, words):
    course = make_courses.course()
    fields = {
        "course": course.pk,
        "organiser": cast.timis.pk,
        "language": "ro",
        "capacity": 7,
        "form_of": "place",
    }
    changes = {**changes, **({"organiser": cast.cluj.pk} if "organiser" in changes else {})}
    response = mara.post(url("schedule"), {**fields, **changes})
    text = response.content.decode()
    assert "error-summary" in text
    assert "<title>Error:" in text
    assert words in text
    assert not Edition.objects.exists()


def test_places_window_and_notes_change(cast, mara, edition):
    fields = {
        "title": "Grupa 2",
        "language": "uk",
        "capacity": 9,
        "form_of": "online",
        "notes": "Prânz",
    }
    window = {"opens": make.at(-1).date().isoformat(), "closes": ""}
    assert mara.post(url("change", edition.pk), {**fields, **window})["Location"] == url(
        "manage", edition.pk
    )
    edition.refresh_from_db()
    assert (edition.title, edition.capacity, edition.is_online) == ("Grupa 2", 9, True)
    assert edition.enrolment_opens == make.at(-1, 0)
    assert 'value="Grupa 2"' in mara.get(url("change", edition.pk)).content.decode()
    for _ in range(3):
        make.place(make_people.person(cast.timis), edition)
    text = main(mara.post(url("change", edition.pk), {**fields, **window, "capacity": 2}))
    assert "3 places are already taken" in text


def test_a_clash_stands_at_its_field(cast, mara, edition):
    room = make.room(cast.timis, "Sala Mare")
    make.session(make.edition(cast.timis, title="Alta"), 9, room=room, trainers=[cast.petar.person])
    text = main(insist(mara, url("session-add", edition.pk), {**times(9), "room": room.pk}))
    assert "Sala Mare" in text
    assert "Alta" in text
    link = {"link": "https://meet.example.org/b", "trainers": [cast.petar.person.pk]}
    assert "Petar Petrov" in main(
        insist(mara, url("session-add", edition.pk), {**times(9), **link})
    )
    assert edition.sessions.count() == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {**times(9, "12:00", "10:00"), "link": "https://a.example.org"},
            "The end must be after the start.",
        ),
        (times(9), "Choose a room, or give a link."),
        ({**times(9), "day": "tomorrow"}, "Enter a valid date."),
    ],
)
def test_a_session_that_cannot_be(cast, mara, edition, fields, words):
    assert words in main(insist(mara, url("session-add", edition.pk), fields))
    assert edition.sessions.count() == 1


def test_a_session_of_an_online_edition_may_have_its_link_later(cast, mara):
    edition = make.edition(cast.timis, is_online=True)
    insist(mara, url("session-add", edition.pk), times(9))
    assert edition.sessions.get().link == ""


def test_a_session_is_moved_and_cancelled_with_its_reason(cast, mara, edition):
    session = edition.sessions.get()
    fields = {**times(8), "link": "https://a.example.org", "reason": "Drum închis"}
    assert insist(mara, url("session-change", session.pk), fields)["Location"] == url(
        "manage", edition.pk
    )
    session.refresh_from_db()
    assert (session.starts, session.sequence) == (make.at(8), 1)
    assert "Say why" in main(mara.post(url("session-cancel", session.pk), {"reason": ""}))
    mara.post(url("session-cancel", session.pk), {"reason": "Zi liberă"})
    session.refresh_from_db()
    assert session.is_cancelled
    assert mara.get(url("session-cancel", session.pk))["Location"] == url("manage", edition.pk)
    assert "Zi liberă" in main(mara.get(url("manage", edition.pk)))


def test_a_move_onto_another_session_is_explained(cast, mara, edition):
    room = make.room(cast.timis, "Sala Mare")
    make.session(edition, 9, room=room)
    session = edition.sessions.first()
    text = main(insist(mara, url("session-change", session.pk), {**times(9), "room": room.pk}))
    assert "Sala Mare" in text


def test_a_trainer_from_elsewhere_who_leads_already_may_stay(cast, mara, edition):
    guest = make_people.staff(cast.cluj, "trainer", "Oaspete").person
    session = make.session(edition, 9, link="https://a.example.org", trainers=[guest])
    fields = {**times(10), "link": session.link, "trainers": [guest.pk]}
    insist(mara, url("session-change", session.pk), fields)
    assert session.trainers.get().trainer == guest
    assert "Oaspete" not in main(mara.get(url("session-add", edition.pk)))


def test_cancelling_an_edition_asks_for_the_reason(cast, mara, edition):
    make.place(cast.ana.person, edition)
    assert "1 person has a place." in main(mara.get(url("status", edition.pk, "cancelled")))
    assert "Say why" in main(mara.post(url("status", edition.pk, "cancelled"), {"reason": " "}))
    mara.post(url("status", edition.pk, "cancelled"), {"reason": "Inundație"})
    edition.refresh_from_db()
    assert (edition.status, edition.status_reason) == ("cancelled", "Inundație")
    assert "cannot change to this status" in main(mara.post(url("status", edition.pk, "open")))
    assert mara.get(url("status", edition.pk, "nonsense")).status_code == 404
    assert mara.get(url("session-add", edition.pk)).status_code == 404


def test_participants_places_and_people(cast, mara, edition):
    found = main(mara.get(url("participant-add", edition.pk) + "?q=țURCANU"))
    assert "Vasile Țurcanu" in found
    assert "Clara" not in main(mara.get(url("participant-add", edition.pk) + "?q=mureșan"))
    mara.post(url("participant-add", edition.pk), {"person": cast.vasile.pk})
    place = Enrolment.objects.get()
    assert (place.person, place.nominated_by) == (cast.vasile, None)
    assert "enrolled" in main(mara.get(url("participant-add", edition.pk) + "?q=turcanu"))
    listed = mara.get(url("participants", edition.pk))
    assert place.code in main(listed)
    assert url("letter", place.pk) in listed.content.decode()
    mara.post(url("place-cancel", place.pk), {"reason": "Dublură"})
    assert "Dublură" in main(mara.get(url("participants", edition.pk) + "?group=cancelled"))
    assert mara.get(url("place-cancel", place.pk))["Location"] == url("participants", edition.pk)
    assert mara.get(url("participants", edition.pk) + "?group=all").status_code == 404


@pytest.mark.parametrize("person", ["", "x", "-1", "٣", "9" * 30, "clara"])
def test_only_people_of_the_branch_are_enrolled(cast, mara, edition, person):
    key = cast.clara.person.pk if person == "clara" else person
    assert mara.post(url("participant-add", edition.pk), {"person": key}).status_code == 404
    assert not Enrolment.objects.exists()


def test_closed_editions_refuse_coordinators_in_words(cast, mara, edition):
    Edition.objects.filter(pk=edition.pk).update(status="closed")
    text = main(mara.post(url("participant-add", edition.pk), {"person": cast.vasile.pk}))
    assert "Enrolment is closed." in text


def test_a_place_with_an_outcome_stays(cast, mara, edition):
    place = make.place(cast.ana.person, edition)
    Enrolment.objects.filter(pk=place.pk).update(status="completed", completed_on=make.at(0).date())
    text = main(mara.post(url("place-cancel", place.pk), {"reason": "x"}))
    assert "can no longer be cancelled" in text


def test_the_sheet_and_the_letter_leave_a_trace(cast, mara, edition):
    place = make.place(cast.vasile, edition)
    session = edition.sessions.get()
    assert "Vasile Țurcanu" in main(mara.get(url("sheet", session.pk)))
    letter = main(mara.get(url("letter", place.pk)))
    assert place.code in letter
    verbs = set(AuditEvent.objects.filter(actor_id=cast.mara.pk).values_list("verb", flat=True))
    assert {"sheet.opened", "letter.opened"} <= verbs


def test_the_letter_speaks_the_persons_language(cast, mara, edition):
    person = make_people.person(
        cast.timis, "نصار", "نور", language="ar", postal_address="شارع المثال 1"
    )
    response = mara.get(url("letter", make.place(person, edition).pk))
    assert 'lang="ar" dir="rtl"' in response.content.decode()
    assert "شارع المثال 1" in main(response)


def test_the_letter_of_somebody_who_waits_tells_no_link(cast, mara):
    edition = make.edition(cast.timis, capacity=1)
    make.session(edition, 7, link="https://meet.example.org/a")
    first, second = (
        make.place(cast.vasile, edition),
        make.place(make_people.person(cast.timis), edition),
    )
    Person.objects.update(language="en")
    told = "Please call us the day before an online session"
    letters = [main(mara.get(url("letter", place.pk))) for place in (first, second)]
    assert [told in letter for letter in letters] == [True, False]
    assert not any("meet.example.org" in letter for letter in letters)


def test_buildings_and_rooms(cast, mara):
    assert "No building yet" in main(mara.get(url("venues")))
    fields = {
        "organisation": cast.lugoj.pk,
        "name": "Casa",
        "address": "Strada 1",
        "room": "Sala",
        "capacity": 20,
    }
    mara.post(url("venue-add"), fields)
    venue = Venue.objects.get()
    assert (venue.organisation, venue.rooms.get().capacity) == (cast.lugoj, 20)
    for _ in range(2):
        mara.post(url("room-add", venue.pk), {"name": "Sala 2", "capacity": 8})
    assert Room.objects.count() == 2
    assert "Sala 2" in main(mara.get(url("venues")))
    assert (
        "error-summary"
        in mara.post(url("venue-add"), {**fields, "organisation": cast.cluj.pk}).content.decode()
    )


def test_list_pages_cost_the_same_for_one_and_three(cast, mara, django_assert_max_num_queries):
    counts = {}
    for number in (1, 3):
        while Edition.objects.count() < number:
            edition = make.edition(cast.timis, capacity=1)
            make.session(
                edition,
                5 + Edition.objects.count(),
                room=make.room(cast.timis),
                trainers=[cast.petar.person],
            )
        for _ in range(number + 1):  # one has the place, the others wait
            make.place(make_people.person(cast.lugoj), edition, nominated_by=cast.lugoj)
        pages = [
            url("editions"),
            url("participants", edition.pk),
            url("participants", edition.pk) + "?group=waiting",
        ]
        pages += [
            url("manage", edition.pk),
            url("venues"),
            url("nominate"),
            url("nominate-people", edition.pk),
        ]
        for page in pages:
            with django_assert_max_num_queries(60) as seen:
                assert mara.get(page).status_code == 200
            counts.setdefault(re.sub(r"\d+", "N", page), []).append(len(seen))
    # The first request of each page may read what is kept a minute; none may read more for more rows.
    assert {page: c for page, c in counts.items() if c[1] > c[0]} == {}
