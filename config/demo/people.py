"""Three hundred invented people in three counties, and the log-ins of every role."""

import base64
import hashlib
import random
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.mfa.totp.internal.auth import TOTP

from config.demo.institutions import County
from config.demo.names import DOUBLE, FAMILY, FOREIGN, GIVEN
from formats.names import latin
from people.actions import accounts, people
from people.models import Category, Membership, Organisation, Person, PersonCategory

CARERS = 300
PASSWORD = "demo: casa din deal 2026"


@dataclass(frozen=True)
class Account:
    """A log-in of the demo, as var/demo.json lists it. The password and the secret are published: it is a demo."""

    role: str
    county: str
    place: str  # a field of institutions.County, or the ministry
    family_name: str
    given_name: str
    language: str = "ro"

    @property
    def email(self) -> str:
        return (
            f"{self.role}{'.' + self.county.lower() if self.county else ''}@demo.example".replace(
                "ș", "s"
            )
        )

    @property
    def password(self) -> str | None:
        """Learners have none: they sign in by a code."""
        return None if self.role == "learner" else PASSWORD

    @property
    def totp_secret(self) -> str | None:
        """The same at each load, so that an authenticator app set up once goes on working."""
        if self.role == "learner":
            return None
        digest = hashlib.sha256(f"tutela demo {self.email}".encode()).digest()
        return base64.b32encode(digest[:20]).decode()

    def as_json(self) -> dict[str, str | None]:
        """As var/demo.json has it."""
        name = f"{self.given_name} {self.family_name}"
        keys = ("role", "county", "email", "password", "totp_secret")
        return {"name": name, **{key: getattr(self, key) for key in keys}}


# One log-in per role for Timiș and the country, and a second county that must see nothing of the first.
ACCOUNTS = (
    Account("learner", "Timiș", "town_hall", "Popescu", "Ana"),
    Account("trainer", "Timiș", "centre", "Petrescu", "Petre"),
    Account("coordinator", "Timiș", "directorate", "Marin", "Mara"),
    Account("nominator", "Timiș", "town_hall", "Dobre", "Doru"),
    Account("officer", "Timiș", "directorate", "Ionescu", "Ion"),
    Account("quality", "Timiș", "directorate", "Chirilă", "Cristina"),
    Account("learner", "Cluj", "town_hall", "Mureșan", "Clara"),
    Account("trainer", "Cluj", "centre", "Pop", "Tiberiu"),
    Account("coordinator", "Cluj", "directorate", "Moldovan", "Sanda"),
    Account("nominator", "Cluj", "town_hall", "Crișan", "Nelu"),
    Account("officer", "Cluj", "directorate", "Olteanu", "Olga"),
    Account("overseer", "", "ministry", "Vlad", "Vera"),
    Account("editor", "", "ministry", "نصار", "نور", "ar"),
    Account("administrator", "", "ministry", "Administrescu", "Adina"),
)


def _name(chance: random.Random, number: int) -> tuple[str, str, str, str]:
    if number < len(FOREIGN):
        return FOREIGN[number]
    family = chance.choice(DOUBLE) if number % 75 == 0 else chance.choice(FAMILY)
    given = chance.choice(GIVEN) + (f"-{chance.choice(GIVEN)}" if number % 5 == 0 else "")
    return family, given, "", "ro"


def carers(counties: list[County], chance: random.Random, today: date) -> list[Person]:
    """Carers of the three counties, without e-mail; written in bulk, as an import would."""
    category = Category.objects.get(code="ro.asistent-maternal")
    placement = Category.objects.get(code="ro.familie-de-plasament")
    made: list[Person] = []
    for number in range(CARERS):
        family, given, patronymic, language = _name(chance, number)
        county = counties[number % len(counties)]
        made.append(
            Person(
                family_name=family,
                given_name=given,
                patronymic=patronymic,
                language=language,
                latin_name="" if language == "ro" else latin(f"{given} {family}", language),
                region=county.region,
                locality=chance.choice(county.town_halls).short_name.removeprefix("Primăria "),
                phone=f"07{chance.randrange(10**8):08d}" if number % 3 else "",
                verified_on=today - timedelta(days=chance.randrange(700)),
            )
        )
    Person.objects.bulk_create(made)
    since = today - timedelta(days=365 * 8)
    Membership.objects.bulk_create(
        Membership(
            person=p,
            organisation=_home(counties[n % len(counties)], n),
            role="learner",
            since=since,
        )
        for n, p in enumerate(made)
    )
    PersonCategory.objects.bulk_create(
        PersonCategory(person=p, category=placement if n % 10 == 9 else category, since=since)
        for n, p in enumerate(made)
    )
    return made


def _home(county: County, number: int) -> Organisation:
    return (county.directorate, *county.town_halls)[number // 3 % 4]


def _open(account: Account, organisation: Organisation) -> Person:
    categories = (
        [Category.objects.get(code="ro.asistent-maternal")] if account.role == "learner" else []
    )
    person = people.record_person(
        by=None, organisation=organisation, family_name=account.family_name, given_name=account.given_name,
        email=account.email, language=account.language, region=organisation.covers.first(), categories=categories,
        role=account.role,
    )  # fmt: skip
    user = accounts.open_account(
        by=None, person=person, email=account.email, password=account.password
    )
    if account.totp_secret:
        TOTP.activate(user, account.totp_secret)
    return person


def staff(ministry: Organisation, counties: list[County]) -> dict[Account, Person]:
    """The people behind the log-ins."""
    places: dict[tuple[str, str], Organisation] = {("", "ministry"): ministry}
    for name, county in zip(("Timiș", "Cluj"), counties, strict=False):
        places[name, "town_hall"] = county.town_halls[0]
        places[name, "centre"] = county.centre
        places[name, "directorate"] = county.directorate
    return {account: _open(account, places[account.county, account.place]) for account in ACCOUNTS}
