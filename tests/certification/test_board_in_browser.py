"""The board and the look-up in Chromium: on a phone and on a desk, left to right and right to left."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page

from certification.days import today
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SHOTS")  # a folder: then every page is photographed
PAGES = {"board": "standing/board/?versus=2024-01-01", "look-up": "standing/look-up/?q=Popescu Ana"}


def settle(cast: Cast) -> None:
    """Two towns with gaps of different size, and somebody in most states."""
    programme = proof.programme(
        cast.carer, rule={"renewal_window_days": 90, "grace_days": 30}, code="ro.foster"
    )
    proof.programme(cast.worker)
    make.person(cast.lugoj, "Asistent", "Om", categories=[cast.worker])
    for n in range(24):
        place = (cast.lugoj, cast.centru)[n % 2]
        who = make.person(place, f"Nume{n}", "Om", categories=[cast.carer], locality="Lugoj")
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
