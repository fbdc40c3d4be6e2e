"""What a phone asks of the server, and the page that it keeps."""

import json
import re
from uuid import uuid4

import pytest
from babel import Locale
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import ngettext

from tests.factories import people
from tests.factories import training as make
from tests.training.rolls import session_of_today
from tests.training.test_learner_views import main, url
from training.models import Attendance, Enrolment, RollEntry
from training.roll_words import by_number, words
from training.views.roll_api import LONGEST_BODY, MOST_MARKS


@pytest.fixture
def session(cast):
    return session_of_today(cast)


@pytest.fixture
def ana(session):
    return session.edition.enrolments.order_by("pk").first().pk


def mark(place, word="present", **more) -> dict:
    return {"key": str(uuid4()), "person": place, "mark": word, "seen": "", "held": 0, **more}


def send(browser: Client, session, user, *marks, **more):
    body = {"me": user.pk, "marks": list(marks), **more}
    return browser.post(url("roll-marks", session.pk), body, content_type="application/json")


def state(browser: Client, session, **headers):
    return browser.get(url("roll-state", session.pk), headers=headers)


# Marks


def test_marks_go_in_once_and_the_answer_says_how_the_roll_stands(cast, petar, session, ana):
    """The first time only how that person stands, the second time, as nothing was new, all of it."""
    late = mark(ana, "late", minutes=90, reason="Tren", held=61)
    found = []
    for _again in range(2):
        answer = send(petar, session, cast.petar, late)
        said = answer.json()
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert said["results"] == [{"key": late["key"], "outcome": "written", "message": ""}]
        [person] = [p for p in (said.get("people") or said["state"]["people"]) if p["id"] == ana]
        assert (person["mark"], person["minutes"], person["reason"]) == ("late", 90, "Tren")
        assert person["key"] == late["key"]
        assert person["note"].startswith("Marked by Petar Petrov, ")
        assert said["csrf"]
        found.append((said, person))
    (first, short), (second, full) = found
    assert (first["me"], len(first["people"]), "state" in first) == (cast.petar.pk, 1, False)
    assert short == {name: full[name] for name in full if name not in ("name", "outlook")}
    assert "version" not in first and second["version"]
    entry = RollEntry.objects.get()
    assert (entry.held_seconds, entry.recorded_by) == (61, cast.petar)


def test_of_several_marks_of_one_person_the_last_stands(cast, petar, session, ana):
    one, two = mark(ana), mark(ana, "absent")
    two["seen"] = one["key"]
    said = send(petar, session, cast.petar, one, two).json()
    assert [(p["mark"], p["key"]) for p in said["people"]] == [("absent", two["key"])]
    back = mark(ana, "")
    back["seen"] = two["key"]
    [person] = send(petar, session, cast.petar, back).json()["people"]
    assert (person["mark"], person["minutes"], person["key"], person["note"]) == ("", None, "", "")


def test_a_mark_that_comes_late_brings_what_stands_by_now(cast, petar, mara, session, ana):
    """Sent again after another trainer's: the phone must not show its old mark."""
    old = mark(ana)
    send(petar, session, cast.petar, old)
    newer = mark(ana, "absent")
    newer["seen"] = old["key"]
    send(mara, session, cast.mara, newer)
    said = send(petar, session, cast.petar, old).json()
    [person] = [p for p in said["state"]["people"] if p["id"] == ana]
    assert (person["mark"], person["key"]) == ("absent", newer["key"])


@pytest.mark.parametrize(("who", "most"), [("petar", 14), ("mara", 13)])
def test_a_mark_costs_little(cast, session, ana, who, most, django_assert_num_queries):
    """Whoever coordinates is not asked whether they lead the session, too. Another mark of a person costs no more."""
    user = getattr(cast, who)
    browser = cast.browser(user)
    state(browser, session)  # the browser is known
    first = mark(ana)
    for one in (first, mark(ana, "late", minutes=60, seen=first["key"])):
        with django_assert_num_queries(most):
            answer = send(browser, session, user, one)
        assert [said["outcome"] for said in answer.json()["results"]] == ["written"]


def test_a_mark_costs_the_same_however_many_are_on_the_roll(cast, petar, session, ana):
    state(petar, session)  # the browser is known
    more = [
        Enrolment(
            edition=session.edition, person=people.person(cast.timis), status="confirmed", code=f"M{n}"
        )
        for n in range(12)
    ]  # fmt: skip
    other = session.edition.enrolments.order_by("pk")[1].pk
    found = []
    for place, newcomers in ((ana, []), (other, more)):
        Enrolment.objects.bulk_create(newcomers)
        if newcomers:
            send(petar, session, cast.petar, *[mark(one.pk) for one in newcomers])
        with CaptureQueriesContext(connection) as asked:
            answer = send(petar, session, cast.petar, mark(place))
        found.append((len(asked), len(answer.json()["people"]), len(answer.content)))
    assert found[0] == found[1]


def test_a_refused_mark_has_its_sentence_and_stops_no_other(cast, petar, session, ana):
    answer = send(petar, session, cast.petar, mark(ana, "excused"), mark(ana, "absent")).json()
    assert [one["outcome"] for one in answer["results"]] == ["refused", "written"]
    assert answer["results"][0]["message"] == "Enter why the person is excused."


def test_a_conflict_is_in_the_state_of_both_and_one_chooses(cast, petar, mara, session, ana):
    send(petar, session, cast.petar, mark(ana))
    late = mark(ana, "late", minutes=30, held=600)
    answer = send(mara, session, cast.mara, late).json()
    assert answer["results"][0]["outcome"] == "disputed"
    [dispute] = state(petar, session).json()["state"]["disputes"]
    assert dispute == answer["state"]["disputes"][0]
    assert [(c["mark"], c["length"], c["held"]) for c in dispute["choices"]] == [
        ("present", "2\xa0h", ""),
        ("came late", "30\xa0min", "Sent 10\xa0min after it was made"),
    ]
    page = main(petar.get(url("roll", session.pk)))
    assert "Two different marks" in page
    assert "Marked by Mara Marin" in page
    choice = {"choice": f"{ana}:{late['key']}"}
    answer = petar.post(
        url("roll-settle", session.pk), choice, headers={"Accept": "application/json"}
    )
    assert answer.json()["state"]["disputes"] == []
    assert Attendance.objects.get().mark == "late"
    again = petar.post(url("roll-settle", session.pk), choice)
    assert (again.status_code, again["Location"]) == (302, url("roll", session.pk))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"null", b"{", b'{"marks": []}', b'{"marks": "x"}', b'{"marks": [1]}', b"\xff\xfe",
    ],
)  # fmt: skip
def test_what_is_no_list_of_marks_is_refused(petar, session, body):
    answer = petar.post(url("roll-marks", session.pk), body, content_type="application/json")
    assert (answer.status_code, answer.json()["message"]) == (422, "This is not a list of marks.")


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "x"}, {"key": None}, {"person": "x"}, {"person": 2**70}, {"person": True}, {"person": -1},
        {"mark": "dancing"}, {"mark": None}, {"minutes": "many"}, {"minutes": 10**9}, {"reason": "x" * 251},
        {"reason": 5}, {"reason": "a\0b"}, {"seen": "y"}, {"held": -5}, {"held": 1e300}, {"held": []},
    ],
)  # fmt: skip
def test_nonsense_in_a_mark_is_refused_and_nothing_is_written(cast, petar, session, ana, wrong):
    answer = send(petar, session, cast.petar, mark(ana), mark(ana, **wrong))
    assert answer.status_code == 422
    assert not RollEntry.objects.exists()


def test_no_more_than_a_phone_ever_has_to_say(cast, petar, session, ana):
    many = [mark(ana) for _ in range(MOST_MARKS + 1)]
    assert send(petar, session, cast.petar, *many).status_code == 422
    padded = send(petar, session, cast.petar, mark(ana), padding="x" * LONGEST_BODY)
    assert padded.status_code == 413
    assert not RollEntry.objects.exists()


def test_a_broken_clock_does_no_harm(cast, petar, session, ana):
    assert send(petar, session, cast.petar, mark(ana, held=2**52)).status_code == 200
    assert RollEntry.objects.get().held_seconds < 2**31


def test_nobody_sends_the_marks_of_another_person(cast, petar, mara, session, ana):
    """Two people share a phone: whoever is signed in now is not whoever marked."""
    assert send(mara, session, cast.petar, mark(ana)).status_code == 422
    assert not RollEntry.objects.exists()


def test_outside_the_branch_there_is_nothing(cast, session, ana):
    for who in ("olga", "clara", "ion", "ana", "doru"):
        user = getattr(cast, who)
        browser = cast.browser(user, language="en")
        assert state(browser, session).status_code == 404
        assert send(browser, session, user, mark(ana)).status_code == 404
        choice = browser.post(url("roll-settle", session.pk), {"choice": f"{ana}:{uuid4()}"})
        assert choice.status_code == 404
        assert browser.get(url("roll-history", session.pk)).status_code == 404
    assert not RollEntry.objects.exists()


def test_signed_out_the_marks_lead_to_the_sign_in_page(cast, session, ana):
    browser = cast.browser(None, language="en")
    answer = browser.post(
        url("roll-marks", session.pk), {"marks": []}, content_type="application/json"
    )
    assert answer.status_code == 302
    assert "/account/login/" in answer["Location"]


def test_a_post_without_the_token_is_refused(cast, session, ana):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.petar)
    assert send(browser, session, cast.petar, mark(ana)).status_code == 403
    assert not RollEntry.objects.exists()


def test_a_cancelled_session_says_so(cast, petar, session, ana):
    type(session).objects.filter(pk=session.pk).update(is_cancelled=True, cancel_reason="x")
    answer = send(petar, session, cast.petar, mark(ana))
    assert (answer.status_code, answer.json()["message"]) == (409, "This session is cancelled.")
    choice = petar.post(url("roll-settle", session.pk), {"choice": f"{ana}:{uuid4()}"})
    assert choice.status_code == 409
    assert petar.post(url("roll-settle", session.pk), {"choice": "x"}).status_code == 422


# The state


def test_the_state_is_sent_once_for_each_change(
    cast, petar, session, ana, django_assert_max_num_queries
):
    first = state(petar, session)
    assert first.json()["version"] == first["ETag"]
    with django_assert_max_num_queries(12):
        again = state(petar, session, if_none_match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    send(petar, session, cast.petar, mark(ana))
    changed = state(petar, session, if_none_match=first["ETag"])
    assert (changed.status_code, changed["Cache-Control"]) == (200, "no-store")


def test_the_state_holds_names_and_marks_of_the_session_and_no_more(cast, petar, session):
    make.place(cast.clara.person, make.coming(cast.cluj))
    found = state(petar, session).json()["state"]
    assert set(found) == {
        "id", "me", "title", "when", "minutes", "range", "open", "opens", "until", "finished", "cancelled",
        "people", "disputes",
    }  # fmt: skip
    assert [set(p) for p in found["people"]] == [
        {"id", "name", "mark", "minutes", "reason", "key", "note", "outlook"}
    ] * 2
    assert [p["name"] for p in found["people"]] == ["Ana Popescu", "Vasile Țurcanu"]
    text = json.dumps(found)
    assert "@" not in text
    assert "Clara" not in text


# The form, and the history


def test_the_form_says_what_stood_in_it(cast, petar, mara, session, ana):
    here = url("roll", session.pk)
    petar.post(here, {f"mark_{ana}": "present"})
    opened = petar.get(here).content.decode()
    seen = re.search(rf'name="seen_{ana}" value="([\w-]+)"', opened)[1]
    assert seen == str(Attendance.objects.get().key)
    mara.post(here, {f"mark_{ana}": "excused", f"reason_{ana}": "Concediu", f"seen_{ana}": seen})
    petar.post(here, {f"mark_{ana}": "present", f"seen_{ana}": seen})
    row = Attendance.objects.get()
    assert (row.mark, row.reason) == ("excused", "Concediu")
    petar.post(here, {f"mark_{ana}": "absent", f"seen_{ana}": seen})
    assert "Two different marks" in main(petar.get(here))
    wrong = petar.post(here, {f"mark_{ana}": "excused", f"seen_{ana}": "x"})
    assert "Enter why the person is excused." in main(wrong)


def test_the_history_tells_every_mark(cast, petar, session, ana):
    assert "Nobody is marked yet" in main(petar.get(url("roll-history", session.pk)))
    late = mark(ana, "late", minutes=90, reason="Tren", held=7200)
    send(petar, session, cast.petar, late)
    send(petar, session, cast.petar, mark(ana, "", seen=late["key"]))
    text = main(petar.get(url("roll-history", session.pk)))
    for words_of in (
        "came late",
        "Tren",
        "Petar Petrov",
        "Sent 2 h after it was made",
        "mark taken back",
    ):
        assert words_of in text


# The page that the phone keeps


def test_the_empty_roll_is_the_same_for_everybody(cast, petar):
    here = url("roll-app")
    found = [
        browser.get(here).content.decode()
        for browser in (
            cast.browser(None, language="en"),
            petar,
            cast.browser(cast.adm, language="en"),
        )
    ]
    assert found[0] == found[1] == found[2]
    assert "Petar" not in found[1]
    assert "csrfmiddlewaretoken" not in found[1]


def test_the_worker_answers_for_the_roll_only_and_is_named_by_what_is_in_it(cast, petar):
    answer = petar.get(url("roll-worker"))
    assert answer["Content-Type"].startswith("text/javascript")
    given = json.loads(
        re.match(r"self\.roll = (\{.*\});\nimportScripts", answer.content.decode())[1]
    )
    assert given["scope"] == url("my-sessions")
    assert url("roll-worker").startswith(given["scope"])
    assert "Service-Worker-Allowed" not in answer.headers
    assert all(asset.startswith("/static/") for asset in given["assets"])
    same = cast.browser(None, language="en").get(url("roll-worker"))
    assert same.content == answer.content
    with translation.override("ar"):
        arabic = petar.get(url("roll-worker")).content.decode()
    assert given["release"] not in arabic
    assert "firago-arabic-400" in arabic
    assert "firago-arabic-400" not in answer.content.decode()


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_the_roll_can_be_installed(client, language, direction):
    with translation.override(language):
        found = client.get(url("roll-manifest")).json()
        start = url("my-sessions")
    assert (found["start_url"], found["scope"], found["display"]) == (start, start, "standalone")
    assert (found["lang"], found["dir"]) == (language, direction)
    assert found["icons"]


def test_the_pages_keep_the_policy(petar, session):
    for address in (url("roll", session.pk), url("my-sessions"), url("roll-app")):
        page = petar.get(address)
        text = page.content.decode()
        assert "'unsafe-inline'" not in page["Content-Security-Policy"]
        assert re.findall(r"<script(?![^>]*(?:src=|application/json))", text) == []
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", text)


# Words


@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
def test_numbers_have_the_plural_form_of_the_language(language):
    def say(number: int) -> str:
        return ngettext("%(count)s waiting to send", "%(count)s waiting to send", number)

    with translation.override(language):
        forms = by_number(say)
        form_of = Locale.parse(language).plural_form
        for number in [*range(125), 1000, 1001, 1011, 1102]:
            assert forms[form_of(number)] == say(number), number
        assert all("%(count)s" in form for form in words()["waiting"].values())
