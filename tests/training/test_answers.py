"""Who comes: by the link of a mail and by calendar programs. It takes no place, and nobody answers for another."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.models import AuditEvent
from tests import jobs
from tests.factories import people as make_people
from tests.factories import training as make
from training import answer_links as links
from training.actions import answers, enrolments, sessions
from training.models import Enrolment, SessionAnswer
from training.queries.answers import answers_of


@pytest.fixture
def edition(cast):
    edition = make.edition(cast.timis, title="Grupa A", capacity=9)
    make.session(edition, 7, title="Prima")
    make.session(edition, 8, title="A doua")
    return edition


@pytest.fixture
def place(cast, edition):
    return make.place(cast.ana.person, edition)


def page(place) -> str:
    return links.answer_url(place, "en").removeprefix("http://localhost:8000")


def said(place) -> dict[str, str]:
    rows = SessionAnswer.objects.in_force().filter(enrolment=place)
    return {row.session.title: row.answer for row in rows.select_related("session")}


def press(place, answer: str, session=None):
    return Client().post(page(place), {"answer": f"{answer}@{session.pk if session else 'all'}"})


def test_the_link_of_the_mail_shows_the_buttons_and_changes_nothing(cast, place):
    mail = jobs.messages().get(name="enrolment_confirmed")
    assert links.answer_url(place, "ro") in mail.text
    answer = Client().get(page(place))
    text = answer.content.decode()
    assert "Prima" in text and "A doua" in text and text.count("I do not come") == 2
    assert "Popescu" not in text
    assert answer["X-Robots-Tag"] == "noindex" and "no-store" in answer["Cache-Control"]
    Client().head(page(place))
    assert said(place) == {}


def test_the_buttons_answer_and_change_the_answer(cast, place, edition):
    first, second = edition.sessions.order_by("starts")
    assert press(place, "no", first).status_code == 302
    assert said(place) == {"Prima": "no"}
    text = Client().get(page(place)).content.decode()
    assert "You do not come." in text and "You keep your place." in text
    press(place, "yes")
    assert said(place) == {"Prima": "yes", "A doua": "yes"}
    for _twice in range(2):
        press(place, "maybe", second)
    assert said(place) == {"Prima": "yes", "A doua": "maybe"}
    place.refresh_from_db()
    assert place.status == "confirmed"
    trail = AuditEvent.objects.filter(verb="answer.recorded").order_by("id")
    assert [event.data["answer"] for event in trail] == ["no", "yes", "maybe"]


@pytest.mark.parametrize(
    "value", ["", "yes", "yes@", "yes@x", "perhaps@all", "yes@999999999", "@all"]
)
def test_nonsense_is_refused_or_changes_nothing(place, value):
    assert Client().post(page(place), {"answer": value}).status_code in (302, 404)
    assert said(place) == {}


def test_a_form_of_somebody_elses_site_is_refused(place):
    client = Client(enforce_csrf_checks=True)
    assert client.post(page(place), {"answer": "no@all"}).status_code == 403


def test_another_token_is_nobodys(place):
    token = links.token_of(place)
    other = f"{place.pk + 1}-{token.split('-')[1]}"
    for wrong in (
        other,
        token[:-1],
        token + "a",
        token.upper(),
        f"0{token}",
        "1-",
        "é",
        "1-" + "a" * 26,
    ):
        assert Client().get(f"/en/training/answer/{wrong}/").status_code == 404


def test_without_a_place_the_link_is_over(cast, place):
    enrolments.cancel(enrolment=place, by=None)
    assert Client().get(page(place)).status_code == 404
    assert press(place, "yes").status_code == 404
    assert links.enrolment_of(links.token_of(place)) is None


def test_a_session_of_another_edition_is_not_answered(cast, place):
    elsewhere = make.coming(cast.cluj).sessions.get()
    press(place, "no", elsewhere)
    answers.record(by=None, enrolment=place, sessions=[elsewhere], answer="no", via="link")
    assert not SessionAnswer.objects.exists()


def test_nobody_answers_for_another(cast, place, edition):
    with pytest.raises(PermissionDenied):
        answers.record(
            by=cast.mara, enrolment=place, sessions=edition.sessions.all(), answer="no", via="link"
        )
    assert answers.record(
        by=cast.ana, enrolment=place, sessions=edition.sessions.all(), answer="no", via="link"
    ) == 2  # fmt: skip


def test_what_was_said_about_another_time_counts_no_more(cast, place, edition):
    first = edition.sessions.order_by("starts")[0]
    press(place, "no", first)
    sessions.move(
        by=None, session=first, starts=first.starts + timedelta(hours=1),
        ends=first.ends + timedelta(hours=1), time_zone=first.time_zone, title=first.title,
    )  # fmt: skip
    assert said(place) == {}
    assert "You do not come." not in Client().get(page(place)).content.decode()


def test_a_late_answer_does_not_undo_a_newer_one(place, edition):
    first = edition.sessions.order_by("starts")[0]
    now = timezone.now()
    for answer, at in (("no", now), ("yes", now - timedelta(hours=1))):
        answers.record(
            by=None, enrolment=place, sessions=[first], answer=answer, via="calendar", said_at=at
        )
    assert said(place) == {"Prima": "no"}


def test_a_clock_that_is_ahead_does_not_shut_us_out(place, edition):
    first = edition.sessions.order_by("starts")[0]
    ahead = datetime(2999, 1, 1, tzinfo=UTC)
    for answer, at in (("no", ahead), ("yes", None)):
        answers.record(
            by=None, enrolment=place, sessions=[first], answer=answer, via="calendar", said_at=at
        )
    assert said(place) == {"Prima": "yes"}


def test_the_coordinator_sees_who_does_not_come(cast, place, edition, mara):
    other = make.place(make_people.person(cast.timis, "Zidaru", "Ioana"), edition)
    first, second = edition.sessions.order_by("starts")
    press(place, "no", first)
    press(other, "yes", first)
    one, two = answers_of(edition)
    assert (one.yes, one.no, one.maybe, one.unsaid) == (1, 1, 0, 0)
    assert (two.yes, two.no, two.maybe, two.unsaid) == (0, 0, 0, 2)
    assert [row.enrolment for row in one.others] == [place]
    text = mara.get(f"/en/training/editions/{edition.pk}/answers/").content.decode()
    assert "Ana Popescu" in text and "Zidaru" not in text
    enrolments.cancel(enrolment=place, by=None)
    assert answers_of(edition)[0].no == 0


def test_the_page_costs_the_same_for_many_people(cast, edition, django_assert_num_queries):
    for number in range(4):
        press(make.place(make_people.person(cast.timis), edition), "no")
        with django_assert_num_queries(4):
            assert len(answers_of(edition)[0].others) == number + 1


def test_the_page_of_the_place_leads_to_the_answers(cast, edition, place):
    """As long as there is something to come to, and for whoever has a place."""
    browser = cast.browser(cast.ana, language="en")
    address = reverse("training:enrolment", args=[place.pk])
    link = f'href="{page(place)}"'
    assert link in browser.get(address).content.decode()
    Enrolment.objects.filter(pk=place.pk).update(status="waitlisted")
    assert link not in browser.get(address).content.decode()
    Enrolment.objects.filter(pk=place.pk).update(status="confirmed")
    for session in edition.sessions.all():
        make.move_to(session, -3)
    assert link not in browser.get(address).content.decode()
