"""What the screens read: the right rows, in the right order, in a number of queries that does not grow."""

from datetime import timedelta

import pytest
from django.test import TestCase as DjangoTestCase
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from courses.models import CourseHours
from people.models import Category
from tests.cast import build
from tests.factories import courses as make_courses
from tests.factories import people as make_people
from tests.factories import training as make
from training import queries
from training.actions import editions, enrolments
from training.models import Edition, Enrolment
from training.queries import CatalogueFilter, calendars, catalogue
from training.queries.catalogue import EDITIONS_PER_COURSE, filter_choices
from training.queries.editions import organisers_for, trainers_for


def titles(wanted: CatalogueFilter | None = None, **options) -> list[str]:
    rows, _page = catalogue(wanted, **options)
    return [row.course.title for row in rows]


# The catalogue


@pytest.fixture
def shelves(cast):
    """Two courses: one for carers in Timiș with an edition, one for nobody in particular without any."""
    topic = make_courses.topic("attachment", name={"ro": "Atașament", "en": "Attachment"})
    first = make_courses.course("Formare inițială", topics=[topic], categories=[cast.carer])
    make_courses.course("Ghid SINA")
    return first, make.coming(cast.timis, course=first, capacity=1)


def test_a_course_stands_once_in_the_readers_language_or_its_own(cast, shelves):
    first, _edition = shelves
    make_courses.course("Initial training", language="en", translation_of=first)
    assert titles(language="ro") == ["Formare inițială", "Ghid SINA"]
    assert titles(language="en") == ["Ghid SINA", "Initial training"]
    assert titles(language="bg") == ["Formare inițială", "Ghid SINA"]
    first.unpublish()
    assert titles(language="ro") == ["Ghid SINA", "Initial training"]


def test_a_translated_course_keeps_its_dates_and_topics(cast, shelves):
    first, edition = shelves
    make_courses.course("Initial training", language="en", translation_of=first)
    CourseHours.objects.create(course=first, minutes=90)
    CourseHours.objects.create(course=first, minutes=30)
    with translation.override("en"):
        rows, _page = catalogue(CatalogueFilter(words="initial"), language="en")
        assert [(row.topics, row.editions) for row in rows] == [(["Attachment"], [edition])]
        assert rows[0].editions[0].name == "Initial training"
    rows, _page = catalogue(CatalogueFilter(words="formare"), language="ro")
    assert rows[0].minutes == 120


TODAY, NEXT_MONTH = 0, 30  # days from the one on which the test runs


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, 2),
        ({"words": "SINA"}, 1),
        ({"words": "sina formare"}, 0),
        ({"category": "ro-foster-carer"}, 1),
        ({"category": "ro-social-worker"}, 0),
        ({"topic": "attachment"}, 1),
        ({"topic": "nothing"}, 0),
        ({"region": "RO-TM"}, 1),
        ({"region": "RO-CJ"}, 0),
        ({"language": "ro"}, 1),
        ({"language": "uk"}, 0),
        ({"starts_from": TODAY}, 1),
        ({"starts_from": NEXT_MONTH}, 0),
        ({"starts_to": NEXT_MONTH}, 1),
        ({"starts_to": TODAY}, 0),
        ({"places_left": True}, 1),
        (
            {
                "places_left": True,
                "category": "ro-foster-carer",
                "region": "RO-TM",
                "language": "ro",
            },
            1,
        ),
    ],
)
def test_each_filter(shelves, wanted, found):
    days = {"starts_from", "starts_to"}
    today = timezone.localdate()
    asked = CatalogueFilter(
        **{
            name: today + timedelta(days=value) if name in days else value
            for name, value in wanted.items()
        }
    )
    assert len(titles(asked, language="ro")) == found
    assert asked.active == len(wanted)


def test_a_full_or_closed_edition_has_no_places(cast, shelves):
    _course, edition = shelves
    make.place(cast.ana.person, edition)
    assert titles(CatalogueFilter(places_left=True)) == []
    editions.update(by=None, edition=edition, capacity=2)
    assert titles(CatalogueFilter(places_left=True)) == ["Formare inițială"]
    editions.change_status(by=None, edition=edition, status="closed")
    assert titles(CatalogueFilter(places_left=True)) == []


def test_the_topic_of_hours_counts_too(cast):
    topic = make_courses.topic("law")
    course = make_courses.course("Lege")
    CourseHours.objects.create(course=course, topic=topic, minutes=60)
    assert titles(CatalogueFilter(topic="law")) == ["Lege"]


@pytest.mark.parametrize("state", ["draft", "cancelled", "done"])
def test_what_nobody_can_attend_is_not_shown(cast, shelves, state):
    course, edition = shelves
    make.put_status(edition, state)
    assert queries.coming_editions() == []
    assert queries.course_editions(course) == []
    rows, _page = catalogue()
    assert [row.editions for row in rows] == [[], []]


def test_only_the_next_few_dates_of_a_course_are_shown(cast):
    course = make_courses.course()
    for day in (9, 3, 7, 5, -3):
        make.coming(cast.timis, course=course, day=day)
    rows, _page = catalogue()
    starts = [edition.starts for edition in rows[0].editions]
    assert len(starts) == EDITIONS_PER_COURSE
    assert starts == sorted(starts)
    assert starts[0] == make.at(3)


def fill(cast, number):
    """So many courses, editions with a room and people in them."""
    for _ in range(number):
        topic = make_courses.topic(f"topic-{_}-{number}")
        edition = make.edition(cast.timis, course=make_courses.course(topics=[topic]))
        make.session(edition, 7, room=make.room(cast.timis))
        for _person in range(number):
            make.place(make_people.person(cast.timis), edition)


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_rows(cast, number, django_assert_num_queries):
    fill(cast, number)
    with django_assert_num_queries(5):
        rows, _page = catalogue(CatalogueFilter(places_left=number == 1), language="ro")
        assert len(rows) == number
        assert [row.editions[0].venue for row in rows]
    with django_assert_num_queries(1):
        assert [(e.name, str(e.organiser), e.places_left) for e in queries.coming_editions(limit=6)]
    edition = Edition.objects.select_related("course").order_by("pk")[0]
    with django_assert_num_queries(1):
        assert len(queries.course_editions(edition.course)) == 1
    with django_assert_num_queries(1):
        assert len([str(row.person) for row in queries.participants(edition)]) == min(number, 2)
    with django_assert_num_queries(1):
        assert len(
            [str(row.person) for row in queries.participants(edition, group="waiting")]
        ) == max(number - 2, 0)
    with django_assert_num_queries(2):  # one for the roles
        assert len(list(queries.editions_of_branch(cast.mara))) == number
    person = edition.enrolments.first().person
    with django_assert_num_queries(1):
        assert [str(row.edition.organiser.jurisdiction) for row in queries.my_enrolments(person)]
    with django_assert_num_queries(3):  # the sessions, their editions and their rooms
        assert len(calendars.listed(calendars.public(), "ro")) == number


def test_coming_editions_of_a_county_hold_the_online_ones(cast):
    here = make.coming(cast.timis, day=3)
    make.coming(cast.cluj, day=4)
    online = make.coming(cast.cluj, day=5, is_online=True)
    assert queries.coming_editions(region="RO-TM") == [here, online]
    assert len(queries.coming_editions()) == 3
    assert queries.coming_editions(limit=1) == [here]


def test_choices_of_the_filters_are_what_there_is(cast, shelves):
    Category.objects.create(
        code="unused", kind="carer", jurisdiction=cast.jurisdiction, name={"ro": "x"}
    )
    found = filter_choices("ro")
    assert found["category"] == [("ro-foster-carer", "ro-foster-carer")]
    assert found["topic"] == [("attachment", "Atașament")]
    assert found["region"] == [("RO-CJ", "Cluj"), ("RO-TM", "Timiș")]


# The branch


def test_everybody_sees_the_editions_of_the_own_branch(cast):
    timis, lugoj, cluj = make.coming(cast.timis), make.coming(cast.lugoj), make.coming(cast.cluj)
    seen = {name: set(queries.editions_of_branch(user)) for name, user in cast.everybody.items()}
    assert seen["mara"] == seen["ion"] == seen["quin"] == {timis, lugoj}
    assert seen["olga"] == {cluj}
    assert seen["vera"] == seen["adm"] == {timis, lugoj, cluj}
    assert seen["ana"] == seen["petar"] == seen["doru"] == seen["nour"] == set()


def test_a_trainer_sees_what_they_lead_and_changes_nothing(cast):
    edition = make.edition(cast.cluj)
    session = make.session(edition, 7, trainers=[cast.petar.person])
    make.session(edition, 8)
    assert list(Edition.objects.visible_to(cast.petar)) == [edition]
    assert list(Edition.objects.visible_to(cast.petar, "schedule")) == []
    assert list(edition.sessions.visible_to(cast.petar, "take_roll")) == [session]
    assert list(edition.sessions.visible_to(cast.petar, "schedule")) == []


def test_the_list_of_the_branch_by_status_and_words(cast):
    first = make.coming(cast.timis, title="Grupa de lucru")
    room = make.room(cast.timis)
    second = make.edition(cast.lugoj, status="draft")
    make.session(second, 9, room=room)
    past = make.coming(cast.timis, title="Seria veche")
    make.move_to(past.sessions.get(), -9)
    found = lambda **wanted: list(queries.editions_of_branch(cast.mara, **wanted))  # noqa: E731
    assert found() == [first, second, past]
    assert found()[0].name == f"{first.course.title} – Grupa de lucru"  # the course comes first
    assert found(status="draft") == [second]
    assert found(words="grupa lucru") == [first]
    assert found(words=room.venue.name) == [second]
    assert found(words="lugoj") == [second]
    assert found(words="nimic") == []


def test_trainers_come_from_the_branch_and_from_above(cast):
    above = make_people.staff(cast.anpdca, "trainer", "Sus")
    below = make_people.staff(cast.lugoj, "trainer", "Jos")
    elsewhere = make_people.staff(cast.cluj, "trainer", "Altundeva")
    found = set(trainers_for(cast.timis))
    assert found == {cast.petar.person, above.person, below.person}
    assert elsewhere.person not in found
    assert list(organisers_for(cast.mara)) == [cast.timis, cast.lugoj, cast.centru]


def test_sessions_led_come_soonest_first_then_the_past(cast):
    petar = cast.petar.person
    edition = make.edition(cast.timis)
    later, sooner, past = (make.session(edition, day, trainers=[petar]) for day in (9, 5, 7))
    make.move_to(past, -2)
    assert queries.sessions_led(petar) == [sooner, later, past]
    assert queries.sessions_led(cast.ana.person) == []


# Places


def test_own_enrolments_come_next_first_then_past_then_given_up(cast):
    ana = cast.ana.person
    later, sooner, past, gone = (
        make.place(ana, make.coming(cast.timis, day=day)) for day in (9, 5, 7, 3)
    )
    make.move_to(past.edition.sessions.get(), -4)
    enrolments.cancel(enrolment=gone, by=None)
    found = queries.my_enrolments(ana)
    assert found == [sooner, later, past, gone]
    assert [row.is_coming for row in found] == [True, True, False, False]


def test_the_groups_of_the_list(cast, edition):
    people = [
        make_people.person(cast.timis, name) for name in ("Țurcanu", "Stan", "Șerban", "Toma")
    ]
    found = [make.place(person, edition) for person in people]
    enrolments.cancel(enrolment=found[0], by=None)
    rows = {group: list(queries.participants(edition, group=group)) for group in queries.GROUPS}
    others = {group: mine for group, mine in rows.items() if group not in ("places", "waiting")}
    assert rows["places"] == [found[1], found[2]]
    assert (rows["waiting"], others.pop("cancelled")) == ([found[3]], [found[0]])
    assert not any(others.values())
    counts = {"places": 2, "waiting": 1, "asked": 0, "cancelled": 1}
    assert queries.group_counts(edition) == counts
    assert rows["waiting"][0].rank == 1


def test_minutes_in_the_list_leave_out_cancelled_sessions(cast, edition):
    place = make.place(cast.ana.person, edition)
    second = make.session(edition, 9)
    make.attendance(edition.sessions.first(), place, 50)
    make.attendance(second, place, 70)
    assert queries.participants(edition).get().minutes_present == 120
    second.is_cancelled, second.cancel_reason = True, "x"
    second.save()
    assert queries.participants(edition).get().minutes_present == 50
    assert queries.planned_minutes(edition) == 120


def test_the_page_of_an_edition(cast, edition):
    page = queries.edition_page(edition.pk, person=cast.ana.person)
    assert (page.refusal, page.mine, page.others, page.is_full) == (None, None, [], False)
    other = make.coming(cast.cluj, course=edition.course, day=20)
    make.coming(cast.cluj, day=20)  # another course
    make.coming(cast.timis, course=edition.course, status="announced")
    for _ in range(2):
        make.place(make_people.person(cast.timis), edition)
    mine = make.place(cast.ana.person, edition)
    page = queries.edition_page(edition.pk, person=cast.ana.person)
    assert (page.is_full, page.mine, page.mine.rank, page.others) == (True, mine, 1, [other])
    assert queries.edition_page(make.edition(cast.timis, status="draft").pk) is None


class WaitingOrderTest(TestCase, DjangoTestCase):
    """Whatever people do, the list keeps the order of arrival and nobody waits beside a free place."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = build()
        cls.people = [make_people.person(cls.cast.timis) for _ in range(5)]

    @settings(max_examples=20, deadline=None)
    @given(steps=st.lists(st.tuples(st.booleans(), st.integers(0, 4)), max_size=12))
    def test_order_of_arrival(self, steps):
        edition = make.coming(self.cast.timis, capacity=2)
        line: list = []  # the model: everybody enrolled, in order of arrival
        for comes, number in steps:
            person = self.people[number]
            if comes:
                make.place(person, edition)
                line += [person] if person not in line else []
            elif person in line:
                enrolments.cancel(enrolment=edition.enrolments.active().get(person=person), by=None)
                line.remove(person)
        confirmed = edition.enrolments.filter(status=Enrolment.Status.CONFIRMED).order_by(
            "queued_at", "pk"
        )
        assert [row.person for row in confirmed] == line[:2]
        assert [(row.person, row.rank) for row in edition.enrolments.with_rank()] == [
            (person, rank) for rank, person in enumerate(line[2:], 1)
        ]
