"""The roll without the internet: two phones in one room, the network cut before, during and after sending.

Forty people, each marked; nothing is lost, nothing is there twice, and no mark silently replaces another.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests import cluster
from tests.journeys import site as real
from tests.journeys.conftest import Cast, totp
from tests.journeys.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORLD = Path(__file__).parent / "roll_world.py"
THREE_HOURS = 3 * 3_600_000
SAVED = "Everything is saved."
PRESENT, ABSENT, LATE, LEFT_EARLY, EXCUSED = range(5)


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, worker_name, tmp_path_factory) -> Iterator[Site]:
    """A site of its own: the other journey's people are not here."""
    folder = tmp_path_factory.mktemp("offline")
    with (
        cluster.clone(f"{worker_name}_offline") as url,
        real.running(url, folder) as running,
    ):
        yield running


@dataclass
class Phone:
    """A trainer's phone at the roll of a session."""

    page: Page
    url: str

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def offline(self, cut: bool = True) -> None:
        self.context.set_offline(cut)

    def visit(self) -> None:
        self.page.goto(self.url)
        self.page.locator("[data-ready]").wait_for()

    def row(self, place: int):
        return self.page.locator(f"[data-person='{place}']")

    def mark(self, place: int, answer: int, minutes: str = "", reason: str = "") -> None:
        row = self.row(place)
        row.locator("label.segment").nth(answer).click()
        if minutes:
            row.locator(".roll-minutes input").fill(minutes)
        if reason:
            row.locator(".roll-reason:not(.roll-correction) input").fill(reason)
        if minutes or reason:
            row.locator(".roll-keep button").click()

    def says(self, words: str) -> None:
        expect(self.page.locator("[data-roll-status]")).to_contain_text(words)

    def shows(self, place: int, mark: str) -> None:
        expect(self.row(place).locator(f"input[value={mark}]")).to_be_checked()


def ready(page: Page, site: Site) -> None:
    """The service worker has everything."""
    page.goto(f"{site.url}/en/training/roll/")
    page.locator("[data-ready]").wait_for()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A phone that found no internet tries again every few seconds."""
    expect.set_options(timeout=40_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def room(cast: Cast, site: Site) -> dict:
    """The session and its places."""
    return json.loads(
        site.manage("manage.py", "shell", "-v0", "-c", WORLD.read_text()).strip().split("\n")[-1]
    )


@pytest.fixture
def phones(cast: Cast, site: Site, room: dict) -> tuple[Phone, Phone]:
    """The trainer's and the coordinator's; the clock of the second is three hours fast."""
    url = f"{site.url}/en/training/roll/{room['session']}/"
    first = Phone(cast.staff("trainer", "Timiș", phone=True), url)
    second = Phone(cast.staff("coordinator", "Timiș", phone=True), url)
    second.context.add_init_script(f"const now = Date.now; Date.now = () => now() + {THREE_HOURS};")
    return first, second


def rows(site: Site, session: int) -> dict:
    """What the database holds of the roll."""
    code = f"""
import json
from training.models import Attendance, RollEntry
here = {{"session": {session}}}
marks = Attendance.objects.filter(**here).values_list("enrolment", "mark", "minutes", "reason")
entries = [
    [e.enrolment_id, e.mark, e.outcome, e.held_seconds, e.recorded_at.isoformat(), bool(e.settled_at)]
    for e in RollEntry.objects.filter(**here)
]
print(json.dumps({{"marks": list(marks), "entries": entries}}))
"""
    return json.loads(site.manage("manage.py", "shell", "-v0", "-c", code).strip().split("\n")[-1])


def test_the_roll_without_the_internet(cast: Cast, site: Site, room: dict, phones):
    first, second = phones
    places = room["places"]
    never_opened_it_says_what_to_do(cast, site, second)
    first.visit()
    ready(first.page, site)
    first.visit()
    cut_before_sending(cast, first, places[:14])
    cut_while_sending(first, places[14:24])
    cut_after_sending(first, places[24:30])
    second.visit()
    for place in places[:30]:
        expect(second.row(place).locator("input:checked")).to_have_count(1)
    one_sees_the_marks_of_the_other(first, second, places[30])
    both_without_internet_mark_one_person(cast, first, second, places[31])
    signed_out_while_marks_wait(cast, site, first, places[32:36])
    second.mark(places[36], ABSENT)
    second.page.locator("[data-roll-undo]").click()
    expect(second.row(places[36]).locator("input:checked")).to_have_count(0)
    second.page.locator("[data-roll-all]").click()
    second.says(SAVED)
    everything_is_there_once(site, room)
    first.visit()
    first.page.locator("[data-roll-finish]").click()
    first.page.wait_for_load_state()
    expect(first.page.locator("main")).to_contain_text("The roll is finished")
    a_correction_says_why(first, places[0])
    the_phone_forgets_at_sign_out(first)


def never_opened_it_says_what_to_do(cast: Cast, site: Site, phone: Phone) -> None:
    ready(phone.page, site)
    # The list keeps the rolls of today and tomorrow of those that one leads: a coordinator leads none.
    phone.offline()
    phone.visit()
    expect(phone.page.locator("main")).to_contain_text("This roll is not on this phone")
    expect(phone.page.locator("main")).to_contain_text("on paper")
    cast.picture(phone.page, "offline-never-opened")
    phone.offline(False)


def cut_before_sending(cast: Cast, phone: Phone, places: list[int]) -> None:
    phone.offline()
    phone.mark(places[0], LATE, minutes="90", reason="Tren")
    phone.mark(places[1], EXCUSED, reason="Concediu")
    phone.mark(places[2], LEFT_EARLY, minutes="60")
    phone.says("3 waiting to send")
    for place in places[3:]:
        phone.mark(place, PRESENT)
    phone.says(f"{len(places)} waiting to send")
    cast.picture(phone.page, "offline-waiting")
    phone.page.reload()
    phone.page.locator("[data-ready]").wait_for()
    phone.says(f"{len(places)} waiting to send")
    phone.shows(places[0], "late")
    cast.picture(phone.page, "offline-after-reload")
    context = phone.context
    phone.page.close()
    phone.page = cast.pages["trainer Timiș"] = context.new_page()
    phone.page.set_default_timeout(20_000)
    phone.visit()
    phone.says(f"{len(places)} waiting to send")
    phone.shows(places[1], "excused")
    phone.offline(False)
    phone.says(SAVED)


def cut_while_sending(phone: Phone, places: list[int]) -> None:
    """The request never arrives, or arrives and its answer is lost: in turn."""
    turns = iter(range(100))

    def cut(route: Route) -> None:
        turn = next(turns)
        if turn % 2:
            route.fetch()
        if turn < 6:
            route.abort()
        else:
            route.continue_()

    phone.context.route("**/marks/", cut)
    for place in places:
        phone.mark(place, ABSENT)
    phone.says(SAVED)
    phone.context.unroute("**/marks/")


def cut_after_sending(phone: Phone, places: list[int]) -> None:
    with phone.page.expect_response("**/marks/"):
        phone.mark(places[0], PRESENT)
    phone.offline()
    phone.shows(places[0], "present")
    for place in places[1:]:
        phone.mark(place, PRESENT)
    phone.says(f"{len(places) - 1} waiting to send")
    phone.offline(False)
    phone.says(SAVED)


def one_sees_the_marks_of_the_other(first: Phone, second: Phone, place: int) -> None:
    first.mark(place, PRESENT)
    second.shows(place, "present")
    expect(second.row(place).locator(".roll-note")).to_contain_text("Marked by Petre Petrescu")


def both_without_internet_mark_one_person(
    cast: Cast, first: Phone, second: Phone, place: int
) -> None:
    first.offline()
    second.offline()
    first.mark(place, PRESENT)
    second.mark(place, ABSENT)
    first.offline(False)
    first.says(SAVED)
    second.offline(False)
    for phone in (second, first):
        dispute = phone.page.locator(".dispute")
        expect(dispute).to_have_count(1)
        expect(dispute.locator("strong")).to_have_text(["present", "absent"])
        expect(dispute).to_contain_text("Marked by Petre Petrescu")
        phone.shows(place, "present")
    cast.picture(second.page, "offline-two-marks")
    first.page.get_by_role("button", name=re.compile("This is right.*absent")).click()
    for phone in (first, second):
        expect(phone.page.locator(".dispute")).to_have_count(0)
        phone.shows(place, "absent")


def signed_out_while_marks_wait(cast: Cast, site: Site, phone: Phone, places: list[int]) -> None:
    phone.offline()
    for place in places:
        phone.mark(place, PRESENT)
    phone.context.clear_cookies(name="session")
    phone.offline(False)
    phone.says("You are signed out. This phone keeps the marks.")
    phone.says("4 waiting to send")
    cast.picture(phone.page, "offline-signed-out")
    phone.page.locator("[data-roll-sign-in] a").click()
    page, account = phone.page, cast.account("trainer", "Timiș")
    page.goto(page.url.replace("/login/", "/login/password/"))
    page.fill("[name=login]", account["email"])
    page.fill("[name=password]", account["password"])
    page.locator("main .button-group button").first.click()
    page.fill("[name=code]", totp(account["totp_secret"], ahead=1))
    page.locator("main .button-group button").first.click()
    page.wait_for_url(re.compile(r"/me/|/training/roll/"))
    phone.visit()
    phone.says(SAVED)


def everything_is_there_once(site: Site, room: dict) -> None:
    found = rows(site, room["session"])
    marks = {row[0]: tuple(row[1:]) for row in found["marks"]}
    places = room["places"]
    assert len(found["marks"]) == len(marks) == len(places)
    assert marks[places[0]] == ("late", 90, "Tren")
    assert marks[places[1]] == ("excused", 0, "Concediu")
    assert marks[places[2]] == ("left_early", 60, "")
    assert [marks[place][0] for place in places[14:24]] == ["absent"] * 10
    written = [entry for entry in found["entries"] if entry[2] == "written"]
    once = [entry[0] for entry in written]
    assert all(once.count(place) == 1 for place in places if place not in (places[31], places[36]))
    disputed = [entry for entry in found["entries"] if entry[2] == "disputed"]
    assert [(entry[0], entry[1], entry[5]) for entry in disputed] == [(places[31], "absent", True)]
    # The phone whose clock is three hours fast changes nothing: the server says when, and how long a mark waited.
    now = datetime.now(UTC)
    assert all(entry[3] < 600 for entry in found["entries"])
    recorded = [datetime.fromisoformat(entry[4]) for entry in found["entries"]]
    assert now - timedelta(minutes=20) < min(recorded)
    assert max(recorded) <= now + timedelta(seconds=5)


def a_correction_says_why(phone: Phone, place: int) -> None:
    phone.visit()
    row = phone.row(place)
    row.locator("label.segment").nth(PRESENT).click()
    row.locator(".roll-keep button").click()
    expect(row.locator(".field-error")).to_contain_text("Say why you correct it")
    row.locator(".roll-correction input").fill("A semnat pe foaie")
    row.locator(".roll-keep button").click()
    phone.says(SAVED)
    phone.visit()
    phone.shows(place, "present")


def the_phone_forgets_at_sign_out(phone: Phone) -> None:
    kept = """new Promise((resolve) => {
      const open = indexedDB.open("tutela-roll", 1);
      open.onsuccess = () => {
        const all = open.result.transaction("rolls").objectStore("rolls").count();
        all.onsuccess = () => { resolve(all.result); open.result.close(); };
      };
    })"""
    assert phone.page.evaluate(kept) == 1
    phone.page.locator(".site-menu summary").click()
    phone.page.locator(".site-menu form[action$='/logout/'] button").click()
    phone.page.wait_for_url(re.compile(r"/en/$"))
    phone.page.wait_for_function("() => !localStorage.getItem('forgets-rolls')")
    assert phone.page.evaluate(kept) == 0
