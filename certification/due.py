"""What is next: whose training under a programme is due and who has no place yet, and where places are free."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection
from django.db.models import QuerySet

from certification import due_sql as sql
from certification.models import DueNotice, Programme
from certification.queries import Filters, institutions_of, statement
from certification.standing import TONES, State
from people.access import grants_of
from people.models import Organisation, Person, User
from people.permissions import Permission
from training.models import Edition
from training.queries.editions import for_lists

# Everything on these pages is for somebody who may put people forward.
PERMISSION = Permission.NOMINATE
# Somebody who was written to so few days ago is not written to again unless the officer says so.
QUIET = timedelta(days=30)
# So many people at once, and so many editions to choose from.
MOST, MOST_EDITIONS = 200, 30


@dataclass(frozen=True)
class DueRow:
    """A person whose training is due."""

    person: Person
    kind: str
    state: State
    valid_until: date | None
    organisation: str = ""
    written: tuple[DueNotice, ...] = field(default=())

    @property
    def tone(self) -> str:
        """The colour of the tag."""
        return TONES[self.state]


def due_counts(user: User, filters: Filters) -> dict[str, int]:
    """How many are due soon, have expired, were never trained; `filters.within` says how soon."""
    text, values = statement(sql.COUNTS, user, filters, PERMISSION)
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        found = dict(cursor.fetchall())
    return {kind: found.get(kind, 0) for kind in sql.KINDS}


def due_rows(
    user: User, filters: Filters, kind: str = "", *, limit: int | None = None, offset: int = 0
) -> list[DueRow]:
    """Those people, whoever can still be in time first; of one kind where it is given."""
    text, values = statement(sql.LIST, user, filters, PERMISSION)
    values |= {"kind": kind or None, "limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        found = cursor.fetchall()
    numbers = {row[0] for row in found}
    people = Person.objects.select_related("region").in_bulk(numbers)
    places = institutions_of(numbers, user, filters.at, PERMISSION)
    notices = written_to(numbers, filters.programme, filters.at)
    return [
        DueRow(people[pk], of, State(state), until, places.get(pk, ""), notices.get(pk, ()))
        for pk, of, state, until in found
    ]


def written_to(
    people: Iterable[int], programme: int | None, at: date
) -> dict[int, tuple[DueNotice, ...]]:
    """Who of these was written to within the last days, and on which; the newest first."""
    rows = DueNotice.objects.filter(person__in=people, programme=programme, on__gt=at - QUIET)
    found: dict[int, tuple[DueNotice, ...]] = {}
    for one in rows.order_by("-on", "channel"):
        found[one.person_id] = (*found.get(one.person_id, ()), one)
    return found


def people_to_put_forward(user: User) -> QuerySet[Person]:
    """Whom the user may put forward; nobody puts themselves forward."""
    people = Person.objects.visible_to(user, PERMISSION).filter(erased_at=None)
    return people.exclude(pk=user.person_id or 0).select_related("region")


def nominators(user: User) -> list[Organisation]:
    """Where the user may put people forward, the outermost first; none for a superuser without a role."""
    paths = grants_of(user).branches(PERMISSION)
    return list(Organisation.objects.filter(path__in=paths).order_by("path"))


def free_editions(programme: Programme, language: str | None = None) -> list[Edition]:
    """Coming editions that lead to the programme and have a free place, soonest first."""
    keys = list(programme.courses.values_list("translation_key", flat=True))
    coming = Edition.objects.public().open().coming().filter(course__translation_key__in=keys)
    rows = for_lists(coming, language)
    return [one for one in rows if one.places_left and not one.waiting][:MOST_EDITIONS]
