"""The pages about places: requests, conditions, reserved seats, posters, households, moves, deadlines."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import people as make_people
from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training.actions import editions, joining
from training.actions.enrolments import enrol
from training.actions.households import keep_together, leave
from training.models import Edition, Enrolment, Household, SeatReservation


@pytest.fixture
def ana(cast):
    return cast.browser(cast.ana, language="en")


@pytest.fixture
def edition(cast) -> Edition:
    return make.coming(cast.timis, capacity=3)


def decided(edition: Edition) -> Edition:
    return editions.update(by=None, edition=edition, approval="organiser")


# Requests


def test_from_the_request_to_the_answer(cast, edition, ana, mara):
    decided(edition)
    page = main(ana.get(url("edition", edition.pk)))
    assert "Ask for a place" in page
    assert "decides on each request" in page
    text = main(ana.post(url("enrol", edition.pk), follow=True))
    assert "You have asked for a place" in text
    assert "Take back my request" in text
    place = Enrolment.objects.get()
    assert "Ana Popescu" in main(mara.get(url("requests")))
    assert "1 asked" in main(mara.get(url("manage", edition.pk)))
    assert "Ana Popescu" in main(mara.get(url("participants", edition.pk) + "?group=asked"))
    for _ in range(2):
        answer = mara.post(url("request-approve", place.pk))
        assert answer["Location"] == url("requests")
    assert "You have a place" in main(ana.get(url("enrolment", place.pk)))
    assert "No request waits for you" in main(mara.get(url("requests")))


def test_no_with_a_reason(cast, edition, ana, mara):
    decided(edition)
    ana.post(url("enrol", edition.pk))
    place = Enrolment.objects.get()
    page = url("request-refuse", place.pk)
    assert "Say why." in main(mara.post(page, {"reason": ""}))
    for _ in range(2):
        assert mara.post(page, {"reason": "Prea departe."})["Location"] == url("requests")
    text = main(ana.get(url("enrolment", place.pk)))
    assert "Prea departe." in text
    assert "See other dates" in text


def test_an_answer_that_cannot_be_given_says_why(cast, edition, ana, mara):
    decided(edition)
    ana.post(url("enrol", edition.pk))
    make.place(cast.ana.person, make.coming(cast.cluj))
    text = main(mara.post(url("request-approve", Enrolment.objects.first().pk)))
    assert "at the same time" in text
    place = Enrolment.objects.get(edition=edition)
    place.status = "confirmed"
    place.save()
    text = main(mara.post(url("request-refuse", place.pk), {"reason": "x"}))
    assert "answered already" in text


# Conditions


def test_the_conditions_are_set_and_said(cast, edition, ana, mara):
    page = url("terms", edition.pk)
    assert "Who decides on requests?" in main(mara.get(page))
    given = {
        "approval": "none", "region_only": "on", "institution_quota": "2",
        "cancel_before": "3", "cancel_unit": "days",
    }  # fmt: skip
    assert mara.post(page, given)["Location"] == url("manage", edition.pk)
    edition.refresh_from_db()
    assert (edition.region_only, edition.institution_quota, edition.cancel_hours) == (True, 2, 72)
    assert 'value="3"' in mara.get(page).content.decode()
    text = main(ana.get(url("edition", edition.pk)))
    assert "For people of this county: Timiș" in text
    assert "At most 2 people of one institution" in text
    assert "You can cancel your place until" in text
    assert "At most 90 days." in main(mara.post(page, {**given, "cancel_before": "91"}))
    mara.post(page, {**given, "cancel_before": "5", "cancel_unit": "hours"})
    assert Edition.objects.get().cancel_hours == 5
    assert '<option value="hours" selected' in mara.get(page).content.decode()
    mara.post(page, {"approval": "none", "cancel_unit": "days"})
    assert Edition.objects.get().cancel_hours is None


def test_refused_one_reads_why_and_where_instead(cast, edition):
    editions.update(by=None, edition=edition, region_only=True)
    possible = make.coming(cast.cluj, course=edition.course, day=30)
    clara = cast.browser(cast.clara, language="en")
    for response in (clara.get(url("enrol", edition.pk)), clara.post(url("enrol", edition.pk))):
        text = main(response)
        assert "only for people of this county: Timiș" in text
        assert url("edition", possible.pk) in response.content.decode()


# Reserved seats


def test_seats_are_reserved_and_released(cast, edition, mara):
    page, day = url("seats", edition.pk), (timezone.localdate() + timedelta(days=2)).isoformat()
    given = {"institution": cast.lugoj.pk, "seats": 2, "until": day}
    assert mara.post(page, given)["Location"] == page
    text = main(mara.get(page))
    assert "1 place is free for everybody." in text
    assert "2 are still free" in text
    assert "Only 3 seats can be reserved" in main(mara.post(page, {**given, "seats": 9}))
    late = (timezone.localdate() + timedelta(days=60)).isoformat()
    assert "between today and the first session" in main(mara.post(page, {**given, "until": late}))
    SeatReservation.objects.update(release_at=timezone.now())
    assert "Released" in main(mara.get(page))
    for key in (cast.lugoj.pk, cast.lugoj.pk, "x"):
        answer = mara.post(url("seats-release", edition.pk), {"institution": key})
        assert answer["Location"] == page
    assert not SeatReservation.objects.exists()


def test_whose_institution_has_seats_reads_it(cast, edition, ana):
    edition.seat_reservations.create(institution=cast.timis, seats=3, release_at=make.at(5))
    assert "3 seats are reserved for the people of your institution" in main(
        ana.get(url("edition", edition.pk))
    )
    clara = cast.browser(cast.clara, language="en")
    assert "All places are taken." in main(clara.get(url("edition", edition.pk)))


# Poster and code


def test_the_poster_leads_to_the_place(cast, edition, ana, mara):
    page = url("poster", edition.pk)
    assert mara.get(url("poster-file", edition.pk))["Location"] == page
    mara.post(page)
    code = Edition.objects.get().join_code
    assert code in main(mara.get(page))
    mara.post(page)
    assert Edition.objects.get().join_code == code
    pdf = mara.get(url("poster-file", edition.pk))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    there = ana.get(f"/j/{code}", follow=False)
    assert there.status_code in (301, 302)
    assert ana.get(f"/j/{code}/")["Location"] == url("join-code", code)
    assert ana.get(url("join-code", code))["Location"] == url("enrol", edition.pk)
    spaced = f" {code[:4].lower()} {code[4:]}"
    assert ana.post(url("join"), {"code": spaced})["Location"] == url("enrol", edition.pk)
    nobody = cast.browser(None)
    assert nobody.get(url("join-code", code))["Location"] == url("edition", edition.pk)
    mara.post(page, {"anew": "1"})
    gone = ana.get(url("join-code", code))
    assert gone.status_code == 404
    assert "No course has this code" in gone.content.decode()


def test_a_wrong_code_says_so(ana):
    for code in ("ZZZ", "ĂĂĂ"):
        assert "No course has this code" in main(ana.post(url("join"), {"code": code}))
    assert "Type the code" in main(ana.get(url("join")))


def test_a_draft_has_no_door(cast):
    draft = make.coming(cast.timis, status="draft")
    code = joining.make_join_code(by=None, edition=draft)
    assert cast.browser(cast.ana).get(url("join-code", code)).status_code == 404


def test_codes_are_drawn_until_free(cast, edition, monkeypatch):
    draws = iter(["A" * 8, "A" * 8, "C" * 8])
    monkeypatch.setattr(joining, "enrolment_code", lambda: next(draws))
    other = make.coming(cast.timis, day=9)
    found = [joining.make_join_code(by=None, edition=e) for e in (edition, other)]
    assert found == ["A" * 8, "C" * 8]


# Households


def test_a_household_is_made_and_enrols(cast, edition, ana, mara):
    spouse = make_people.person(cast.timis, "Popescu", "Dan")
    page = url("household")
    found = mara.get(page, {"q": "Pope"}).content.decode()
    assert "Dan Popescu" in found
    assert "two adults or more" in main(mara.post(page, {"person": [spouse.pk, "x"]}))
    done = mara.post(page, {"person": [spouse.pk, cast.ana.person.pk]}, follow=True)
    assert "They are one household now" in main(done)
    assert "No person of that name" in main(mara.get(page, {"q": "Zzzz"}))
    together = url("enrol-together", edition.pk)
    assert together in ana.get(url("enrol", edition.pk)).content.decode()
    assert "Dan Popescu" in main(ana.get(together))
    for _ in range(2):
        assert ana.post(together)["Location"] == url("enrolments")
    assert edition.enrolments.filter(status="confirmed").count() == 2
    assert "Dan Popescu" in main(ana.get(url("household-leave")))
    ana.post(url("household-leave"))
    assert not Household.objects.exists()
    assert ana.get(together).status_code == 404
    assert "no household" in main(ana.get(url("household-leave")))


def test_where_one_cannot_the_page_names_who_and_why(cast, edition, ana):
    spouse = make_people.person(cast.timis, "Popescu", "Dan")
    keep_together(by=None, people=[spouse, cast.ana.person])
    make.place(spouse, make.coming(cast.cluj))
    possible = make.coming(cast.timis, course=edition.course, day=30, capacity=2)
    response = ana.post(url("enrol-together", edition.pk))
    text = main(response)
    assert "Dan Popescu cannot enrol here." in text
    assert "Nobody of you is enrolled." in text
    assert url("edition", possible.pk) in response.content.decode()


def test_staff_take_somebody_out(cast, mara):
    keep_together(by=None, people=[cast.vasile, cast.ana.person])
    page = url("household-take-out", cast.vasile.pk)
    assert "Ana Popescu" in main(mara.get(page))
    assert mara.post(page)["Location"] == url("household")
    assert not Household.objects.exists()


def test_who_moved_to_another_county_is_not_named(cast, mara):
    """The household is known there, too; who it is, is not for Timiș to read any more."""
    moved = make_people.person(cast.timis, "Taină", "Dan")
    keep_together(by=None, people=[cast.vasile, cast.ana.person, moved])
    make_people.end_roles(moved)
    make_people.member(moved, cast.cluj, "learner")
    page = url("household-take-out", cast.vasile.pk)
    for text in (main(mara.get(page)), main(mara.get(f"{url('household')}?done={cast.vasile.pk}"))):
        assert "Ana Popescu" in text
        assert "Taină" not in text
    assert "1 adult of another institution" in main(mara.get(page))
    leave(by=None, person=cast.ana.person)
    assert mara.post(page)["Location"] == url("household")
    assert not Household.objects.exists()


# Moving and cancelling


def test_the_own_place_moves(cast, edition, ana):
    place = make.place(cast.ana.person, edition)
    other = make.coming(cast.cluj, course=edition.course, day=30)
    text = main(ana.get(url("edition", other.pk)))
    assert "There is already a place in this course" in text
    assert "Move my place" in text
    page = url("enrolment-move", place.pk)
    assert "Move here" in main(ana.get(page))
    assert "Move here" in main(ana.post(page, {"to": "x"}))
    moved = ana.post(page, {"to": other.pk})
    new = other.enrolments.get()
    assert moved["Location"] == url("enrolment", new.pk)
    assert ana.post(page, {"to": other.pk})["Location"] == url("enrolment", place.pk)
    assert "moved to other dates" in main(ana.get(url("enrolment", place.pk)))


def test_a_coordinator_moves_a_place(cast, edition, mara):
    place = make.place(cast.vasile, edition)
    other = make.coming(cast.timis, course=edition.course, day=30)
    page = url("place-move", place.pk)
    assert page in mara.get(url("participants", edition.pk)).content.decode()
    assert mara.post(page, {"to": other.pk})["Location"] == url("participants", edition.pk)
    assert other.enrolments.get().person == cast.vasile


def test_a_move_that_is_refused_says_why(cast, edition, ana):
    place = make.place(cast.ana.person, edition)
    other = make.coming(cast.timis, day=30)
    assert "belongs to another course" in main(
        ana.post(url("enrolment-move", place.pk), {"to": other.pk})
    )


def test_after_the_deadline_the_page_says_whom_to_call(cast, edition, ana):
    place = make.place(cast.ana.person, edition)
    Edition.objects.update(cancel_hours=48)
    own = main(ana.get(url("enrolment", place.pk)))
    assert "You can cancel your place until" in own
    Edition.objects.update(cancel_hours=24 * 30)
    own = main(ana.get(url("enrolment", place.pk)))
    assert "please call the organiser" in own
    assert "Cancel my place" not in own
    for name in ("enrolment-cancel", "enrolment-move"):
        for response in (ana.get(url(name, place.pk)), ana.post(url(name, place.pk), {"to": "1"})):
            assert "Places could be cancelled until" in main(response)
    place.refresh_from_db()
    assert place.status == "confirmed"


def test_the_letter_of_a_request(cast, edition):
    decided(edition)
    place = enrol(person=cast.vasile, edition=edition, by=cast.doru, nominated_by=cast.lugoj)
    doru = cast.browser(cast.doru)
    assert place.code not in re.sub(r"\s", "", main(doru.get(url("letter", place.pk))))
