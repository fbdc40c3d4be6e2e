"""Every page, message and mail of the sign-in is ours, in each language, and links to itself in the others."""

import re
from collections.abc import Iterator
from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.core import mail
from django.template.loader import get_template
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse

ALLAUTH = Path(allauth.__file__).parent
# Reached by nobody: links instead of codes, telephones, several addresses, a page to sign up, trusted browsers.
UNUSED = {
    "account/email.html", "account/email_confirm.html", "account/signup.html", "account/signup_closed.html",
    "account/signup_by_passkey.html", "account/password_reset_done.html", "account/phone_change.html",
    "account/confirm_phone_verification_code.html", "account/request_login_code.html", "mfa/trust.html",
    "mfa/webauthn/signup_form.html", "account/snippets/warn_no_email.html", "account/snippets/already_logged_in.html",
    "account/email/password_reset_key_subject.txt", "account/email/password_reset_key_message.txt",
}  # fmt: skip


def templates(*folders: str) -> Iterator[str]:
    root = ALLAUTH / "templates"
    for folder in folders:
        for path in sorted((root / folder).rglob("*.*")):
            name = str(path.relative_to(root))
            if name not in UNUSED and not re.search(r"/base\w*\.\w+$", name):
                yield name


@pytest.mark.parametrize("name", list(templates("account", "mfa", "usersessions")))
def test_every_template_that_can_be_reached_is_ours(name):
    assert Path(get_template(name).origin.name).is_relative_to(settings.BASE_DIR / "templates")


def test_unused_templates_belong_to_views_that_are_not_there():
    names = set(_views(get_resolver().url_patterns))
    for view in ("account_confirm_email", "account_signup_by_passkey", "account_change_phone", "account_verify_phone",
                 "account_reset_password_from_key", "mfa_signup_webauthn"):  # fmt: skip
        assert view not in names


def _views(patterns: list) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or ""
        else:
            yield from _views(pattern.url_patterns)


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("account_login", "people.views.signin"),
        ("account_request_login_code", "people.views.signin"),
        ("account_confirm_login_code", "people.views.signin"),
        ("account_signup", "people.views.signin"),
        ("account_confirm_password_reset_code", "people.views.signin"),
    ],
)
def test_our_views_come_before_allauths(name, view):
    assert resolve(reverse(name)).func.__module__ == view


def test_removing_a_passkey_asks_first():
    assert (
        resolve("/en/account/2fa/webauthn/keys/1/remove/").func.view_class.__module__
        == "people.views.signin"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "account/login/",
        "account/login/password/",
        "account/login/pause/",
        "account/password/reset/",
    ],
)
@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg", "ar"])
def test_pages_for_everybody_in_each_language(address, language):
    answer = Client().get(f"/{language}/{address}")
    html = answer.content.decode()
    assert answer.status_code == 200 and f'<html lang="{language}"' in html
    for other in ("en", "ro", "uk", "bg", "ar"):
        assert f'href="/{other}/{address}"' in html
    assert "Content-Security-Policy" in answer.headers
    assert "no-store" in answer.get("Cache-Control", "") or "password/reset" in address


@pytest.mark.django_db
def test_the_code_page_can_change_language_midway(cast, ask, code):
    browser = ask("ana@example.org", language="ro")
    page = browser.get("/ar/account/login/code/confirm/").content.decode()
    assert 'dir="rtl"' in page and 'href="/ro/account/login/code/confirm/"' in page
    assert (
        browser.post("/ar/account/login/code/confirm/", {"code": code()})["Location"] == "/ar/me/"
    )


@pytest.mark.django_db
def test_cookies_are_for_the_server_alone(cast, ask, code):
    browser = ask("ana@example.org")
    browser.post("/en/account/login/code/confirm/", {"code": code()})
    session = browser.cookies[settings.SESSION_COOKIE_NAME]
    assert session["httponly"] and session["samesite"] == "Lax"


@pytest.mark.django_db
def test_mails_hold_our_address_whatever_host_was_asked(cast, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Client(headers={"host": "evil.example"}).post(
        "/en/account/login/", {"email": "ana@example.org"}
    )
    assert len(mail.outbox) == 1
    assert "evil" not in "".join(_words())


def _words() -> list[str]:
    return [f"{letter.body} {letter.alternatives}" for letter in mail.outbox]
