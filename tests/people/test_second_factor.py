"""Staff sign in with two factors or not at all."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.core import mail
from django.db import connection
from django.test import Client

from people.adapters import SecondFactorAdapter
from tests.cast import PASSWORD
from tests.factories import people as make

pytestmark = pytest.mark.django_db
AUTHENTICATE = "/en/account/2fa/authenticate/"
PAGES = [
    "/en/me/",
    "/en/me/profile/",
    "/en/me/people/",
    "/en/me/roles/",
    "/en/me/people/import/",
    "/cms/",
    "/en/account/email/",
]


def app_code(secret: str) -> str:
    """What an authenticator app shows now."""
    counters = list(yield_hotp_counters_from_time())  # those before and after are taken, too
    counter = counters[len(counters) // 2]
    return format_hotp_value(hotp_value(secret, counter))


def signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


@pytest.fixture
def secret(cast) -> str:
    """Ion's authenticator app, set up anew so that its secret is known."""
    Authenticator.objects.filter(user=cast.ion).delete()
    return make.add_totp(cast.ion)


def test_the_code_of_the_mail_alone_does_not_let_staff_in(cast, secret, ask, code):
    browser = ask("ion@example.org")
    answer = browser.post("/en/account/login/code/confirm/", {"code": code()})
    assert answer["Location"] == AUTHENTICATE and not signed_in(browser)
    assert browser.get("/en/me/people/")["Location"].startswith("/en/account/login/")
    assert browser.post(AUTHENTICATE, {"code": "000000"}).status_code == 200 and not signed_in(
        browser
    )
    assert browser.post(AUTHENTICATE, {"code": app_code(secret)})["Location"] == "/en/me/"
    assert signed_in(browser)


def test_a_password_alone_does_not_either(cast, secret):
    browser = Client()
    answer = browser.post(
        "/en/account/login/password/", {"login": "ion@example.org", "password": PASSWORD}
    )
    assert answer["Location"] == AUTHENTICATE and not signed_in(browser)
    digits = app_code(secret)
    eastern = " ".join(chr(ord("٠") + int(digit)) for digit in digits)
    assert browser.post(AUTHENTICATE, {"code": eastern})["Location"] == "/en/me/"


@pytest.mark.parametrize("page", ["/en/_util/login/", "/cms/login/"])
def test_no_library_brings_a_sign_in_page_of_its_own(cast, secret, page):
    """Wagtail has two, on which the password is enough and may be guessed without end."""
    browser = Client()
    answer = browser.post(page, {"username": "ion@example.org", "password": PASSWORD})
    assert answer.status_code == 302 and answer["Location"].startswith("/en/account/login/")
    assert not signed_in(browser)
    assert browser.get("/en/me/people/")["Location"].startswith("/en/account/login/")


def test_a_form_of_django_is_not_answered(cast, rf):
    """Whatever library brings the next one: allauth's own forms call the address `email`."""
    request = rf.post("/")
    assert authenticate(request, email="ana@example.org", password="x") is None
    for who in ("ion@example.org", "adm@example.org"):
        assert authenticate(request, username=who, password=PASSWORD) is None
        form = AuthenticationForm(request, {"username": who, "password": PASSWORD})
        assert not form.is_valid()


def test_an_app_code_works_once(cast, secret):
    digits = app_code(secret)
    for expected in (True, False):
        browser = Client()
        browser.post(
            "/en/account/login/password/", {"login": "ion@example.org", "password": PASSWORD}
        )
        browser.post(AUTHENTICATE, {"code": digits})
        assert signed_in(browser) is expected


def test_guessing_the_app_code_is_limited(cast, secret):
    browser = Client()
    browser.post("/en/account/login/password/", {"login": "ion@example.org", "password": PASSWORD})
    for _attempt in range(12):
        page = browser.post(AUTHENTICATE, {"code": "000000"})
    assert "Too many attempts" in page.content.decode()
    assert browser.post(
        AUTHENTICATE, {"code": app_code(secret)}
    ).status_code == 200 and not signed_in(browser)


def test_a_recovery_code_lets_in_once_however_it_is_typed(cast, secret):
    RecoveryCodes.activate(cast.ion)
    first = (
        Authenticator.objects.get(user=cast.ion, type="recovery_codes").wrap().get_unused_codes()[0]
    )
    for expected in (True, False):
        browser = Client()
        browser.post(
            "/en/account/login/password/", {"login": "ion@example.org", "password": PASSWORD}
        )
        browser.post(AUTHENTICATE, {"code": f" {first[:4]} {first[4:].upper()} "})
        assert signed_in(browser) is expected


@pytest.mark.parametrize("who", ["ion", "petar", "nour", "mara", "doru", "vera", "quin", "adm"])
def test_every_staff_role_without_a_factor_is_led_to_set_one_up(cast, who):
    user = getattr(cast, who)
    Authenticator.objects.filter(user=user).delete()
    browser = cast.browser(user)
    for page in PAGES:
        for answer in (browser.get(page), browser.post(page, {})):
            assert (answer.status_code, answer["Location"]) == (
                302,
                "/en/account/2fa/" if page != "/cms/" else answer["Location"],
            )
            assert answer["Location"].endswith("/account/2fa/")
    assert "Set up an app" in browser.get("/en/account/2fa/").content.decode()


def test_learners_need_none_and_may_have_one(cast):
    assert cast.browser(cast.ana).get("/en/me/").status_code == 200
    make.add_totp(cast.ana)
    assert cast.browser(cast.ana).get("/en/me/").status_code == 200


def test_a_superuser_needs_one(db):
    user = make.superuser()
    assert make.signed_in(user).get("/en/me/profile/").status_code == 200
    Authenticator.objects.all().delete()
    assert make.signed_in(user).get("/en/me/profile/")["Location"] == "/en/account/2fa/"


def test_a_learner_who_becomes_staff_sets_one_up_on_the_next_request(cast):
    browser = cast.browser(cast.ana)
    assert browser.get("/en/me/").status_code == 200
    make.member(cast.ana.person, cast.timis, "coordinator")
    assert browser.get("/en/me/")["Location"] == "/en/account/2fa/"


class TestSettingUp:
    @pytest.fixture
    def newcomer(self, cast, ask, code) -> Client:
        """Ion without a second factor and without a password, signed in by e-mail code."""
        Authenticator.objects.filter(user=cast.ion).delete()
        cast.ion.set_unusable_password()
        cast.ion.save()
        browser = ask("ion@example.org")
        browser.post("/en/account/login/code/confirm/", {"code": code()})
        return browser

    def activate(self, browser: Client) -> str:
        page = browser.get("/en/account/2fa/totp/activate/").content.decode()
        secret = re.search(r'<code class="secret"[^>]*>(\w+)</code>', page).group(1)
        assert "data:image/svg+xml" in page
        answer = browser.post("/en/account/2fa/totp/activate/", {"code": app_code(secret)})
        assert answer.status_code == 302, answer.content.decode()
        return answer["Location"]

    @pytest.mark.django_db(transaction=True)
    def test_an_app_opens_the_site_and_brings_recovery_codes(self, newcomer):
        assert self.activate(newcomer) == "/en/account/2fa/recovery-codes/"
        codes = newcomer.get("/en/account/2fa/recovery-codes/").content.decode()
        assert len(re.findall(r"<li><code>", codes)) == 10
        assert "10 codes are left" in codes
        assert newcomer.get("/en/me/people/").status_code == 200
        assert mail.outbox[-1].subject == "Authenticator app set up"

    @pytest.mark.django_db(transaction=True)
    def test_sessions_that_began_without_it_end(self, cast, newcomer, ask, code):
        thief = ask("ion@example.org")
        thief.post("/en/account/login/code/confirm/", {"code": code()})
        for one in (thief, newcomer):
            one.get("/en/account/2fa/")
        assert UserSession.objects.filter(user=cast.ion).count() == 2
        self.activate(newcomer)
        assert thief.get("/en/me/people/")["Location"].startswith("/en/account/login/")
        assert newcomer.get("/en/me/people/").status_code == 200

    def test_a_wrong_first_code_sets_nothing_up(self, cast, newcomer):
        newcomer.get("/en/account/2fa/totp/activate/")
        page = newcomer.post("/en/account/2fa/totp/activate/", {"code": "12"})
        assert "This code is not right" in page.content.decode()
        assert not Authenticator.objects.filter(user=cast.ion).exists()

    def test_somebody_with_a_password_types_it_first(self, cast, ask, code):
        Authenticator.objects.filter(user=cast.ion).delete()
        browser = ask("ion@example.org")
        browser.post("/en/account/login/code/confirm/", {"code": code()})
        answer = browser.get("/en/account/2fa/totp/activate/")
        assert answer["Location"].startswith("/en/account/reauthenticate/")
        wrong = browser.post("/en/account/reauthenticate/", {"password": "nu"})
        assert "The password is not right." in wrong.content.decode()
        browser.post("/en/account/reauthenticate/", {"password": PASSWORD})
        assert browser.get("/en/account/2fa/totp/activate/").status_code == 200


def test_staff_keep_their_last_factor(cast, secret):
    browser = cast.browser(cast.ion)
    browser.post("/en/account/reauthenticate/", {"password": PASSWORD})
    page = browser.post("/en/account/2fa/totp/deactivate/", {})
    assert page.status_code == 200 and "Add another one" in page.content.decode()
    assert Authenticator.objects.filter(user=cast.ion, type="totp").exists()


def test_learners_may_remove_theirs(cast, django_capture_on_commit_callbacks):
    make.add_totp(cast.ana)
    browser = cast.browser(cast.ana)
    session = browser.session
    session["account_authentication_methods"] = [
        {"method": "mfa", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(cast.ana.pk)
    session.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post("/en/account/2fa/totp/deactivate/", {}).status_code == 302
    assert not Authenticator.objects.filter(user=cast.ana).exists()


def test_secrets_are_encrypted_in_the_table(cast, secret):
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator WHERE user_id = %s", [cast.ion.pk])
        stored = cursor.fetchone()[0]
    assert secret not in stored
    assert TOTP(Authenticator.objects.get(user=cast.ion)).validate_code(app_code(secret))
    assert SecondFactorAdapter().decrypt(SecondFactorAdapter().encrypt("ș")) == "ș"


class TestPassword:
    def test_wrong_guesses_are_limited_for_the_account_only(self, cast):
        for _attempt in range(6):
            page = Client().post(
                "/en/account/login/password/", {"login": "ion@example.org", "password": "x"}
            )
        assert "Too many attempts" in page.content.decode()
        page = Client().post(
            "/en/account/login/password/", {"login": "ion@example.org", "password": PASSWORD}
        )
        assert page.status_code == 200
        other = Client().post(
            "/en/account/login/password/", {"login": "mara@example.org", "password": PASSWORD}
        )
        assert other["Location"] == AUTHENTICATE

    def test_wrong_address_and_wrong_password_read_the_same(self, cast):
        pages = [
            Client()
            .post("/en/account/login/password/", {"login": login, "password": "x"})
            .context["form"]
            .errors
            for login in ("ion@example.org", "nobody@example.org")
        ]
        assert pages[0] == pages[1]

    def test_forgotten_password_by_code_then_still_the_app(self, cast, secret, code):
        browser = Client()
        browser.post("/en/account/password/reset/", {"email": "ion@example.org"})
        browser.post("/en/account/password/reset/confirm/", {"code": code()})
        new = "încă patru cuvinte lungi"
        answer = browser.post("/en/account/password/reset/complete/", {"password1": new})
        assert answer.status_code == 302 and not signed_in(browser)
        answer = browser.post(
            "/en/account/login/password/", {"login": "ion@example.org", "password": new}
        )
        assert answer["Location"] == AUTHENTICATE

    def test_forgotten_password_of_nobody_reads_the_same(self, cast):
        for email in ("ion@example.org", "nobody@example.org"):
            browser = Client()
            answer = browser.post("/en/account/password/reset/", {"email": email})
            assert answer["Location"] == "/en/account/password/reset/confirm/"
            assert "eight digits" in browser.get(answer["Location"]).content.decode()

    def test_a_new_password_ends_other_sessions(self, cast, secret):
        here, there = cast.browser(cast.ion), cast.browser(cast.ion)
        here.post("/en/account/reauthenticate/", {"password": PASSWORD})
        answer = here.post(
            "/en/account/password/change/",
            {"oldpassword": PASSWORD, "password1": "alte patru cuvinte lungi"},
        )
        assert answer.status_code == 302, answer.content.decode()
        assert there.get("/en/me/")["Location"].startswith("/en/account/login/")
        assert here.get("/en/me/").status_code == 200

    @pytest.mark.parametrize("weak", ["qwerty123456", "1qaz2wsx3edc", "scurt", "ion@example.org"])
    def test_weak_passwords_are_refused(self, cast, secret, weak):
        browser = cast.browser(cast.ion)
        browser.post("/en/account/reauthenticate/", {"password": PASSWORD})
        page = browser.post(
            "/en/account/password/change/", {"oldpassword": PASSWORD, "password1": weak}
        )
        assert page.status_code == 200 and page.context["form"].errors["password1"]


def test_signing_out_needs_a_post(cast):
    browser = cast.browser(cast.ana)
    assert browser.get("/en/account/logout/").status_code == 200 and signed_in(browser)
    browser.post("/en/account/logout/")
    assert not signed_in(browser)


def test_a_new_address_is_proved_first_and_notices_follow(cast, code):
    browser = cast.browser(cast.ana)
    browser.post("/en/account/email/", {"email": "ana.noua@example.org", "action_add": "1"})
    assert make.fresh(cast.ana).email == "ana@example.org"
    browser.post("/en/account/confirm-email/", {"code": code()})
    user = make.fresh(cast.ana)
    assert user.email == user.person.email == "ana.noua@example.org"
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified")) == [
        ("ana.noua@example.org", True)
    ]
    assert {letter.to[0] for letter in mail.outbox} >= {"ana@example.org", "ana.noua@example.org"}
