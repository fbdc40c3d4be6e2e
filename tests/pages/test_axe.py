"""Every page in five languages in Chromium, phone and desk: axe finds nothing, nothing overflows, nothing is amiss."""

import os
from collections.abc import Iterator
from zlib import crc32

import pytest
from playwright.sync_api import Browser

from tests.pages import visits
from tests.pages.browser import DESK, PHONE, Windows
from tests.pages.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# One left to right and one right to left whole; of the others every third page, so that this stays within two
# minutes on two quiet cores. Before a release: PAGES=all ./dev test tests/pages
LANGUAGES = ["ro", "ar", "uk", "bg", "en"]
WHOLE = set(LANGUAGES) if os.environ.get("PAGES") == "all" else {"ro", "ar"}


@pytest.fixture(scope="module")
def windows(browser: Browser, site: Site, address: str) -> Iterator[Windows]:
    """Chromium, with a window for each of the cast."""
    opened = Windows(browser, site, address)
    yield opened
    opened.close()


def is_looked_at(visit: visits.Visit, language: str) -> bool:
    """Whether this run opens the page in that language: the same ones in every run."""
    return language in WHOLE or crc32(f"{language} {visit.name}".encode()) % 3 == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wrong_with_any_page(windows: Windows, site: Site, language: str) -> None:
    wrong = []
    for visit in visits.of(site, language):
        if is_looked_at(visit, language):
            wrong += windows.problems(visit, language, (PHONE, DESK))
    assert not wrong, "\n".join(map(str, wrong))
