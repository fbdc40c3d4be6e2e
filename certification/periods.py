"""Who stands how on a day: from the periods that are kept, and from the records of those whose periods are stale."""

from collections.abc import Sequence

from django.db import connection

from certification import periods_sql as sql
from certification.days import law_zone
from certification.days_sql import together
from certification.queries import Filters, statement
from people.models import User
from people.permissions import Permission

NOBODY, SOME, EVERYBODY = "nobody", "some", "everybody"
# Two questions of an index; the people of the scope are looked for only where somebody is stale at all.
_STALE = f"""
SELECT CASE WHEN EXISTS (SELECT FROM certification_stalestanding WHERE person IS NULL)
    OR ({sql.BASIS}) IS DISTINCT FROM %(basis)s THEN '{EVERYBODY}'
  WHEN EXISTS (SELECT FROM certification_stalestanding stale JOIN ({{scope}}) folk(id) ON folk.id = stale.person)
    THEN '{SOME}' ELSE '{NOBODY}' END
"""  # noqa: S608 - our own constants; what people type goes in as parameters


def found(user: User, days: Sequence[Filters]) -> list[str]:
    """For each day the SQL that gives `person_id`, `programme_id`, `state` and `valid_until` of the reader's people.

    It takes the parameters of `queries.statement`. What it says is what the records say (`standing_sql`): whoever's
    records changed since the periods were worked out is judged by the records; after a change of a rule, of the zone
    of the law or of the text that judges (a new release), everybody is.
    """
    stale = _stale(user, days)
    return [_found(filters, stale[n]) for n, filters in enumerate(days)]


def _found(filters: Filters, stale: str) -> str:
    if stale == EVERYBODY:
        return sql.LIVE
    kept = sql.kept(of_category=filters.category is not None, but_stale=stale == SOME)
    return f"{kept} UNION ALL ({sql.LIVE_OF_STALE})" if stale == SOME else kept


def _stale(user: User, days: Sequence[Filters]) -> dict[int, str]:
    basis = {"basis": sql.basis(str(law_zone()))}
    texts = (statement(_STALE, user, filters, Permission.VIEW_STANDING) for filters in days)
    asked, values = together((text, {**own, **basis}) for text, own in texts)
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        return dict(cursor.fetchall())
