"""The gallery in Chromium: axe finds nothing, nothing overflows, focus is seen, script only adds, paper is enough."""

import io
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOO_SMALL = """() => [...document.querySelectorAll(
  '.button, .segment, summary, .choice label, .choices label, .pagination a, .back-link'
)].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 90))"""
VIEWS = [
    ("ro", 360, "light"), ("ro", 1280, "dark"), ("ar", 360, "dark"), ("ar", 1280, "light"),
    ("uk", 390, "light"), ("bg", 1280, "dark"), ("en", 768, "light"),
]  # fmt: skip


@pytest.fixture
def gallery(live_server) -> str:
    """Address of the gallery, the language left open."""
    return f"{live_server.url}/%s/gallery/"


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    """A phone of 360 pixels."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


@pytest.mark.slow
def test_axe_finds_nothing(browser: Browser, gallery: str) -> None:
    found = []
    for language, width, scheme in VIEWS:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        page.goto(gallery % language)
        violations = Axe().run(page).response["violations"]
        found += [
            (language, width, scheme, rule["id"], rule["nodes"][0]["html"]) for rule in violations
        ]
        context.close()
    assert found == []


def test_nothing_is_wider_than_the_screen(browser: Browser, gallery: str) -> None:
    page = browser.new_page()
    for language in ("ro", "ar"):
        page.goto(gallery % language)
        for width in (320, 360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (language, width)
    page.close()


def test_text_twice_as_large_still_fits(narrow: Page, gallery: str) -> None:
    narrow.set_viewport_size({"width": 640, "height": 800})
    narrow.goto(gallery % "ro")
    narrow.evaluate("document.documentElement.style.fontSize = '200%'")
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 640


def test_targets_are_large_enough(narrow: Page, gallery: str) -> None:
    narrow.goto(gallery % "ro")
    small = narrow.evaluate(TOO_SMALL)
    assert small == []


def test_arabic_is_mirrored_and_larger(browser: Browser, gallery: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(gallery % "ar")
    assert page.evaluate("[document.documentElement.dir, document.documentElement.lang]") == [
        "rtl",
        "ar",
    ]
    assert page.locator(".brand").bounding_box()["x"] > 640
    size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    assert size > 16
    page.close()


def test_every_script_has_its_font(browser: Browser, gallery: str) -> None:
    page = browser.new_page()
    page.goto(gallery % "ro")
    page.evaluate("document.fonts.ready")
    for words in ("ȘșȚțăâî", "Їїґє Български", "حماية الطفل"):
        assert page.evaluate("words => document.fonts.check('17px FiraGO', words)", words)
    page.close()


def test_nothing_comes_from_elsewhere_and_the_first_view_is_light(
    browser: Browser, gallery: str
) -> None:
    page = browser.new_page()
    sizes: list[tuple[str, int]] = []
    problems: list[str] = []
    page.on("response", lambda r: sizes.append((r.url, len(r.body()))))
    page.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    page.goto(gallery % "ro", wait_until="networkidle")
    home = gallery.split("/%s")[0]
    assert [url for url, _size in sizes if not url.startswith(home)] == []
    assert problems == []
    assert sum(size for url, size in sizes if "/fonts/firago-latin" in url) <= 60_000
    assert not any("/gallery/" in url and size > 150_000 for url, size in sizes)
    page.close()


def test_the_menu_opens_without_script(browser: Browser, gallery: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    page.goto(gallery % "uk")
    assert not page.locator(".menu-panel").is_visible()
    page.click(".site-menu summary")
    assert page.locator(".menu-panel").is_visible()
    assert page.locator(".menu-panel a[lang=ar]").get_attribute("dir") == "rtl"
    assert page.locator("[data-print], [data-copy]").first.is_hidden()
    context.close()


def test_script_closes_the_menu_and_leads_to_wrong_fields(narrow: Page, gallery: str) -> None:
    narrow.goto(gallery % "en")
    assert narrow.evaluate("document.activeElement.className") == "error-summary"
    narrow.click(".error-summary a >> nth=1")
    assert narrow.evaluate("document.activeElement.id") == "wrong_email"
    narrow.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    narrow.click(".site-menu summary")
    narrow.keyboard.press("Escape")
    assert not narrow.locator(".menu-panel").is_visible()
    assert narrow.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_password_can_be_shown_and_hidden(narrow: Page, gallery: str) -> None:
    narrow.goto(gallery % "en")
    narrow.fill("#sample_word", "correct horse")
    button = narrow.locator("[data-reveal=sample_word]")
    words = button.text_content()
    button.click()
    assert narrow.get_attribute("#sample_word", "type") == "text"
    assert button.text_content() != words
    button.click()
    assert narrow.get_attribute("#sample_word", "type") == "password"


def test_the_first_tab_reaches_the_skip_link_and_focus_is_marked(
    browser: Browser, gallery: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(gallery % "ro")
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.evaluate("document.querySelector('.skip-link').focus()")
    assert page.locator(".skip-link").bounding_box()["width"] > 100
    page.keyboard.press("Tab")
    outline = page.evaluate(
        "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth"
    )
    assert outline == "solid3px"
    page.close()


def test_paper_has_no_menu_and_names_its_links(browser: Browser, gallery: str) -> None:
    page = browser.new_page()
    page.goto(gallery % "ro")
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert [round(float(side)) for side in sheets.pages[0].mediabox[2:]] == [595, 842]
    words = " ".join(sheet.extract_text() for sheet in sheets.pages)
    assert "TM-2026-000123" in words
    assert not re.search(r"Check a certificate\s+Sign in", words)
    page.close()
