"""Reads over standing: of one person, and of everybody in a branch."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet, Sum

from certification import standing_sql as sql
from certification.days import day_of, law_zone, today
from certification.models import Certificate, Programme, RuleVersion
from certification.standing import Happening, Record, Rule, Standing, State, judge
from certification.standing import standing as judged
from formats import names
from people.access import grants_of
from people.models import Membership, Person, User
from people.permissions import Permission
from training.models import Enrolment

__all__ = [
    "Filters", "StandingRow", "hours_by_year", "record_of", "standing", "standing_counts", "standing_rows", "standings",
    "with_state",
]  # fmt: skip

SORTS = tuple(sql.ORDERS)
Status = Enrolment.Status


def standing(person: Person, programme: Programme, at: date | None = None) -> Standing:
    """Where a person stands under a programme on a day (today without one), and why."""
    day = at or today()
    return _judge(person, programme, day, _records(person))


def standings(person: Person, at: date | None = None) -> list[tuple[Programme, Standing]]:
    """The standing under each programme that is asked of the person, or of which they hold a certificate."""
    day = at or today()
    records = _records(person)
    asked = Q(categories__in=person.categories.current(day).values("category"), is_active=True)
    asked &= Q(pk__in=RuleVersion.objects.in_force(day).values("programme"))
    programmes = (
        Programme.objects.filter(asked | Q(pk__in=list(records))).distinct().order_by("code")
    )
    return [(programme, _judge(person, programme, day, records)) for programme in programmes]


def _judge(
    person: Person, programme: Programme, day: date, records: dict[int, list[Record]]
) -> Standing:
    rule = _rule(RuleVersion.objects.in_force(day).filter(programme=programme).first())
    return judged(
        records.get(programme.pk, []), rule, day, enrolled_on=_enrolled_on(person, programme, day)
    )


def _rule(version: RuleVersion | None) -> Rule:
    """Without a rule in force there is neither a time to renew in nor grace."""
    return Rule(version.renewal_window_days, version.grace_days) if version else Rule(0, 0)


def _records(person: Person) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for certificate in Certificate.objects.held_by(person).prefetch_related("events"):
        found.setdefault(certificate.programme_id, []).append(record_of(certificate))
    return found


def record_of(certificate: Certificate) -> Record:
    """What a certificate and its events say about time."""
    events = tuple(
        Happening(e.kind, e.on, e.reason, e.next_review) for e in certificate.events.all()
    )
    return Record(
        certificate.pk,
        certificate.number,
        certificate.valid_from,
        certificate.valid_until,
        certificate.review_due,
        events,
    )


def _enrolled_on(person: Person, programme: Programme, day: date) -> date | None:
    keys = programme.courses.values("translation_key")
    enrolments = person.enrolments.filter(edition__course__translation_key__in=keys).select_related(
        "edition"
    )
    days = [day_of(enrolment.queued_at) for enrolment in enrolments if _under_way(enrolment, day)]
    return min(days, default=None)


def _under_way(enrolment: Enrolment, day: date) -> bool:
    """Did the person have a place that day, with the outcome still open? What has no date is taken as it is today."""
    if day_of(enrolment.queued_at) > day:
        return False
    if enrolment.status == Status.COMPLETED:
        return bool(enrolment.completed_on and enrolment.completed_on > day)
    if enrolment.status == Status.NOT_COMPLETED:
        return bool(enrolment.edition.ends and day_of(enrolment.edition.ends) >= day)
    if enrolment.status == Status.CANCELLED:
        return bool(enrolment.cancelled_at and day_of(enrolment.cancelled_at) > day)
    return enrolment.status in (Status.CONFIRMED, Status.OFFERED)


@dataclass(frozen=True)
class Filters:
    """What narrows the list; the counts of the states obey all but the state itself."""

    at: date
    state: str | None = None
    programme: int | None = None
    category: int | None = None
    branch: str = ""  # tree path of an institution
    search: str = ""


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
    places = _places({row["person_id"] for row in found}, user, filters.at, permission)
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
                    "number",
                    "valid_until",
                    "review_due",
                    "said",
                )
            },
        ),
        organisation=organisation,
    )


def _scope(user: User, filters: Filters, permission: Permission) -> QuerySet[Person]:
    """The people who belonged to the reader's branches that day. By membership alone: one's own record is elsewhere."""
    grants = grants_of(user)
    inside = Membership.objects.current(filters.at).filter(
        grants.within("organisation__path", permission)
    )
    if permission != Permission.VIEW_STANDING:
        inside = inside.filter(grants.within("organisation__path", Permission.VIEW_STANDING))
    if filters.branch:
        inside = inside.filter(organisation__path__startswith=filters.branch)
    people = Person.objects.filter(pk__in=inside.values("person_id"), erased_at__isnull=True)
    return people.matching(filters.search) if filters.search.strip() else people


def statement(
    template: str, user: User, filters: Filters, permission: Permission, **parts: str
) -> tuple[str, dict[str, Any]]:
    """The SQL with the scope of the reader put in; Django's unnamed parameters get names."""
    people = _scope(user, filters, permission).order_by().values("pk")
    try:
        scope, given = people.query.sql_with_params()
    except EmptyResultSet:  # no role of the reader reaches anybody
        scope, given = "SELECT NULL::bigint WHERE FALSE", ()
    pieces = scope.split("%s")
    named = "".join(f"{piece}%(scope{n})s" for n, piece in enumerate(pieces[:-1])) + pieces[-1]
    values: dict[str, Any] = {f"scope{n}": value for n, value in enumerate(given)}
    values |= {
        "at": filters.at,
        "zone": str(law_zone()),
        "programme": filters.programme,
        "category": filters.category,
    }
    return template.format(scope=named, **parts), values


def _places(people: set[int], user: User, at: date, permission: Permission) -> dict[int, str]:
    """The institution of each person on that day: the lowest one that the reader's branch holds."""
    memberships = (
        Membership.objects.current(at).filter(person__in=people).select_related("organisation")
    )
    if not grants_of(user).everywhere(permission):
        memberships = memberships.filter(grants_of(user).within("organisation__path", permission))
    # The deepest comes last and stays.
    return {
        m.person_id: str(m.organisation)
        for m in sorted(memberships, key=lambda m: len(m.organisation.path))
    }


def with_state(
    certificates: QuerySet[Certificate], at: date
) -> list[tuple[Certificate, Standing | None]]:
    """Certificates with what each of them alone says on that day; nothing for one that was replaced."""
    rows = certificates.select_related("programme", "authority__organisation").prefetch_related(
        "events"
    )
    versions = {
        v.programme_id: v
        for v in RuleVersion.objects.in_force(at).filter(programme__certificates__in=rows)
    }
    return [(one, judge(record_of(one), _rule(versions.get(one.programme_id)), at)) for one in rows]


def hours_by_year(person: Person) -> list[tuple[int, int]]:
    """Minutes of each calendar year, the newest first."""
    years = person.hours.order_by().values_list("on__year").annotate(minutes=Sum("minutes"))
    return sorted(years, reverse=True)
