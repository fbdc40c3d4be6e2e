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
from people.models import Category, Membership, Organisation, Person, PersonCategory, User

CARERS = 300
PASSWORD = "demo: casa din deal 2026"


@dataclass(frozen=True)
class Account:
    """A log-in of the demo, as var/demo.json lists it."""

    role: str
    county: str
    name: str
    email: str
    password: str | None
    totp_secret: str | None
    user: User

    def as_json(self) -> dict[str, str | None]:
        """Without the database row."""
        keys = ("role", "county", "name", "email", "password", "totp_secret")
        return {key: getattr(self, key) for key in keys}


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


def _secret(email: str) -> str:
    return base64.b32encode(hashlib.sha256(f"tutela demo {email}".encode()).digest()[:20]).decode()


def _account(
    role: str, county: str, organisation: Organisation, names: tuple[str, str], language: str = "ro"
) -> Account:
    family, given = names
    email = f"{role}{'.' + county.lower() if county else ''}@demo.example".replace("ș", "s")
    categories = [Category.objects.get(code="ro.asistent-maternal")] if role == "learner" else []
    person = people.record_person(
        by=None, organisation=organisation, family_name=family, given_name=given, email=email, language=language,
        region=organisation.covers.first(), categories=categories, role="learner" if role == "learner" else role,
    )  # fmt: skip
    staff = role != "learner"
    user = accounts.open_account(
        by=None, person=person, email=email, password=PASSWORD if staff else None
    )
    secret = _secret(email) if staff else None
    if secret:
        TOTP.activate(user, secret)
    return Account(role, county, person.full_name, email, PASSWORD if staff else None, secret, user)


def staff(ministry: Organisation, counties: list[County]) -> list[Account]:
    """One log-in per role for Timiș and the country, and a second county that must see nothing of the first."""
    timis, cluj = counties[0], counties[1]
    return [
        _account("learner", "Timiș", timis.town_halls[0], ("Popescu", "Ana")),
        _account("trainer", "Timiș", timis.centre, ("Petrescu", "Petre")),
        _account("coordinator", "Timiș", timis.directorate, ("Marin", "Mara")),
        _account("nominator", "Timiș", timis.town_halls[0], ("Dobre", "Doru")),
        _account("officer", "Timiș", timis.directorate, ("Ionescu", "Ion")),
        _account("quality", "Timiș", timis.directorate, ("Chirilă", "Cristina")),
        _account("learner", "Cluj", cluj.town_halls[0], ("Mureșan", "Clara")),
        _account("trainer", "Cluj", cluj.centre, ("Pop", "Tiberiu")),
        _account("coordinator", "Cluj", cluj.directorate, ("Moldovan", "Sanda")),
        _account("nominator", "Cluj", cluj.town_halls[0], ("Crișan", "Nelu")),
        _account("officer", "Cluj", cluj.directorate, ("Olteanu", "Olga")),
        _account("overseer", "", ministry, ("Vlad", "Vera")),
        _account("editor", "", ministry, ("نصار", "نور"), "ar"),
        _account("administrator", "", ministry, ("Administrescu", "Adina")),
    ]
