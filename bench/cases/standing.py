"""Standing: 100,000 people with 1,000,000 lines of hours; one county, the whole country, a past day, one person."""

import re
from collections.abc import Callable
from datetime import date

from django.db import connection

from bench import country, data
from bench.harness import BenchError, Options, show
from bench.reading import Reading, read
from certification import queries
from certification import standing_sql as sql
from certification.models import Programme
from certification.queries import Filters
from people.access import grants_of
from people.models import Person, User
from people.permissions import Permission
from tools.say import VAR

TIMES = 10  # the larger country has so many times the people of the smaller
TODAY, PAST = date(2026, 11, 2), date(2025, 2, 28)
STATES = {"valid", "review_due", "in_grace", "expired", "revoked", "never"}

Work = Callable[[], object]


def run(options: Options) -> None:
    """Counts of all states and the first page, for one county, the country and a past day; then the plans."""
    found: dict[int, dict[str, Reading]] = {}
    plans = VAR / "bench"
    plans.mkdir(parents=True, exist_ok=True)
    try:
        for scale in (options.scale, options.scale * TIMES):
            people = country.SMALL * scale
            data.prepared("country", country.fill, scale)
            _look(people)
            found[people] = {name: read(work, options.rounds) for name, work in _works().items()}
            for name, (filters, role) in _questions().items():
                file = plans / f"standing-{people}-{name.replace(' ', '-')}.txt"
                file.write_text("\n".join(_plan(filters, role)))
    finally:
        data.stop()
    _show(*found.items())
    print(f"\nPlans with buffers: {plans}/standing-*.txt")


def _show(small: tuple[int, dict[str, Reading]], large: tuple[int, dict[str, Reading]]) -> None:
    rows = [
        [name, few.whole, many.whole, many.whole / few.whole, many.queries, many.rows]
        for (name, few), many in zip(small[1].items(), large[1].values(), strict=True)
    ]
    heads = ["clock ms", f"{small[0]:,} people", f"{large[0]:,} people", "grows by"]
    title = f"Standing: {large[0]:,} people, {large[0] * country.LINES:,} lines of hours"
    show(
        f"{title}; the county has {country.COUNTY:,} people",
        [*heads, "queries", "rows read"],
        rows,
    )


def _questions() -> dict[str, tuple[Filters, str]]:
    programme = Programme.objects.get(code=country.CODE).pk
    return {
        "one county": (Filters(at=TODAY, programme=programme), "officer"),
        "one county, a past day": (Filters(at=PAST, programme=programme), "officer"),
        "the country": (Filters(at=TODAY, programme=programme), "overseer"),
        "the country, a past day": (Filters(at=PAST, programme=programme), "overseer"),
    }


def _works() -> dict[str, Work]:
    found: dict[str, Work] = {}
    for name, (filters, role) in _questions().items():
        user = User.objects.get(email=f"{role}@example.org")
        grants_of(user)  # read once a request, not once a list
        found[f"{name}: counts"] = lambda u=user, f=filters: queries.standing_counts(u, f)
        if role == "officer":
            found[f"{name}: first page"] = lambda u=user, f=filters: queries.standing_rows(
                u, f, limit=50
            )
    person = Person.objects.filter(certificates__isnull=False).order_by("pk")[0]
    programme = Programme.objects.get(code=country.CODE)
    found["one person, every requirement"] = lambda: queries.standing(person, programme, TODAY)
    return found


def _look(people: int) -> None:
    """The data are what they are said to be: the people who are still there, in states of every kind the law makes."""
    filters, role = _questions()["the country"]
    counts = queries.standing_counts(User.objects.get(email=f"{role}@example.org"), filters)
    kinds = {state for state, number in counts.items() if number}
    if sum(counts.values()) < 0.9 * people or not kinds >= STATES:
        raise BenchError(f"The data are not what the bench says: {counts}")


def _plan(filters: Filters, role: str) -> list[str]:
    user = User.objects.get(email=f"{role}@example.org")
    text, values = queries.statement(sql.COUNTS, user, filters, Permission.VIEW_STANDING)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {text}", values)
        return [re.sub(r"\s+$", "", line) for (line,) in cursor.fetchall()]
