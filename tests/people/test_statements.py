"""Statements that are planned once a connection."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from people.statements import prepared_cursor

pytestmark = pytest.mark.django_db
ASKED = "SELECT %s::int + 1"


def plans() -> int:
    """How often the statement was run as prepared."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(sum(generic_plans + custom_plans), 0) FROM pg_prepared_statements"
            " WHERE statement = 'SELECT $1::int + 1'"
        )
        return int(cursor.fetchone()[0])


def ask(number: int) -> int:
    with prepared_cursor() as cursor:
        cursor.execute(ASKED, [number])
        return cursor.fetchone()[0]


def test_after_a_few_uses_it_is_prepared() -> None:
    before = plans()
    assert [ask(number) for number in range(12)] == list(range(1, 13))
    assert plans() - before >= 5


def test_twin_an_ordinary_cursor_never_prepares() -> None:
    before = plans()
    for number in range(12):
        with connection.cursor() as cursor:
            cursor.execute(ASKED, [number])
    assert plans() == before


def test_it_is_counted_and_fails_as_any_other() -> None:
    with CaptureQueriesContext(connection) as captured:
        ask(1)
    assert len(captured) == 1
    with pytest.raises(DatabaseError), transaction.atomic(), prepared_cursor() as cursor:
        cursor.execute("SELECT %s::int / 0", [1])
