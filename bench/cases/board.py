"""The board and the look-up, from 10,000 people by factors of ten: milliseconds, queries, rows read, and how they grow.

`--scale 10` ends at 1,000,000 people with 3,000,000 certificates and 10,000,000 lines of hours; without it, at 100,000.
"""

from collections.abc import Callable
from datetime import date

from django.urls import reverse
from django.utils import translation

from bench import country, data
from bench.harness import BenchError, Options, show
from bench.reading import Reading, read
from bench.visitors import Visitor, signed_in
from certification.models import Certificate
from people.models import Membership, User

SMALL, USUAL = country.SMALL, 100_000
# Milliseconds in the database for a county's board, whatever the country's size, and statements of a page.
GOAL, QUERIES = 50, 12
PAST, VERSUS = date(2024, 11, 2), date(2025, 11, 2)
Page = Callable[[], object]


def run(options: Options) -> None:
    """Each page at each size; then the table of growth."""
    found: dict[int, dict[str, Reading]] = {}
    try:
        for people in sizes(options):
            data.prepared("country", country.fill, people // SMALL)
            found[people] = {name: read(page, options.rounds) for name, page in pages().items()}
            _show(people, found[people])
    finally:
        data.stop()
    _grow(found)


def sizes(options: Options) -> list[int]:
    """10,000 people, then ten times as many, up to the largest that is asked for."""
    most = SMALL if options.small else USUAL * options.scale
    return [SMALL * 10**step for step in range(9) if SMALL * 10**step <= most]


def pages() -> dict[str, Page]:
    """What is measured: the pages as they are asked for, by an officer and by a national overseer."""
    officer, overseer = (_visitor(role) for role in ("officer", "overseer"))
    board = {"by": "institution"}
    somebody = _somebody()
    return {
        "county board": _page(officer, "board", board),
        "county board, two years ago": _page(officer, "board", board | {"at": PAST.isoformat()}),
        "county board, compared with another day": _page(
            officer, "board", board | {"versus": VERSUS.isoformat()}
        ),
        "county board, by locality": _page(officer, "board", {"by": "locality"}),
        "national board, by county": _page(overseer, "board", {"by": "county"}),
        "national board, two years ago": _page(
            overseer, "board", {"by": "county", "at": PAST.isoformat()}
        ),
        "look-up by name": _page(officer, "look-up", {"q": "Цепеш Ана"}),
        "look-up by number": _page(officer, "look-up", {"q": somebody.number}),
    }


def _somebody() -> Certificate:
    """The certificate of one of the county's people, whose whole standing is told when its number is asked for."""
    office = Membership.objects.get(person__user__email="officer@example.org").organisation
    inside = Membership.objects.filter(organisation__path__startswith=office.path, role="learner")
    people = list(inside.order_by("pk").values_list("person_id", flat=True)[:50])
    found = Certificate.objects.filter(person__in=people).order_by("pk").first()
    if found is None:
        raise BenchError("Nobody of the county has a certificate")
    return found


def _visitor(role: str) -> Visitor:
    return signed_in(User.objects.get(email=f"{role}@example.org"))


def _page(visitor: Visitor, name: str, query: dict[str, str]) -> Page:
    with translation.override("ro"):
        path = reverse(f"certification:{name}")

    def ask() -> object:
        answer = visitor.client.get(path, query)
        if answer.status_code != 200:
            raise BenchError(f"{path} answered {answer.status_code}, not 200")
        return answer

    return ask


def _show(people: int, found: dict[str, Reading]) -> None:
    rows = [
        [name, one.database, one.whole, one.queries, one.rows, one.blocks]
        for name, one in found.items()
    ]
    heads = ["", "database ms", "all ms", "queries", "rows read", "blocks"]
    title = (
        f"{people:,} people, {people * country.CERTIFICATES_EACH:,} certificates, "
        f"{people * country.LINES:,} lines of hours; the county has {country.COUNTY:,} people"
    )
    show(title, heads, rows)


def _grow(found: dict[int, dict[str, Reading]]) -> None:
    """How much dearer each page becomes with ten times the people."""
    if len(found) < 2:
        return
    rows = [
        [name, *(found[people][name].database for people in found),
         *(found[more][name].database / found[less][name].database
           for less, more in zip(found, list(found)[1:], strict=False))]
        for name in found[SMALL]
    ]  # fmt: skip
    steps = ["× ten times the people"] * (len(found) - 1)
    show(
        "Database ms as the country grows", ["", *(f"{people:,}" for people in found), *steps], rows
    )
    print(
        f"\nGoal: a county's board ≤ {GOAL} ms in the database, ≤ {QUERIES} queries, at any size."
    )
