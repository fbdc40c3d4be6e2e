"""The board and the look-up in Chromium: on a phone and on a desk, left to right and right to left."""

import io
import os
import re
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Page

from certification.days import today
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SHOTS")  # a folder: then every page is photographed
PAGES = {
    "board": "standing/board/?versus=2024-01-01",
    "map": "standing/board/?by=county",
    "trend": "standing/trend/",
    "look-up": "standing/look-up/?q=Popescu Ana",
}


def settle(cast: Cast) -> None:
    """Two towns with gaps of different size, and somebody in most states."""
    programme = proof.programme(
        cast.carer, rule={"renewal_window_days": 90, "grace_days": 30}, code="ro.foster"
    )
    proof.programme(cast.worker)
    make.person(cast.lugoj, "Asistent", "Om", categories=[cast.worker])
    for n in range(24):
        place = (cast.lugoj, cast.centru)[n % 2]
        county = (cast.timis_region, cast.cluj_region)[n % 4 // 3]
        who = make.person(
            place, f"Nume{n}", "Om", categories=[cast.carer], region=county, locality="Lugoj"
        )
        if n % 3:
            ends = today() + timedelta(days=(20, 400, -10, 800, -100)[n % 5])
            proof.certificate(
                who, programme, issuer=cast.timis, valid_from=date(2023, 1, 1), valid_until=ends
            )


@pytest.mark.parametrize("language", ["ro", "ar"])
def test_nothing_runs_over_and_bars_follow_the_language(
    page: Page, live_server, cast: Cast, language: str
) -> None:
    settle(cast)
    said: list[str] = []
    page.on("console", lambda message: message.type == "error" and said.append(message.text))
    client = cast.browser(cast.ion)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}
    page.context.add_cookies([cookie])
    for name, path in PAGES.items():
        page.goto(f"{live_server.url}/{language}/{path}")
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert over <= 0, (name, width, over)
            if SHOTS:
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)
                    file = Path(SHOTS) / f"{name}-{language}-{width}-{scheme}.png"
                    page.screenshot(path=file, full_page=True)
        if name == "board":
            bar = page.locator("svg.bar").first
            box, part = bar.bounding_box(), bar.locator("rect").first.bounding_box()
            begins = {
                "ro": (part["x"], box["x"]),
                "ar": (part["x"] + part["width"], box["x"] + box["width"]),
            }
            here, there = begins[language]
            assert abs(here - there) < 2  # what is valid begins where reading begins
            assert (
                page.locator("svg.bar text").first.evaluate(
                    "n => parseFloat(getComputedStyle(n).fontSize)"
                )
                >= 12
            )
    assert said == []


def test_a_county_of_the_map_is_reached_and_opened_without_a_mouse(
    page: Page, live_server, cast: Cast
) -> None:
    settle(cast)
    officer = Officer(page, live_server.url, cast, cast.ion)
    officer.open(f"/en/{PAGES['map']}")
    counties = page.locator("svg.map a")
    said = counties.evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert len(said) == 2 and all("without" in one for one in said)
    width = "() => getComputedStyle(document.activeElement.querySelector('path')).strokeWidth"
    reached = []
    for _press in range(150):
        page.keyboard.press("Tab")
        label = page.evaluate(
            "document.activeElement.closest('svg.map') && document.activeElement.ariaLabel"
        )
        if label:
            reached.append(label)
            assert page.evaluate(width) == "3px"  # seen where it is
        if len(reached) == 2:
            break
    assert reached == said
    page.keyboard.press("Enter")
    page.wait_for_url("**/standing/?**region=**")
    total = re.search(r"of (\d+)", reached[1])[1]
    assert f"{total} rows" in page.locator("main").inner_text()


def grey(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("L")


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far two grey pictures are apart on average, from 0 to 255."""
    size = (min(one.width, other.width), min(one.height, other.height))
    between = ImageChops.difference(one.crop((0, 0, *size)), other.crop((0, 0, *size)))
    return ImageStat.Stat(between).mean[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["ro", "ar"])
def test_in_grey_on_paper_no_two_signs_of_a_legend_are_alike(
    page: Page, live_server, cast: Cast, language: str, scheme: str
) -> None:
    """Bars, lines and counties by pattern, dash and mark; whatever colours the reader's screen has."""
    settle(cast)
    value = cast.browser(cast.ion).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.set_viewport_size({"width": 672, "height": 900})  # a sheet of A4 within its margins
    page.emulate_media(media="print", color_scheme=scheme)
    signs = 0
    for name in ("board", "map", "trend"):
        page.goto(f"{live_server.url}/{language}/{PAGES[name]}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        for legend in page.locator(".chart-legend").all():
            drawn = [grey(key.screenshot()) for key in legend.locator("svg").all()]
            signs += len(drawn)
            close = [difference(a, b) for a, b in combinations(drawn, 2)]
            assert min(close) > 8, (name, [round(one, 1) for one in close])
        if SHOTS and scheme == "light":
            file = Path(SHOTS) / f"print-{name}-{language}"
            page.screenshot(path=file.with_suffix(".png"), full_page=True)
            page.pdf(path=file.with_suffix(".pdf"), prefer_css_page_size=True)
    assert signs > 12


class Officer:
    """A browser of that user's own."""

    def __init__(self, page: Page, url: str, cast: Cast, who) -> None:
        self.page, self.url = page, url
        page.context.clear_cookies()
        value = cast.browser(who, language="en").cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": url}]
        )

    def open(self, path: str) -> int:
        """The code of the answer."""
        answer = self.page.goto(f"{self.url}{path}")
        assert answer
        return answer.status

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.url)


def test_an_officer_s_morning(page: Page, live_server, cast: Cast) -> None:
    """Yesterday's number to its proof in three clicks; the board of two years ago; a name in three spellings."""
    settle(cast)
    dracula = make.person(cast.lugoj, "Țepeș", "Vlad", categories=[cast.carer])
    officer = Officer(page, live_server.url, cast, cast.ion)
    yesterday = today() - timedelta(days=1)
    assert officer.open(f"/en/standing/board/?at={yesterday.isoformat()}") == 200
    visited = [officer.path]
    page.locator(".stat", has_text="in grace").locator("a").first.click()
    visited.append(officer.path)
    page.locator("main a[href*='/standing/people/']").first.click()
    visited.append(officer.path)
    page.locator("main a[href*='/certificates/']").first.click()
    visited.append(officer.path)
    assert "/certificates/" in officer.path and page.locator("main h1").is_visible()

    assert officer.open("/en/standing/board/") == 200
    page.locator("[name=at]").fill("2024-06-01")
    page.locator("main form button").first.click()
    page.wait_for_url("**at=2024-06-01**")
    assert "stood on 1 June 2024" in page.locator("main").inner_text()
    visited.append(officer.path)

    for name in ("Țepeș", "Tepes", "Цепеш"):
        officer.open("/en/standing/look-up/")
        page.locator("[name=q]").fill(name)
        page.locator("main form button").first.click()
        page.wait_for_url("**q=**")
        assert "Vlad" in page.locator("#answer").inner_text(), name
    visited.append(f"/en/standing/people/{dracula.pk}/")
    _stranger(Officer(page, live_server.url, cast, cast.olga), visited)
    _overseer(Officer(page, live_server.url, cast, cast.vera), visited)


def _stranger(olga: Officer, visited: list[str]) -> None:
    """The second county's officer, at every one of those addresses."""
    for path in visited:
        code = olga.open(path)
        said = olga.page.locator("main").inner_text()
        assert "Nume" not in said and "Lugoj" not in said and "Țepeș" not in said, path
        # The board and the list are everybody's own; a person and a certificate are one's branch's or nothing.
        assert code == (404 if "/people/" in path or "/certificates/" in path else 200), path


def _overseer(vera: Officer, visited: list[str]) -> None:
    """A national overseer reads all of it; no page offers a button that writes."""
    for path in visited:
        assert vera.open(path) == 200, path
        forms = vera.page.locator("main form[method=post]")
        assert forms.count() == 0, path
