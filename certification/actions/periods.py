"""Working out anew the periods of standing of those whose records changed."""

from typing import Any

from django.db import connection, transaction

from certification import periods_sql as sql
from certification.days import law_zone
from certification.models import StandingPeriod
from people.models import Person

AT_ONCE = 1000
# One worker at a time: an older reading must not be written over a newer one.
_TURN = "SELECT pg_advisory_xact_lock(hashtext('certification.periods'))"
# Steps of a thousand people with forty days each: they need not go to disk.
_ROOM = "SET LOCAL work_mem = '64MB'"
# Other days, or judged by another text than the rows that are kept (a new release): everybody, once.
_ANEW = "INSERT INTO certification_stalestanding (person) VALUES (NULL)"
# A rule changed: everybody of whom anything was ever asked.
_EVERYBODY = """
WITH gone AS (DELETE FROM certification_stalestanding WHERE person IS NULL RETURNING id)
INSERT INTO certification_stalestanding (person)
SELECT DISTINCT person_id FROM people_personcategory WHERE EXISTS (SELECT FROM gone)
"""
# The rows are gone before the records are read: what is written meanwhile, and not seen, leaves a row of its own.
_TAKE = """
WITH next AS (
  SELECT DISTINCT person FROM (SELECT person FROM certification_stalestanding ORDER BY person LIMIT %(rows)s) one
)
DELETE FROM certification_stalestanding stale USING next WHERE stale.person = next.person RETURNING stale.person
"""


@transaction.atomic
def refresh(*, most: int = AT_ONCE) -> int:
    """Work out the periods of some of the people who are stale; how many people these were, 0 when nobody is left."""
    zone = str(law_zone())
    with connection.cursor() as cursor:
        cursor.execute(_TURN)
        cursor.execute(_ROOM)
        _check_basis(cursor, sql.basis(zone))
        cursor.execute(_EVERYBODY)
        cursor.execute(_TAKE, {"rows": most})
        people = sorted({person for (person,) in cursor})
        if people:
            _write(people, zone)
    return len(people)


def _check_basis(cursor: Any, basis: str) -> None:
    cursor.execute(sql.BASIS)
    if cursor.fetchone() != (basis,):
        cursor.execute(sql.SET_BASIS, {"basis": basis})
        cursor.execute(_ANEW)


def _write(people: list[int], zone: str) -> None:
    StandingPeriod.objects.filter(person__in=people).delete()
    # Of whoever was erased nothing is worked out again, though their certificates stay.
    there = Person.objects.filter(pk__in=people, erased_at=None)
    values = {
        "people": list(there.values_list("pk", flat=True)),
        "zone": zone,
        "programme": None,
        "category": None,
        "draft": None,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.WRITE, values)
