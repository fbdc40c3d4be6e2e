"""An editor at work in the CMS, as a person would click it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect


def publish(page: Page, base: str, kind: str, parent: int, fill: Callable[[], None]) -> int:
    """Add a page of that kind below the parent, publish it, and give its number."""
    page.goto(f"{base}/cms/pages/add/courses/{kind}/{parent}/")
    fill()
    page.locator("footer [data-w-dropdown-target='toggle']").first.click()
    page.locator("button[name=action-publish]").click()
    link = page.locator(".messages a[href*='/edit/']").first
    link.wait_for()
    found = re.search(r"/pages/(\d+)/edit", link.get_attribute("href") or "")
    assert found, page.locator(".messages").inner_text()
    return int(found[1])


def title(page: Page, text: str) -> None:
    """Type the title; the address follows by itself once the editor's script has started."""
    for _try in range(40):
        page.fill("[name=title]", "")
        page.fill("[name=title]", text)
        page.keyboard.press("Tab")
        if page.locator("[name=slug]").input_value():
            return
        page.wait_for_timeout(250)
    raise AssertionError("The editor's script never gave the page an address.")


def insert(page: Page, field: str, block: str) -> None:
    """Insert a block at the end of a stream."""
    stream = page.locator(f"[data-contentpath='{field}']")
    stream.locator("button[title='Insert a block']").last.click()
    page.get_by_role("option", name=block, exact=True).click()


def write(page: Page, field: str, text: str) -> None:
    """Type into the last rich text of a stream."""
    box = page.locator(f"[data-contentpath='{field}'] .public-DraftEditor-content").last
    box.click()
    expect(box).to_be_focused()
    box.press_sequentially(text)
    expect(box).to_contain_text(text)
    # Draftail hands its text to the form a moment later.
    stored = page.locator(f"[data-contentpath='{field}'] [name$='-value']").last
    expect(stored).to_have_value(re.compile(re.escape(text.split()[-1])))


def course(page: Page, base: str, catalogue: int) -> int:
    """A course with one module, one lesson and a test of two questions."""

    def about() -> None:
        title(page, "Primii pași în plasament")
        page.fill("[name=summary]", "Ce aduce un copil cu el și cum îi dăm timp.")

    def lesson() -> None:
        title(page, "Prima seară acasă")
        insert(page, "body", "Heading")
        page.fill("[name='body-0-value']", "Liniște înainte de toate")
        insert(page, "body", "Text")
        write(
            page,
            "body",
            "Arătați camera, baia și locul lui la masă. Întrebările pot aștepta până mâine.",
        )

    def test() -> None:
        title(page, "Test: primii pași")
        question(
            page,
            0,
            "Ce faceți în prima seară?",
            "Îi arăt casa și îl las să se odihnească",
            "Îl întreb tot ce știe",
        )
        question(page, 1, "Cine dă atestatul?", "Comisia pentru protecția copilului", "Formatorul")

    number = publish(page, base, "course", catalogue, about)
    module = publish(page, base, "module", number, lambda: title(page, "Acasă"))
    publish(page, base, "lesson", module, lesson)
    publish(page, base, "test", number, test)
    return number


def question(page: Page, position: int, text: str, right: str, wrong: str) -> None:
    """A question with one right answer."""
    insert(page, "questions", "One right answer")
    name = f"questions-{position}-value"
    page.fill(f"[name='{name}-text']", text)
    page.fill(f"[name='{name}-options-0-value-text']", right)
    page.check(f"[name='{name}-options-0-value-correct']")
    page.fill(f"[name='{name}-options-1-value-text']", wrong)
