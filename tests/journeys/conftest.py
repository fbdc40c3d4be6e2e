"""The journey's site and its pictures."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from allauth.mfa.totp.internal import auth
from playwright.sync_api import Browser, Page, expect

from tests import cluster
from tests.journeys import site as real

PICTURES = real.ROOT / "screenshots"
expect.set_options(timeout=20_000)  # real work behind real pages, on a machine that does more


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, worker_name, tmp_path_factory) -> Iterator[real.Site]:
    """A running site of this journey alone: what it writes would stand in the way of the next one."""
    with (
        cluster.clone(f"{worker_name}_journey") as url,
        real.running(url, tmp_path_factory.mktemp("site")) as site,
    ):
        yield site


@dataclass
class Cast:
    """Who takes part, each in a browser of their own."""

    site: real.Site
    browser: Browser
    accounts: list[dict]
    pages: dict[str, Page] = field(default_factory=dict)
    step: int = 0

    def account(self, role: str, county: str = "") -> dict:
        """The log-in of that role."""
        return next(a for a in self.accounts if a["role"] == role and county in (a["county"] or ""))

    def newcomer(self, name: str, *, phone: bool = True, locale: str = "ro-RO") -> Page:
        """Somebody who is not signed in, with an old phone or a desk."""
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
        context = self.browser.new_context(viewport=size, locale=locale, reduced_motion="reduce")
        page = self.pages[name] = context.new_page()
        page.set_default_timeout(20_000)
        return page

    def staff(self, role: str, county: str = "", *, phone: bool = False) -> Page:
        """Somebody who signed in with password and authenticator app."""
        key = f"{role} {county}"
        if key not in self.pages:
            account = self.account(role, county)
            page = self.newcomer(key, phone=phone, locale="en-GB")
            page.goto(f"{self.site.url}/en/account/login/password/")
            page.fill("[name=login]", account["email"])
            page.fill("[name=password]", account["password"])
            page.locator("main .button-group button").first.click()
            page.fill("[name=code]", totp(account["totp_secret"]))
            page.locator("main .button-group button").first.click()
            page.wait_for_url(re.compile(r"/me/"))
        return self.pages[key]

    def picture(self, page: Page, name: str) -> None:
        """Keep what the page looks like at this step."""
        self.step += 1
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"{self.step:02d}-{name}.png", full_page=True)


def totp(secret: str, *, ahead: int = 0) -> str:
    """What the authenticator app shows now, or next: a code is good for one sign-in only."""
    counters = list(auth.yield_hotp_counters_from_time())
    counter = counters[len(counters) // 2 + ahead]
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


@pytest.fixture
def cast(site: real.Site, browser: Browser) -> Iterator[Cast]:
    """Everybody, after the institutions and log-ins are there; at the end, what each sees last."""
    script = (Path(__file__).parent / "world.py").read_text()
    printed = site.manage("manage.py", "shell", "-c", script)
    everybody = Cast(site, browser, json.loads(printed.strip().splitlines()[-1]))
    yield everybody
    for name, page in everybody.pages.items():
        everybody.picture(page, f"last-{re.sub('[^a-z]+', '-', name.lower())}")
        page.context.close()
