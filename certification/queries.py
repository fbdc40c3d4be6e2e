"""Reads over standing: of one person, and of everybody in a branch."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from certification import standing_sql as sql
from certification.books import shelves
from certification.days import law_zone, today
from certification.dossier import Dossier, record_of
from certification.dossier_rows import Rows
from certification.law import Book, Held, History, Shelf
from certification.models import Certificate, Programme, RuleVersion
from certification.requirements import findings, missed
from certification.scope import scope
from certification.standing import Rule, Standing, State, judge
from certification.standing import standing as judged
from formats import names
from people.access import grants_of
from people.models import Membership, Person, User
from people.permissions import Permission

__all__ = [
    "Filters", "StandingRow", "hours_by_year", "institutions_of", "record_of", "rule_of", "speaking", "standing",
    "standing_counts", "standing_rows", "standings", "state_of", "states_under", "with_state",
]  # fmt: skip

SORTS = tuple(sql.ORDERS)


def standing(person: Person, programme: Programme, at: date | None = None) -> Standing:
    """Where a person stands under a programme on a day (today without one), why, and what is still asked."""
    day = at or today()
    return _judge(Dossier(person, day), programme, day, shelves([programme.pk]))


def standings(person: Person, at: date | None = None) -> list[tuple[Programme, Standing]]:
    """The standing under each programme that is asked of the person, or of which they hold a certificate."""
    day = at or today()
    file = Dossier(person, day)
    asked = Q(categories__in=person.categories.current(day).values("category"), is_active=True)
    asked &= Q(pk__in=RuleVersion.objects.in_force(day).values("programme"))
    rows = Programme.objects.filter(asked | Q(pk__in=file.programmes)).distinct()
    programmes = list(rows.order_by("code"))
    found = shelves(programme.pk for programme in programmes)
    return [(programme, _judge(file, programme, day, found)) for programme in programmes]


def _judge(
    file: Dossier, programme: Programme, day: date, shelves: Mapping[int, Shelf]
) -> Standing:
    shelf, history = shelves[programme.pk], file.history(programme)
    found = state_of(file, programme, day, shelf, history)
    return replace(found, findings=tuple(findings(shelf, history, day, speaking(found, history))))


def state_of(
    file: Dossier, programme: Programme, day: date, shelf: Shelf, history: History
) -> Standing:
    """The state alone, without its findings."""
    return judged(
        file.records(programme),
        rule_of(shelf.book(day, history)),
        day,
        enrolled_on=file.enrolled_on(programme, day),
        missed=missed(shelf, history, day),
    )


def states_under(programme: Programme, people: Collection[Person], at: date) -> dict[int, Standing]:
    """The state of each of these people, asked for that programme or not; in a few statements for all of them."""
    rows, shelf = Rows(one.pk for one in people), shelves([programme.pk])[programme.pk]
    files = [Dossier(one, at, rows) for one in people]
    return {
        file.person.pk: state_of(file, programme, at, shelf, file.history(programme))
        for file in files
    }


def speaking(found: Standing, history: History) -> Held | None:
    """The certificate that speaks for the person, where it counts or is suspended."""
    if not found.is_good and found.state != State.SUSPENDED:
        return None
    kind = "certificate" if found.certificate_id else "earlier"
    key = found.certificate_id or found.earlier_id
    return next(one for one in history.certificates if (one.kind, one.id) == (kind, key))


def rule_of(version: RuleVersion | Book | None) -> Rule:
    """What it says about time. Without a rule in force there is neither a time to renew in nor grace."""
    return Rule(version.renewal_window_days, version.grace_days) if version else Rule(0, 0)


@dataclass(frozen=True)
class Filters:
    """What narrows the list; the counts of the states obey all but the state itself."""

    at: date
    state: str | None = None
    programme: int | None = None
    category: int | None = None
    branch: str = ""  # tree path of an institution
    is_alone: bool = False  # that institution itself, without those below it
    region: str | None = None  # tree path of a county; "": none is recorded
    locality: str | None = None  # as it is recorded; "": none is
    within: int | None = None  # the certificate counts, and ends so many days later at most
    search: str = ""
    people: tuple[int, ...] | None = None  # only these


@dataclass(frozen=True)
class StandingRow:
    """A person under a programme, for the list and the files."""

    person_id: int
    programme_id: int
    family_name: str
    given_name: str
    patronymic: str
    language: str
    standing: Standing
    organisation: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """As an alphabetical list shows it."""
        return names.listing(self.family_name, self.given_name, self.patronymic, self.language)


def standing_counts(
    user: User, filters: Filters, *, permission: Permission = Permission.VIEW_STANDING
) -> dict[str, int]:
    """How many rows the list has in each state (0 where none)."""
    text, values = statement(sql.COUNTS, user, filters, permission)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        found = dict(cursor.fetchall())
    return {state: found.get(state, 0) for state in State.values}


def standing_rows(
    user: User,
    filters: Filters,
    *,
    sort: str = "state",
    limit: int | None = None,
    offset: int = 0,
    permission: Permission = Permission.VIEW_STANDING,
) -> list[StandingRow]:
    """The rows in that order: people of the user's branches on that day, one row a programme asked of them."""
    text, values = statement(sql.LIST, user, filters, permission, order=sql.ORDERS[sort])
    with connection.cursor() as cursor:
        cursor.execute(text, {**values, "state": filters.state, "limit": limit, "offset": offset})
        columns = [column.name for column in cursor.description]
        found = [dict(zip(columns, row, strict=True)) for row in cursor]
    places = institutions_of({row["person_id"] for row in found}, user, filters.at, permission)
    return [_row(values, places.get(values["person_id"], "")) for values in found]


def _row(values: dict[str, Any], organisation: str) -> StandingRow:
    return StandingRow(
        **{
            name: values[name]
            for name in (
                "person_id",
                "programme_id",
                "family_name",
                "given_name",
                "patronymic",
                "language",
            )
        },
        standing=Standing(
            state=State(values["state"]),
            **{
                name: values[name]
                for name in (
                    "since",
                    "until",
                    "certificate_id",
                    "earlier_id",
                    "number",
                    "issuer",
                    "valid_until",
                    "review_due",
                    "said",
                )
            },
            missed=tuple(values["missed"]),
        ),
        organisation=organisation,
    )


def statement(
    template: str, user: User, filters: Filters, permission: Permission, **parts: str
) -> tuple[str, dict[str, Any]]:
    """The SQL with the scope of the reader put in; Django's unnamed parameters get names."""
    people, given = scope(user, filters, permission)
    pieces = people.split("%s")
    named = "".join(f"{piece}%(scope{n})s" for n, piece in enumerate(pieces[:-1])) + pieces[-1]
    values: dict[str, Any] = {f"scope{n}": value for n, value in enumerate(given)}
    values |= {
        "at": filters.at,
        "zone": str(law_zone()),
        "programme": filters.programme,
        "category": filters.category,
        "within": filters.within,
        "draft": None,
    }
    return template.format(scope=named, **parts), values


def institutions_of(
    people: set[int], user: User, at: date, permission: Permission
) -> dict[int, str]:
    """The institution of each person on that day: the lowest one that the reader's branch holds."""
    memberships = (
        Membership.objects.current(at).filter(person__in=people).select_related("organisation")
    )
    if not grants_of(user).everywhere(permission):
        memberships = memberships.filter(grants_of(user).within("organisation__path", permission))
    # The deepest comes last and stays; of two beside each other, always the same one.
    return {
        m.person_id: str(m.organisation)
        for m in sorted(memberships, key=lambda m: (len(m.organisation.path), m.organisation.path))
    }


def with_state(
    certificates: QuerySet[Certificate], at: date
) -> list[tuple[Certificate, Standing | None]]:
    """Certificates with what each of them alone says on that day; nothing for one that was replaced."""
    rows = certificates.select_related("programme", "authority__organisation").prefetch_related(
        "events", "reliefs"
    )
    versions = {
        v.programme_id: v
        for v in RuleVersion.objects.in_force(at).filter(programme__certificates__in=rows)
    }
    return [
        (one, judge(record_of(one, at), rule_of(versions.get(one.programme_id)), at))
        for one in rows
    ]


def hours_by_year(person: Person, until: date | None = None) -> list[tuple[int, int]]:
    """Minutes of each calendar year, the newest first; those of the days until then, where a day is given."""
    hours = person.hours.filter(on__lte=until) if until else person.hours
    years = hours.order_by().values_list("on__year").annotate(minutes=Sum("minutes"))
    return sorted(years, reverse=True)
