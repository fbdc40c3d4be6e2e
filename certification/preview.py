"""What a draft of the rules would do on its first day: who would gain, lose or keep standing, by county, by name."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, models
from django.utils.translation import pgettext_lazy

from certification import preview_sql as sql
from certification.models import RuleVersion
from certification.queries import Filters, statement
from certification.standing import State
from formats import names
from people.models import Region, User
from people.permissions import Permission


class Fate(models.TextChoices):
    """What becomes of somebody's standing."""

    LOSES = "loses", pgettext_lazy("change of the rules", "loses standing")
    GAINS = "gains", pgettext_lazy("change of the rules", "gains standing")
    KEEPS = "keeps", pgettext_lazy("change of the rules", "keeps standing")


@dataclass(frozen=True)
class County:
    """How many people of a county lose, gain and keep; None is of people without a county."""

    region: Region | None
    loses: int
    gains: int
    keeps: int


@dataclass(frozen=True)
class Change:
    """Somebody's standing before and after; nothing where the programme had, or would have, no rule."""

    person_id: int
    name: str
    before: State | None
    after: State | None


def counties(user: User, version: RuleVersion, day: date | None = None) -> list[County]:
    """Every county with people of the reader's branches of whom the programme is asked; most losses first."""
    found: dict[str | None, dict[str, int]] = defaultdict(dict)
    for county, fate, people in _run(sql.COUNTS, user, version, day):
        found[county][fate] = people
    regions = {region.path: region for region in Region.objects.filter(depth=1)}
    rows = [
        County(regions.get(path or ""), *(fates.get(fate, 0) for fate in Fate.values))
        for path, fates in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.loses, str(row.region or "\uffff")))


def changes(
    user: User,
    version: RuleVersion,
    fate: str,
    *,
    day: date | None = None,
    county: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[Change]:
    """The people of one fate, by name; `county` is a region's path."""
    values = {"fate": fate, "county": county, "limit": limit, "offset": offset}
    return [
        Change(
            row[0],
            names.listing(*row[1:5]),
            State(row[6]) if row[6] else None,
            State(row[7]) if row[7] else None,
        )
        for row in _run(sql.LIST, user, version, day, **values)
    ]


def _run(
    template: str, user: User, version: RuleVersion, day: date | None, **more: Any
) -> list[tuple[Any, ...]]:
    filters = Filters(at=day or version.effective_from, programme=version.programme_id)
    text, values = statement(template, user, filters, Permission.VIEW_STANDING)
    with connection.cursor() as cursor:
        cursor.execute(text, {**values, **more, "draft": version.pk})
        return cursor.fetchall()
