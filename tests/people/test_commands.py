"""The first administrator of a deployment."""

import getpass

import pytest
from django.core.management import CommandError, call_command

from people.access import may
from people.models import User
from people.permissions import Permission
from tests.factories import people as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: "patru cuvinte bune lungi")


def test_an_administrator_at_the_top_of_the_tree(typed, capsys):
    root = make.organisation("ANPDCA")
    below = make.organisation("DGASPC Timiș", parent=root)
    call_command("create_admin", "Prima@Example.org", "--given", "Prima")
    user = User.objects.get(email="prima@example.org")
    assert user.check_password("patru cuvinte bune lungi") and not user.is_superuser
    assert may(user, Permission.MANAGE_ROLES, organisation=below)
    assert "prima@example.org is administrator at ANPDCA." in capsys.readouterr().out


def test_an_administrator_of_one_institution_without_a_password():
    root = make.organisation("ANPDCA")
    below = make.organisation("DGASPC Timiș", parent=root, code="tm")
    call_command(
        "create_admin", "a@example.org", "--given", "A", "--organisation", "tm", "--no-password"
    )
    user = User.objects.get()
    assert not user.has_usable_password()
    assert may(user, Permission.MANAGE_ROLES, organisation=below)
    assert not may(user, Permission.MANAGE_ROLES, organisation=root)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--organisation", "none"], "no such institution"),
        (["--no-password"], "Another account"),
    ],
)
def test_what_is_wrong_is_said(arguments, words):
    root = make.organisation("ANPDCA")
    make.user(make.person(root), "a@example.org")
    with pytest.raises(CommandError, match=words):
        call_command("create_admin", "a@example.org", "--given", "A", *arguments)
    assert User.objects.count() == 1


def test_a_weak_password_is_refused(monkeypatch):
    make.organisation("ANPDCA")
    monkeypatch.setattr(getpass, "getpass", lambda _prompt: "qwerty123456")
    with pytest.raises(CommandError):
        call_command("create_admin", "a@example.org", "--given", "A")
    assert not User.objects.exists()
