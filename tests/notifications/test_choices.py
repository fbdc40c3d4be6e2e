"""Which mails one wants: by the link in a mail, by the button of a mail program, and on a page of one's own."""

import pytest
from django.test import Client
from django.utils import translation

from notifications import links
from notifications.actions import choose, notify, wanting
from notifications.models import Message, OptOut, Topic
from notifications.outbox import as_mail
from people.models import AuditEvent
from tests.factories import training as make

LANGUAGES = ["en", "ro", "uk", "bg", "ar"]


def path(person, topic=Topic.REMINDERS) -> str:
    return links.stop_url(person, topic).removeprefix("http://localhost:8000")


def stopped() -> set[tuple[int, str]]:
    return set(OptOut.objects.values_list("person_id", "topic"))


def test_opening_the_link_changes_nothing_and_the_button_stops_one_topic_of_one_person(cast):
    ana, browser = cast.ana.person, Client()
    assert browser.get(path(ana)).status_code == 200
    assert stopped() == set()
    for _twice in range(2):
        assert browser.post(path(ana)).status_code == 200
    assert stopped() == {(ana.pk, "reminders")}
    assert wanting([ana, cast.vasile], Topic.REMINDERS) == [cast.vasile]
    assert wanting([ana], Topic.CALENDAR) == [ana]
    browser.post(path(ana), {"again": "1"})
    assert stopped() == set()
    verbs = AuditEvent.objects.filter(target_id=str(ana.pk), verb__startswith="notices.")
    assert list(verbs.order_by("id").values_list("verb", flat=True)) == [
        "notices.stopped",
        "notices.resumed",
    ]


def test_a_mail_program_may_stop_it_without_our_form(cast):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(path(cast.ana.person), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert stopped() == {(cast.ana.person_id, "reminders")}


def test_the_page_says_nothing_of_the_person_and_is_kept_by_nobody(cast):
    answer = Client().get(path(cast.ana.person))
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]
    assert "Popescu" not in answer.content.decode()


@pytest.mark.parametrize("change", ["x", "", "é"])
def test_a_link_that_was_changed_is_nobodys(cast, change):
    token = path(cast.ana.person).rstrip("/").rpartition("/")[2]
    for wrong in (change + token, token[:-3] + "abc", "abc"):
        if wrong != token:
            assert Client().get(f"/en/notices/stop/{wrong}/").status_code == 404
            assert Client().post(f"/en/notices/stop/{wrong}/").status_code == 404
    assert stopped() == set()


def test_a_link_signed_for_something_else_is_refused(cast):
    assert links.of_token("1:abc") is None
    token = path(cast.ana.person).rstrip("/").rpartition("/")[2]
    assert links.of_token(token) == (cast.ana.person, Topic.REMINDERS)
    type(cast.ana.person).objects.filter(pk=cast.ana.person_id).update(
        erased_at="2026-01-01T00:00Z"
    )
    assert links.of_token(token) is None


def test_the_own_page_ticks_and_unticks(cast):
    with translation.override("en"):
        browser = cast.browser(cast.ana, language="en")
        page = browser.get("/en/notices/").content.decode()
        assert (
            page.count("checked") == 2
        )  # reminders and invitations; the summary is for coordinators
        assert "daily summary" not in page
        browser.post("/en/notices/", {"topics": ["calendar", "digest", "nonsense"]})
        assert stopped() == {(cast.ana.person_id, "reminders")}
        browser.post("/en/notices/", {"topics": ["calendar", "reminders"]})
        assert stopped() == set()
        assert (
            "daily summary"
            in cast.browser(cast.mara, language="en").get("/en/notices/").content.decode()
        )


def test_a_second_person_is_not_touched(cast):
    choose(by=cast.clara, person=cast.clara.person, topic=Topic.REMINDERS, wanted=False)
    assert wanting([cast.ana.person], Topic.REMINDERS) == [cast.ana.person]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_that_may_be_stopped_says_how_and_others_do_not(cast, language):
    person = cast.ana.person
    person.language = language
    person.save()
    about = {"rank": None, "edition": _edition(cast), "edition_name": "x", "reason": ""}
    may = notify(person, "enrolment_cancelled", topic=Topic.REMINDERS, **about)
    must = notify(person, "enrolment_cancelled", **about)
    url = links.stop_url(person, Topic.REMINDERS)
    assert url in may.text and url in may.html.replace("&amp;", "&")
    assert f"/{language}/notices/stop/" in url
    assert "/notices/stop/" not in must.text
    mail = as_mail(may)
    assert mail.extra_headers["List-Unsubscribe"] == f"<{url}>"
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in as_mail(must).extra_headers


def _edition(cast):
    return make.coming(cast.timis)


def test_a_letter_has_no_invitation_and_no_link(cast):
    part = {"method": "REQUEST", "text": "BEGIN:VCALENDAR"}
    about = {"edition": _edition(cast), "edition_name": "x", "reason": ""}
    notify(cast.vasile, "enrolment_cancelled", topic=Topic.REMINDERS, calendars=[part], **about)
    letter = Message.objects.get(person=cast.vasile)
    assert letter.calendars == []
    assert "/notices/stop/" not in letter.text
