"""Statements of our own that are asked very often: PostgreSQL plans them once a connection, not once a question.

`rows` reads and `insert` and `update` write whole rows of a model. They do what its manager and `save()` would do, with
SQL that is made once a process: for one row Django takes longer to make the words than PostgreSQL to answer them.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import cache
from typing import Any, TypeVar

import psycopg
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from django.db.models import Field, Model

Row = TypeVar("Row", bound=Model)
Values = Sequence[Any] | Mapping[str, Any]


class _Logged(CursorDebugWrapper):
    """Into the list of what was asked comes the statement itself: of a prepared one the driver sends the name alone."""

    def debug_sql(
        self,
        sql: str | None = None,
        params: Any = None,
        use_last_executed_query: bool = False,
        many: bool = False,
    ) -> AbstractContextManager[None]:
        return super().debug_sql(sql, params, many=many)


def prepared_cursor() -> CursorWrapper:
    """A cursor whose statements the driver prepares after a few uses (settings: `prepare_threshold`).

    Django's own cursors put the values into the text, so that every question is planned anew; for a look at one row
    over several tables that costs ten times the look. Parameters only where SQL knows their type.
    """
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    if connection.queries_logged:
        return _Logged(cursor, connection)
    return connection.make_cursor(cursor)


def answers(statement: str, values: Values) -> list[tuple[Any, ...]]:
    """All that the statement gives."""
    with prepared_cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def together(*asked: tuple[str, Values]) -> list[list[tuple[Any, ...]]]:
    """What each of the statements gives, all of them sent in one go.

    They are done one after the other, as if each was sent when the one before was over: what one has waited for, the
    next one sees. Outside a transaction they make one. Waiting for the database between them costs more than most of
    them.
    """
    if len(asked) == 1:
        return [answers(*asked[0])]
    with ExitStack() as cursors:
        sent = [cursors.enter_context(prepared_cursor()) for _ in asked]
        with connection.wrap_database_errors, connection.connection.pipeline():
            for cursor, (statement, values) in zip(sent, asked, strict=True):
                cursor.execute(statement, values)
        return [cursor.fetchall() for cursor in sent]


def rows(model: type[Row], which: str, values: Sequence[Any]) -> list[Row]:
    """The rows of the model that `which` means: its WHERE, ORDER BY and lock, with %s for each of the values."""
    names, select = _reading(model)
    found = answers(f"{select} {which}", values)
    return [model.from_db(connection.alias, names, row) for row in found]


def insert(*new: Model, then: Sequence[tuple[str, Values]] = ()) -> None:
    """Write new rows as `save()` does; no signal of Django's is sent. The database numbers those that have no number.

    All in one go with the statements that come afterwards.
    """
    found_of_each = together(*map(_written, new), *then)
    for row, found in zip(new, found_of_each, strict=False):
        row.pk = found[0][0]
        row._state.adding, row._state.db = False, connection.alias


def update(row: Model, *names: str) -> None:
    """Write these fields of a row as `save(update_fields=…)` does; no signal of Django's is sent."""
    fields, statement = _changing(type(row), names)
    if not answers(statement, [*_values(row, fields, add=False), row.pk]):
        raise DatabaseError(f"{row._meta.label} {row.pk} has gone")  # as save() does


@cache
def _reading(model: type[Model]) -> tuple[list[str], str]:
    """The names of the columns in the order of the table, and the words that read them."""
    fields = model._meta.concrete_fields
    if strange := [field.name for field in fields if field.get_db_converters(connection)]:
        raise TypeError(f"{model._meta.label}: the values of {strange} have to be converted")
    columns = ", ".join(_quoted(field.column) for field in fields)
    select = f"SELECT {columns} FROM {_quoted(model._meta.db_table)}"  # noqa: S608 - names of our own
    return [field.attname for field in fields], select


def _written(row: Model) -> tuple[str, list[Any]]:
    fields, statement = _writing(type(row), row.pk is not None)
    return statement, _values(row, fields, add=True)


@cache
def _writing(model: type[Model], has_number: bool) -> tuple[list[Field], str]:
    known = [field for field in model._meta.concrete_fields if not field.generated]
    fields = [field for field in known if has_number or not field.primary_key]
    columns = ", ".join(_quoted(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table, key = _quoted(model._meta.db_table), _quoted(model._meta.pk.column)
    return fields, f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING {key}"  # noqa: S608 - our own names


@cache
def _changing(model: type[Model], names: tuple[str, ...]) -> tuple[list[Field], str]:
    fields = [field for field in model._meta.concrete_fields if field.name in names]
    changes = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
    table, key = _quoted(model._meta.db_table), _quoted(model._meta.pk.column)
    return fields, f"UPDATE {table} SET {changes} WHERE {key} = %s RETURNING {key}"  # noqa: S608 - our own names


def _values(row: Model, fields: Sequence[Field], *, add: bool) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, add), connection) for field in fields]


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(str(name))
