"""A paper from elsewhere, walked in Chromium: photographed on a phone, granted in part by one and confirmed by another.

Then hours of three sources stand together, a certificate is renewed inside its window; the old one stays verifiable.
"""

import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import localdate
from PIL import Image
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.factories.evidence import photo
from tests.journeys import carers
from tests.journeys.conftest import Cast
from tests.journeys.site import Site, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORLD = Path(__file__).parent / "evidence_world.py"
TITLE = "Primul ajutor pentru copii"


def submit(page: Page) -> None:
    page.locator("main form .button-group button").first.click()


def test_evidence(cast: Cast, site: Site, tmp_path: Path) -> None:
    maria = cast.newcomer("maria")
    carers.sign_up(maria, site, "maria@carers.example", "Ștefănescu", "Maria", "Timiș")
    printed = site.manage("manage.py", "shell", "-c", WORLD.read_text())
    world = json.loads(printed.strip().splitlines()[-1])
    proof = she_sends_a_photo(cast, site, maria, tmp_path)
    no_place_is_left_in_the_photo(maria, site, proof)
    the_officer_asks_and_grants_a_part(cast, site, proof, maria)
    only_a_second_person_can_confirm(cast, site, proof)
    the_other_county_sees_nothing(cast, site, proof)
    she_attends_and_learns(cast, site, maria, world)
    new = the_certificate_is_renewed(cast, site, maria, world)
    three_sources_stand_together(cast, site, world)
    assert new != world["number"]
    verified = both_certificates_verify(cast, site, world, new)
    assert world["number"] in verified[0] and new in verified[1]
    prints = the_passport_is_printed(cast, site, maria, world)
    assert [new in text for text in prints] == [True, True]


def she_sends_a_photo(cast: Cast, site: Site, page: Page, folder: Path) -> str:
    picture = folder / "IMG_2026.jpg"
    picture.write_bytes(photo(place=True))
    page.goto(f"{site.url}/ro/me/")
    page.locator("a[href='/ro/evidence/']").first.click()
    page.locator("main a[href='/ro/evidence/new/']").click()
    submit(page)
    expect(page.locator(".error-summary")).to_be_focused()
    page.set_input_files("[name=files]", picture)
    page.fill("[name=title]", TITLE)
    page.fill("[name=provider]", "Crucea Roșie")
    # After the certificate that is to be renewed: older hours are that one's.
    day = (localdate() - timedelta(days=60)).isoformat()
    page.fill("[name=first_day]", day)
    page.fill("[name=last_day]", day)
    page.fill("[name=hours]", "8")
    cast.picture(page, "evidence-form-on-a-phone")
    submit(page)
    page.wait_for_url(re.compile(r"/ro/evidence/\d+/$"))
    expect(page.locator("h1")).to_contain_text(TITLE)
    cast.picture(page, "evidence-sent")
    site.mail("maria@carers.example", TITLE)
    return page.url.removeprefix(f"{site.url}/ro")


def no_place_is_left_in_the_photo(page: Page, site: Site, proof: str) -> None:
    link = page.locator(f"a[href^='/ro{proof}files/']").first.get_attribute("href")
    answer = page.request.get(site.url + (link or ""))
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert dict(Image.open(io.BytesIO(answer.body())).getexif()) == {}


def the_officer_asks_and_grants_a_part(cast: Cast, site: Site, proof: str, maria: Page) -> None:
    page = cast.staff("officer", "Timiș")
    page.goto(f"{site.url}/en/evidence/review/")
    page.get_by_role("link", name=re.compile(TITLE)).click()
    page.locator("a[href$='/ask/']").click()
    page.fill("[name=words]", "Ce zi a fost?")
    submit(page)
    site.mail("maria@carers.example", "Ce zi a fost")
    maria.goto(f"{site.url}/ro{proof}answer/")
    maria.fill("[name=words]", "O zi de marți.")
    submit(maria)
    page.goto(f"{site.url}/en{proof}grant/")
    page.fill("[name=hours_0]", "6")
    page.fill("[name=words]", "Ultima parte a fost despre altceva.")
    cast.picture(page, "evidence-granted-in-part")
    submit(page)
    page.wait_for_url(re.compile(r"/evidence/\d+/$"))


def only_a_second_person_can_confirm(cast: Cast, site: Site, proof: str) -> None:
    first = cast.staff("officer", "Timiș")
    expect(first.locator("main")).to_contain_text("A second person has to confirm")
    answer = first.goto(f"{site.url}/en{proof}confirm/")
    assert answer and answer.status == 409
    second = cast.staff("administrator")
    second.goto(f"{site.url}/en/evidence/review/?group=second")
    second.get_by_role("link", name=re.compile(TITLE)).click()
    second.locator("a[href$='/confirm/']").click()
    submit(second)
    expect(second.locator("main")).to_contain_text("A part of the paper counts")
    cast.picture(second, "evidence-confirmed")
    site.mail("maria@carers.example", "Ultima parte a fost despre altceva")


def the_other_county_sees_nothing(cast: Cast, site: Site, proof: str) -> None:
    page = cast.staff("officer", "Cluj")
    for path in (proof, f"{proof}grant/", f"{proof}files/1/"):
        answer = page.goto(f"{site.url}/en{path}")
        assert answer and answer.status == 404, path


def she_attends_and_learns(cast: Cast, site: Site, maria: Page, world: dict) -> None:
    trainer = cast.staff("trainer", "Timiș", phone=True)
    trainer.goto(f"{site.url}/en/training/roll/{world['session']}/")
    trainer.locator(".roll-row").first.locator("label.segment").first.click()
    trainer.locator("button[name=finish]").click()
    expect(trainer.get_by_text("The roll is finished").first).to_be_visible(timeout=60_000)
    maria.goto(site.url + world["lesson"])
    maria.locator("form[action*='/lessons/'] button").click()
    maria.wait_for_load_state()


def the_certificate_is_renewed(cast: Cast, site: Site, maria: Page, world: dict) -> str:
    def newer() -> str:
        maria.goto(f"{site.url}/ro/certificates/")
        numbers = maria.locator("main a[href*='/certificates/'] bdi").all_inner_texts()
        return next((number for number in numbers if number not in (world["number"], "")), "")

    number = wait_for("the new certificate", newer)
    cast.picture(maria, "evidence-renewed")
    return number


def three_sources_stand_together(cast: Cast, site: Site, world: dict) -> None:
    page = cast.staff("officer", "Timiș")
    page.goto(f"{site.url}/en/standing/people/{world['person']}/")
    table = page.locator("section", has=page.get_by_role("heading", name="Hours of training"))
    for source, length in (
        ("session", "2 h"),
        ("online lesson", "1 h"),
        ("external evidence", "6 h"),
    ):
        row = table.locator("tbody tr", has_text=source).filter(
            has_text=re.compile(length.replace(" ", r"\s"))
        )
        expect(row).to_have_count(1)
    cast.picture(page, "evidence-three-sources")


def both_certificates_verify(cast: Cast, site: Site, world: dict, new: str) -> list[str]:
    """What the public page says of the old one, and of the new one."""
    stranger = cast.newcomer("stranger", locale="en-GB")
    stranger.goto(site.url + world["old"])
    expect(stranger.locator(".status-panel")).to_contain_text(world["number"])
    expect(stranger.locator(".status-panel-negative")).to_have_count(0)
    old = stranger.locator(".status-panel").inner_text()
    cast.picture(stranger, "evidence-old-one-verifies")
    stranger.goto(f"{site.url}/en/verify/")
    stranger.fill("[name=number]", new)
    stranger.fill("[name=family_name]", "Stefanescu")
    submit(stranger)
    expect(stranger.locator(".status-panel-positive")).to_contain_text(new)
    return [old, stranger.locator(".status-panel-positive").inner_text()]


def the_passport_is_printed(cast: Cast, site: Site, maria: Page, world: dict) -> list[str]:
    """What her print says, and the officer's."""
    maria.goto(f"{site.url}/ro/passport/")
    cast.picture(maria, "evidence-passport")
    officer = cast.staff("officer", "Timiș")
    prints = (
        maria.request.get(f"{site.url}/ro/passport/passport.pdf"),
        officer.request.get(f"{site.url}/en/standing/people/{world['person']}/passport.pdf"),
    )
    readers = [PdfReader(io.BytesIO(answer.body())) for answer in prints]
    # A number in a narrow column is broken where it may be.
    return [
        re.sub(r"[\s\u200b]", "", "".join(page.extract_text() for page in reader.pages))
        for reader in readers
    ]
