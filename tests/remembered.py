"""Rows that many tests begin with are made once in a process, then put back as they were: a tenth of the time.

A test must never see whose turn it was first. So what is remembered is remembered for one moment, language and
state of the settings; it is checked at once whether the rows can be put back as they were made; and it is the
rows put back that even the first test gets. The numbers of rows stay the same from test to test, so whatever is
kept in memory by number is forgotten with every use.
"""

import json
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from django.utils import timezone, translation
from time_machine import escape_hatch

# Written by triggers whenever the rows of others are: not written twice.
DERIVED = "certification_stalestanding"
TABLES = f"""
    SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
        array_agg(a.attname) FILTER (WHERE a.attidentity <> '')
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '{DERIVED}'
        AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname ORDER BY c.relname
"""
# Where tests/cluster.py keeps what the migrations wrote.
MIGRATED = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'pristine'::regnamespace AND relkind = 'r' "
    f"AND relname <> '{DERIVED}'"
)


@dataclass(frozen=True)
class Kept:
    """Statements that write the rows again, what the maker returned, and the rows of each table before that."""

    statements: str
    returned: bytes
    before: dict[str, int]


@dataclass(frozen=True)
class Table:
    """A table: its columns as a statement lists them, and those that number themselves."""

    name: str
    columns: str
    numbers: tuple[str, ...]


Made = TypeVar("Made")
_kept: dict[tuple[object, ...], Kept] = {}


def again(name: str, make: Callable[[], Made]) -> Made:
    """What `make` returns, its rows in the database: made by it the first time, written from memory after that."""
    for cache in caches.all():
        cache.clear()
    now = _moment()
    if now is None:
        return make()
    key = (name, now, translation.get_language(), _changed_settings())
    if key not in _kept:
        return _first(key, make)
    kept = _kept[key]
    if _counts(list(kept.before)) != kept.before:
        return make()  # another fixture was here before
    _write(kept)
    returned: Made = pickle.loads(kept.returned)  # what this process wrote itself
    return returned


def _moment() -> str | None:
    """The day; while a test travels, the very moment. None where a travelled clock runs: no moment comes twice."""
    if not escape_hatch.is_travelling():
        return str(timezone.localdate())
    stands = time.time_ns() == time.time_ns()
    return (
        f"{timezone.now().isoformat()} {timezone.get_current_timezone_name()}" if stands else None
    )


def _changed_settings() -> tuple[str, ...]:
    """Every setting that a test or the session set, innermost first."""
    found = []
    holder = settings._wrapped
    while "default_settings" in vars(holder):
        found += [
            f"{name}={value!r}" for name, value in sorted(vars(holder).items()) if name.isupper()
        ]
        found += [f"-{name}" for name in sorted(holder._deleted)]
        holder = holder.default_settings
    return tuple(found)


def _first(key: tuple[object, ...], make: Callable[[], Made]) -> Made:
    tables = [Table(name, columns, tuple(own or ())) for name, columns, own in _asked(TABLES)]
    before = _places(tables)
    if not _as_migrated(before):
        return make()
    with transaction.atomic():
        made = make()
        after = _places(tables)
        written = [table for table in tables if after[table.name] != before[table.name]]
        for table in written:
            if gone := set(before[table.name]) - set(after[table.name]):
                raise AssertionError(
                    f"{key[0]} changes or deletes {len(gone)} rows of {table.name} that the migrations wrote: "
                    "only new rows can be put back."
                )
        rows = {table.name: _new(table, before[table.name]) for table in written}
        transaction.set_rollback(True)
    kept = Kept(
        "; ".join([_insert(table, rows[table.name]) for table in written]),
        pickle.dumps(made),
        {table.name: len(before[table.name]) for table in written},
    )
    _write(kept)
    for table in written:
        if in_order(_new(table, before[table.name])) != in_order(rows[table.name]):
            raise AssertionError(
                f"{key[0]}: rows of {table.name} are others when they are put back."
            )
    _kept[key] = kept
    return pickle.loads(kept.returned)


def _write(kept: Kept) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(kept.statements)


def _places(tables: list[Table]) -> dict[str, list[str]]:
    """Where the rows of each table lie: an unchanged row stays in its place."""
    each = (
        f"SELECT '{table.name}', coalesce(array_agg(ctid::text ORDER BY ctid), '{{}}') FROM \"{table.name}\""
        for table in tables
    )
    return dict(_asked(" UNION ALL ".join(each)))


def _as_migrated(places: dict[str, list[str]]) -> bool:
    """Has nobody written anything before? What the maker found it would not make, and we would not keep."""
    full = [name for (name,) in _asked(MIGRATED)]
    numbers = {name: len(rows) for name, rows in places.items() if name != "django_migrations"}
    return {name: number for name, number in numbers.items() if number} == _counts(full, "pristine")


def _counts(tables: list[str], schema: str = "public") -> dict[str, int]:
    each = (f"SELECT '{name}', count(*) FROM {schema}.\"{name}\"" for name in tables)
    return dict(_asked(" UNION ALL ".join(each))) if tables else {}


def _new(table: Table, before: list[str]) -> list[dict[str, Any]]:
    """The rows of that table which were not there before, as data, as they lie."""
    new = f'SELECT jsonb_agg(to_jsonb(t) ORDER BY ctid) FROM "{table.name}" t WHERE ctid <> ALL (%s::tid[])'
    rows = _asked(new, [before])[0][0] or []
    return json.loads(rows) if isinstance(rows, str) else rows


def in_order(rows: list[dict[str, Any]]) -> list[str]:
    """Rows to compare: where they lie depends on the room that others left."""
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def _insert(table: Table, rows: list[dict[str, Any]]) -> str:
    """Statements that write those rows, numbers included, and have the table's own numbers go on behind them."""
    data = json.dumps(rows).replace("'", "''")
    return "; ".join(
        [
            f'INSERT INTO "{table.name}" ({table.columns}) OVERRIDING SYSTEM VALUE '
            f"SELECT {table.columns} FROM jsonb_populate_recordset(NULL::\"{table.name}\", '{data}')",
            *(_go_on(table.name, name, max(row[name] for row in rows)) for name in table.numbers),
        ]
    )


def _go_on(table: str, column: str, last: int) -> str:
    """A sequence that was set back (`reset_sequences`) goes on behind the last number, as if it had been used."""
    sequence = f"pg_get_serial_sequence('\"{table}\"', '{column}')"
    return f"SELECT setval({sequence}, {last}) WHERE {last} > coalesce(pg_sequence_last_value({sequence}::regclass), 0)"


def _asked(question: str, values: list[object] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()
