"""The people that every test knows, in two counties: whoever works in Cluj must see nothing of Timiș.

ANPDCA (ministry)
├── DGASPC Timiș (covers RO-TM)
│   ├── Primăria Lugoj
│   └── Centrul Timișoara
└── DGASPC Cluj (covers RO-CJ)
    └── Primăria Turda
"""

from dataclasses import dataclass

import pytest
from django.test import Client

from people.models import Category, Jurisdiction, Organisation, Person, Region, User
from tests import remembered
from tests.factories import people as make

PASSWORD = "o parolă lungă de probă"


@dataclass
class Cast:
    """Users who sign in (persons: `cast.ana.person`), and the two trees."""

    jurisdiction: Jurisdiction
    timis_region: Region
    cluj_region: Region
    anpdca: Organisation
    timis: Organisation
    lugoj: Organisation
    centru: Organisation
    cluj: Organisation
    turda: Organisation
    carer: Category
    worker: Category
    ana: User  # carer, Timiș
    ion: User  # officer, DGASPC Timiș
    olga: User  # officer, DGASPC Cluj
    petar: User  # trainer, Timiș
    nour: User  # editor
    mara: User  # coordinator, DGASPC Timiș
    doru: User  # nominator, town hall of Lugoj
    vera: User  # national overseer
    quin: User  # quality reader, Timiș
    adm: User  # administrator of all
    vasile: Person  # carer at Lugoj, without e-mail or account
    clara: User  # carer, Cluj

    def browser(self, user: User | None, *, language: str = "ro") -> Client:
        """A signed-in test client of that user."""
        return make.signed_in(user, language=language)

    @property
    def everybody(self) -> dict[str, User]:
        """All users by the name of their role in tests."""
        names = (
            "ana",
            "clara",
            "ion",
            "olga",
            "petar",
            "nour",
            "mara",
            "doru",
            "vera",
            "quin",
            "adm",
        )
        return {name: getattr(self, name) for name in names}


def build() -> Cast:
    """Put the cast into the database."""
    country = make.jurisdiction()
    tm, cj = make.region("RO-TM", "Timiș"), make.region("RO-CJ", "Cluj")
    anpdca = make.organisation("ANPDCA", code="ro-anpdca")
    timis = make.organisation("DGASPC Timiș", parent=anpdca, covers=(tm,), code="ro-dgaspc-tm")
    lugoj = make.organisation("Primăria Lugoj", parent=timis, kind=Organisation.Kind.TOWN_HALL)
    centru = make.organisation("Centrul Timișoara", parent=timis, kind=Organisation.Kind.CENTRE)
    cluj = make.organisation("DGASPC Cluj", parent=anpdca, covers=(cj,), code="ro-dgaspc-cj")
    turda = make.organisation("Primăria Turda", parent=cluj, kind=Organisation.Kind.TOWN_HALL)
    carer, worker = make.category(), make.category("ro-social-worker", kind="staff")
    ana = make.person(
        timis, "Popescu", "Ana", region=tm, categories=[carer], email="ana@example.org"
    )
    clara = make.person(
        cluj, "Mureșan", "Clara", region=cj, categories=[carer], email="clara@example.org"
    )
    vasile = make.person(lugoj, "Țurcanu", "Vasile", region=tm, categories=[carer])
    return Cast(
        jurisdiction=country, timis_region=tm, cluj_region=cj, anpdca=anpdca, timis=timis, lugoj=lugoj,
        centru=centru, cluj=cluj, turda=turda, carer=carer, worker=worker, vasile=vasile,
        ana=make.user(ana, "ana@example.org"),
        clara=make.user(clara, "clara@example.org"),
        ion=_staff(timis, "officer", "Ionescu", "Ion"),
        olga=_staff(cluj, "officer", "Olteanu", "Olga"),
        petar=_staff(timis, "trainer", "Petrov", "Petar"),
        nour=_staff(anpdca, "editor", "نصار", "نور", language="ar", email="nour@example.org"),
        mara=_staff(timis, "coordinator", "Marin", "Mara"),
        doru=_staff(lugoj, "nominator", "Dobre", "Doru"),
        vera=_staff(anpdca, "overseer", "Vlad", "Vera"),
        quin=_staff(timis, "quality", "Chirilă", "Quin"),
        adm=_staff(anpdca, "administrator", "Admin", "Adm"),
    )  # fmt: skip


def _staff(organisation: Organisation, role: str, family: str, given: str, **fields: str) -> User:
    fields.setdefault("email", f"{given.lower()}@example.org")
    return make.staff(organisation, role, family, given, password=PASSWORD, **fields)


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, in the database of this test."""
    return remembered.again("cast", build)
