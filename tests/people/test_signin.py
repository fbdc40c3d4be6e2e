"""Signing in by e-mail code: one way for those who come back and those who come first."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import login_code_rejected
from django.core import mail
from django.test import Client

from people.models import AuditEvent, Person, User
from tests.factories import people as make

CONFIRM = "/en/account/login/code/confirm/"
pytestmark = pytest.mark.django_db


def in_digits(code: str, zero: str) -> str:
    """The code in the digits of another script."""
    return "".join(chr(ord(zero) + int(digit)) for digit in code)


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code,
        lambda code: f" {code[:4]} {code[4:]} ",
        lambda code: f"{code[:4]}-{code[4:]}",
        lambda code: f"{code[:2]}–{code[2:5]}—{code[5:]}",
        lambda code: in_digits(code, "٠"),
        lambda code: in_digits(code, "۰"),
        lambda code: in_digits(code, "０"),
        lambda code: f"\u202b{in_digits(code, '٠')}\u202c\u00a0",
    ],
    ids=["plain", "spaces", "dash", "long dashes", "Arabic-Indic", "Persian", "wide", "bidi marks"],
)
def test_the_code_of_the_mail_signs_in(cast, ask, code, typed):
    browser = ask("ana@example.org")
    answer = browser.post(CONFIRM, {"code": typed(code())})
    assert answer.status_code == 302 and answer["Location"] == "/en/me/"
    assert int(browser.session["_auth_user_id"]) == cast.ana.pk


def test_the_code_field_opens_the_numeric_keypad_and_takes_codes_from_the_phone(cast, ask):
    page = ask("ana@example.org").get(CONFIRM).content.decode()
    field = re.search(r'<input[^>]*name="code"[^>]*>', page).group()
    assert 'inputmode="numeric"' in field and 'autocomplete="one-time-code"' in field
    assert "maxlength" not in field and "ana@example.org" in page


def test_the_mail_is_in_the_recipients_language_with_both_forms(cast, ask, code):
    User.objects.filter(pk=cast.ana.pk).update(language="ar")
    ask("ana@example.org", language="en")
    letter = mail.outbox[-1]
    assert letter.extra_headers["Content-Language"] == "ar"
    html = next(part.content for part in letter.alternatives if part.mimetype == "text/html")
    assert 'dir="rtl"' in html and 'lang="ar"' in html
    spaced = f"{code()[:4]} {code()[4:]}"
    assert spaced in letter.body and spaced in html
    assert code() not in letter.subject and not letter.attachments


def test_unknown_and_known_addresses_get_the_same_answer(cast):
    User.objects.filter(pk=cast.ana.pk).update(language="en")
    pages = []
    for email in ("ana@example.org", "nobody@example.org"):
        browser = Client()
        first = browser.post("/en/account/login/", {"email": email})
        page = browser.get(first["Location"]).content.decode().replace(email, "X")
        pages.append((first.status_code, first["Location"], re.sub(r'value="[^"]+"', "", page)))
    assert pages[0] == pages[1]
    assert [letter.subject for letter in mail.outbox] == [mail.outbox[0].subject] * 2


def test_a_closed_account_gets_no_code_and_the_same_page(cast, ask):
    User.objects.filter(pk=cast.ana.pk).update(is_active=False)
    browser = ask("ana@example.org")
    assert browser.get(CONFIRM).status_code == 200
    assert mail.outbox == []


def test_five_wrong_codes_lead_to_the_pause_page(cast, ask, code):
    browser = ask("ana@example.org")
    right = code()
    wrong = str((int(right) + 1) % 10**8).zfill(8)
    for _attempt in range(4):
        assert browser.post(CONFIRM, {"code": wrong}).status_code == 200
    answer = browser.post(CONFIRM, {"code": wrong})
    assert answer.status_code == 302 and answer["Location"] == "/en/account/login/pause/"
    assert browser.post(CONFIRM, {"code": right})["Location"].startswith("/en/account/login/")
    assert "_auth_user_id" not in browser.session
    assert AuditEvent.objects.filter(verb="signin.paused", person_id=cast.ana.person_id).exists()


def test_ten_tries_in_ten_minutes_whatever_session_or_header(cast, ask):
    """A guesser who asks for new codes and forges the forwarded address gets ten tries, not five for each code."""
    compared = []

    def count(**rejected: object) -> None:
        compared.append(rejected["user"])

    login_code_rejected.connect(count)
    for number in range(4):
        browser = ask(
            "ana@example.org", browser=Client(headers={"x-forwarded-for": f"10.0.0.{number}"})
        )
        for _attempt in range(5):
            browser.post(CONFIRM, {"code": "00000000"})
    login_code_rejected.disconnect(count)
    assert compared == [cast.ana] * 10
    assert ask("clara@example.org").get(CONFIRM).status_code == 200, "others sign in as before"


def test_no_more_than_ten_codes_a_day(cast, time_machine_cache):
    sent = 0
    for _hour in range(14):
        time_machine_cache(3600)
        browser = Client()
        answer = browser.post("/en/account/login/", {"email": "ana@example.org"})
        sent += answer.status_code == 302
    assert sent == 10 == len(mail.outbox)


def test_a_new_code_replaces_the_old_one_and_counts(cast, ask, code):
    browser = ask("ana@example.org")
    old = code()
    browser.post(CONFIRM, {"action": "resend"})
    assert len(mail.outbox) == 2
    if old != code():
        assert browser.post(CONFIRM, {"code": old}).status_code == 200
    assert browser.post(CONFIRM, {"code": code()})["Location"] == "/en/me/"


def test_a_code_works_in_its_own_browser_only_and_once(cast, ask, code):
    browser, other = ask("ana@example.org"), ask("clara@example.org")
    ask("ana@example.org", browser=Client())
    newest = code()
    assert other.post(CONFIRM, {"code": newest}).status_code == 200
    assert browser.post(CONFIRM, {"code": newest}).status_code == 200
    assert "_auth_user_id" not in browser.session


def test_an_old_code_is_refused(cast, ask, code, time_machine_cache):
    browser = ask("ana@example.org")
    time_machine_cache(601)
    answer = browser.post(CONFIRM, {"code": code()})
    assert answer.status_code == 302 and answer["Location"] == "/en/account/login/code/"


def test_the_address_can_be_changed(cast, ask):
    browser = ask("anna@example.org")
    answer = browser.post("/en/account/login/code/change/")
    assert answer["Location"] == "/en/account/login/"
    assert browser.get("/en/account/login/").status_code == 200
    assert Client().get("/en/account/login/code/change/").status_code == 405


def test_the_session_is_new_after_signing_in(cast, ask, code):
    browser = ask("ana@example.org")
    before = browser.session.session_key
    browser.post(CONFIRM, {"code": code()})
    assert browser.session.session_key != before


def test_the_language_of_the_page_is_remembered(cast, ask, code):
    browser = ask("ana@example.org", language="uk")
    browser.post("/uk/account/login/code/confirm/", {"code": code()})
    assert make.fresh(cast.ana).language == "uk"


def test_next_leads_back_to_where_one_was_going(cast, code):
    browser = Client()
    browser.post("/en/account/login/", {"email": "ana@example.org", "next": "/en/me/profile/"})
    answer = browser.post(CONFIRM, {"code": code(), "next": "/en/me/profile/"})
    assert answer["Location"] == "/en/me/profile/"
    browser = Client()
    browser.post(
        "/en/account/login/", {"email": "clara@example.org", "next": "https://evil.example/"}
    )
    answer = browser.post(CONFIRM, {"code": code(), "next": "https://evil.example/"})
    assert answer["Location"] == "/en/me/"


def test_signing_up_is_the_same_page(db):
    assert (
        Client().get("/ro/account/signup/?next=/ro/me/")["Location"]
        == "/ro/account/login/?next=%2Fro%2Fme%2F"
    )


class TestFirstTime:
    """Somebody whom nobody has recorded."""

    def arrive(self, ask, code, email="noua@example.org"):
        browser = ask(email)
        browser.post(CONFIRM, {"code": code()})
        return browser

    def test_the_login_counts_once_the_code_is_typed(self, cast, ask, code):
        ask("noua@example.org")
        assert not EmailAddress.objects.get(email="noua@example.org").verified
        self.arrive(ask, code)
        assert EmailAddress.objects.get(email="noua@example.org").verified

    def test_a_short_form_comes_first_then_the_page_one_wanted(self, cast, ask, code):
        browser = self.arrive(ask, code)
        answer = browser.get("/en/me/profile/")
        assert answer["Location"] == "/en/me/welcome/?next=%2Fen%2Fme%2Fprofile%2F"
        form = {"family_name": "Ștefănescu-Țepeș", "given_name": "Nouă", "region": cast.timis_region.pk,
                "category": cast.carer.pk, "language": "ro", "next": "/en/me/profile/"}  # fmt: skip
        assert browser.post("/en/me/welcome/", form)["Location"] == "/en/me/profile/"
        person = User.objects.get(email="noua@example.org").person
        assert (person.family_name, person.email) == ("Ștefănescu-Țepeș", "noua@example.org")
        assert list(person.memberships.values_list("organisation", "role")) == [
            (cast.timis.pk, "learner")
        ]
        assert [c.category for c in person.categories.all()] == [cast.carer]
        assert AuditEvent.objects.filter(verb="person.registered", person_id=person.pk).count() == 1

    def test_sending_the_form_twice_makes_one_person(self, cast, ask, code):
        browser = self.arrive(ask, code)
        form = {
            "family_name": "Nou",
            "given_name": "Nouă",
            "region": cast.timis_region.pk,
            "language": "ro",
        }
        for _click in range(2):
            assert browser.post("/en/me/welcome/", form).status_code == 302
        assert Person.objects.filter(family_name="Nou").count() == 1

    def test_the_form_says_what_is_missing(self, cast, ask, code):
        answer = self.arrive(ask, code).post("/en/me/welcome/", {"family_name": "Nou"})
        assert set(answer.context["form"].errors) == {"given_name", "region", "language"}
        assert "<title>Error: " in answer.content.decode()
