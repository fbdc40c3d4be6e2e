"""A series of four meetings with two trainers, walked in Chromium: planned, one moved, one cancelled, two stand.

On the real server with its worker and PostgreSQL. Pictures of each step land in screenshots/.
"""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.journeys import carers, editing
from tests.journeys.conftest import Cast
from tests.journeys.site import Site
from tests.journeys.test_main_job import number_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ZONE = ZoneInfo("Europe/Bucharest")
# The second trainer: another member of the county's staff, given the role for this journey.
SECOND = """
from people.actions.memberships import grant
from people.models import Organisation, Person
directorate = Organisation.objects.get(short_name="DGASPC Timiș")
officer = Person.objects.filter(memberships__role="coordinator", memberships__organisation=directorate).first()
grant(by=None, person=officer, organisation=directorate, role="trainer")
print(officer.full_name)
"""


def tuesday() -> date:
    """A Tuesday in four to five weeks, so that enrolment is open and nothing has begun."""
    day = datetime.now(ZONE).date() + timedelta(days=28)
    return day + timedelta(days=(1 - day.weekday()) % 7)


def test_series(cast: Cast, site: Site, tmp_path: Path):
    second = site.manage("manage.py", "shell", "-v0", "-c", SECOND).strip().splitlines()[-1]
    page = cast.staff("coordinator", "Timiș")
    edition = a_draft(cast, site, page)
    days = four_meetings_are_planned(cast, site, page, edition, second)
    maria = somebody_enrols(cast, site, edition)
    before = events(site, maria)
    assert len(before) == 4
    new_day = one_is_moved(cast, site, page, edition, days)
    one_is_cancelled(cast, site, page, edition)
    the_calendar_sees_both(site, maria, before, new_day)
    the_planner_shows_the_week(cast, site, page, days)
    the_pattern_is_copied(cast, site, page, edition)


def a_draft(cast: Cast, site: Site, page: Page) -> int:
    catalogue = int(
        site.manage(
            "manage.py", "shell", "-v0", "-c",
            "from courses.models import Catalogue; print(Catalogue.objects.get(locale__language_code='ro').pk)",
        ).split()[-1]
    )  # fmt: skip
    title = "Primii pași în plasament"
    page.goto(f"{site.url}/en/training/editions/new/")
    if not page.locator("[name=course] option", has_text=title).count():
        editing.course(cast.staff("editor"), site.url, catalogue)
        page.reload()
    page.select_option("[name=course]", label=title)
    page.select_option("[name=organiser]", label="DGASPC Timiș")
    page.select_option("[name=language]", "ro")
    page.fill("[name=capacity]", "12")
    page.locator("main form .button-group button").first.click()
    page.wait_for_url(re.compile(r"/sessions/add/$"))
    return number_in(page.url)


def four_meetings_are_planned(
    cast: Cast, site: Site, page: Page, edition: int, second: str
) -> list[str]:
    page.get_by_role("link", name=re.compile("Add several sessions")).click()
    page.fill("[name=day]", tuesday().isoformat())
    page.fill("[name=starts]", "10:00")
    page.fill("[name=ends]", "12:00")
    page.get_by_label("every week", exact=True).check()
    page.fill("[name=count]", "4")
    page.select_option("[name=room]", index=1)
    page.get_by_label("Petre Petrescu").check()
    page.get_by_label(second).check()
    cast.picture(page, "series-asked")
    page.get_by_role("button", name="Show the days").click()
    ticked = page.locator("[name=keep]:checked")
    expect(ticked).to_have_count(4)
    days = [box.get_attribute("value") or "" for box in ticked.all()]
    assert [date.fromisoformat(day).weekday() for day in days] == [1, 1, 1, 1]
    cast.picture(page, "series-days")
    page.get_by_role("button", name="Plan these sessions").click()
    page.wait_for_url(re.compile(r"/manage/$"))
    expect(page.locator(".summary-card")).to_have_count(4)
    for card in page.locator(".summary-card").all():
        expect(card).to_contain_text("Petre Petrescu")
        expect(card).to_contain_text(second)
    # Back and again: the same four.
    page.go_back()
    page.get_by_role("button", name="Plan these sessions").click()
    page.wait_for_url(re.compile(r"/manage/$"))
    expect(page.locator(".summary-card")).to_have_count(4)
    page.goto(f"{site.url}/en/training/editions/{edition}/status/open/")
    page.locator("main form .button-group button").first.click()
    page.wait_for_url(re.compile(r"/manage/$"))
    cast.picture(page, "series-planned")
    return days


def somebody_enrols(cast: Cast, site: Site, edition: int) -> Page:
    page = cast.newcomer("maria of the series")
    carers.sign_up(page, site, "seria@carers.example", "Ionescu", "Maria", "Timiș")
    carers.enrol(page, site, edition)
    return page


def events(site: Site, page: Page) -> dict[str, tuple]:
    """The personal calendar: start, SEQUENCE and STATUS of each event by its UID."""
    page.goto(f"{site.url}/ro/training/calendar/")
    make = page.locator("form[action$='/calendar/make/'] button")
    if not re.search(r"/calendar/[\w-]{20,}\.ics", page.content()):
        make.first.click()
        page.wait_for_url(re.compile(r"/training/calendar/"))
    address = re.search(r"/calendar/[\w-]{20,}\.ics", page.content())
    assert address
    body = page.request.get(site.url + address[0]).body()
    return {
        str(one["UID"]): (one["DTSTART"].dt.astimezone(ZONE), int(one["SEQUENCE"]), str(one["STATUS"]))
        for one in Calendar.from_ical(body).walk("VEVENT")
    }  # fmt: skip


def one_is_moved(cast: Cast, site: Site, page: Page, edition: int, days: list[str]) -> date:
    """The second meeting, from Tuesday to Thursday, and an hour later."""
    page.goto(f"{site.url}/en/training/editions/{edition}/manage/")
    card = page.locator(".summary-card").nth(1)
    card.get_by_role("link", name=re.compile("^Change")).click()
    new_day = date.fromisoformat(days[1]) + timedelta(days=2)
    page.fill("[name=day]", new_day.isoformat())
    page.fill("[name=starts]", "11:00")
    page.fill("[name=ends]", "13:00")
    page.fill("[name=reason]", "Sala e ocupată marți.")
    page.locator("main form .button-group button").first.click()
    # On a holiday the page says so first; it may be done all the same.
    page.wait_for_load_state()
    if page.locator("button[name=seen]").count():
        page.locator("button[name=seen]").click()
    page.wait_for_url(re.compile(r"/manage/$"))
    cast.picture(page, "series-one-moved")
    return new_day


def one_is_cancelled(cast: Cast, site: Site, page: Page, edition: int) -> None:
    card = page.locator(".summary-card").nth(2)
    card.get_by_role("link", name="Cancel the session").click()
    page.fill("[name=reason]", "Formatoarea e la un curs.")
    page.get_by_role("button", name="Yes, cancel the session").click()
    page.wait_for_url(re.compile(r"/manage/$"))
    expect(page.locator(".summary-card")).to_have_count(4)
    expect(page.locator(".summary-card s")).to_have_count(1)
    cast.picture(page, "series-one-cancelled")


def the_calendar_sees_both(site: Site, maria: Page, before: dict, new_day: date) -> None:
    after = events(site, maria)
    assert list(after) and set(after) == set(before), "the same four events, none new"
    in_order = sorted(before, key=lambda uid: before[uid][0])
    first, moved, cancelled, last = in_order
    for uid in (first, last):
        assert after[uid] == before[uid]
    start, sequence, status = after[moved]
    assert (start.date(), start.hour, status) == (new_day, 11, "CONFIRMED")
    assert sequence > before[moved][1]
    assert after[cancelled][2] == "CANCELLED"
    assert after[cancelled][1] > before[cancelled][1]


def the_planner_shows_the_week(cast: Cast, site: Site, page: Page, days: list[str]) -> None:
    for by in ("room", "trainer"):
        page.goto(f"{site.url}/en/training/planner/?by={by}&day={days[1]}")
        expect(page.locator(".planner-entry a").first).to_contain_text("Primii pași")
        cast.picture(page, f"planner-by-{by}")
    # Keyboard alone: from the tab to the week after, by the browser's own keys.
    page.get_by_role("link", name="By room").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("by=room"))
    page.get_by_role("link", name="Week after").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"day="))
    expect(page.locator(".planner-entry")).to_have_count(0)
    page.get_by_role("link", name="Week before").focus()
    page.keyboard.press("Enter")
    entry = page.locator(".planner-entry a").first
    entry.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/manage/#session-\d+$"))
    phone = cast.staff("officer", "Timiș", phone=True)
    phone.goto(f"{site.url}/ar/training/planner/?by=room&day={days[0]}")
    assert phone.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    expect(phone.locator(".planner-day").first).to_be_visible()
    cast.picture(phone, "planner-on-a-phone-in-arabic")


def the_pattern_is_copied(cast: Cast, site: Site, page: Page, edition: int) -> None:
    page.goto(f"{site.url}/en/training/editions/{edition}/manage/")
    page.get_by_role("link", name="Copy the edition").click()
    first = tuesday() + timedelta(days=91)
    page.fill("[name=first_day]", first.isoformat())
    page.fill("[name=title]", "Seria a doua")
    page.get_by_role("button", name="Show the days").click()
    expect(page.locator(".series-day")).to_have_count(3)
    cast.picture(page, "copy-days")
    page.get_by_role("button", name="Make the copy").click()
    page.wait_for_url(re.compile(r"/manage/$"))
    expect(page.locator("h1")).to_contain_text("Seria a doua")
    expect(page.locator(".summary-card")).to_have_count(3)
    expect(page.locator(".summary-card s")).to_have_count(0)
    cast.picture(page, "copy-made")
