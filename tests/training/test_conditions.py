"""The conditions of a place that ask about the person: each refuses with its own sentence; what is possible instead."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from people.models import Person, PersonCategory
from tests.factories import courses as make_courses
from tests.factories import people as make_people
from tests.factories import training as make
from tests.training.test_learner_views import url
from training import queries
from training.actions import editions, enrolments, sessions
from training.actions.applicants import Applicant, institution_of
from training.actions.conditions import CONDITIONS, asked_of, not_over, why_not
from training.actions.enrolments import Status
from training.actions.errors import EditionOver
from training.actions.outcomes import complete
from training.actions.refusals import (
    AlreadyInCourse,
    CourseMissing,
    NotForThem,
    NotFromHere,
    Overlaps,
    QuotaReached,
)
from training.models import Edition, Enrolment
from training.queries.possible import instead_of

DAY = timedelta(days=1)


def nobody_s() -> Person:
    """A person who belongs to no institution."""
    return Person.objects.create(family_name="Singur", language="ro")


def changed(edition: Edition, **terms) -> Edition:
    return editions.update(by=None, edition=edition, **terms)


def refusal_of(edition, person):
    """What the page says and what the action does: never two things."""
    said = why_not(Edition.objects.get(pk=edition.pk), person)
    if said is None:
        enrolments.enrol(person=person, edition=edition, by=None)
        return None
    with pytest.raises(type(said)) as refused:
        enrolments.enrol(person=person, edition=edition, by=None)
    assert refused.value.message == said.message
    assert said.next_step
    assert not Enrolment.objects.filter(person=person, edition=edition).exists()
    return said


@pytest.fixture
def course(cast):
    return make_courses.course("Atașament", categories=[cast.carer])


@pytest.fixture
def edition(cast, course) -> Edition:
    return make.coming(cast.timis, course=course, capacity=5)


# Audience


def test_only_for_whom_the_course_is(cast, edition):
    stranger = make_people.person(cast.timis)
    assert why_not(edition, stranger) is None
    changed(edition, audience_only=True)
    said = refusal_of(edition, stranger)
    assert isinstance(said, NotForThem)
    assert str(cast.carer.name) in said.message
    assert refusal_of(edition, cast.ana.person) is None


def test_a_category_that_has_ended_does_not_count(cast, edition):
    changed(edition, audience_only=True)
    yesterday = timezone.localdate() - DAY
    PersonCategory.objects.filter(person=cast.ana.person).update(until=yesterday)
    assert isinstance(refusal_of(edition, cast.ana.person), NotForThem)


def test_a_course_for_everybody_refuses_nobody(cast):
    edition = changed(make.coming(cast.timis), audience_only=True)
    assert refusal_of(edition, make_people.person(cast.timis)) is None
    assert asked_of(edition) == []


# Territory


def test_only_people_of_the_county(cast, edition):
    changed(edition, region_only=True)
    said = refusal_of(edition, cast.clara.person)
    assert isinstance(said, NotFromHere)
    assert "Timiș" in said.message
    assert refusal_of(edition, cast.ana.person) is None


def test_a_village_lies_in_its_county(cast, edition):
    changed(edition, region_only=True)
    village = make_people.region("RO-TM-LUGOJ", "Lugoj", parent=cast.timis_region)
    assert refusal_of(edition, make_people.person(cast.cluj, region=village)) is None


def test_without_a_county_the_institution_counts(cast, edition):
    changed(edition, region_only=True)
    assert refusal_of(edition, make_people.person(cast.lugoj)) is None
    assert isinstance(refusal_of(edition, make_people.person(cast.turda)), NotFromHere)


def test_online_there_is_no_county(cast):
    online = changed(make.coming(cast.timis, is_online=True), region_only=True)
    assert online.region is None
    assert refusal_of(online, cast.clara.person) is None
    assert asked_of(online) == []


# Prerequisite


def test_another_course_comes_first(cast, edition):
    first = make_courses.course("Primii pași")
    changed(edition, prerequisite=first)
    said = refusal_of(edition, cast.ana.person)
    assert isinstance(said, CourseMissing)
    assert "Primii pași" in said.message
    begun = make.coming(cast.timis, course=first, day=3)
    place = make.place(cast.ana.person, begun)
    assert isinstance(refusal_of(edition, cast.ana.person), CourseMissing)
    complete(enrolment=place, by=None, on=timezone.localdate())
    assert refusal_of(edition, cast.ana.person) is None


def test_completed_in_another_language_is_completed(cast, edition):
    first = make_courses.course("Primii pași")
    translated = make_courses.course("First steps", language="en", translation_of=first)
    changed(edition, prerequisite=first)
    place = make.place(cast.ana.person, make.coming(cast.timis, course=translated, day=3))
    complete(enrolment=place, by=None, on=timezone.localdate())
    assert refusal_of(edition, cast.ana.person) is None


def test_instead_the_dates_of_the_course_that_comes_first(cast, edition):
    first = make_courses.course("Primii pași")
    there = make.coming(cast.timis, course=first, day=3)
    make.coming(cast.timis, course=edition.course, day=9)
    changed(edition, prerequisite=first)
    page = queries.edition_page(edition.pk, person=cast.ana.person)
    assert instead_of(edition, page.refusal) == first.translation_key
    assert page.others == [there]


# Quota


def test_so_many_of_one_institution(cast, edition):
    changed(edition, institution_quota=2)
    for _ in range(2):
        assert refusal_of(edition, make_people.person(cast.lugoj)) is None
    said = refusal_of(edition, cast.vasile)
    assert isinstance(said, QuotaReached)
    assert "Primăria Lugoj has 2 people" in said.message
    assert refusal_of(edition, cast.ana.person) is None  # of another institution
    assert refusal_of(edition, nobody_s()) is None  # of none


def test_who_cancelled_or_was_refused_does_not_count(cast, edition):
    changed(edition, institution_quota=1)
    place = make.place(make_people.person(cast.lugoj), edition)
    enrolments.cancel(enrolment=place, by=None)
    second = make.place(make_people.person(cast.lugoj), edition)
    Enrolment.objects.filter(pk=second.pk).update(status="refused", decided_at=timezone.now())
    assert refusal_of(edition, cast.vasile) is None


def test_who_waits_counts_to_the_quota(cast, edition):
    changed(edition, institution_quota=1, capacity=1)
    make.place(cast.ana.person, edition)
    assert make.place(make_people.person(cast.lugoj), edition).status == Status.WAITLISTED
    assert isinstance(refusal_of(edition, cast.vasile), QuotaReached)


# One place in a course; nothing at the same time


def test_one_place_in_a_course(cast, edition, course):
    other = make.coming(cast.cluj, course=course, day=30)
    mine = make.place(cast.ana.person, other)
    said = refusal_of(edition, cast.ana.person)
    assert isinstance(said, AlreadyInCourse)
    assert said.own_place == mine
    assert "Atașament" in said.message
    enrolments.cancel(enrolment=mine, by=None)
    assert refusal_of(edition, cast.ana.person) is None


@pytest.mark.parametrize("how", ["over", "done", "waiting", "undated"])
def test_what_is_over_or_only_waited_for_is_no_place(cast, edition, course, how):
    other = make.edition(cast.cluj, course=course, capacity=1)
    if how != "undated":
        session = make.session(other, 30)
    if how == "waiting":
        make.place(cast.vasile, other)
    make.place(cast.ana.person, other)
    if how == "over":
        make.move_to(session, -3)
    if how == "done":
        Edition.objects.filter(pk=other.pk).update(status="running")
        Edition.objects.filter(pk=other.pk).update(status="done")
    said = refusal_of(edition, cast.ana.person)
    assert (said is None) == (how != "undated")


@pytest.mark.parametrize(
    ("hour", "length", "clashes"),
    [(8, 2, False), (8, 2.5, True), (10, 2, True), (11, 0.5, True), (12, 2, False)],
)
def test_two_courses_at_the_same_time(cast, edition, hour, length, clashes):
    other = make.edition(cast.cluj)
    make.session(other, 7, hour, hours=length)
    make.session(other, 20, 10)
    place = make.place(cast.ana.person, other)
    said = refusal_of(edition, cast.ana.person)
    assert isinstance(said, Overlaps) == clashes
    assert not said or said.own_place == place


@pytest.mark.parametrize("hour", [8, 12])
def test_hours_that_follow_each_other_do_not_clash(cast, edition, hour):
    """Not even between the first and the last session of an edition that meets more than once."""
    for day in (5, 9):
        make.session(edition, day)
    other = make.edition(cast.cluj)
    make.session(other, 7, hour, hours=2)
    make.place(cast.ana.person, other)
    assert refusal_of(edition, cast.ana.person) is None


def test_an_edition_is_over_at_the_minute_in_which_it_ends(edition):
    edition.refresh_from_db()
    assert not_over(edition, None, edition.ends - timedelta(seconds=1)) is None
    assert isinstance(not_over(edition, None, edition.ends), EditionOver)


def test_the_deadline_to_cancel_has_passed_at_its_minute(cast, edition):
    changed(edition, cancel_hours=48)
    place = make.place(cast.ana.person, edition)
    place.refresh_from_db()
    until = place.edition.cancel_until
    for moment, late in ((until - timedelta(seconds=1), False), (until, True)):
        with time_machine.travel(moment, tick=False):
            assert enrolments.too_late(place, cast.ana) is late


def test_a_cancelled_session_takes_no_time(cast, edition):
    other = make.edition(cast.cluj)
    gone = make.session(other, 7)
    make.session(other, 20)
    make.place(cast.ana.person, other)
    assert isinstance(why_not(edition, cast.ana.person), Overlaps)
    sessions.cancel(by=None, session=gone, reason="Inundație")
    assert why_not(edition, cast.ana.person) is None
    busy = make.session(other, 7, 11)
    assert isinstance(why_not(edition, cast.ana.person), Overlaps)
    sessions.cancel(by=None, session=edition.sessions.get(), reason="Inundație")
    assert why_not(Edition.objects.get(pk=edition.pk), cast.ana.person) is None
    assert busy.pk


def test_a_cancelled_session_between_two_others_takes_no_time_either(cast, edition):
    for day in (5, 9):  # the edition meets on the seventh already
        make.session(edition, day)
    other = make.edition(cast.cluj)
    make.session(other, 7, 11)
    make.place(cast.ana.person, other)
    assert isinstance(why_not(edition, cast.ana.person), Overlaps)
    middle = edition.sessions.order_by("starts")[1]
    sessions.cancel(by=None, session=middle, reason="Inundație")
    assert why_not(Edition.objects.get(pk=edition.pk), cast.ana.person) is None


# What is said beforehand


def test_everything_that_is_asked_is_said_beforehand(cast, edition):
    assert asked_of(edition) == []
    first = make_courses.course("Primii pași")
    changed(
        edition,
        audience_only=True,
        region_only=True,
        prerequisite=first,
        institution_quota=3,
        approval="organiser",
        cancel_hours=48,
    )
    said = asked_of(Edition.objects.get(pk=edition.pk))
    assert len(said) == 6
    for words in (str(cast.carer.name), "Timiș", "Primii pași", "At most 3 people", "DGASPC Timiș"):
        assert any(words in line for line in said), words
    assert any("cancel your place until" in line for line in said)
    changed(edition, approval="institution")
    assert any(
        "Your institution decides" in line for line in asked_of(Edition.objects.get(pk=edition.pk))
    )


def test_conditions_have_names_of_their_own():
    names = [condition.name for condition in CONDITIONS]
    assert len(names) == len(set(names)) == 12


def test_of_the_edition_alone_nothing_personal_is_asked(cast, edition):
    changed(edition, audience_only=True)
    assert why_not(Edition.objects.get(pk=edition.pk)) is None


# Institutions


def test_the_institution_of_a_learner_is_the_smallest(cast):
    person = make_people.person(cast.timis)
    make_people.member(person, cast.lugoj, "learner")
    make_people.member(person, cast.centru, "trainer")
    assert institution_of(person) == cast.lugoj
    assert Applicant(person, cast.cluj).institution == cast.cluj
    assert institution_of(nobody_s()) is None


# The next possible


def test_the_next_possible_is_the_nearest_in_which_this_person_has_a_place(cast, edition, course):
    """Full, of another county, at the time of another course, somebody waiting: none of these."""

    def other(day: int, organiser=cast.timis, **terms):
        made = make.coming(organiser, course=course, day=day, capacity=terms.pop("capacity", 2))
        return changed(made, **terms) if terms else made

    full = other(10, capacity=1)
    make.place(cast.vasile, full)
    other(11, organiser=cast.cluj, region_only=True)
    other(12, prerequisite=make_courses.course())
    make.place(cast.ana.person, make.coming(cast.cluj, day=13))
    other(13)
    good, later = other(20), other(40)
    last, _beyond = other(50), other(60)
    other(15, approval="organiser")
    editions.change_status(by=None, edition=edition, status="closed")
    page = queries.edition_page(edition.pk, person=cast.ana.person)
    assert [e.starts.date() for e in page.others][1:] == [good.starts.date(), later.starts.date()]
    anybody = queries.edition_page(edition.pk)
    assert anybody.others[0].starts < page.others[0].starts
    found = queries.next_possible(course.translation_key, person=cast.ana.person, people=2, limit=9)
    assert last in found
    assert full not in found


def test_who_has_a_place_there_is_not_sent_there(cast, edition, course):
    mine = make.coming(cast.timis, course=course, day=30)
    make.place(cast.ana.person, mine)
    free = make.coming(cast.timis, course=course, day=40)
    place = Enrolment.objects.get()
    found = queries.next_possible(
        course.translation_key, person=cast.ana.person, without=place, beside=edition.pk
    )
    assert found == [free]


def test_nobody_is_sent_to_where_somebody_waits_or_seats_are_kept(cast, edition, course):
    waited = make.coming(cast.timis, course=course, day=30, capacity=2)
    for number in range(3):
        make.place(make_people.person(cast.timis, family_name=f"P{number}"), waited)
    Edition.objects.filter(pk=waited.pk).update(capacity=4)
    kept = make.coming(cast.timis, course=course, day=35, capacity=2)
    kept.seat_reservations.create(institution=cast.lugoj, seats=2, release_at=make.at(20))
    found = queries.next_possible(course.translation_key, person=cast.ana.person, beside=edition.pk)
    assert found == []
    found = queries.next_possible(course.translation_key, person=cast.vasile, beside=edition.pk)
    assert found == [kept]


def test_where_nothing_is_free_a_waiting_list_is_shown(cast, edition, course):
    """Only where the reader can wait: not of another county, not where they wait already, not when a place is free."""
    full = make.coming(cast.timis, course=course, day=30, capacity=1)
    make.place(make_people.person(cast.timis), full)
    waits = make.coming(cast.timis, course=course, day=31, capacity=1)
    for person in (make_people.person(cast.timis), cast.ana.person):
        make.place(person, waits)
    elsewhere = make.coming(cast.cluj, course=course, day=32, capacity=1)
    make.place(make_people.person(cast.cluj), elsewhere)
    changed(elsewhere, region_only=True)
    editions.change_status(by=None, edition=edition, status="closed")
    page = queries.edition_page(edition.pk, person=cast.ana.person)
    assert (page.others, page.lists) == ([], [full])
    browser = cast.browser(cast.ana, language="en")
    text = " ".join(browser.get(url("enrol", edition.pk)).content.decode().split())
    assert "Here you can wait for one:" in text
    assert f'href="{url("edition", full.pk)}"' in text
    free = make.coming(cast.timis, course=course, day=70)
    page = queries.edition_page(edition.pk, person=cast.ana.person)
    assert (page.others, page.lists) == ([free], [])


def test_who_can_wait_here_is_not_sent_to_other_waiting_lists(cast, edition, course):
    for one in (edition, make.coming(cast.timis, course=course, day=30, capacity=1)):
        changed(one, capacity=1)
        make.place(make_people.person(cast.timis), one)
    page = queries.edition_page(edition.pk, person=cast.ana.person)
    assert page.refusal is None and page.is_full
    assert page.lists == []
