"""An offer is answered by link, on one's own page or on the telephone; looking alone answers nothing."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from people.models import AuditEvent
from tests import jobs
from tests.factories import people as make_people
from tests.factories import training as make
from tests.training.test_learner_views import main, url
from training.actions import enrolments
from training.models import Enrolment
from training.tokens import offer_token, read_offer_token

Status = Enrolment.Status


@pytest.fixture
def offered(cast):
    """Ana is offered a place; somebody else waits behind her."""
    edition = make.coming(cast.timis, capacity=1, offer_hours=48)
    first = make.place(make_people.person(cast.timis), edition)
    mine = make.place(cast.ana.person, edition)
    make.place(make_people.person(cast.timis, "Următorul"), edition)
    enrolments.cancel(enrolment=first, by=None)
    jobs.run()
    return Enrolment.objects.get(pk=mine.pk)


@pytest.fixture
def anybody():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def ana(cast):
    return cast.browser(cast.ana, language="en")


def link(cast) -> str:
    """As it stands in the mail."""
    text = jobs.messages().get(person=cast.ana.person, name="place_offered").text
    found = re.search(r"https?://[^/\s]+(/\S+/offers/\S+/)", text)
    assert found, text
    return found[1].replace("/ro/", "/en/")


def status(place: Enrolment) -> str:
    return Enrolment.objects.get(pk=place.pk).status


def ran_out(place: Enrolment) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Enrolment.objects.filter(pk=place.pk).update(offer_until=past)


def test_the_mail_says_until_when_and_has_the_link(cast, offered):
    message = jobs.messages().get(person=cast.ana.person, name="place_offered")
    assert str(offered.offer_until.year) in message.text
    assert offer_token(offered) in message.text
    assert message.language == "ro"


def test_looking_changes_nothing(cast, offered, anybody):
    for _ in range(3):
        page = anybody.get(link(cast) + "?answer=yes")
        text = main(page)
    assert "Yes, I will come" in text
    assert "No, I cannot come" in text
    assert "Ana Popescu" in text
    assert status(offered) == Status.OFFERED
    assert "no-store" in page["Cache-Control"]
    assert anybody.head(link(cast)).status_code == 200
    assert status(offered) == Status.OFFERED


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [("yes", "confirmed", "You have a place"), ("no", "cancelled", "You gave up the place")],
)
def test_one_click_answers_and_the_page_says_so(cast, offered, anybody, answer, state, words):
    for _ in range(2):
        page = anybody.post(link(cast), {"answer": answer}, follow=True)
        assert words in main(page)
    assert status(offered) == state
    assert words in main(anybody.get(link(cast)))


@pytest.mark.parametrize(("one", "two"), [("yes", "no"), ("no", "yes")])
def test_the_other_answer_afterwards_changes_nothing(cast, offered, anybody, one, two):
    anybody.post(link(cast), {"answer": one})
    before = status(offered)
    assert main(anybody.post(link(cast), {"answer": two}, follow=True))
    assert status(offered) == before


def test_too_late(cast, offered, anybody):
    ran_out(offered)
    text = main(anybody.get(link(cast)))
    assert "The time to answer is over" in text
    assert "Yes, I will come" not in text
    assert status(offered) == Status.CANCELLED
    assert jobs.messages().filter(name="place_offered").count() == 2
    assert "The time to answer is over" in main(anybody.post(link(cast), {"answer": "yes"}))


@pytest.mark.parametrize("answer", ["", "maybe", "YES", "yes no"])
def test_what_is_no_answer_is_none(cast, offered, anybody, answer):
    page = anybody.post(link(cast), {"answer": answer}, follow=True)
    assert "Yes, I will come" in main(page)
    assert status(offered) == Status.OFFERED


def test_a_link_that_we_did_not_write(cast, offered, anybody):
    token = offer_token(offered)
    other = f"{offered.pk + 1}~{token.partition('~')[2]}"
    for wrong in (token[:-1], token + "x", other, "1", f"{offered.pk}~", "~", "x" * 300):
        assert anybody.get(url("offer", wrong)).status_code == 404
    assert read_offer_token(token) == offered.pk


def test_the_link_of_somebody_erased_leads_nowhere(cast, offered, anybody):
    address = link(cast)
    type(cast.ana.person).objects.filter(pk=cast.ana.person_id).update(erased_at=timezone.now())
    assert anybody.get(address).status_code == 404


def test_the_page_tells_nothing_of_others(cast, offered, anybody):
    assert "Următorul" not in anybody.get(link(cast)).content.decode()


# Signed in


def test_the_own_page_offers_the_two_buttons(cast, offered, ana):
    page = ana.get(url("enrolment", offered.pk))
    text = main(page)
    assert "A place is free for you" in text
    assert "Yes, I will come" in text
    done = ana.post(url("offer-own", offered.pk), {"answer": "yes"}, follow=True)
    assert done.redirect_chain == [(url("enrolment", offered.pk), 302)]
    assert "You have a place" in main(done)
    assert AuditEvent.objects.get(verb="enrolment.offer_accepted").actor_id == cast.ana.pk


def test_the_own_page_after_the_time_is_over(cast, offered, ana):
    ran_out(offered)
    text = main(ana.get(url("enrolment", offered.pk)))
    assert "We offered you a place until" in text
    assert status(offered) == Status.CANCELLED
    assert ana.post(url("offer-own", offered.pk), {"answer": "yes"}).status_code == 302
    assert status(offered) == Status.CANCELLED


def test_nobody_answers_for_another_learner(cast, offered):
    clara = cast.browser(cast.clara, language="en")
    assert clara.post(url("offer-own", offered.pk), {"answer": "no"}).status_code == 404
    assert ana_get(cast, offered) == 405
    assert status(offered) == Status.OFFERED


def ana_get(cast, offered) -> int:
    return cast.browser(cast.ana, language="en").get(url("offer-own", offered.pk)).status_code


def test_a_list_of_places_says_that_an_answer_is_wanted(cast, offered, ana):
    assert "place offered: please answer" in main(ana.get(url("enrolments")))


def test_who_waits_reads_the_rule_and_their_number(cast, ana):
    rule = {"queue_rule": "expiring", "offer_hours": 48}
    edition = make.coming(cast.timis, capacity=1, **rule)
    make.place(make_people.person(cast.timis), edition)
    assert "first to people whose certificate runs out soon" in main(
        ana.get(url("edition", edition.pk))
    )
    place = make.place(cast.ana.person, edition)
    text = main(ana.get(url("enrolment", place.pk)))
    assert "You are number 1 on the waiting list" in text
    assert "first to people whose certificate runs out soon" in text
    assert "You have 2 days to say yes" in text
    mail = jobs.messages().get(person=cast.ana.person, name="enrolment_waitlisted").text
    assert "1" in mail


# On the telephone


@pytest.fixture
def vasile(cast):
    """Without e-mail, offered a place."""
    edition = make.coming(cast.timis, capacity=1, offer_hours=24)
    first = make.place(make_people.person(cast.timis), edition)
    type(cast.vasile).objects.filter(pk=cast.vasile.pk).update(phone="0256 000 001", language="en")
    place = make.place(cast.vasile, edition)
    make.place(make_people.person(cast.timis, "Următorul"), edition)
    enrolments.cancel(enrolment=first, by=None)
    return Enrolment.objects.get(pk=place.pk)


def test_the_list_of_people_to_call(cast, mara, vasile):
    text = main(mara.get(url("calls", vasile.edition_id)))
    for words in ("Vasile Țurcanu", "0256 000 001", vasile.code, "Answer before"):
        assert words in text
    assert "Următorul" not in text
    assert AuditEvent.objects.filter(verb="calls.opened", actor_id=cast.mara.pk).count() == 1
    assert (
        url("calls", vasile.edition_id)
        in mara.get(url("participants", vasile.edition_id)).content.decode()
    )


@pytest.mark.parametrize(("answer", "state"), [("yes", "confirmed"), ("no", "cancelled")])
def test_what_was_said_is_written(cast, mara, vasile, answer, state):
    done = mara.post(url("call", vasile.pk), {"answer": answer}, follow=True)
    assert "Vasile" not in main(done)
    assert status(vasile) == state


def test_nobody_answered_the_telephone(cast, mara, vasile):
    done = mara.post(url("call", vasile.pk), {"answer": "missed"}, follow=True)
    assert "not reached" in main(done)
    assert status(vasile) == Status.OFFERED


def test_a_call_after_the_time_is_over_says_so(cast, mara, vasile):
    ran_out(vasile)
    assert "time to answer is over" in main(mara.post(url("call", vasile.pk), {"answer": "yes"}))
    assert status(vasile) == Status.CANCELLED
    assert "Următorul" in main(mara.get(url("calls", vasile.edition_id)))


def test_another_county_neither_sees_nor_calls(cast, vasile):
    other = make_people.staff(cast.cluj, "coordinator")
    browser = cast.browser(other, language="en")
    assert browser.get(url("calls", vasile.edition_id)).status_code == 404
    assert browser.post(url("call", vasile.pk), {"answer": "no"}).status_code == 404
    assert status(vasile) == Status.OFFERED


def test_the_letter_says_until_when_to_call(cast, mara, vasile):
    text = main(mara.get(url("letter", vasile.pk)))
    assert "Please answer before" in text
    assert vasile.code in text


def test_the_coordinator_sets_rule_and_time(cast, mara, edition):
    page = mara.get(url("change", edition.pk)).content.decode()
    assert "Who moves up first from the waiting list?" in page
    fields = {"title": "", "language": "ro", "capacity": 2, "form_of": "place", "notes": ""}
    given = {**fields, "queue_rule": "never_trained", "offer_hours": 72}
    assert mara.post(url("change", edition.pk), given).status_code == 302
    edition.refresh_from_db()
    assert (edition.queue_rule, edition.offer_hours) == ("never_trained", 72)
    assert "3 days to answer" in main(mara.get(url("manage", edition.pk)))
    # A page opened before these questions existed leaves the answers alone.
    assert mara.post(url("change", edition.pk), fields).status_code == 302
    edition.refresh_from_db()
    assert (edition.queue_rule, edition.offer_hours) == ("never_trained", 72)
    assert mara.post(url("change", edition.pk), {**given, "offer_hours": 5}).status_code == 200


def test_the_rule_that_people_wait_by_is_explained_not_changed(cast, mara, edition):
    for _ in range(3):
        make.place(make_people.person(cast.timis), edition)
    fields = {"title": "", "language": "ro", "capacity": 2, "form_of": "place", "notes": ""}
    page = mara.post(
        url("change", edition.pk), {**fields, "queue_rule": "expiring", "offer_hours": 0}
    )
    assert "People wait by this rule already" in main(page)
    edition.refresh_from_db()
    assert edition.queue_rule == "arrival"
