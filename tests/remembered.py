"""Rows that many tests begin with are made once in a process, then put back as they were: a tenth of the time.

The numbers of rows stay the same from test to test, so whatever is kept in memory by number is
forgotten with every use.
"""

import json
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.cache import caches
from django.db import connection, transaction

TABLES = """
    SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname ORDER BY c.relname
"""
# Where somebody was before, another fixture came first: then nothing is taken from memory.
SOMEBODY = """
    SELECT EXISTS (SELECT FROM people_jurisdiction) OR EXISTS (SELECT FROM people_organisation)
        OR EXISTS (SELECT FROM people_person) OR EXISTS (SELECT FROM people_user)
        OR EXISTS (SELECT FROM people_region) OR EXISTS (SELECT FROM people_category)
"""


@dataclass(frozen=True)
class Kept:
    """Statements that write the rows again, and what the maker returned."""

    statements: str
    returned: bytes


Made = TypeVar("Made")
_kept: dict[str, Kept] = {}


def again(name: str, make: Callable[[], Made]) -> Made:
    """What `make` returns, its rows in the database: made by it the first time, written from memory after that."""
    for cache in caches.all():
        cache.clear()
    if _asked(SOMEBODY)[0][0]:
        return make()
    if name not in _kept:
        return _first(name, make)
    kept = _kept[name]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(kept.statements)
    returned: Made = pickle.loads(kept.returned)  # what this process wrote itself
    return returned


def _first(name: str, make: Callable[[], Made]) -> Made:
    tables = dict(_asked(TABLES))
    before = _rows(tables)
    with transaction.atomic():
        made = make()
    written = [
        _insert(table, columns, before[table])
        for table, columns in tables.items()
        if _rows({table: columns})[table] != before[table]
    ]
    _kept[name] = Kept("; ".join(written), pickle.dumps(made))
    return made


def _rows(tables: dict[str, str]) -> dict[str, list[str]]:
    """Where the rows of each table lie: an unchanged row stays in its place."""
    each = (
        f"SELECT '{table}', coalesce(array_agg(ctid::text ORDER BY ctid), '{{}}') FROM \"{table}\""
        for table in tables
    )
    return dict(_asked(" UNION ALL ".join(each)))


def _insert(table: str, columns: str, before: list[str]) -> str:
    """A statement that writes the rows of that table which were not there before, numbers included."""
    new = f'SELECT jsonb_agg(to_jsonb(t)) FROM "{table}" t WHERE ctid <> ALL (%s::tid[])'
    rows: list[dict[str, Any]] = _asked(new, [before])[0][0]
    if isinstance(rows, str):
        rows = json.loads(rows)
    data = json.dumps(rows).replace("'", "''")
    return (
        f'INSERT INTO "{table}" ({columns}) OVERRIDING SYSTEM VALUE '
        f"SELECT {columns} FROM jsonb_populate_recordset(NULL::\"{table}\", '{data}')"
    )


def _asked(question: str, values: list[object] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()
