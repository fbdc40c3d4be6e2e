"""The API's description, for programs and as a page; and what of the site stays as it was."""

import json
import re

import pytest
from django.test import Client

from config.api_docs import about, groups, sample
from people.scopes import Scope
from tests.api.test_asking import OPERATIONS, PATHS


def test_programs_read_it_without_a_token(db):
    answer = Client(headers={"Accept-Language": "ro"}).get("/api/v1/openapi.json")
    found = answer.json()
    assert found["info"]["title"] == "Tutela" and set(found["paths"]) == set(PATHS)
    # In English whoever asks, so that two who read it read the same.
    assert found["paths"]["/api/v1/people"]["get"]["responses"]["404"]["description"] == "Not found"
    again = Client().get("/api/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_every_scope_is_asked_for_somewhere_and_none_is_unknown():
    assert {PATHS[path][method]["x-scope"] for method, path in OPERATIONS} == set(Scope.values)


def test_writes_ask_for_a_key_and_reads_do_not():
    keys = {
        (method, path)
        for method, path in OPERATIONS
        if any(
            one["name"] == "Idempotency-Key" for one in PATHS[path][method].get("parameters", [])
        )
    }
    assert keys == {
        ("post", "/api/v1/editions/{edition_id}/enrolments"),
        ("post", "/api/v1/enrolments/{enrolment_id}/cancel"),
        ("post", "/api/v1/sessions/{session_id}/attendance"),
    }


def test_every_number_and_text_that_is_sent_has_bounds():
    """Nothing without an end reaches the database."""
    whole = json.loads(json.dumps(sorted(PATHS.items()), default=str))
    asked = [
        p["schema"] for _path, ms in whole for m in ms.values() for p in m.get("parameters", [])
    ]
    for schema in asked:
        for one in schema.get("anyOf", [schema]):
            if one.get("type") == "integer":
                assert {"minimum", "maximum"} <= set(one), one
            if one.get("type") == "string" and "format" not in one:
                assert "maxLength" in one or "pattern" in one, one


@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
def test_people_read_it_as_a_page(db, language: str):
    answer = Client().get(f"/{language}/api/")
    text = answer.content.decode()
    for _tag, operations in groups():
        for one in operations:
            assert f'id="{one.key}"' in text and one.summary in text
    loaded = re.findall(
        r'<(?:script|img|link rel="(?:stylesheet|icon|preload)")[^>]*(?:src|href)="([^"]*)"', text
    )
    assert loaded and all(address.startswith("/static/") for address in loaded)
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_words_about_the_whole_mark_what_is_code():
    words = about()
    assert ("Idempotency-Key", True) in words and "`" not in "".join(text for text, _code in words)
    assert "".join(text for text, _code in words).startswith("What an institution's own programs")


def test_the_page_names_each_operation_once():
    keys = [one.key for _tag, operations in groups() for one in operations]
    assert len(keys) == len(set(keys)) == len(OPERATIONS)


def test_an_example_is_what_the_description_allows():
    known = {"A": {"properties": {"n": {"type": "integer"}, "of": {"$ref": "#/x/B"}}},
             "B": {"type": "array", "items": {"type": "string", "format": "date"}}}  # fmt: skip
    assert sample({"$ref": "#/x/A"}, known) == {"n": 17, "of": ["2026-03-07"]}
    assert sample({"anyOf": [{"type": "integer", "examples": [3]}, {"type": "null"}]}, {}) == 3
    assert sample({"type": "boolean", "default": True}, {}) is True


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/", 302), ("/api/v2/people", 404), ("/api/v1/", 404), ("/api/v1/docs", 404), ("/apis/", 302)],
)  # fmt: skip
def test_addresses_beside_it(db, path: str, status: int):
    answer = Client().get(path)
    assert answer.status_code == status
    if path == "/api/":
        assert answer.headers["Location"] == "/en/api/"
    if path == "/apis/":  # a page that is not there is looked for in a language, as before
        assert answer.headers["Location"] == "/en/apis/"
