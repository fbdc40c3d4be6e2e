"""What the tests of people share: a clean slate for limits, and a reader of codes from mails."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client


@pytest.fixture(autouse=True)
def no_limits_left_over() -> Iterator[None]:
    """Tries and codes of one test do not count in the next."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def code() -> Callable[[], str]:
    """Reads the eight digits of the newest mail."""

    def newest() -> str:
        found = re.search(r"^(\d{4}) (\d{4})$", mail.outbox[-1].body, re.MULTILINE)
        assert found, mail.outbox[-1].body
        return "".join(found.groups())

    return newest


@pytest.fixture
def ask() -> Callable[..., Client]:
    """A browser that has asked for a code, and stands before the page where it is typed."""

    def ask_for(email: str, *, language: str = "en", browser: Client | None = None) -> Client:
        client = browser or Client()
        answer = client.post(f"/{language}/account/login/", {"email": email})
        assert answer.status_code == 302, answer.content.decode()
        assert answer["Location"].startswith(f"/{language}/account/login/code/confirm/")
        return client

    return ask_for


@pytest.fixture
def time_machine_cache(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the clock by which codes age and limits are counted."""
    passed = 0.0
    real = time.time

    def forward(seconds: float) -> None:
        nonlocal passed
        passed += seconds

    monkeypatch.setattr(time, "time", lambda: real() + passed)
    return forward
