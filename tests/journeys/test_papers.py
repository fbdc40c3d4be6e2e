"""The life of papers, walked in Chromium against the real server and worker.

A layout is set up beside its sample; an edition's certificates are issued together; files are dragged onto the page,
whole and with one byte changed, after the keys were changed too, and chosen without JavaScript; a misspelt certificate
is replaced; one holder is erased and the check still answers.
"""

import base64
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Cast
from tests.journeys.site import Site, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORLD = Path(__file__).parent / "papers_world.py"
# A file let go over the page, as a desk does it.
DROP = """([data, name, type]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const held = new DataTransfer();
  held.items.add(new File([bytes], name, { type }));
  const target = document.querySelector("main");
  for (const kind of ["dragover", "drop"])
    target.dispatchEvent(new DragEvent(kind, { dataTransfer: held, bubbles: true, cancelable: true }));
}"""


def test_papers(cast: Cast, site: Site, tmp_path: Path) -> None:
    printed = site.manage("manage.py", "shell", "-c", WORLD.read_text())
    world = json.loads(printed.strip().splitlines()[-1])
    the_layout_shows_what_it_will_be(cast, site, world)
    numbers = the_edition_gets_its_certificates(cast, site, world)
    old = its_page(cast, site, numbers["Vasile Țurcanuu"])
    pdf = the_pdf_is_dragged_onto_the_page(cast, site, old, tmp_path)
    one_byte_changed(cast, site, pdf, tmp_path)
    new_keys_and_the_old_files_stay_good(cast, site, world, pdf)
    without_javascript(cast, site, pdf, tmp_path)
    a_misspelt_name_is_replaced(cast, site, world, numbers["Vasile Țurcanuu"], old)
    assert what_a_dragged_file_says(cast, site, pdf) == "Replaced"
    erased = somebody_is_erased(cast, site, world, numbers["Ana Popescu"])
    assert what_a_dragged_file_says(cast, site, erased) == "Valid"
    assert "Popescu" not in cast.pages["employer"].locator("main").inner_text()


def submit(page: Page) -> None:
    page.locator("main form .button-group button").first.click()


def the_layout_shows_what_it_will_be(cast: Cast, site: Site, world: dict) -> None:
    page = cast.staff("administrator")
    page.goto(f"{site.url}/en/authorities/{world['authority']}/layout/")
    before = page.locator(".paper-sample").get_attribute("src")
    page.select_option("[name=second_language]", "uk")  # the demo has English there
    expect(page.locator(".paper-sample")).not_to_have_attribute("src", before or "", timeout=30_000)
    page.fill("[name=name_2]", "Ioana Exemplu")
    page.locator("#layout button[value=save]").click()
    expect(page.locator(".banner-success")).to_be_visible()
    cast.picture(page, "layout-with-its-sample")


def the_edition_gets_its_certificates(cast: Cast, site: Site, world: dict) -> dict[str, str]:
    """From the edition's page to the last PDF; what it says, it says while the worker is at it."""
    page = cast.staff("officer", "Timiș")
    page.goto(f"{site.url}/en/training/editions/{world['edition']}/manage/")
    page.locator(f"a[href$='/editions/{world['edition']}/certificates/']").click()
    expect(page.locator("main")).to_contain_text("Attended less than the programme asks.")
    cast.picture(page, "who-gets-a-certificate")
    page.get_by_role("button", name="Issue 3 certificates").click()
    page.wait_for_url(re.compile(r"/issues/\d+/"))
    # Nobody reloads: the page renews itself until the last file is there.
    expect(page.locator("a[type='application/pdf']")).to_have_count(3, timeout=90_000)
    expect(page.locator("#batch")).to_contain_text("3 of 3")
    cast.picture(page, "all-issued")
    rows = page.locator("#batch tbody tr")
    return {
        rows.nth(n).locator("th").inner_text(): rows.nth(n).locator("td a").first.inner_text()
        for n in range(rows.count())
    }


def its_page(cast: Cast, site: Site, number: str) -> str:
    """Where the public checks the certificate of that number."""
    page = cast.staff("officer", "Timiș")
    page.get_by_role("link", name=number, exact=True).click()
    address = page.locator("section[aria-labelledby=check] a").get_attribute("href")
    page.go_back()
    return f"{site.url}{address}"


def the_pdf_is_dragged_onto_the_page(cast: Cast, site: Site, address: str, folder: Path) -> bytes:
    page = cast.newcomer("employer", phone=False, locale="en-GB")
    page.goto(address.replace("/ro/", "/en/"))
    expect(page.locator("h1")).to_have_text("Valid")
    link = page.locator("a[type='application/pdf']").get_attribute("href")
    pdf = page.request.get(f"{site.url}{link}").body()
    drag(page, pdf)
    expect(page.locator("h1")).to_have_text("Valid")
    expect(page.locator("main")).to_contain_text("The file is, byte for byte, one that was issued")
    expect(page.locator(".tag-positive")).to_have_count(7)
    cast.picture(page, "dragged-and-valid")
    page.goto(address)
    credential = page.locator("a[type='application/vc']").get_attribute("href")
    data = page.request.get(f"{site.url}{credential}").body()
    page.goto(f"{site.url}/en/verify/")
    drag(page, data, "credential.json", "application/json")
    expect(page.locator("h1")).to_have_text("Valid")
    return pdf


def drag(page: Page, data: bytes, name: str = "x.pdf", kind: str = "application/pdf") -> None:
    with page.expect_navigation():
        page.evaluate(DROP, [base64.b64encode(data).decode(), name, kind])


def one_byte_changed(cast: Cast, site: Site, pdf: bytes, folder: Path) -> None:
    page = cast.pages["employer"]
    changed = bytearray(pdf)
    changed[len(pdf) // 2] ^= 1
    page.goto(f"{site.url}/en/verify/")
    drag(page, bytes(changed))
    expect(page.locator("h1")).to_have_text("Not what was issued")
    expect(page.locator(".status-panel-negative")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Țurcanuu")
    cast.picture(page, "dragged-with-one-byte-changed")


def new_keys_and_the_old_files_stay_good(cast: Cast, site: Site, world: dict, pdf: bytes) -> None:
    page = cast.staff("administrator")
    page.goto(f"{site.url}/en/authorities/")
    page.locator(f"a[href$='/authorities/{world['authority']}/keys/']").click()
    keys = page.locator("section[aria-labelledby=credential-keys]")
    expect(keys.get_by_text("in use", exact=True)).to_have_count(2)
    page.get_by_role("button", name="Make new keys").click()
    expect(page.locator(".banner-success")).to_contain_text("What the old ones signed stays good")
    expect(keys.get_by_text("in use", exact=True)).to_have_count(2)
    expect(keys.get_by_text("retired: only what it signed", exact=True)).to_have_count(2)
    cast.picture(page, "keys-after-a-change")
    checker = cast.pages["employer"]
    checker.goto(f"{site.url}/en/verify/")
    drag(checker, pdf)
    expect(checker.locator("h1")).to_have_text("Valid")
    expect(checker.locator(".tag-positive")).to_have_count(7)


def without_javascript(cast: Cast, site: Site, pdf: bytes, folder: Path) -> None:
    context = cast.browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    (folder / "c.pdf").write_bytes(pdf)
    page.goto(f"{site.url}/en/verify/")
    expect(page.get_by_text("Drag the PDF")).to_be_hidden()
    page.set_input_files("[name=file]", folder / "c.pdf")
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator("h1")).to_have_text("Valid")
    context.close()


def a_misspelt_name_is_replaced(cast: Cast, site: Site, world: dict, number: str, old: str) -> None:
    page = cast.staff("officer", "Timiș")
    page.get_by_role("link", name=number, exact=True).click()
    page.get_by_role("link", name="Replace the certificate").click()
    expect(page.locator(".callout-warning")).to_be_visible()  # both names are the same still
    page.locator(".summary-list .actions a").click()
    page.fill("[name=family_name]", "Țurcanu")
    submit(page)
    page.go_back()
    page.go_back()
    page.reload()
    expect(page.locator(".callout-warning")).to_have_count(0)
    page.fill("[name=reason]", "Greșeală de scriere")
    cast.picture(page, "replacing-a-misspelt-name")
    submit(page)
    expect(page.locator(".banner-success")).to_contain_text("This is the new one.")
    expect(page.locator("main")).to_contain_text("Vasile Țurcanu")
    new = page.locator("section[aria-labelledby=check] a").get_attribute("href")
    checker = cast.pages["employer"]
    checker.goto(f"{site.url}{new}")
    expect(checker.locator("h1")).to_have_text("Valid")
    expect(checker.locator("main")).to_contain_text(number)  # which one it replaces
    checker.goto(old.replace("/ro/", "/en/"))
    expect(checker.locator("h1")).to_have_text("Replaced")
    expect(checker.locator("main")).to_contain_text("Greșeală de scriere")
    cast.picture(checker, "the-old-one-says-replaced")


def what_a_dragged_file_says(cast: Cast, site: Site, pdf: bytes) -> str:
    page = cast.pages["employer"]
    page.goto(f"{site.url}/en/verify/")
    drag(page, pdf)
    return page.locator("h1").inner_text()


def somebody_is_erased(cast: Cast, site: Site, world: dict, number: str) -> bytes:
    """The page goes on answering without the name; the PDF as it was before."""
    officer = cast.staff("officer", "Timiș")
    officer.goto(f"{site.url}/en/editions/{world['edition']}/certificates/")
    address = its_page(cast, site, number)
    page = cast.pages["employer"]
    page.goto(address.replace("/ro/", "/en/"))
    expect(page.locator("main")).to_contain_text("Ana Popescu")
    link = page.locator("a[type='application/pdf']").get_attribute("href")
    pdf = page.request.get(f"{site.url}{link}").body()
    site.manage("manage.py", "shell", "-c", (
        "from people.actions.erasure import erase; from people.models import Person;"
        f"erase(person=Person.objects.get(pk={world['Ana']}), by=None, reason='request')"
    ))  # fmt: skip

    def gone() -> bool:
        page.reload()
        return "Ana Popescu" not in page.locator("main").inner_text()

    wait_for("the name to go from the page", gone)
    expect(page.locator("h1")).to_have_text("Valid")
    cast.picture(page, "erased-and-still-valid")
    assert page.request.get(f"{site.url}{link}").status == 404
    return pdf
