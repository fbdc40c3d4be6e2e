"""What the tests of this room share."""

import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from django.core.cache import caches
from django.db.models import QuerySet
from django.utils import translation

from tests.cast import Cast, build
from tests.factories import training as make
from training.actions import placing
from training.models import Edition


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """What pages keep for a minute is not handed from test to test."""
    caches["local"].clear()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Addresses and words in English, whatever language the page of an earlier test left behind."""
    with translation.override("en"):
        yield


@pytest.fixture
def cast_here(transactional_db: None) -> Cast:
    """The cast for tests with several connections."""
    return build()


@pytest.fixture
def no_row_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the twins of races: every statement that locks only reads."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self.all())
    monkeypatch.setattr(placing, "LOCK", "")
    for question in (placing.LOCK_ONE, placing.LOCK_PLACE):
        monkeypatch.setattr(question, "_made", None)  # its words are made anew


@pytest.fixture
def slow_counting(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets time pass between counting and deciding, in the modules that it is called with."""

    def slowed(count: Callable[..., Any]) -> Callable[..., Any]:
        def slowly(edition: Edition, person: int) -> Any:
            found = count(edition, person)
            time.sleep(0.03)
            return found

        return slowly

    def slow(*modules: ModuleType) -> None:
        for module in modules:
            for name in {"counted", "locked_and_counted"} & set(vars(module)):
                monkeypatch.setattr(module, name, slowed(getattr(module, name)))

    return slow


@pytest.fixture
def edition(cast: Cast) -> Edition:
    """Two places, one session in a week, organised by DGASPC Timiș."""
    return make.coming(cast.timis)


@pytest.fixture
def mara(cast):
    return cast.browser(cast.mara, language="en")


@pytest.fixture
def petar(cast):
    return cast.browser(cast.petar, language="en")


@pytest.fixture
def doru(cast):
    return cast.browser(cast.doru, language="en")
