"""Chromium, one window for each member of the cast, and what it finds wrong with a page."""

import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from playwright.sync_api import Browser, Error, Page

from tests.pages.conftest import cookie, signed_in
from tests.pages.site import Site
from tests.pages.visits import Visit

PHONE, DESK = 360, 1280
HEIGHT = 900
# The rules that axe makes of WCAG 2.2 AA, and its good practices.
AXE = """() => Promise.race([
  axe.run({resultTypes: ['violations']}).then(found => found.violations.map(
    rule => [rule.id, rule.nodes[0].html.slice(0, 120),
      rule.nodes[0].any.map(c => c.message).join(' ').slice(0, 160)])),
  new Promise(done => setTimeout(() => done([['axe', 'did not end in a minute']]), 60000)),
])"""
FACTS = """() => ({
  lang: document.documentElement.lang, dir: document.documentElement.dir, title: document.title,
  heads: [...document.querySelectorAll('h1')].filter(e => e.checkVisibility()).length,
  scripts: document.querySelectorAll('[style], [onclick], script:not([src]):not([type="application/json"])').length,
})"""
WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 1 || box.left < -1) && e.checkVisibility();
  }).slice(0, 3).map(e => e.outerHTML.slice(0, 100))"""


@dataclass
class Windows:
    """A window for each member of the cast, kept for all pages."""

    browser: Browser
    site: Site
    address: str
    pages: dict[str, Page] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def of(self, who: str) -> Page:
        """That member's window."""
        if who not in self.pages:
            context = self.browser.new_context(
                viewport={"width": PHONE, "height": HEIGHT}, reduced_motion="reduce"
            )
            if who:
                value = cookie(signed_in(self.site, who))
                context.add_cookies(
                    [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.address}]
                )
            self.pages[who] = self._listened(context.new_page())
        return self.pages[who]

    def _listened(self, page: Page) -> Page:
        page.on(
            "console", lambda message: message.type == "error" and self.said.append(message.text)
        )
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on(
            "request", lambda request: self._is_ours(request.url) or self.said.append(request.url)
        )
        return page

    def _is_ours(self, url: str) -> bool:
        return url.startswith((f"{self.address}/", "data:", "blob:"))

    def open(self, visit: Visit) -> Page:
        """Go there, and send the form if the visit says so."""
        self.said.clear()
        page = self.of(visit.who)
        if not visit.who:  # a sign-in that was begun would be gone on with
            page.context.clear_cookies()
        page.set_viewport_size({"width": PHONE, "height": HEIGHT})
        answer = page.goto(self.address + visit.path)
        assert answer and answer.status == visit.status, (visit, answer and answer.status)
        assert urlsplit(page.url).path == urlsplit(visit.path).path, (visit, page.url)
        if visit.press:
            form = page.locator(visit.press).first
            for name, words in visit.fill:
                form.locator(f"[name={name}]").first.fill(words)
            with page.expect_navigation():
                form.locator("button[type=submit], button:not([type])").first.click()
        return page

    def problems(self, visit: Visit, language: str, widths: tuple[int, ...]) -> list[object]:
        """Everything that is wrong with that page in that language at those widths."""
        try:
            page = self.open(visit)
        except (AssertionError, Error) as error:
            return [(visit.name, visit.who, str(error)[:300])]
        found = wrong(page.evaluate(FACTS), visit.speaks or language)
        page.evaluate(AXE_SCRIPT)
        for width in widths:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            found += [(width, "wider than the screen", *page.evaluate(WIDE))] * bool(
                page.evaluate(WIDE)
            )
            found += [(width, *rule) for rule in page.evaluate(AXE)]
        expected = "Failed to load resource"  # how Chromium reports a page that is not there
        found += [said for said in self.said if not said.startswith(expected)]
        return [(visit.name, visit.who, *([one] if isinstance(one, str) else one)) for one in found]

    def close(self) -> None:
        """Shut all windows."""
        for page in self.pages.values():
            page.context.close()


def wrong(facts: dict, language: str) -> list[object]:
    """What of the page's frame is not as it must be."""
    expected = {
        "lang": language,
        "dir": "rtl" if language == "ar" else "ltr",
        "heads": 1,
        "scripts": 0,
    }
    found: list[object] = [(key, facts[key]) for key in expected if facts[key] != expected[key]]
    name = facts["title"].partition(" – ")[0].strip()
    return found + ([] if name else [("title", json.dumps(facts["title"]))])
