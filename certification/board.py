"""The board: how many people of a branch stand how, on any day, by programme and by one other thing at a time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Max

from certification import board_sql as sql
from certification import periods
from certification.board_sql import DAYS
from certification.days import add_months
from certification.days_sql import together
from certification.models import Programme, RuleVersion
from certification.queries import Filters, statement
from certification.scope import bases, is_country
from certification.standing import State
from formats import names
from people.models import Category, Organisation, Region, User
from people.permissions import Permission

STEP = Organisation.steplen
# How far a board may look ahead where no rule says how long a certificate lasts.
USUAL_MONTHS = 60
# Without a certificate that counts, and on no course.
LACKING = (State.NEVER, State.EXPIRED, State.REVOKED, State.SUSPENDED)
# Those whose certificate counts, though something is to be done.
ACT_SOON = (State.EXPIRING, State.REVIEW_DUE, State.IN_GRACE)
Found = dict[tuple[int, str | None], "Figures"]


@dataclass(frozen=True)
class Figures:
    """How many people in each state, and of how many the certificate ends within so many days."""

    states: Mapping[str, int] = field(default_factory=dict)
    ends: Mapping[int, int] = field(default_factory=dict)

    def of(self, *states: str) -> int:
        """How many in any of these states."""
        return sum(self.states.get(state, 0) for state in states)

    def within(self, days: int) -> int:
        """Of how many the certificate counts and ends within so many days."""
        return self.ends.get(days, 0)

    @property
    def total(self) -> int:
        """Everybody of whom the programme is asked."""
        return sum(self.states.values())

    @property
    def lacking(self) -> int:
        """Who has no certificate that counts and is on no course."""
        return self.of(*LACKING)


@dataclass(frozen=True)
class Line:
    """A row of the board. `query`: what the list needs to show exactly its people; `before`: those of the other day."""

    key: str
    label: str
    figures: Figures
    before: Figures | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    below: int | None = None  # number of the institution whose own board can be opened


@dataclass(frozen=True)
class Board:
    """The programmes, and the chosen one of them broken down; those with the largest gap come first."""

    programmes: tuple[Line, ...] = ()
    chosen: Line | None = None
    groups: tuple[Line, ...] = ()


def last_day(today: date) -> date:
    """The last day that a board may show: later, every certificate of today will have ended anyway."""
    versions = RuleVersion.objects.in_force(today)
    months = versions.aggregate(most=Max("validity_months"))["most"]
    return add_months(today, months or USUAL_MONTHS)


@dataclass(frozen=True)
class Known:
    """Programmes and institutions that were read already; a superset of what the board can name."""

    programmes: Iterable[Programme]
    institutions: Iterable[Organisation]


def board(
    user: User,
    filters: Filters,
    *,
    by: str,
    versus: date | None = None,
    known: Known | None = None,
) -> Board:
    """The reader's branch on the day of the filters, compared with another day.

    `filters.programme` chooses what is broken down; without it, the programme that is asked of most people.
    """
    every = replace(filters, programme=None)
    now, *others = counted(user, [every, *([replace(every, at=versus)] if versus else [])], by)
    then = others[0] if others else None
    programmes = _programmes(now, then, known)
    wanted = str(filters.programme or "")
    chosen = next((one for one in programmes if one.key == wanted), None) if wanted else None
    chosen = chosen or max(programmes, key=lambda one: one.figures.total, default=None)
    if chosen is None:
        return Board()
    number = int(chosen.key)
    keys = {
        key for programme, key in {*now, *(then or {})} if programme == number and key is not None
    }
    lines = [
        replace(line, figures=_of(now, (number, line.key)), before=_before(then, (number, line.key)))
        for line in LABELS[by](user, filters, keys, known)
    ]  # fmt: skip
    return Board(programmes, chosen, tuple(sorted(lines, key=_rank)))


def _of(found: Found, place: tuple[int, str | None]) -> Figures:
    return found.get(place, Figures())


def _before(then: Found | None, place: tuple[int, str | None]) -> Figures | None:
    """The other day's figures; nothing where no other day is asked for, zeros where nobody was there."""
    return None if then is None else _of(then, place)


def counted(user: User, days: Sequence[Filters], by: str | None) -> list[Found]:
    """For each day the figures of each programme (without a key) and of its groups, if any; all in one
    statement, after one that asks whose periods are stale."""
    statements = []
    for filters, found in zip(days, periods.found(user, days), strict=True):
        begin = bases(user, filters, Permission.VIEW_STANDING)
        text = sql.counted(by, found, everywhere=is_country(begin))
        text, own = statement(text, user, filters, Permission.VIEW_STANDING)
        # Several institutions are rows of their own; one alone is taken apart.
        own |= {"bases": begin, "step": STEP if len(begin) == 1 else 0}
        statements.append((text, own))
    asked, values = together(statements)
    states = [defaultdict[tuple[int, str | None], Counter[str]](Counter) for _day in days]
    ends = [defaultdict[tuple[int, str | None], Counter[int]](Counter) for _day in days]
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        for n, programme, key, state, band, people in cursor:
            states[n][programme, key][state] += people
            for term in DAYS:
                ends[n][programme, key][term] += people if band and band <= term else 0
    return [
        {place: Figures(found[place], ends[n][place]) for place in found}
        for n, found in enumerate(states)
    ]


def _rank(line: Line) -> tuple[int, float, str]:
    """The most people without a certificate that counts first; then the larger part of its people; then by name."""
    lacking, total = line.figures.lacking, line.figures.total
    share = lacking / total if total else -1.0
    return (-lacking, -share, names.sort_key(names.sort_text(line.label, ""), "en"))


def _programmes(now: Found, then: Found | None, known: Known | None) -> tuple[Line, ...]:
    numbers = {programme for programme, key in {*now, *(then or {})} if key is None}
    rows = known.programmes if known else Programme.objects.filter(pk__in=numbers)
    return tuple(
        Line(
            str(one.pk),
            str(one.name),
            _of(now, (one.pk, None)),
            _before(then, (one.pk, None)),
            {"programme": str(one.pk)},
        )
        for one in sorted(rows, key=lambda one: one.code)
        if one.pk in numbers
    )


def _categories(
    user: User, filters: Filters, keys: set[str], known: Known | None
) -> Iterable[Line]:
    for one in Category.objects.filter(pk__in=[int(key) for key in keys]):
        yield _line(str(one.pk), str(one.name), category=str(one.pk))


def _institutions(
    user: User, filters: Filters, keys: set[str], known: Known | None
) -> Iterable[Line]:
    begin = bases(user, filters, Permission.VIEW_STANDING)
    for one in known.institutions if known else Organisation.objects.filter(path__in=keys):
        if one.path not in keys:
            continue
        if len(begin) == 1 and one.path == begin[0]:
            yield _line(one.path, str(one), organisation=str(one.pk), alone="on")
        else:
            line = _line(one.path, str(one), organisation=str(one.pk))
            yield replace(line, below=one.pk if one.numchild else None)


def _counties(user: User, filters: Filters, keys: set[str], known: Known | None) -> Iterable[Line]:
    if "" in keys:
        yield _line("", "", region=NOT_RECORDED)
    for one in Region.objects.filter(path__in=keys - {""}):
        yield _line(one.path, str(one), region=one.code)


def _localities(
    user: User, filters: Filters, keys: set[str], known: Known | None
) -> Iterable[Line]:
    paths = {key.split("|", 1)[0] for key in keys}
    counties = {one.path: one for one in Region.objects.filter(path__in=paths - {""})}
    for key in keys:
        path, locality = key.split("|", 1)
        county = counties.get(path)
        label = ", ".join(part for part in (locality, str(county or "")) if part)
        yield _line(
            key,
            label,
            region=county.code if county else NOT_RECORDED,
            locality=locality or NOT_RECORDED,
        )


def _line(key: str, label: str, **query: Any) -> Line:
    return Line(key, label, Figures(), query=query)


# In an address: nothing is recorded.
NOT_RECORDED = "-"
LABELS = {
    "category": _categories,
    "institution": _institutions,
    "county": _counties,
    "locality": _localities,
}
