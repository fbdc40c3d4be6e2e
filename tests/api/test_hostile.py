"""Whatever is sent, there is an answer: hypothesis writes bodies, queries, headers and cursors that nobody would."""

import json
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification.models import Certificate
from people.machines.fields import BIGGEST
from people.machines.paging import Page, PageQuery, cursor_of, part, start_of
from people.machines.problems import CODES, DETAILS, TITLES, Problem, wrong
from people.models import ApiAnswer, AuditEvent
from tests.api.conftest import Program
from tests.api.test_asking import OPERATIONS, address
from tests.cast import Cast
from training.models import Attendance, Enrolment

MANY = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
TEXT = st.text(max_size=30) | st.sampled_from(
    ["", "\0", "\u202e", "'; DROP TABLE x; --", "{{ 7 * 7 }}", "%s", "٣", "ﬀ", "\ud800", "🙂" * 9]
)
LEAF = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | TEXT
JSON = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4)
)
NAMES = ("people", "person", "at", "certificate", "authorisation", "national_number", "number", "family_name",
         "institution", "rows", "minutes", "reason", "together", "finish", "certificates")  # fmt: skip
ROWS = st.lists(st.dictionaries(st.sampled_from(NAMES), LEAF), max_size=3)
LIKELY = st.dictionaries(st.sampled_from(NAMES), JSON | ROWS)
ASKED = (
    "cursor",
    "limit",
    "at",
    "q",
    "state",
    "programme",
    "institution",
    "person",
    "status",
    "number",
    "language",
)
POSTS = sorted(path for method, path in OPERATIONS if method == "post")
GETS = sorted(path for method, path in OPERATIONS if method == "get")


def answered(answer: Any) -> int:
    """In JSON, and never by an error of ours: the status."""
    assert answer.status_code in {200, 304, 400, 401, 403, 404, 409, 413, 422}, answer.content
    kind = "application/json" if answer.status_code == 200 else "application/problem+json"
    assert answer.headers["Content-Type"].startswith(kind)
    assert json.loads(answer.content) is not None
    return answer.status_code


@pytest.mark.parametrize("path", POSTS)
@MANY
@given(body=JSON | LIKELY)
def test_bodies(timis: Program, path: str, body: Any) -> None:
    with override_settings(API_REQUESTS_A_MINUTE=10**6):
        answered(
            timis.browser.generic(
                "POST",
                address(path),
                json.dumps(body),
                content_type="application/json",
                HTTP_IDEMPOTENCY_KEY="key-of-the-test",
            )  # fmt: skip
        )
    assert not Enrolment.objects.exists() and not Attendance.objects.exists()
    assert not Certificate.objects.exists()


@MANY
@given(
    body=st.binary(max_size=200),
    kind=st.sampled_from(["application/json", "text/xml", "", "multipart/form-data"]),
)
def test_bytes(timis: Program, body: bytes, kind: str) -> None:
    with override_settings(API_REQUESTS_A_MINUTE=10**6):
        answer = timis.browser.generic("POST", "/api/v1/verify", body, content_type=kind)
    assert answered(answer) in {400, 422}


@pytest.mark.parametrize("path", GETS)
@MANY
@given(
    query=st.dictionaries(
        st.sampled_from(ASKED),
        TEXT.filter(lambda text: "\ud800" not in text) | st.integers(-(2**70), 2**70).map(str),
    )
)  # fmt: skip
def test_queries(timis: Program, path: str, query: dict[str, str]) -> None:
    with override_settings(API_REQUESTS_A_MINUTE=10**6):
        answer = timis.browser.get(address(path), query)
    assert answered(answer) in {200, 404, 422}


@MANY
@given(key=st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=100))
def test_keys(cast: Cast, timis: Program, key: str) -> None:
    """Taken as they are or refused; nothing is cut short or folded together."""
    with override_settings(API_REQUESTS_A_MINUTE=10**6):
        answer = timis.browser.generic(
            "POST", "/api/v1/enrolments/1/cancel", "{}", content_type="application/json",
            HTTP_IDEMPOTENCY_KEY=key,
        )  # fmt: skip
    is_plain = 8 <= len(key) <= 80 and all(
        c.isascii() and (c.isalnum() or c in "_.:-") for c in key
    )
    assert answer.status_code == (404 if is_plain else 422)
    assert ApiAnswer.objects.filter(key=key).exists() == is_plain


@given(number=st.integers(1, BIGGEST))
def test_a_cursor_leads_back_to_its_number(number: int) -> None:
    assert start_of(PageQuery(cursor=cursor_of(number))) == number


@given(text=st.text(max_size=60).filter(bool))
def test_no_other_text_is_a_cursor(text: str) -> None:
    try:
        number = start_of(PageQuery.model_construct(cursor=text, limit=5))
    except Problem as problem:
        assert (problem.status, problem.errors[0]["code"]) == (422, "cursor")
    else:
        assert cursor_of(number) == text


@given(rows=st.integers(0, 30), limit=st.integers(1, 10))
def test_pages_are_whole(rows: int, limit: int) -> None:
    """For every number of rows and every limit: all of them, in order, no empty page at the end but for none at all."""
    seen: list[int] = []
    asked = PageQuery(limit=limit)
    for _turn in range(rows + 1):
        begin = start_of(asked)
        found = [n for n in range(1, rows + 1) if n > begin][: limit + 1]
        page = Page[int](**part(found, asked, found[:limit], lambda n: n))
        assert len(page.items) <= limit and (page.items or not rows)
        seen += page.items
        if page.next is None:
            break
        asked = PageQuery(limit=limit, cursor=page.next)
    assert seen == list(range(1, rows + 1))


@pytest.mark.parametrize("status", sorted(TITLES))
def test_every_problem_has_words_and_a_code(status: int) -> None:
    assert set(TITLES) == set(DETAILS) == set(CODES)
    body = Problem(status).body()
    assert all(body[name] for name in ("title", "detail", "code")) and body["errors"] == []
    assert Problem(status, "own", "Own words.").body()["detail"] == "Own words."


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ({"type": "missing"}, "This is needed."),
        ({"type": "extra_forbidden"}, "Nothing of this name is known here."),
        ({"type": "string_too_long", "ctx": {"max_length": 80}}, "At most 80."),
        ({"type": "less_than_equal", "ctx": {"le": 200}}, "At most 200."),
        ({"type": "too_short", "ctx": {"min_length": 1}}, "At least 1."),
        ({"type": "greater_than_equal", "ctx": {"ge": 0}}, "At least 0."),
        ({"type": "int_parsing"}, "Write a whole number."),
        ({"type": "date_from_datetime_parsing"}, "Write a day as YYYY-MM-DD."),
        ({"type": "literal_error", "ctx": {"expected": "'a' or 'b'"}}, "Choose one of: 'a' or 'b'."),
        ({"type": "exactly_one"}, "Name exactly one of them."),
        ({"type": "something_new"}, "This value is not right."),
    ],
)  # fmt: skip
def test_what_the_validation_finds_in_words(error: dict[str, Any], says: str) -> None:
    found = wrong({"loc": ("body", "payload", "rows", 3, "person"), **error})
    assert found == {"pointer": "/body/rows/3/person", "code": error["type"], "detail": says}


def test_a_misspelt_name_is_no_silent_default(timis: Program) -> None:
    answer = timis.post("/verify", {"number": "a", "family_name": "b", "familyname": "c"})
    assert answer.json()["errors"] == [
        {
            "pointer": "/body/familyname",
            "code": "extra_forbidden",
            "detail": "Nothing of this name is known here.",
        }
    ]


def test_what_is_refused_leaves_no_trace_but_the_use(timis: Program) -> None:
    before = AuditEvent.objects.count()
    timis.post("/standing/check", {"people": [{"person": 10**12}]})
    timis.get("/people/999999")
    timis.post("/verify", {"number": "x", "family_name": "y"})
    assert AuditEvent.objects.count() == before
    timis.token.refresh_from_db()
    assert timis.token.uses == 3
