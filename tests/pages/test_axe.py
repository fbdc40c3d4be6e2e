"""Every page in five languages in Chromium, phone and desk: axe finds nothing, nothing overflows, nothing is amiss."""

from collections.abc import Iterator
from zlib import crc32

import pytest
from playwright.sync_api import Browser

from tests.pages import visits
from tests.pages.browser import DESK, PHONE, Windows
from tests.pages.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
# One left to right and one right to left at both widths; the others on a desk for every third page, so that this
# stays within three minutes on two quiet cores.
WHOLE = {"ro", "ar"}


@pytest.fixture(scope="module")
def windows(browser: Browser, site: Site, address: str) -> Iterator[Windows]:
    """Chromium, with a window for each of the cast."""
    opened = Windows(browser, site, address)
    yield opened
    opened.close()


def widths(visit: visits.Visit, language: str) -> tuple[int, ...]:
    """At which widths the page is looked at: the same ones in every run."""
    both = language in WHOLE or crc32(f"{language} {visit.name}".encode()) % 3 == 0
    return (PHONE, DESK) if both else (PHONE,)


@pytest.mark.parametrize("language", ["ro", "ar", "uk", "bg", "en"])
def test_nothing_is_wrong_with_any_page(windows: Windows, site: Site, language: str) -> None:
    wrong = []
    for visit in visits.of(site, language):
        wrong += windows.problems(visit, language, widths(visit, language))
    assert not wrong, "\n".join(map(str, wrong))
