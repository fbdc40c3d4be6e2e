"""Filling tables with millions of rows: without the work that only strangers' rows need."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

BARE = """
SELECT c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
WHERE c.conrelid = %s::regclass AND c.contype IN ('u', 'x')
"""
INDEXES = """
SELECT i.relname, pg_get_indexdef(x.indexrelid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indrelid = %s::regclass AND NOT x.indisprimary
"""


@contextmanager
def in_bulk(*tables: str) -> Iterator[None]:
    """Our own rows go in without triggers and foreign keys being asked; indexes are made afterwards, each in one go."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '512MB'")
        again: list[str] = []
        for table in tables:
            cursor.execute(BARE, [table])
            for name, words in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
                again.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {words}')
            cursor.execute(INDEXES, [table])
            for name, words in cursor.fetchall():
                cursor.execute(f'DROP INDEX "{name}"')
                again.append(words)
    yield
    with connection.cursor() as cursor:
        for words in again:
            cursor.execute(words)
        cursor.execute("RESET session_replication_role")
        cursor.execute("RESET maintenance_work_mem")
