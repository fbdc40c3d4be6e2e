"""Who lives with whom: the adults of a household, now and before, as far as the reader may know them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from people.access import grants_of
from people.models import Person, User
from people.permissions import Permission
from training.models import HouseholdMember


@dataclass(frozen=True)
class Home:
    """One stay of a person in a household: their own days, who else was there on one of them, and how many more."""

    own: HouseholdMember
    others: list[HouseholdMember]
    unseen: int


def household_of(person: Person) -> list[Person]:
    """The other adults of the person's household today."""
    now = HouseholdMember.objects.current()
    home = now.filter(person=person).values("household")
    others = now.filter(household__in=home).exclude(person=person)
    return [row.person for row in others.select_related("person")]


def homes_of(person: Person, reader: User) -> list[Home]:
    """Every household of the person, the present one first; adults whom the reader may not see are only counted."""
    own = list(HouseholdMember.objects.filter(person=person).order_by("-since", "-pk"))
    rows = HouseholdMember.objects.filter(household__in=[row.household_id for row in own])
    rows = rows.exclude(person=person).select_related("person")
    seen = set(
        rows.filter(person__in=Person.objects.visible_to(reader)).values_list("pk", flat=True)
    )
    return [_home(row, rows, seen) for row in own]


def _home(own: HouseholdMember, rows: Iterable[HouseholdMember], seen: set[int]) -> Home:
    there = [
        row
        for row in rows
        if row.household_id == own.household_id
        and row.since <= (own.until or date.max)
        and own.since <= (row.until or date.max)
    ]
    others = [row for row in there if row.pk in seen]
    return Home(own, others, len(there) - len(others))


def linkable(user: User) -> QuerySet[Person] | None:
    """People whom the user may nominate or enrol, and so put into a household; None without any such right."""
    grants = grants_of(user)
    permissions = [p for p in (Permission.NOMINATE, Permission.ENROL) if grants.anywhere(p)]
    if not permissions:
        return None
    seen = Person.objects.none()
    for permission in permissions:
        seen |= Person.objects.visible_to(user, permission)
    return seen.filter(erased_at=None)
