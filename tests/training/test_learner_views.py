"""A carer finds an edition, gets a place, sees it again, gives it up; and what a full or closed edition says."""

import re
import sys

import pytest
import time_machine
from django.urls import reverse

from tests import jobs
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import editions, enrolments, outcomes
from training.models import Enrolment


def url(name: str, *args: object) -> str:
    return reverse(f"training:{name}", args=args)


def main(response) -> str:
    """The text of the page's own part, tags taken out."""
    assert response.status_code == 200
    inner = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", inner).split())


@pytest.fixture
def ana(cast):
    return cast.browser(cast.ana, language="en")


def test_from_the_page_of_the_edition_to_a_place_and_back(cast, edition, ana):
    page = url("edition", edition.pk)
    assert url("enrol", edition.pk) in ana.get(page).content.decode()
    assert "Ana Popescu" in main(ana.get(url("enrol", edition.pk)))
    done = ana.post(url("enrol", edition.pk), follow=True)
    place = Enrolment.objects.get()
    assert done.redirect_chain == [(url("enrolment", place.pk), 302)]
    text = main(done)
    assert place.code in text
    assert "You have a place" in text
    assert url("enrolment-calendar", place.pk) in done.content.decode()
    assert url("enrolment", place.pk) in ana.get(page).content.decode()
    gone = ana.post(url("enrolment-cancel", place.pk), {"reason": "Am o urgență."}, follow=True)
    assert "cancelled" in main(gone)
    place.refresh_from_db()
    assert (place.status, place.cancel_reason) == ("cancelled", "Am o urgență.")


def test_a_second_post_shows_the_same_place(cast, edition, ana):
    first, second = (ana.post(url("enrol", edition.pk)) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert ana.get(url("enrol", edition.pk))["Location"] == first["Location"]
    assert jobs.messages().filter(person=cast.ana.person).count() == 1


def test_a_second_cancellation_shows_the_same_page(cast, edition, ana):
    place = make.place(cast.ana.person, edition)
    for _ in range(2):
        response = ana.post(url("enrolment-cancel", place.pk), {"reason": ""})
        assert response["Location"] == url("enrolment", place.pk)
    assert ana.get(url("enrolment-cancel", place.pk))["Location"] == url("enrolment", place.pk)


def test_opening_a_page_changes_nothing(cast, edition, ana):
    ana.get(url("enrol", edition.pk))
    place = make.place(cast.ana.person, edition)
    ana.get(url("enrolment-cancel", place.pk))
    assert Enrolment.objects.get().status == "confirmed"


def test_a_full_edition_explains_the_waiting_list_and_shows_the_next(cast, edition, ana):
    for _ in range(3):
        make.place(make_people.person(cast.timis), edition)
    other = make.coming(cast.cluj, course=edition.course, day=30)
    response = ana.get(url("edition", edition.pk))
    text = main(response)
    assert "All places are taken." in text
    assert "in order of arrival" in text
    assert "1 person waits now." in text
    assert url("edition", other.pk) in response.content.decode()
    text = main(ana.post(url("enrol", edition.pk), follow=True))
    assert "You are number 2 on the waiting list" in text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("closed", "Enrolment is closed."),
        ("announced", "Enrolment is not open yet."),
        ("done", "This edition is over."),
        ("cancelled", "This edition is cancelled."),
    ],
)
def test_an_edition_that_takes_nobody_says_why_and_what_next(cast, edition, ana, status, words):
    other = make.coming(cast.cluj, course=edition.course, day=30)
    make.put_status(edition, status)
    page, enrol = url("edition", edition.pk), url("enrol", edition.pk)
    for response in (ana.get(page), ana.get(enrol), ana.post(enrol)):
        text = main(response)
        assert words in text
        assert ("Inundație" in text) == (status == "cancelled")
        assert url("edition", other.pk) in response.content.decode()
        assert "places left" not in text.replace("2 places left", "", 1)
    assert not Enrolment.objects.exists()


def test_closed_between_the_page_and_the_post(cast, edition, ana, monkeypatch):
    """The last word is the action's, under the lock."""
    # The package gives its function the name of the module that holds it.
    page = sys.modules["training.queries.edition_page"]
    monkeypatch.setattr(page, "why_not", lambda *args, **kwargs: None)
    editions.change_status(by=None, edition=edition, status="closed")
    assert "Enrolment is closed." in main(ana.post(url("enrol", edition.pk)))


def test_a_course_with_an_outcome_is_not_given_up(cast, edition, ana):
    place = make.place(cast.ana.person, edition)
    outcomes.complete(enrolment=place, by=None, on=make.at(0).date())
    text = main(ana.post(url("enrolment-cancel", place.pk), {"reason": ""}))
    assert "can no longer be cancelled" in text
    assert "You completed the course" in main(ana.get(url("enrolment", place.pk)))


def test_the_link_of_an_online_session_is_for_those_with_a_place(cast, ana):
    """The page of the place says when the link appears, and then leads to it."""
    edition = make.edition(cast.timis, capacity=1)
    session = make.session(edition, 7, link="https://meet.example.org/a")
    mine, waiting = make.place(cast.ana.person, edition), make.place(cast.clara.person, edition)
    clara = cast.browser(cast.clara, language="en")
    assert "The link appears here on" in main(ana.get(url("enrolment", mine.pk)))
    with time_machine.travel(session.starts, tick=False):
        assert url("online", session.pk) in ana.get(url("enrolment", mine.pk)).content.decode()
        others = (clara.get(url("enrolment", waiting.pk)), ana.get(url("edition", edition.pk)))
        assert not any(url("online", session.pk) in page.content.decode() for page in others)
    enrolments.cancel(enrolment=mine, by=None)
    assert "The link appears here on" not in main(ana.get(url("enrolment", mine.pk)))
    assert "The link appears here on" in main(clara.get(url("enrolment", waiting.pk)))


def test_a_draft_is_for_nobody_outside(cast, ana):
    draft = make.coming(cast.timis, status="draft")
    for who in (None, cast.ana, cast.mara):
        assert cast.browser(who).get(url("edition", draft.pk)).status_code == 404
    assert ana.get(url("enrol", draft.pk)).status_code == 404
    assert ana.get(url("edition", 999_999)).status_code == 404


def test_strangers_are_asked_to_sign_in_and_come_back(cast, edition):
    browser = cast.browser(None)
    assert browser.get(url("edition", edition.pk)).status_code == 200
    response = browser.get(url("enrol", edition.pk))
    assert response.status_code == 302
    assert "next=" + url("enrol", edition.pk) in response["Location"]


def test_what_one_enrolled_in(cast, ana):
    assert "You are not enrolled in a course now" in main(ana.get(url("enrolments")))
    coming, past = (
        make.coming(cast.timis, title="Viitoare"),
        make.coming(cast.timis, title="Trecută", day=8),
    )
    for edition in (coming, past):
        make.place(cast.ana.person, edition)
    make.move_to(past.sessions.get(), -5)
    text = main(ana.get(url("enrolments")))
    assert (
        text.index("Coming")
        < text.index("Viitoare")
        < text.index("Earlier")
        < text.index("Trecută")
    )


def test_the_list_costs_the_same_for_one_and_three(cast, ana, django_assert_max_num_queries):
    counts = []
    for number in range(3):
        make.place(cast.ana.person, make.coming(cast.timis, day=5 + number))
        with django_assert_max_num_queries(40) as seen:
            ana.get(url("enrolments"))
        counts.append(len(seen))
    assert counts[1] == counts[2] <= counts[0], counts


@pytest.mark.parametrize("name", ["enrolment", "enrolment-cancel", "enrolment-calendar"])
def test_the_own_place_is_nobody_elses(cast, edition, name):
    """Not even of those who may see it in their lists."""
    place = make.place(cast.ana.person, edition)
    for who in ("clara", "mara", "olga", "ion", "vera", "adm", "petar"):
        browser = cast.browser(getattr(cast, who))
        assert browser.get(url(name, place.pk)).status_code == 404, who
        assert browser.post(url(name, place.pk), {"reason": "x"}).status_code == 404, who
    place.refresh_from_db()
    assert place.status == "confirmed"


def test_user_text_is_text(cast, ana):
    evil = '<script>alert("x")</script>'
    edition = make.coming(cast.timis, title=evil, notes=evil)
    place = make.place(cast.ana.person, edition)
    for page in (url("edition", edition.pk), url("enrolment", place.pk), url("enrolments")):
        assert "<script>alert" not in ana.get(page).content.decode()
    message = jobs.messages().get()
    assert "<script>alert" not in message.html
    assert "\n" not in message.subject
