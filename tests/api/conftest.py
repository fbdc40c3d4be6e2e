"""Two counties with one of everything, and a program of each."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from people.models import ApiToken
from tests.access import world
from tests.cast import Cast
from tests.factories import people as make


@dataclass
class Program:
    """A program with a key; it reads and writes as real ones do."""

    token: ApiToken
    browser: Client
    writes: int = 0

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.browser.get(f"/api/v1{path}", query)

    def post(self, path: str, body: Any, *, key: str | None = None, **headers: str) -> HttpResponse:
        self.writes += 1
        given = {"Idempotency-Key": key or f"write-{self.token.pk}-{self.writes}", **headers}
        return self.browser.post(
            f"/api/v1{path}", body, content_type="application/json", headers=given
        )


def program(organisation: Any, *scopes: str, language: str = "en", **fields: Any) -> Program:
    """A program of that institution; with all scopes unless some are named."""
    token, key = make.token(organisation, *scopes, **fields)
    return Program(token, make.machine(key, language=language))


@pytest.fixture
def timis(cast: Cast) -> Program:
    """The county where most of the cast works."""
    return program(cast.timis)


@pytest.fixture
def cluj(cast: Cast) -> Program:
    """The other one."""
    return program(cast.cluj)


@pytest.fixture
def built(cast: Cast) -> world.World:
    """One of everything in both."""
    return world.build(cast)
