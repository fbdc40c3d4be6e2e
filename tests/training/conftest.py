"""What the tests of this room share."""

from collections.abc import Iterator

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
