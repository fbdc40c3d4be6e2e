"""The officer's week, walked in Chromium against the real server and worker.

Eight carers whose certificates end soon get places, four letters are printed, a sheet of two hundred rows of which
twelve are wrong is checked; and the officer of another county finds none of it.
"""

import io
import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from formats.sheets import write_xlsx
from tests.journeys.conftest import Cast
from tests.journeys.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORLD = Path(__file__).parent / "office_world.py"
ROWS = 200


def test_the_office(cast: Cast, site: Site, tmp_path: Path) -> None:
    printed = site.manage("manage.py", "shell", "-c", WORLD.read_text())
    world = json.loads(printed.strip().splitlines()[-1])
    addresses = [
        eight_get_places(cast, site, world),
        *four_letters_are_printed(cast, site, world),
        *a_sheet_is_checked(cast, site, world, tmp_path),
    ]
    assert another_county_is_answered(cast, site, addresses) == dict.fromkeys(addresses, 404)
    assert len(addresses) == 5


def eight_get_places(cast: Cast, site: Site, world: dict) -> str:
    page = cast.staff("officer", "Timiș")
    page.goto(f"{site.url}/en/standing/board/")
    page.get_by_role("link", name=re.compile("^What is next")).click()
    page.goto(f"{page.url}?programme={world['programme']}&kind=soon")
    cast.picture(page, "who-is-next")
    boxes = page.locator("main tbody input[type=checkbox]")
    expect(boxes).to_have_count(8)
    for number in range(8):
        boxes.nth(number).check()
    page.get_by_role("button", name="Continue").click()
    cast.picture(page, "what-can-be-done")
    page.locator("form[action$='/nominate/'] button").click()
    expect(page.locator("main .tag-positive")).to_have_count(8)
    page.get_by_role("button", name="Nominate").click()
    expect(page.locator("main")).to_contain_text("8 people are nominated")
    expect(page.locator("main .tag-positive")).to_have_count(8)
    cast.picture(page, "eight-have-places")
    return page.url


def four_letters_are_printed(cast: Cast, site: Site, world: dict) -> list[str]:
    page = cast.staff("officer", "Timiș")
    page.goto(f"{site.url}/en/standing/next/?programme={world['programme']}&kind=expired")
    page.locator("#all").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Make the letters").click()
    expect(page.locator("main")).to_contain_text("4 letters are ready")
    cast.picture(page, "four-letters")
    href = page.locator("a[type='application/pdf']").get_attribute("href")
    answer = page.request.get(f"{site.url}{href}")
    pages = PdfReader(io.BytesIO(answer.body())).pages
    assert len(pages) == 4
    assert all("300001 Timișoara" in one.extract_text() for one in pages)
    letters = page.url
    # Whoever opens the list again sees on which day they were written to.
    page.goto(f"{site.url}/en/standing/next/?programme={world['programme']}&kind=expired")
    expect(page.locator("main tbody .icon")).not_to_have_count(0)
    expect(page.locator("main tbody")).to_contain_text("letter")
    return [letters, f"{site.url}{href}"]


def sheet() -> bytes:
    """188 rows that are right, twelve that are not: six unknown, three empty, one endless, two that fit two people."""
    right = [[f"Randul{number:03}", "Ana", "ok"] for number in range(ROWS - 12)]
    wrong = [
        *[[f"Nimeni{number}", "Nicăieri", "?"] for number in range(6)],
        *[[None, None, "?"] for _number in range(3)],
        ["x" * 200, "Ana", "?"],
        *[["Geamăn", "Dan", "?"] for _number in range(2)],
    ]
    return write_xlsx(["Nume de familie", "Prenume", "Notă"], [*right, *wrong])


def a_sheet_is_checked(cast: Cast, site: Site, world: dict, folder: Path) -> list[str]:
    page = cast.staff("officer", "Timiș")
    (folder / "lista.xlsx").write_bytes(sheet())
    page.goto(f"{site.url}/en/standing/check/")
    page.set_input_files("[name=file]", folder / "lista.xlsx")
    page.select_option("[name=programme]", str(world["programme"]))
    page.get_by_role("button", name="Check the list").click()
    # Nobody reloads: the page renews itself until the worker is through.
    expect(page.locator("#check a[download]")).to_have_count(2, timeout=90_000)
    values = page.locator("#check .stat .value").all_inner_texts()
    assert values == ["188", "2", "6", "4"]
    cast.picture(page, "checked-with-questions")
    for left in (1, 0):
        page.locator("#check fieldset").first.get_by_role("button").first.click()
        expect(page.locator("#check fieldset")).to_have_count(left)
    cast.picture(page, "checked-and-whole")
    address = page.url
    href = page.locator("#check a[download]").first.get_attribute("href")
    rows = list(load_workbook(io.BytesIO(page.request.get(f"{site.url}{href}").body())).active.rows)
    assert len(rows) == ROWS + 1
    results = [row[3].value for row in rows[1:]]
    assert results.count("found") == 190 and results.count("not found") == 6
    assert results.count("cannot be read") == 4
    return [address, f"{site.url}{href}"]


def another_county_is_answered(cast: Cast, site: Site, addresses: list[str]) -> dict[str, int]:
    """What became of its officer's looks; its own pages name nobody of this county."""
    page: Page = cast.staff("officer", "Cluj")
    page.goto(f"{site.url}/en/standing/next/")
    expect(page.locator("main")).not_to_contain_text("Curând")
    page.goto(f"{site.url}/en/standing/check/")
    expect(page.locator("main")).not_to_contain_text("lista.xlsx")
    page.goto(f"{site.url}/en/standing/exports/")
    expect(page.locator("main")).to_contain_text("Files that come regularly")
    return {address: page.request.get(address).status for address in addresses}
