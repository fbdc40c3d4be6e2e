"""The waiting list, walked in Chromium against the real server, worker and PostgreSQL.

A town hall nominates twenty people from a spreadsheet; a carer is refused for a reason, finds the next edition, waits,
gets an offer and lets it run out; by itself the place goes to the next, who says yes from the mail.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from formats.sheets import write_xlsx
from tests import cluster
from tests.journeys import carers
from tests.journeys import site as real
from tests.journeys.conftest import Cast
from tests.journeys.site import Site, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WORLD = Path(__file__).parent / "waiting_world.py"
HEADERS = ["Nume de familie", "Prenume", "Telefon"]
ANA, IOANA = "stefanescu@carers.example", "munteanu@carers.example"


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, worker_name, tmp_path_factory) -> Iterator[Site]:
    """A site of its own: the other journeys' people are not here."""
    folder = tmp_path_factory.mktemp("waiting")
    with cluster.clone(f"{worker_name}_waiting") as url, real.running(url, folder) as running:
        yield running


def submit(page: Page) -> None:
    page.locator("main form .button-group button").first.click()


def states(site: Site, edition: int) -> dict[str, int]:
    """How many enrolments of the edition are in which state."""
    script = (
        "from collections import Counter; from training.models import Enrolment; import json;"
        f"rows = Enrolment.objects.filter(edition={edition}).values_list('status', flat=True);"
        "print(json.dumps(Counter(rows)))"
    )
    return json.loads(site.manage("manage.py", "shell", "-v0", "-c", script).splitlines()[-1])


def test_waiting(cast: Cast, site: Site, tmp_path: Path) -> None:
    world = json.loads(
        site.manage("manage.py", "shell", "-c", WORLD.read_text()).strip().splitlines()[-1]
    )
    edition = world["for_all"]
    a_town_hall_nominates_twenty_people(cast, site, edition, tmp_path)
    ana = a_carer_is_refused_and_finds_the_next_edition(cast, site, world)
    she_waits(cast, site, ana, edition, rank=1)
    ioana = cast.newcomer("ioana")
    carers.sign_up(ioana, site, IOANA, "Munteanu", "Ioana", "Timiș")
    she_waits(cast, site, ioana, edition, rank=2)
    a_place_becomes_free(cast, site, edition)
    link = ana_gets_an_offer_and_only_looks(cast, site, ana)
    assert states(site, edition) == {"confirmed": 19, "cancelled": 1, "offered": 1, "waitlisted": 1}
    the_time_to_answer_is_over(site, edition)
    ioana_is_next_and_says_yes(cast, site)
    assert states(site, edition) == {"confirmed": 20, "cancelled": 2}
    ana_reads_that_it_is_over(cast, site, ana, link)
    assert offers_to(site, IOANA) == 1


def a_town_hall_nominates_twenty_people(cast: Cast, site: Site, edition: int, folder: Path) -> None:
    rows = [
        [f"Rând{chr(97 + n)}", f"Prenume{chr(97 + n)}", "0256 000 0" + str(10 + n)]
        for n in range(20)
    ]
    sheet = folder / "oameni.xlsx"
    sheet.write_bytes(write_xlsx(HEADERS, [*rows, ["Greșit7", "Rând", ""]], title="Oameni"))
    page = cast.staff("nominator", "Timiș")
    page.goto(f"{site.url}/en/training/nominate/{edition}/list/")
    page.set_input_files("[name=file]", sheet)
    cast.picture(page, "town-hall-uploads-a-list")
    submit(page)
    page.wait_for_url(re.compile(r"/nominate/lists/\d+/$"))
    expect(page.locator("main table tbody tr")).to_have_count(21)
    expect(page.locator("main")).to_contain_text("digits in the name")
    assert states(site, edition) == {}
    cast.picture(page, "every-row-of-the-list")
    # A double click has one effect.
    page.locator("main form button").first.dblclick()
    expect(page.locator(".confirmation")).to_contain_text("20")
    cast.picture(page, "twenty-people-nominated")
    assert states(site, edition) == {"confirmed": 20}


def a_carer_is_refused_and_finds_the_next_edition(cast: Cast, site: Site, world: dict) -> Page:
    page = cast.newcomer("ana")
    carers.sign_up(page, site, ANA, "Ștefănescu", "Ana", "Timiș")
    page.goto(f"{site.url}/ro/training/editions/{world['for_staff']}/enrol/")
    # Why, and what to do instead; no bare error.
    expect(page.locator("main h1")).to_contain_text("Această ediție este numai pentru: ")
    assert page.locator("main form[method=post] button.button-large").count() == 0
    cast.picture(page, "refused-for-a-reason")
    # The next edition that she can have stands on the same page.
    page.locator(f"main a[href$='/editions/{world['for_all']}/']").first.click()
    page.wait_for_url(re.compile(rf"/editions/{world['for_all']}/$"))
    cast.picture(page, "the-next-edition-is-full")
    return page


def she_waits(cast: Cast, site: Site, page: Page, edition: int, *, rank: int) -> None:
    carers.enrol(page, site, edition)
    expect(page.locator(".status-panel")).to_contain_text(str(rank))
    cast.picture(page, f"waits-with-rank-{rank}")


def a_place_becomes_free(cast: Cast, site: Site, edition: int) -> None:
    page = cast.staff("coordinator", "Timiș")
    page.goto(f"{site.url}/en/training/editions/{edition}/participants/")
    row = page.locator("tr", has_text="Rândc")
    row.get_by_role("link", name=re.compile("Cancel the place")).click()
    page.fill("[name=reason]", "S-a îmbolnăvit.")
    submit(page)
    page.wait_for_url(re.compile(r"/participants/"))


def offers_to(site: Site, address: str) -> int:
    """How many mails with the link of an offer went there."""
    texts = (mail.get_body(("plain",)).get_content() for mail in site.mails(address))
    return sum("/offers/" in text for text in texts)


def link_in(text: str) -> str:
    found = re.search(r"https?://\S+/offers/\S+/", text)
    assert found, text
    return found[0]


def ana_gets_an_offer_and_only_looks(cast: Cast, site: Site, page: Page) -> str:
    link = link_in(site.mail(ANA, r"/offers/"))
    stranger = cast.newcomer("ana-without-signing-in")
    stranger.goto(link)
    expect(stranger.locator("button[name=answer]")).to_have_count(2)
    cast.picture(stranger, "an-offer-with-two-buttons")
    page.goto(f"{site.url}/ro/training/enrolments/")
    page.locator("main a[href*='/training/enrolments/']").first.click()
    expect(page.locator("button[name=answer]")).to_have_count(2)
    cast.picture(page, "the-same-on-her-own-page")
    return link


def the_time_to_answer_is_over(site: Site, edition: int) -> None:
    """Only the deadline is moved; nobody opens a page, the worker does the rest within a minute."""
    script = (
        "from training.models import Enrolment; from django.utils import timezone;"
        f"Enrolment.objects.filter(edition={edition}, status='offered')"
        ".update(offer_until=timezone.now())"
    )
    site.manage("manage.py", "shell", "-v0", "-c", script)
    moved_on = {"confirmed": 19, "cancelled": 2, "offered": 1}
    wait_for("the offer to pass on by itself", lambda: states(site, edition) == moved_on)


def ioana_is_next_and_says_yes(cast: Cast, site: Site) -> None:
    page = cast.newcomer("ioana-without-signing-in")
    page.goto(link_in(site.mail(IOANA, r"/offers/")))
    page.locator("button[name=answer][value=yes]").click()
    expect(page.locator(".confirmation")).to_be_visible()
    cast.picture(page, "the-next-says-yes")
    page.reload()
    expect(page.locator(".confirmation")).to_be_visible()


def ana_reads_that_it_is_over(cast: Cast, site: Site, page: Page, link: str) -> None:
    page.goto(link)
    expect(page.locator(".status-panel")).to_be_visible()
    expect(page.locator("button[name=answer]")).to_have_count(0)
    cast.picture(page, "too-late")
    assert offers_to(site, ANA) == 1
