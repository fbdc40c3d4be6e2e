"""Reads over people and their institutions."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import get_language

from formats.holidays import Holiday, holidays_of
from formats.sheets import write_csv, write_xlsx
from people import import_words, presets
from people.access import grants_of
from people.models import (
    Category,
    Helpline,
    Jurisdiction,
    Membership,
    Organisation,
    Person,
    Region,
    User,
)
from people.permissions import Permission
from people.roles import ROLES


def jurisdiction() -> Jurisdiction | None:
    """The jurisdiction this deployment serves."""
    return Jurisdiction.objects.filter(code=settings.JURISDICTION).first()


@cache
def _holidays(country: str, year: int) -> tuple[Holiday, ...]:
    if country not in presets.countries():
        return ()
    return tuple(holidays_of(presets.read(f"{country}/holidays.json"), year))


def public_holidays(country: str, first: date, last: date) -> Mapping[date, Holiday]:
    """The public holidays of that country from day to day, both included; none where no preset knows the country."""
    years = range(first.year, last.year + 1)
    found = (one for year in years for one in _holidays(country, year))
    # Two on one day: the first in the preset's order speaks.
    return {one.day: one for one in reversed([h for h in found if first <= h.day <= last])}


def telephone(number: str) -> str:
    """The number as a tel: link wants it."""
    return "".join(c for c in number if c.isdigit() or c == "+")


def _helplines() -> list[dict[str, Any]]:
    lines = Helpline.objects.filter(jurisdiction__code=settings.JURISDICTION)
    return [
        {"code": line.code, "name": line.name, "number": line.number, "tel": telephone(line.number)}
        for line in lines
    ]


def helplines() -> list[dict[str, Any]]:
    """The helplines of this deployment's jurisdiction; kept a minute, every page shows them."""
    return caches["local"].get_or_set("helplines", _helplines, 60) or []


def support_for(user: Any) -> dict[str, Any] | None:
    """The service that helps this user; kept a minute, every page shows it."""
    if not user.is_authenticated or not user.person_id:
        return None
    key = f"support:{user.person_id}:{get_language()}"
    return caches["local"].get_or_set(key, lambda: _support(user.person_id), 60)


def _support(person_id: int) -> dict[str, Any] | None:
    """The nearest institution of theirs that can be called or written to."""
    membership = (
        Membership.objects.current().filter(person=person_id).select_related("organisation").first()
    )
    if membership is None:
        return None
    for organisation in (
        membership.organisation,
        *reversed(membership.organisation.get_ancestors()),
    ):
        if organisation.phone or organisation.email:
            phone, tel = organisation.phone, telephone(organisation.phone)
            return {
                "name": str(organisation),
                "phone": phone,
                "tel": tel,
                "email": organisation.email,
            }
    return {"name": str(membership.organisation)}


def counties() -> QuerySet[Region]:
    """Where people may say they live: the smallest units, by name in the reader's language (Bucharest: six sectors)."""
    leaves = Region.objects.filter(
        jurisdiction__code=settings.JURISDICTION, is_hidden=False, depth__lte=2, numchild=0
    )
    return leaves.order_by(F(f"name__{get_language()}"), "code")


def categories() -> QuerySet[Category]:
    """What people may be in law here: carers first."""
    return Category.objects.filter(
        jurisdiction__code=settings.JURISDICTION, is_active=True
    ).order_by("kind", "pk")


def institutions(allowed: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Those of the given institutions that work today, in the order of the tree."""
    return allowed.filter(is_active=True).order_by("path")


def members_of(organisation: Organisation, role_codes: frozenset[str]) -> QuerySet[Membership]:
    """Who holds one of these roles at that institution today or later, by role and name."""
    held = Membership.objects.filter(organisation=organisation, role__in=role_codes)
    return (
        held.not_over()
        .select_related("person", "organisation")
        .order_by("role", "person__sort_key", "pk")
    )


def register_rows(
    user: User, *, text: str = "", organisation: Organisation | None = None
) -> QuerySet[Person]:
    """The people that this user may see, by name, each with where they belong (`place`) for the list."""
    grants = grants_of(user)
    seen = Person.objects.visible_to(user).filter(erased_at=None)
    current = Membership.objects.current()
    if organisation:
        at_place = current.filter(organisation__path__startswith=organisation.path)
        seen = seen.filter(pk__in=at_place.values("person"))
    if text:
        seen = seen.matching(text)
    visible = current.filter(
        grants.within("organisation__path", Permission.VIEW_PEOPLE), person=OuterRef("pk")
    )
    place = visible.order_by("-since").values("organisation__short_name")[:1]
    return seen.annotate(place=Subquery(place)).select_related("region").by_name()


def sheet_titles(language: str) -> list[str]:
    """The columns that a list of people may have, as our template writes them in that language."""
    return import_words.titles(language)


def empty_sheet(kind: str, language: str, title: str) -> bytes:
    """Our template of a list of people, as csv or xlsx."""
    if kind == "csv":
        return write_csv(import_words.titles(language), [])
    return write_xlsx(import_words.titles(language), [], title=title, rtl=language == "ar")


def sheet_reason(code: str, params: dict[str, Any]) -> str:
    """Why a row or a whole file was refused, in the reader's language, with what to do about it."""
    return import_words.reason(code, params)


def sheet_known(by: str) -> str:
    """Why a row is taken for a person who is on record."""
    return import_words.known(by)


def nearest_with(
    permission: Permission, organisation: Organisation, *, but: int = 0
) -> list[Person]:
    """Whose role lets them do that today: at the institution, else at the nearest above it; one may be left out."""
    roles = [code for code, role in ROLES.items() if permission in role.permissions]
    for path in organisation.authority_paths():
        held = Membership.objects.current().filter(organisation__path=path, role__in=roles)
        people = Person.objects.filter(pk__in=held.values("person"), erased_at=None)
        found = list(people.exclude(pk=but).order_by("pk"))
        if found:
            return found
    return []
