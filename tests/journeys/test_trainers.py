"""Who leads the courses, walked in Chromium against the real server, worker and PostgreSQL.

A trainer says on a phone when they have time and what they may teach, is asked, and answers by one click from the mail;
a second one volunteers; the coordinator's list of unfilled needs empties; what the county still lacks is drafted.
"""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Cast
from tests.journeys.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORLD = Path(__file__).parent / "trainers_world.py"
PETRE = "trainer.timis@demo.example"


def test_trainers(cast: Cast, site: Site) -> None:
    printed = site.manage("manage.py", "shell", "-c", WORLD.read_text())
    world = json.loads(printed.strip().splitlines()[-1])
    coordinator = cast.staff("coordinator", "Timiș")
    two_are_missing(cast, site, coordinator)
    a_trainer_says_when_and_what(cast, site, world)
    the_trainer_is_asked(cast, site, coordinator, world)
    yes_by_one_click_from_the_mail(cast, site)
    a_second_one_volunteers(cast, site)
    the_offer_is_taken(cast, site, coordinator, world)
    nothing_is_missing(cast, site, coordinator)
    lacking, drafted = the_planner_drafts_what_the_county_lacks(cast, site, coordinator)
    assert lacking == 0 and world["course"] in drafted


def submit(page: Page) -> None:
    page.locator("main form .button-group button").first.click()


def two_are_missing(cast: Cast, site: Site, page: Page) -> None:
    page.goto(f"{site.url}/en/training/trainers/needed/")
    expect(page.locator(".summary-card")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("2 trainers are missing.")
    cast.picture(page, "trainers-needed")


def a_trainer_says_when_and_what(cast: Cast, site: Site, world: dict) -> None:
    page = cast.staff("trainer", "Timiș", phone=True)
    page.goto(f"{site.url}/en/training/teaching/")
    expect(page.locator("main")).to_contain_text("No hours are recorded.")
    page.get_by_role("link", name="Change Languages, places and hours").click()
    page.get_by_label("română", exact=False).first.check()
    submit(page)
    page.wait_for_url(re.compile(r"/teaching/$"))
    page.get_by_role("link", name="Add hours to your week").click()
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        page.get_by_label(day, exact=True).check()
    page.fill("[name=starts]", "09:00")
    page.fill("[name=ends]", "16:00")
    cast.picture(page, "trainers-hours")
    submit(page)
    page.wait_for_url(re.compile(r"/teaching/$"))
    page.get_by_role("link", name="Add what you may teach").click()
    page.select_option("[name=what]", label=world["course"])
    page.fill("[name=since]", "2024-01-15")
    page.fill("[name=document]", "Atestat de formator 7/2024")
    submit(page)
    page.wait_for_url(re.compile(r"/teaching/$"))
    expect(page.locator("main")).to_contain_text("Atestat de formator 7/2024")
    expect(page.locator("main")).to_contain_text("Wednesday")
    cast.picture(page, "trainers-own-page")


def the_trainer_is_asked(cast: Cast, site: Site, page: Page, world: dict) -> None:
    page.goto(f"{site.url}/en/training/trainers/needed/")
    page.get_by_role("link", name=re.compile("Who can teach it")).first.click()
    petre = page.locator(".summary-card", has_text="Petre Petrescu")
    expect(petre).to_contain_text("Has time then.")
    expect(petre).to_contain_text("Atestat de formator 7/2024")
    ion = page.locator(".summary-card", has_text=world["officer"])
    expect(ion).to_contain_text("No qualification for this course or its topics is recorded.")
    cast.picture(page, "trainers-who-can")
    petre.get_by_role("button", name=re.compile("Ask to lead the edition")).click()
    expect(petre).to_contain_text("waits")
    page.goto(f"{site.url}/en/training/trainers/needed/")
    expect(page.locator("main")).to_contain_text("1 was asked and has not answered yet.")


def yes_by_one_click_from_the_mail(cast: Cast, site: Site) -> None:
    """Without signing in; the page opened alone answers nothing."""
    text = site.mail(PETRE, r"/teaching/answer/")
    link = re.search(r"https?://\S+/teaching/answer/\S+", text)
    assert link
    phone = cast.newcomer("petre's mail")
    for _look in range(2):
        phone.goto(link[0])
        expect(phone.locator("button[name=answer]")).to_have_count(2)
    cast.picture(phone, "trainers-question")
    phone.locator("button[name=answer][value=yes]").click()
    expect(phone.locator("main li.row")).to_have_count(1)
    cast.picture(phone, "trainers-yes")
    phone.reload()
    expect(phone.locator("main li.row")).to_have_count(1)


def a_second_one_volunteers(cast: Cast, site: Site) -> None:
    page = cast.staff("officer", "Timiș", phone=True)
    page.goto(f"{site.url}/en/training/teaching/editions/")
    page.get_by_role("button", name=re.compile("Offer to lead it")).click()
    expect(page.locator("main")).to_contain_text("You have offered to lead it.")
    cast.picture(page, "trainers-offered")


def the_offer_is_taken(cast: Cast, site: Site, page: Page, world: dict) -> None:
    page.goto(f"{site.url}/en/training/trainers/needed/")
    expect(page.locator("main")).to_contain_text("1 trainer is missing.")
    expect(page.locator("main")).to_contain_text("1 offer waits for your answer.")
    page.goto(f"{site.url}/en/training/editions/{world['edition']}/manage/")
    cast.picture(page, "trainers-offer")
    row = page.locator("#trainers .row", has_text=world["officer"])
    row.get_by_role("button", name="Yes", exact=True).click()
    card = page.locator("main .summary-card").first
    expect(card).to_contain_text("Petre Petrescu")
    expect(card).to_contain_text(world["officer"])
    site.mail("officer.timis@demo.example", "Atașament")


def nothing_is_missing(cast: Cast, site: Site, page: Page) -> None:
    page.goto(f"{site.url}/en/training/trainers/needed/")
    expect(page.locator("main")).to_contain_text("Every session has its trainers")
    cast.picture(page, "trainers-all-there")


def the_planner_drafts_what_the_county_lacks(cast: Cast, site: Site, page: Page) -> tuple[int, str]:
    """How many it could still draft then, and the list of editions."""
    page.goto(f"{site.url}/en/demand/")
    expect(page.locator("main")).to_contain_text("Timiș")
    cast.picture(page, "demand")
    page.get_by_role("button", name=re.compile(r"^Draft \d+ missing edition")).first.click()
    page.wait_for_load_state()
    cast.picture(page, "demand-drafted")
    page.goto(f"{site.url}/en/demand/")
    expect(page.locator("main")).to_contain_text("Timiș")
    lacking = page.get_by_role("button", name=re.compile("missing edition")).count()
    page.goto(f"{site.url}/en/training/")
    expect(page.locator("main .tag", has_text="draft").first).to_be_visible()
    return lacking, page.locator("main").inner_text()
