"""People, institutions and log-ins for tests. No name, number or address belongs to anybody."""

from datetime import date
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone

from people.actions import accounts, memberships, people, providers, tokens
from people.models import (
    ApiToken,
    Category,
    Jurisdiction,
    Membership,
    Organisation,
    Person,
    Region,
    SignInProvider,
    User,
)
from people.scopes import Scope

LONG_AGO = date(2020, 1, 1)
_numbers = count(1)

NAMES = {
    "en": "Romania", "ro": "România", "uk": "Румунія", "bg": "Румъния", "ar": "رومانيا",
}  # fmt: skip


def jurisdiction(code: str = "ro", **fields: Any) -> Jurisdiction:
    """The jurisdiction of that code; made if missing."""
    given = {
        "name": NAMES,
        "languages": ["ro", "en"],
        "default_language": "ro",
        "time_zone": "Europe/Bucharest",
        **fields,
    }
    return Jurisdiction.objects.get_or_create(code=code, defaults=given)[0]


def region(code: str, name: str = "", *, parent: Region | None = None, **fields: Any) -> Region:
    """A region of that code; made if missing, under `parent` or as a root."""
    found = Region.objects.filter(code=code).first()
    if found:
        return found
    values = {
        "code": code,
        "name": {"ro": name or code, "en": name or code},
        "kind": "county",
        **fields,
    }
    values.setdefault("jurisdiction", jurisdiction())
    return parent.add_child(**values) if parent else Region.add_root(**values)


def organisation(
    name: str,
    *,
    parent: Organisation | None = None,
    kind: str = "",
    covers: tuple[Region, ...] = (),
    **fields: Any,
) -> Organisation:
    """An institution under `parent`, or the root of a tree."""
    values = {"name": {"ro": name, "en": name}, "short_name": name, "language": "ro", **fields}
    values["kind"] = kind or (
        Organisation.Kind.DIRECTORATE if parent else Organisation.Kind.MINISTRY
    )
    values.setdefault("jurisdiction", jurisdiction())
    if parent:
        parent.refresh_from_db()
    made = parent.add_child(**values) if parent else Organisation.add_root(**values)
    made.covers.add(*covers)
    return made


def category(code: str = "ro-foster-carer", *, kind: str = "carer", **fields: Any) -> Category:
    """A category of people; made if missing."""
    values = {
        "jurisdiction": jurisdiction(),
        "kind": kind,
        "name": {"ro": code, "en": code},
        **fields,
    }
    return Category.objects.get_or_create(code=code, defaults=values)[0]


def person(
    organisation: Organisation, family_name: str = "", given_name: str = "Ana", **fields: Any
) -> Person:
    """A learner of that institution since long ago, without an account (see `user`)."""
    fields = {"by": None, "since": LONG_AGO, **fields}
    return people.record_person(
        organisation=organisation,
        family_name=family_name or f"Probă{next(_numbers)}",
        given_name=given_name,
        **fields,
    )


def member(person: Person, organisation: Organisation, role: str, **fields: Any) -> Membership:
    """A role since long ago."""
    return memberships.grant(
        by=None,
        person=person,
        organisation=organisation,
        role=role,
        **{"since": LONG_AGO, **fields},
    )


def end_roles(person: Person) -> None:
    """From today on the person holds no role any more; as a person they stay."""
    for membership in Membership.objects.current().filter(person=person):
        memberships.end(by=None, membership=membership)


def user(
    person: Person, email: str = "", *, password: str | None = None, second_factor: bool = False
) -> User:
    """A log-in with a verified address; with `second_factor`, an authenticator app is set up."""
    made = accounts.open_account(
        by=None, person=person, email=email or f"p{next(_numbers)}@example.org", password=password
    )
    if second_factor:
        add_totp(made)
    return made


def add_totp(user: User) -> str:
    """Set up an authenticator app for the user; the secret, for those who want to compute codes."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def staff(
    organisation: Organisation,
    role: str,
    family_name: str = "",
    given_name: str = "Ion",
    **fields: Any,
) -> User:
    """A log-in with a second factor, for a person who holds that role there."""
    email = fields.pop("email", "")
    password = fields.pop("password", None)
    made = person(organisation, family_name, given_name, role=role, **fields)
    return user(made, email, password=password, second_factor=True)


def superuser(email: str = "root@example.org") -> User:
    """A log-in that may do everything, with a second factor."""
    made = User.objects.create_superuser(email)
    EmailAddress.objects.create(user=made, email=email, verified=True, primary=True)
    add_totp(made)
    return made


def signed_in(user: User | None, *, language: str = "ro") -> Client:
    """A browser of that user (of nobody, for None), whose pages are in that language."""
    client = Client(headers={"accept-language": language})
    if user:
        client.force_login(user, backend="people.backends.CodeAndPassword")
    return client


def fresh(user: User) -> User:
    """The user as the next request sees them: roles are read once for each object."""
    return User.objects.get(pk=user.pk)


def today() -> date:
    """The day by which roles are judged."""
    return timezone.localdate()


def token(organisation: Organisation, *scopes: str, **fields: Any) -> tuple[ApiToken, str]:
    """A token of the API for that institution, with all scopes unless some are named; and its key."""
    given = {"name": f"Program {next(_numbers)}", "days": 90, "by": None, **fields}
    return tokens.make(organisation=organisation, scopes=list(scopes or Scope.values), **given)


def provider(organisation: Organisation, **fields: Any) -> SignInProvider:
    """A sign-in of that institution; its address is one that nobody may ask (nothing leaves a test)."""
    given = {
        "issuer": "https://127.0.0.1:9",
        "client_id": "tutela",
        "secret": "a secret of tests",
        "domains": [f"o{organisation.pk}.example.org"],
        **fields,
    }
    return providers.connect(by=None, organisation=organisation, **given)


def machine(key: str, *, language: str = "en") -> Client:
    """A program that comes with that key."""
    return Client(
        headers={"Authorization": f"Bearer {key}", "Accept-Language": language},
        raise_request_exception=True,
    )
