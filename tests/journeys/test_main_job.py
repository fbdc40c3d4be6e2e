"""The main job, walked in Chromium against the real server, worker and PostgreSQL.

From a course that an editor writes to a certificate that anybody can check, and to its revocation.
Pictures of each step land in screenshots/.
"""

import re
import subprocess
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.journeys import carers, editing
from tests.journeys.conftest import Cast
from tests.journeys.site import Site, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.pdf, pytest.mark.slow]
ZONE = ZoneInfo("Europe/Bucharest")
REASON = "Emis din eroare: prezența nu era completă."


def number_in(url: str) -> int:
    found = re.search(r"/(\d+)/", url)
    assert found, url
    return int(found[1])


def submit(page: Page) -> None:
    page.locator("main form .button-group button").first.click()


def test_main_job(cast: Cast, site: Site, tmp_path: Path):
    course_path = an_editor_publishes_a_course(cast, site)
    the_course_leads_to_a_programme(cast, site)
    edition = a_coordinator_schedules_an_edition(cast, site)
    maria = a_carer_signs_up_and_enrols(cast, site, edition)
    a_town_hall_nominates_somebody_without_email(cast, site, edition)
    maria_did_the_other_hours_before(site)
    ioana = a_third_waits_and_moves_up(cast, site, edition)
    the_feed_shows_both_sessions(cast, site, maria)
    the_trainer_takes_the_roll(cast, site)
    maria_learns(cast, site, maria, course_path)
    verify_url = the_certificate_arrives_and_verifies(cast, site, maria, tmp_path)
    the_officer_sees_all_three(cast, site)
    assert REASON in revoked_with_a_reason(cast, site, verify_url)
    assert set(the_other_county_is_answered(cast, site, edition).values()) == {404}
    the_same_site_in_arabic(cast, site, maria, ioana, verify_url)


def an_editor_publishes_a_course(cast: Cast, site: Site) -> str:
    page = cast.staff("editor")
    page.goto(f"{site.url}/cms/")
    catalogue = int(
        site.manage(
            "manage.py", "shell", "-v0", "-c",
            "from courses.models import Catalogue; print(Catalogue.objects.get(locale__language_code='ro').pk)",
        ).split()[-1]
    )  # fmt: skip
    editing.course(page, site.url, catalogue)
    cast.picture(page, "editor-published-the-test")
    page.goto(f"{site.url}/ro/cursuri/")
    page.get_by_role("link", name="Primii pași în plasament").click()
    expect(page.locator("h1")).to_have_text("Primii pași în plasament")
    cast.picture(page, "course-page")
    return page.url.removeprefix(site.url)


def the_course_leads_to_a_programme(cast: Cast, site: Site) -> None:
    page = cast.staff("administrator")
    page.goto(f"{site.url}/en/programmes/")
    section = page.locator(
        "section", has=page.get_by_role("heading", name="Training of foster carers", exact=True)
    )
    section.get_by_role("link", name="Choose the courses").click()
    page.get_by_label("Primii pași în plasament").check()
    submit(page)
    page.wait_for_url(re.compile(r"/en/programmes/\d+/$"))
    cast.picture(page, "programmes")


def a_coordinator_schedules_an_edition(cast: Cast, site: Site) -> int:
    page = cast.staff("coordinator", "Timiș")
    page.goto(f"{site.url}/en/training/editions/new/")
    page.select_option("[name=course]", label="Primii pași în plasament")
    page.select_option("[name=organiser]", label="DGASPC Timiș")
    page.select_option("[name=language]", "ro")
    page.fill("[name=capacity]", "2")
    cast.picture(page, "coordinator-schedules")
    submit(page)
    page.wait_for_url(re.compile(r"/sessions/add/$"))
    edition = number_in(page.url)
    # Both on one day: a roll can be taken from the day of its session.
    today = datetime.now(ZONE).strftime("%Y-%m-%d")
    for starts, ends in (("00:05", "02:05"), ("21:50", "23:50")):
        page.goto(f"{site.url}/en/training/editions/{edition}/sessions/add/")
        page.fill("[name=day]", today)
        page.fill("[name=starts]", starts)
        page.fill("[name=ends]", ends)
        page.select_option("[name=room]", index=1)
        page.get_by_label("Petre Petrescu").check()
        submit(page)
        page.wait_for_load_state()
        if page.locator("button[name=seen]").count():  # today is a public holiday
            page.locator("button[name=seen]").click()
        page.wait_for_url(re.compile(rf"/editions/{edition}/manage/$"))
    page.goto(f"{site.url}/en/training/editions/{edition}/status/open/")
    submit(page)
    page.wait_for_url(re.compile(r"/manage/$"))
    expect(page.locator(".summary-card")).to_have_count(2)
    cast.picture(page, "edition-is-open")
    return edition


def a_carer_signs_up_and_enrols(cast: Cast, site: Site, edition: int) -> Page:
    page = cast.newcomer("maria")
    carers.sign_up(page, site, "maria@carers.example", "Ștefănescu", "Maria", "Timiș")
    cast.picture(page, "carer-start-page")
    carers.enrol(page, site, edition)
    expect(page.locator(".confirmation")).to_be_visible()
    cast.picture(page, "carer-has-a-place")
    site.mail("maria@carers.example", "Primii pași")
    return page


def a_town_hall_nominates_somebody_without_email(cast: Cast, site: Site, edition: int) -> None:
    page = cast.staff("nominator", "Timiș")
    page.goto(f"{site.url}/en/training/nominate/{edition}/new-person/")
    page.fill("[name=family_name]", "Țurcanu")
    page.fill("[name=given_name]", "Vasile")
    page.select_option("[name=category]", label="Foster carer (asistent maternal)")
    submit(page)
    page.wait_for_url(re.compile(r"/check/|/nominate/\d+/\?"))
    if "/check/" not in page.url:
        page.locator("button[formaction$='/check/']").click()
        page.wait_for_url(re.compile(r"/check/"))
    cast.picture(page, "town-hall-checks")
    submit(page)
    page.wait_for_url(re.compile(r"/done/"))
    expect(page.locator("main")).to_contain_text("Vasile Țurcanu")
    cast.picture(page, "town-hall-nominated")
    page.get_by_role("link", name=re.compile("letter", re.IGNORECASE)).first.click()
    cast.picture(page, "letter-to-print")


def maria_did_the_other_hours_before(site: Site) -> None:
    """The law asks for 50 hours of theory and 30 of practice; this course alone is a small part of them."""
    site.manage("manage.py", "shell", "-v0", "-c", (
        "from people.models import Person; from tests.factories import certification as proof\n"
        "from certification.days import today\n"
        "maria = Person.objects.get(email='maria@carers.example')\n"
        "for kind, hours in (('theory', 50), ('practice', 30)):\n"
        "    proof.line(maria, today(), hours * 60, kind=kind, source='external')\n"
    ))  # fmt: skip


def a_third_waits_and_moves_up(cast: Cast, site: Site, edition: int) -> Page:
    page = cast.newcomer("ioana")
    carers.sign_up(page, site, "ioana@carers.example", "Munteanu", "Ioana", "Timiș")
    carers.enrol(page, site, edition)
    expect(page.locator(".status-panel")).to_contain_text("1")
    cast.picture(page, "third-waits-with-rank-1")
    staff = cast.staff("coordinator", "Timiș")
    staff.goto(f"{site.url}/en/training/editions/{edition}/participants/")
    row = staff.locator("tr", has_text="Vasile Țurcanu")
    row.get_by_role("link", name=re.compile("Cancel the place")).click()
    staff.fill("[name=reason]", "S-a îmbolnăvit.")
    submit(staff)
    staff.wait_for_url(re.compile(r"/participants/"))
    page.reload()
    expect(page.locator(".confirmation")).to_be_visible()
    cast.picture(page, "third-moved-up")
    site.mail("ioana@carers.example", "Primii pași")
    return page


def the_feed_shows_both_sessions(cast: Cast, site: Site, page: Page) -> None:
    page.goto(f"{site.url}/ro/training/calendar/")
    if page.locator("form[action$='/calendar/make/']").count():
        page.locator("form[action$='/calendar/make/'] button").first.click()
        page.wait_for_url(re.compile(r"/training/calendar/"))
    address = re.search(r"/calendar/[\w-]{20,}\.ics", page.content())
    assert address
    answer = page.request.get(site.url + address[0])
    events = list(Calendar.from_ical(answer.body()).walk("VEVENT"))
    today = datetime.now(ZONE).date()
    assert [event["DTSTART"].dt.astimezone(ZONE).date() for event in events] == [today, today]
    again = page.request.get(
        site.url + address[0], headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status == 304
    cast.picture(page, "calendar-address")


def the_trainer_takes_the_roll(cast: Cast, site: Site) -> None:
    page = cast.staff("trainer", "Timiș", phone=True)
    for number in (0, 1):
        page.goto(f"{site.url}/en/training/roll/")
        page.locator("a[href*='/training/roll/']:not([href$='/roll/'])").nth(number).click()
        expect(page.locator(".roll-row")).to_have_count(2)
        for row in page.locator(".roll-row").all():
            row.locator("label.segment").first.click()
        cast.picture(page, f"roll-call-{number + 1}")
        page.locator("button[name=finish]").click()
        # The marks are sent first, then the form.
        expect(page.get_by_text("The roll is finished").first).to_be_visible(timeout=60_000)
    cast.picture(page, "roll-finished")


def maria_learns(cast: Cast, site: Site, page: Page, course_path: str) -> None:
    carers.learn(page, site, course_path)
    expect(page.locator(".confirmation")).to_be_visible()
    cast.picture(page, "test-passed")


def the_certificate_arrives_and_verifies(cast: Cast, site: Site, page: Page, folder: Path) -> str:
    site.mail("maria@carers.example", r"/certificates/\d+/|/v/|DGASPC-TM/")

    def pdf_link() -> str:
        page.goto(f"{site.url}/ro/certificates/")
        page.locator("main a[href*='/certificates/']").first.click()
        link = page.locator("a[type='application/pdf']")
        return link.get_attribute("href") or "" if link.count() else ""

    address = wait_for("the certificate's PDF", pdf_link)
    cast.picture(page, "certificate-page")
    paper = folder / "certificate.pdf"
    paper.write_bytes(page.request.get(site.url + address).body())
    checked = subprocess.run(
        ["pdfsig", str(paper)], capture_output=True, text=True, check=False
    ).stdout
    assert "Signature is Valid" in checked
    assert "Total document signed" in checked
    subprocess.run(["pdftoppm", "-r", "150", "-png", str(paper), str(folder / "page")], check=True)
    picture = next(folder.glob("page*.png"))
    (cast_pictures := Path("screenshots")).mkdir(exist_ok=True)
    (cast_pictures / "certificate.png").write_bytes(picture.read_bytes())
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", str(picture)], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert read.startswith(f"{site.url}/v/")
    stranger = cast.newcomer("stranger")
    stranger.goto(read)
    panel = stranger.locator(".status-panel")
    expect(panel).to_contain_text(re.compile("valabil", re.IGNORECASE))
    expect(stranger.locator("main")).to_contain_text("Maria Ștefănescu")
    cast.picture(stranger, "verified-valid")
    return read


def the_officer_sees_all_three(cast: Cast, site: Site) -> None:
    page = cast.staff("officer", "Timiș")
    page.goto(f"{site.url}/en/standing/")
    for name, state in (
        ("Ștefănescu", "valid"),
        ("Munteanu", "in progress"),
        ("Țurcanu", "never trained"),
    ):
        row = page.locator("tr", has_text=name).first
        expect(row).to_contain_text(state)
    cast.picture(page, "officer-sees-standing")


def revoked_with_a_reason(cast: Cast, site: Site, verify_url: str) -> str:
    """What the public page says then."""
    page = cast.staff("officer", "Timiș")
    page.locator("tr", has_text="Ștefănescu").first.get_by_role("link").first.click()
    page.locator("a[href*='/certificates/']").first.click()
    page.locator("a[href$='/revoke/']").click()
    page.fill("[name=reason]", REASON)
    submit(page)
    cast.picture(page, "officer-checks-before-revoking")
    page.locator("button[name=step][value=send]").click()
    page.wait_for_url(re.compile(r"/certificates/\d+/$"))
    stranger = cast.pages["stranger"]
    stranger.goto(verify_url)
    expect(stranger.locator(".status-panel")).to_contain_text(
        re.compile("retras|revocat|anulat", re.IGNORECASE)
    )
    expect(stranger.locator("main")).to_contain_text(REASON)
    cast.picture(stranger, "verified-revoked")
    return stranger.locator("main").inner_text()


def the_other_county_is_answered(cast: Cast, site: Site, edition: int) -> dict[str, int]:
    """What became of its officer's looks at the certificate, the person and the edition; no list names her either."""
    page = cast.staff("officer", "Cluj")
    timis = cast.staff("officer", "Timiș")
    certificate = re.search(r"/certificates/\d+/", timis.url)
    assert certificate
    timis.goto(f"{site.url}/en/standing/")
    person = (
        timis.locator("tr", has_text="Ștefănescu")
        .first.get_by_role("link")
        .first.get_attribute("href")
    )
    statuses = {}
    for path in (f"/en{certificate[0]}", person, f"/en/training/editions/{edition}/manage/"):
        answer = page.goto(f"{site.url}{path}")
        statuses[path] = answer.status if answer else 0
    cast.picture(page, "cluj-officer-404")
    page.goto(f"{site.url}/en/standing/?q=Ștefănescu")
    expect(page.locator("main")).not_to_contain_text("Maria")
    return statuses


def the_same_site_in_arabic(
    cast: Cast, site: Site, maria: Page, ioana: Page, verify_url: str
) -> None:
    token = verify_url.rstrip("/").rsplit("/", 1)[-1]
    for name, page, path in (
        ("home", maria, "/ar/"),
        ("my-page", maria, "/ar/me/"),
        ("my-places", ioana, "/ar/training/enrolments/"),
        ("verification", cast.pages["stranger"], f"/ar/verify/{token}/"),
        ("standing", cast.staff("officer", "Timiș"), "/ar/standing/"),
    ):
        answer = page.goto(f"{site.url}{path}")
        assert answer and answer.status == 200, path
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        cast.picture(page, f"arabic-{name}")
