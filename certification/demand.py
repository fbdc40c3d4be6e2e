"""The demand planner: how many places each county and language needs in each month, against what is scheduled."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from math import ceil

from django.db import connection
from django.utils import timezone

from certification import demand_sql as sql
from certification.days import add_months, law_zone, today
from certification.models import Programme
from certification.queries import Filters, statement
from people.models import Organisation, Region, User
from people.permissions import Permission
from training.queries.editions import organisers_for

MONTHS = 12
# A usual group, and the smallest that is worth a trainer and a room.
USUAL, SMALLEST = 20, 8
Key = tuple[str | None, str]  # tree path of the county, language


@dataclass(frozen=True)
class MonthLine:
    """A month: people whose training is due by its end, places that are free in it, places to add."""

    month: date
    due: int
    free: int
    missing: int


@dataclass(frozen=True)
class DemandRow:
    """One county and language of a programme over the coming months."""

    region: Region | None
    language: str
    months: tuple[MonthLine, ...]

    @property
    def due(self) -> int:
        """People who need a place."""
        return sum(line.due for line in self.months)

    @property
    def free(self) -> int:
        """Places that are free."""
        return sum(line.free for line in self.months)

    @property
    def missing(self) -> int:
        """Places to add."""
        return sum(line.missing for line in self.months)


def missing_places(due: Sequence[int], free: Sequence[int]) -> list[int]:
    """How many places to add in each month so that by its end there was one for everybody due.

    Free places of earlier months count for later needs; those of later months come too late for earlier ones.
    """
    found: list[int] = []
    for needed, there in zip(accumulate(due), accumulate(free), strict=True):
        found.append(max(needed - there - sum(found), 0))
    return found


def groups(missing: Sequence[int]) -> list[tuple[int, int]]:
    """The groups that give those places, as month and size. What one has more than it needs serves the next months."""
    found, spare = [], 0
    for month, gap in enumerate(missing):
        needed = gap - spare
        if needed <= 0:
            spare -= gap
            continue
        number = ceil(needed / USUAL)
        size = max(ceil(needed / number), SMALLEST)
        found += [(month, size)] * number
        spare = number * size - needed
    return found


def demand(
    user: User,
    programme: Programme,
    *,
    region: str = "",
    language: str = "",
    at: date | None = None,
    now: datetime | None = None,
) -> list[DemandRow]:
    """Each county and language in which somebody of the reader's branches needs a place or one is free.

    Those that miss most come first. `region` is a code; without one all.
    """
    day = at or today()
    months = [add_months(day.replace(day=1), number) for number in range(MONTHS)]
    due = _counted(user, programme, day, months)
    free = _free(programme, day, now or timezone.now(), months)
    counties = {r.path: r for r in Region.objects.filter(depth=1)}
    rows = []
    for path, code in {*due, *free}:
        county = counties.get(path or "")
        if (region and (county is None or county.code != region)) or code != (language or code):
            continue
        needed, there = due[path, code], free[path, code]
        lines = zip(months, needed, there, missing_places(needed, there), strict=True)
        rows.append(DemandRow(county, code, tuple(MonthLine(*line) for line in lines)))
    return sorted(rows, key=lambda row: (-row.missing, str(row.region or "\uffff"), row.language))


def organiser_for(user: User, region: Region | None) -> Organisation | None:
    """Who would organise there: the nearest institution that covers the county and for which the user schedules."""
    if region is None:
        return None
    mine = organisers_for(user).order_by().values("pk")
    return Organisation.objects.covering(region).filter(pk__in=mine).first()


def _empty() -> list[int]:
    return [0] * MONTHS


def _counted(
    user: User, programme: Programme, day: date, months: Sequence[date]
) -> dict[Key, list[int]]:
    filters = Filters(at=day, programme=programme.pk)
    text, values = statement(sql.NEEDS, user, filters, Permission.VIEW_STANDING)
    found: dict[Key, list[int]] = defaultdict(_empty)
    with connection.cursor() as cursor:
        cursor.execute(text, {**values, "horizon": add_months(months[0], MONTHS)})
        for _programme, county, language, month, people in cursor.fetchall():
            found[county, language][max(month, 0)] += people
    return found


def _free(
    programme: Programme, day: date, now: datetime, months: Sequence[date]
) -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = defaultdict(_empty)
    values: dict[str, int | str | datetime | date] = {
        "programme": programme.pk,
        "zone": str(law_zone()),
        "now": now,
        "horizon": add_months(months[0], MONTHS),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.PLACES, values)
        for _programme, county, language, starts, places, _is_draft in cursor.fetchall():
            month = (starts.year - day.year) * 12 + starts.month - day.month
            if month < MONTHS:
                found[county, language][max(month, 0)] += places
    return found
