"""What holds at every address: who may ask, how often, in which language, and how errors and pages look."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client, override_settings
from django.utils import timezone

from config.api import api
from people.actions import tokens
from people.machines.paging import cursor_of
from people.models import ApiToken, AuditEvent
from people.scopes import Scope
from tests.api.conftest import Program, program
from tests.cast import Cast
from tests.factories import people as make

PROBLEM = "application/problem+json"
PATHS = api.get_openapi_schema()["paths"]
OPERATIONS = [(method, path) for path, methods in PATHS.items() for method in methods]


def address(path: str) -> str:
    for name in ("person_id", "edition_id", "enrolment_id", "session_id", "certificate_id"):
        path = path.replace(f"{{{name}}}", "1")
    return path


def ask(browser: Client, method: str, path: str, **more):
    more.setdefault("content_type", "application/json")
    return getattr(browser, method)(address(path), **more)


def problem(answer, status: int) -> dict:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, PROBLEM)
    found = answer.json()
    assert found["status"] == status and found["title"] and found["detail"] and found["code"]
    return found


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_without_a_token_that_works_nothing_opens(cast: Cast, method: str, path: str):
    ended, gone = make.token(cast.timis)
    tokens.end(by=None, token=ended)
    late, over = make.token(cast.timis)
    ApiToken.objects.filter(pk=late.pk).update(expires_at=late.made_at + timedelta(microseconds=1))
    signed_in = cast.browser(cast.adm, language="en")  # a session is no token
    for browser in (Client(), signed_in, make.machine("x"), make.machine(gone), make.machine(over)):
        answer = ask(browser, method, path)
        assert problem(answer, 401)["code"] == "unauthorised"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert not ApiToken.objects.filter(uses__gt=0).exists()


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_each_address_asks_for_the_scope_that_it_says(cast: Cast, method: str, path: str):
    wanted = PATHS[path][method]["x-scope"]
    others = [scope for scope in Scope.values if scope != wanted]
    assert (
        problem(ask(program(cast.timis, *others).browser, method, path), 403)["code"] == "forbidden"
    )
    assert ask(program(cast.timis, wanted).browser, method, path).status_code in (200, 404, 422)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_the_description_names_every_error(method: str, path: str):
    answers = PATHS[path][method]["responses"]
    assert {401, 403, 422, 429} <= {int(status) for status in answers}
    assert ("{" in path) <= ({404} <= {int(status) for status in answers})
    for status, said in answers.items():
        if int(status) >= 400:
            assert list(said["content"]) == [PROBLEM]
            assert "example" in said["content"][PROBLEM] or int(status) in (400, 413)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Not found"), ("fr", "Not found"), ("", "Not found"), ("x" * 500, "Not found"),
    ],
)  # fmt: skip
def test_errors_speak_the_language_that_is_asked_for(cast: Cast, language: str, title: str):
    answer = program(cast.timis, language=language).get("/people/999999")
    assert problem(answer, 404)["title"] == title
    assert answer.headers["Content-Language"] == "en"
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("language", ["ro", "uk", "bg", "ar"])
def test_the_language_is_named_in_the_answer(cast: Cast, language: str):
    asked = program(cast.timis, language=f"{language};q=0.9, en;q=0.1")
    for path in ("/people/999999", "/people"):
        assert asked.get(path).headers["Content-Language"] == language


@pytest.mark.parametrize(
    "path", ["/nothing", "/people/1/", "/people/a", "/../v2/people", "/people/\0"]
)
def test_where_nothing_is(timis: Program, path: str):
    assert timis.get(path).status_code in (404, 422)
    assert timis.get(path).headers["Content-Type"] == PROBLEM


def test_a_wrong_method_names_the_right_ones(timis: Program):
    answer = timis.browser.delete("/api/v1/people")
    problem(answer, 405)
    assert answer.headers["Allow"] == "GET"


@override_settings(API_REQUESTS_A_MINUTE=2)
def test_too_many_requests_in_a_minute(timis: Program, cluj: Program):
    with time_machine.travel("2026-12-01 10:00:48Z", tick=False):
        assert [timis.get("/people").status_code for _ in range(3)] == [200, 200, 429]
        slow = timis.get("/people")
        assert problem(slow, 429)["detail"] == "Wait 12 seconds and send it again."
        assert slow.headers["Retry-After"] == "12"
        assert cluj.get("/people").status_code == 200
    with time_machine.travel("2026-12-01 10:01:00Z", tick=False):
        assert timis.get("/people").status_code == 200


def test_what_has_not_changed_is_not_sent_again(cast: Cast, timis: Program):
    first = timis.get("/people")
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = timis.browser.get("/api/v1/people", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make.person(cast.lugoj, "Nou")
    fresh = timis.browser.get("/api/v1/people", headers={"If-None-Match": first.headers["ETag"]})
    assert fresh.status_code == 200 and fresh.headers["ETag"] != first.headers["ETag"]


DEEP = "[" * 40 + "]" * 40


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 422), ("{", 400), ("nonsense", 400), (b"\xff\xfe", 400), ('{"at": NaN, "people": []}', 400),
        ('{"people": [{"person": Infinity}]}', 400), ('{"at": "2026-01-01", "at": "2026-01-02"}', 400),
        (f'{{"people": {DEEP}}}', 400), ("[" * 100_000, 400), ("null", 422), ("[]", 422), ("{}", 422),
        ('{"people": []}', 422), ('{"people": [{}]}', 422), ('{"people": [{"person": 0}]}', 422),
        ('{"people": [{"person": 9223372036854775808}]}', 422),
        ('{"people": [{"person": 1, "certificate": "a"}]}', 422),
        ('{"people": [{"certificate": "\\u0000"}]}', 422), ('{"people": [{"certificate": "\\ud800"}]}', 422),
        ('{"people": [{"person": true}]}', 422), ('{"people": [{"person": 1}], "at": "0001-01-01"}', 422),
        ('{"people": [{"person": 1}], "other": 1}', 422), ('{"people": [{"national_number": "…"}]}', 200),
    ],
)  # fmt: skip
def test_bodies_that_are_not_what_was_asked_for(timis: Program, body, status: int):
    answer = timis.browser.generic(
        "POST", "/api/v1/standing/check", body, content_type="application/json"
    )
    if status == 200:
        assert answer.json()["people"] == [{"person": None, "standings": []}]
    else:
        problem(answer, status)


def test_a_body_of_many_megabytes_is_refused(timis: Program):
    body = json.dumps({"people": [{"certificate": "a"}], "at": "x" * 3_000_000})
    answer = timis.browser.generic(
        "POST", "/api/v1/standing/check", body, content_type="application/json"
    )
    assert problem(answer, 413)["code"] == "too_large"


def test_what_is_wrong_says_where_and_how_to_mend_it(timis: Program):
    answer = timis.post(
        "/standing/check", {"people": [{"person": 5}, {"person": "x"}], "at": "soon"}
    )
    found = {one["pointer"]: one["detail"] for one in problem(answer, 422)["errors"]}
    assert found == {
        "/body/people/1/person": "Write a whole number.", "/body/at": "Write a day as YYYY-MM-DD.",
    }  # fmt: skip
    several = timis.post("/standing/check", {"people": [{"person": 1, "certificate": "a"}] * 3})
    assert {one["detail"] for one in several.json()["errors"]} == {"Name exactly one of them."}
    assert len(timis.post("/standing/check", {"people": [{}] * 200}).json()["errors"]) == 50


@pytest.mark.parametrize("limit", ["0", "-1", "201", "1e3", "", "99999999999999999999", "x"])
def test_a_page_has_one_to_two_hundred_rows(timis: Program, limit: str):
    found = problem(timis.get("/people", limit=limit), 422)
    assert [one["pointer"] for one in found["errors"]] == ["/query/limit"]


@pytest.mark.parametrize(
    "cursor", ["x", "MTc", "LTE=", "MA==", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "🙂", "\0"]
)
def test_a_cursor_that_nobody_gave(timis: Program, cursor: str):
    for path in ("/people", "/standing", "/editions", "/courses", "/certificates", "/enrolments"):
        found = problem(timis.get(path, cursor=cursor), 422)
        assert [one["pointer"] for one in found["errors"]] == ["/query/cursor"], path


def test_pages_skip_nobody_and_repeat_nobody(cast: Cast, timis: Program):
    everybody = {make.person(cast.lugoj).pk for _ in range(7)}
    whole = [one["id"] for one in timis.get("/people", limit=200).json()["items"]]
    seen, cursor = [], ""
    for turn in range(20):
        page = timis.get("/people", limit=3, cursor=cursor).json()
        seen += [one["id"] for one in page["items"]]
        if turn == 0:  # somebody comes while the pages are read
            late = make.person(cast.timis).pk
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [*whole, late] and everybody <= set(seen) and len(set(seen)) == len(seen)
    assert timis.get("/people", cursor=cursor_of(10**15)).json() == {"items": [], "next": None}


def test_each_page_of_people_is_in_the_trail(cast: Cast, timis: Program):
    rows = len(timis.get("/people", q="Popescu").json()["items"])
    event = AuditEvent.objects.get(verb="people.listed")
    assert (event.actor_id, event.data) == (timis.token.account_id, {"rows": rows})
    assert event.organisation_path == cast.timis.path and "Popescu" not in str(event.data)


def test_uses_are_counted(timis: Program):
    with time_machine.travel(timezone.now(), tick=False):
        timis.get("/people")
        timis.get("/nothing")  # no address, no token asked for
        timis.get("/people/0")
        timis.token.refresh_from_db()
        assert (timis.token.uses, timis.token.last_used_at) == (2, timezone.now())


def test_what_breaks_is_a_problem_too(timis: Program, monkeypatch, caplog):
    monkeypatch.setattr("certification.api.queries.standing_counts", lambda *a, **b: 1 / 0)
    found = problem(timis.get("/standing/counts"), 500)
    assert "division" not in str(found) and "the API failed" in caplog.text
