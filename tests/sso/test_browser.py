"""An officer's day in Chromium: her institution signs her in, and the policy of our pages lets her go there."""

import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect

from people.models import Membership, SignInProvider, User
from tests.cast import Cast
from tests.factories import people as make
from tests.sso.conftest import PASSWORD, SECRET, Provider, rule

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
SHOTS = os.environ.get("SHOTS")  # a folder: then every page is photographed


@pytest.fixture
def made(cast: Cast, live_server, provider: Provider) -> SignInProvider:
    """Timiș signs in its people there, asks them whether it may tell, and asks for a second step."""
    cache.clear()
    found = make.provider(
        cast.timis,
        issuer=provider.url,
        client_id="asking",
        secret=SECRET,
        domains=["timis.example.org"],
        asks_second_factor=True,
    )
    rule(found, "officer")
    provider.sends_back_to(f"{live_server.url}/sso/{found.pk}/callback/")
    return found


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser says is against our policy."""
    said: list[str] = []
    page.on(
        "console",
        lambda message: "Content Security Policy" in message.text and said.append(message.text),
    )
    return said


def at_the_provider(page: Page, action: str = "grant") -> None:
    """Name and password there, and what she answers to its question."""
    page.fill("[name=login]", "elena")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign In").click()
    page.locator(f"button[name=action][value={action}]").click()


def test_she_signs_in_with_her_institution_and_later_without_the_group_is_not_let_in(
    made: SignInProvider, live_server, provider: Provider, browser: Browser, page: Page, complaints: list[str]
):  # fmt: skip
    provider.say("elena", groups=["ofiteri"], token={"amr": ["pwd", "otp"]})
    page.goto(f"{live_server.url}/ro/account/login/")
    page.locator(f'a[href*="/account/institution/{made.pk}/"]').click()
    expect(page).to_have_url(re.compile(re.escape(provider.url)))
    at_the_provider(page)
    expect(page).to_have_url(f"{live_server.url}/ro/me/")
    expect(page.locator("main")).to_contain_text("Elena")
    page.goto(f"{live_server.url}/en/me/people/")
    expect(page.locator("main")).to_contain_text("Popescu")
    page.goto(f"{live_server.url}/en/me/roles/")
    expect(page.locator("main")).not_to_contain_text("DGASPC Cluj")
    elena = User.objects.get(email="elena@timis.example.org")
    assert Membership.objects.get(person=elena.person).role == "officer"

    provider.say("elena", groups=[], token={"amr": ["pwd", "otp"]})
    other = browser.new_context().new_page()
    other.goto(f"{live_server.url}/en/account/institution/{made.pk}/")
    at_the_provider(other)
    expect(other.get_by_role("heading", level=1)).to_have_text("You are not signed in")
    expect(other.locator("main")).to_contain_text("Your institution has given you no role here.")
    assert not Membership.objects.current().filter(person=elena.person).exists()
    page.goto(f"{live_server.url}/en/me/")
    expect(page).to_have_url(re.compile("/en/account/login/"))
    assert complaints == []
    other.context.close()


def test_her_typed_address_leads_there_although_no_form_may(
    made: SignInProvider, live_server, provider: Provider, page: Page, complaints: list[str]
):
    """Our policy lets forms post to ourselves only, redirects of theirs included: so a link leads on."""
    provider.say("elena", groups=["ofiteri"], token={"amr": ["mfa"]})
    answer = page.goto(f"{live_server.url}/en/account/login/")
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    page.fill("[name=email]", "elena@timis.example.org")
    page.locator("main form .button").first.click()
    page.get_by_role("link", name="Sign in with DGASPC Timiș").click()
    at_the_provider(page)
    expect(page).to_have_url(f"{live_server.url}/en/me/")
    assert complaints == []


def test_who_says_no_at_the_provider_reads_why(
    made: SignInProvider, live_server, provider: Provider, page: Page
):
    page.goto(f"{live_server.url}/en/account/institution/{made.pk}/")
    at_the_provider(page, "cancel")
    expect(page.locator("main")).to_contain_text(
        "You did not let your institution tell us who you are."
    )
    page.get_by_role("link", name="Try again").click()
    expect(page).to_have_url(re.compile(re.escape(provider.url)))
    assert not User.objects.filter(email="elena@timis.example.org").exists()


PAGES = {
    None: ["account/login/", "account/institution/", "account/institution/{made}/no-role/",
           "account/institution/{made}/no-answer/"],
    "adm": ["me/sign-in/", "me/sign-in/add/", "me/sign-in/{made}/", "me/sign-in/{made}/edit/",
            "me/sign-in/{made}/rules/add/", "me/sign-in/{made}/end/"],
}  # fmt: skip


@pytest.mark.parametrize("who", list(PAGES), ids=str)
@pytest.mark.parametrize("language", ["ro", "ar"])
def test_no_page_is_wider_than_its_screen(
    cast: Cast, made: SignInProvider, live_server, page: Page, language: str, who: str | None
):
    if who:
        session = cast.browser(getattr(cast, who)).cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
        page.context.add_cookies([cookie])
    wide: list[str] = []
    for path in PAGES[who]:
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            answer = page.goto(f"{live_server.url}/{language}/{path.format(made=made.pk)}")
            if "edit" not in path and path.endswith("{made}/"):
                page.locator("form[action$='/test/'] button").click()
                page.locator(".callout-positive").wait_for()
            assert answer.status == 200, path
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(f"{path} {size['width']}")
            _picture(page, f"{language}-{size['width']}-{path}")
    assert wide == []


def test_the_typed_address_on_a_phone_in_arabic(made: SignInProvider, live_server, page: Page):
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/ar/account/login/")
    page.fill("[name=email]", "elena@timis.example.org")
    page.locator("main form .button").first.click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("main bdi").first).to_have_text("DGASPC Timiș")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    _picture(page, "ar-390-lead")


def _picture(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(exist_ok=True)
        page.screenshot(path=Path(SHOTS) / f"{re.sub('[^a-z0-9]+', '-', name)}.png", full_page=True)


def test_a_provider_that_cannot_be_asked_is_a_page(
    cast: Cast, made: SignInProvider, live_server, page: Page
):
    with override_settings(SIGN_IN_PRIVATE_HOSTS=[]):
        answer = page.goto(f"{live_server.url}/uk/account/institution/{made.pk}/")
    assert answer.status == 200 and page.url.endswith("/private/")
