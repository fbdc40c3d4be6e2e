"""A change of the law, walked in Chromium: drafted, looked at by county and by name, published for a later day.

Nothing changes for anybody before that day; from that day on the list of standing says what the preview said.
"""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Cast
from tests.journeys.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORLD = Path(__file__).parent / "rules_world.py"


def test_rules(cast: Cast, site: Site) -> None:
    printed = site.manage("manage.py", "shell", "-c", WORLD.read_text())
    world = json.loads(printed.strip().splitlines()[-1])
    before = standing_of_all(cast, site, world, world["before"])
    assert before == {"Albu": "in grace", "Vântu": "valid"}
    a_draft_with_less_grace(cast, site, world)
    the_preview_names_who_loses(cast, site)
    assert standing_of_all(cast, site, world, world["first"]) == before  # a draft is no law
    it_is_published_for_its_day(cast, site)
    assert standing_of_all(cast, site, world, world["before"]) == before
    after = standing_of_all(cast, site, world, world["first"])
    assert after == {"Albu": "expired", "Vântu": "valid"}
    it_can_no_longer_be_changed(cast, site, world)


def submit(page: Page) -> None:
    page.locator("main form .button-group button").first.click()


def standing_of_all(cast: Cast, site: Site, world: dict, day: str) -> dict[str, str]:
    """What the officer's list says of that day."""
    page = cast.staff("officer", "Timiș")
    page.goto(f"{site.url}/en/standing/?programme={world['programme']}&at={day}")
    rows = page.locator("main tbody tr")
    texts = [rows.nth(n).inner_text() for n in range(rows.count())]
    known = ("in grace", "expired", "valid")
    return {
        name: next(state for state in known if re.search(rf"\b{state}\b", text))
        for text in texts
        for name in ("Albu", "Vântu")
        if name in text
    }


def a_draft_with_less_grace(cast: Cast, site: Site, world: dict) -> None:
    page = cast.staff("administrator")
    page.goto(f"{site.url}/en/programmes/{world['programme']}/")
    page.get_by_role("link", name="Begin a new version").click()
    page.fill("[name=effective_from]", world["first"])
    submit(page)
    page.get_by_role("link", name="Change the figures").click()
    page.fill("[name=grace_days]", "0")
    submit(page)
    expect(page.locator("h1")).to_have_text("Draft of the rules")
    cast.picture(page, "rules-draft")


def the_preview_names_who_loses(cast: Cast, site: Site) -> None:
    page = cast.staff("administrator")
    page.get_by_role("link", name="See what it would do").click()
    timis = page.locator("tbody tr", has_text="Timiș")
    expect(timis.locator("td").nth(0)).to_have_text("1")
    expect(timis.locator("td").nth(1)).to_have_text("0")
    expect(timis.locator("td").nth(2)).to_have_text("2")  # with somebody who was never trained
    cast.picture(page, "rules-preview")
    timis.locator("td").nth(0).locator("a").click()
    expect(page.locator("#people")).to_contain_text("Albu")
    expect(page.locator("#people")).to_contain_text("now: in grace · then: expired")
    expect(page.locator("#people")).not_to_contain_text("Vântu")
    cast.picture(page, "rules-preview-people")


def it_is_published_for_its_day(cast: Cast, site: Site) -> None:
    page = cast.staff("administrator")
    page.get_by_role("link", name="Draft of the rules").click()
    page.get_by_role("link", name="Publish", exact=True).click()
    expect(page.locator("main")).to_contain_text("Until then nothing changes for anybody.")
    cast.picture(page, "rules-publish")
    page.get_by_role("button", name="Publish the version").click()
    expect(page.locator(".banner-success")).to_contain_text("The version is published.")
    cast.picture(page, "rules-published")


def it_can_no_longer_be_changed(cast: Cast, site: Site, world: dict) -> None:
    page = cast.staff("administrator")
    expect(page.get_by_role("link", name="Open the draft")).to_have_count(0)
    answer = cast.staff("officer", "Timiș").goto(
        f"{site.url}/en/programmes/{world['programme']}/new-version/"
    )
    assert answer and answer.status == 404
