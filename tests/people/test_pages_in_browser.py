"""The pages of people in Chromium: on a phone and on a desk, left to right and right to left."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page, expect

from certification.actions import posts
from people.actions import apart, documents
from people.models import Person
from tests.factories import certification as proofs
from tests.factories import courses
from tests.factories import people as make
from tests.factories.evidence import photo
from tests.people.test_second_factor import app_code
from training.actions import households

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
SHOTS = os.environ.get("SHOTS")  # a folder: then every page is photographed

PAGES = {
    None: ["account/login/", "account/login/password/", "account/login/pause/", "account/password/reset/"],
    "ana": ["me/", "me/profile/", "me/profile/edit/", "account/2fa/", "account/sessions/", "account/email/",
            "account/password/set/", "account/logout/", "account/2fa/totp/activate/", "account/2fa/webauthn/add/"],
    "ion": ["me/", "me/people/", "me/people/add/", "me/people/import/", "me/people/{ana}/", "me/people/{ana}/edit/",
            "me/people/{vasile}/account/", "me/people/?q=zzz", "account/reauthenticate/",
            "me/people/duplicates/", "me/people/stale/?months=6", "me/people/{ana}/merge/{vasile}/",
            "me/people/{vasile}/authorisations/add/", "me/people/memberships/{held}/move/",
            "me/people/import/columns/", "posts/", "me/people/duplicates/apart/",
            "me/people/{ana}/documents/add/", "me/people/documents/{paper}/delete/",
            "training/households/{ana}/add/?q=dan", "training/households/days/{home}/"],
    "adm": ["me/", "me/roles/", "me/roles/{timis}/", "me/roles/{timis}/grant/?q=a"],
}  # fmt: skip


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser says is wrong: errors of scripts, the content policy, requests that fail or leave the site."""
    said: list[str] = []
    page.on("console", lambda message: message.type == "error" and said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: "localhost" in request.url or request.url.startswith(("data:", "blob:"))
            or said.append(request.url))  # fmt: skip
    yield said


@pytest.fixture
def enter(page: Page, live_server, cast) -> Callable[[str | None], None]:
    """Signs the browser in as somebody of the cast."""

    def as_user(who: str | None) -> None:
        page.context.clear_cookies()
        if who:
            client = cast.browser(getattr(cast, who))
            cookie = {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
            }
            page.context.add_cookies([{**cookie, "url": live_server.url}])

    return as_user


@pytest.mark.parametrize("language", ["ro", "ar"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_fits_and_behaves(page, live_server, cast, enter, complaints, language, size):
    page.set_viewport_size(size)
    places = {"ana": cast.ana.person_id, "vasile": cast.vasile.pk, "timis": cast.timis.pk}
    places["held"] = cast.vasile.memberships.get().pk
    places |= _papers_and_home(cast)
    _old_and_double(cast)
    for who, addresses in PAGES.items():
        enter(who)
        for number, address in enumerate(addresses):
            answer = page.goto(f"{live_server.url}/{language}/{address.format(**places)}")
            assert answer.status == 200, address
            _fits(page, address, language)
            _photograph(page, f"{language}-{size['width']}-{who or 'nobody'}-{number}")
    assert complaints == []


def _old_and_double(cast) -> None:
    """Somebody recorded twice, records that nobody looked at for long, and a post that nobody holds."""
    make.person(cast.lugoj, "Popescu", "Ana", phone="0722 333 444")
    Person.objects.filter(family_name="Popescu").update(verified_on=date(2020, 1, 1))
    post = posts.define(by=None, name={"ro": "Responsabil cu protecția copilului"})
    programme = proofs.programme(cast.carer)
    posts.require_programmes(by=None, post=post, programmes=[programme], kinds=["town_hall"])


def _papers_and_home(cast) -> dict[str, int]:
    """Two papers of Ana, her husband, and two who are not one."""
    ana, spouse = cast.ana.person, make.person(cast.timis, "Popescu", "Dan", locality="Lugoj")
    made = [
        documents.keep(
            by=cast.ion,
            person=ana,
            paper=documents.Paper("decision", day, "Judecătoria Timișoara", until),
            data=photo(colour),
        )
        for day, until, colour in (
            (date(2024, 3, 1), None, "red"),
            (date(2020, 3, 1), date(2022, 3, 1), "blue"),
        )
    ]
    households.keep_together(by=cast.ion, people=[ana, spouse], since=date(2021, 5, 1))
    apart.keep_apart(by=cast.ion, one=spouse, other=make.person(cast.lugoj, "Popescu", "Dan"))
    return {"paper": made[0].pk, "home": ana.households.get().pk}


def _fits(page: Page, address: str, language: str) -> None:
    facts = page.evaluate(
        """() => ({wide: document.documentElement.scrollWidth - innerWidth,
        heads: document.querySelectorAll('h1').length,
        lang: document.documentElement.lang, dir: document.documentElement.dir,
        small: [...document.querySelectorAll('main button, main .button, main input:not([type=hidden])')]
            .filter(e => e.offsetParent && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 90)),
        unnamed: [...document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')]
            .filter(e => !e.labels.length && !e.ariaLabel).map(e => e.outerHTML.slice(0, 90))})"""
    )
    assert facts["wide"] <= 0, (address, facts)
    assert (facts["heads"], facts["small"], facts["unnamed"]) == (1, [], []), (address, facts)
    assert (facts["lang"], facts["dir"]) == (language, "rtl" if language == "ar" else "ltr"), (
        address
    )
    assert "{%" not in page.content() and "{{" not in page.content(), address


def _photograph(page: Page, name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def newest_code() -> str:
    return re.search(r"^\d{4} \d{4}$", mail.outbox[-1].body, re.MULTILINE).group()


def test_a_newcomer_signs_up_on_a_phone(page, live_server, cast, complaints):
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/en/account/login/")
    page.get_by_label("E-mail address").fill("noua@example.org")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter the code")
    _photograph(page, "code")
    field = page.get_by_label("Code")
    assert (
        field.get_attribute("inputmode") == "numeric"
        and field.get_attribute("autocomplete") == "one-time-code"
    )
    field.fill("1234 5678")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".error-summary")).to_contain_text("This code is not right")
    assert page.title().startswith("Error: ")
    _photograph(page, "code-wrong")
    page.get_by_label("Code").fill(
        "".join(chr(0x660 + int(d)) if d.isdigit() else d for d in newest_code())
    )
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tell us who you are")
    page.get_by_label("Family name").fill("Nouă")
    page.get_by_label("Given name").fill("Ștefana")
    page.get_by_label("County where you live").select_option("Timiș")
    _photograph(page, "welcome")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Ștefana")
    _photograph(page, "start")
    assert complaints == []


def test_staff_set_up_the_second_step_and_a_passkey(page, live_server, cast, enter, complaints):
    courses.home_page()  # where signing out leads
    Authenticator.objects.filter(user=cast.ion).delete()
    cast.ion.set_unusable_password()
    cast.ion.save()
    cache.clear()
    enter("ion")
    page.goto(f"{live_server.url}/en/me/people/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step at sign-in")
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_text("I cannot scan it").click()
    secret = page.locator("code.secret").inner_text()
    _photograph(page, "totp")
    page.get_by_label("Six digits from the app").fill(app_code(secret))
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    _photograph(page, "recovery")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Ion")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
               "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{live_server.url}/en/account/2fa/webauthn/add/")
    page.get_by_label("Let me sign in with this passkey alone").check()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("link", name="See your passkeys")).to_be_visible()
    page.goto(f"{live_server.url}/en/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    # The rolls that the phone keeps are forgotten first, then the form is sent.
    page.wait_for_url(lambda url: "/logout/" not in url)
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    page.goto(f"{live_server.url}/en/account/login/password/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, Ion")
    assert complaints == []


def test_a_list_is_imported(page, live_server, cast, enter, complaints, tmp_path):
    enter("ion")
    path = tmp_path / "listă.csv"
    path.write_text(
        "Nume;Prenume;CNP\nPopa;Ana;1980010112345\nȚurcanu;Vasile;\nTrei3;Eva;\n", "utf-8"
    )
    page.goto(f"{live_server.url}/en/me/people/import/")
    page.get_by_label("Institution").select_option(str(cast.lugoj.pk))
    page.get_by_label("File").set_input_files(path)
    page.get_by_role("button", name="Check the list").click()
    expect(page.get_by_text("Nothing is written yet.")).to_be_visible()
    _photograph(page, "import-check")
    page.get_by_role("button", name="Put 1 person on record").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The list is recorded")
    page.reload()
    expect(page.get_by_text("1 person was put on record.")).to_be_visible()
    page.set_viewport_size(PHONE)
    _fits(page, "result", "en")
    _photograph(page, "import-done")
    assert complaints == []
