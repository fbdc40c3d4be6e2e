"""A carer on a phone: signing up, enrolling, learning."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.site import Site


def sign_up(page: Page, site: Site, email: str, family: str, given: str, county: str) -> None:
    """From an e-mail address to a page of one's own, by the code in the mail."""
    page.goto(f"{site.url}/ro/account/login/")
    page.fill("[name=email]", email)
    page.locator("main .button-group button").first.click()
    page.locator("[name=code]").wait_for()
    code = re.search(r"\d{4} \d{4}", site.mail(email, r"\d{4} \d{4}"))
    assert code
    # As the mail shows it and people type it: in two halves.
    page.fill("[name=code]", code[0])
    page.locator("main .button-group button").first.click()
    page.locator("[name=family_name]").wait_for()
    page.fill("[name=family_name]", family)
    page.fill("[name=given_name]", given)
    page.select_option("[name=region]", label=county)
    page.select_option("[name=category]", label="Asistent maternal")
    page.locator("main .button-group button").first.click()
    page.wait_for_url(re.compile(r"/ro/me/$"))


def enrol(page: Page, site: Site, edition: int) -> None:
    """Ask for a place, check, and land on the page of the place."""
    page.goto(f"{site.url}/ro/training/editions/{edition}/")
    page.locator(f"a[href$='/editions/{edition}/enrol/']").click()
    page.locator("main form button.button-large").click()
    page.wait_for_url(re.compile(r"/training/enrolments/\d+/$"))


def learn(page: Page, site: Site, course_path: str) -> None:
    """Read the lesson, fail the test once, pass it."""
    page.goto(f"{site.url}{course_path}")
    page.locator(".outline a, main ol a").filter(has_text="Prima seară acasă").first.click()
    page.locator("form[action*='/lessons/'] button").click()
    # The next step is the test.
    page.locator("form[action*='/hand-in/'] button").wait_for()
    page.locator("form[action*='/hand-in/'] button").click()
    expect(page.locator(".error-summary")).to_be_focused()
    answer(page, 1)
    answer(page, 0)


def answer(page: Page, option: int) -> None:
    """Choose that option of every question and hand in."""
    if page.url.rstrip("/").rsplit("/", 1)[-1].isdigit():
        page.locator("main a.button").first.click()
    for question in page.locator("fieldset").all():
        question.locator("input").nth(option).check()
    page.locator("form[action*='/hand-in/'] button").click()
    page.wait_for_url(re.compile(r"/learn/results/\d+/$"))
