"""Statements of our own that are asked very often: PostgreSQL plans them once a connection, not once a question."""

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper


def prepared_cursor() -> CursorWrapper:
    """A cursor whose statements the driver prepares after a few uses (settings: `prepare_threshold`).

    Django's own cursors put the values into the text, so that every question is planned anew; for a look at one row
    over several tables that costs ten times the look. Parameters only where SQL knows their type.
    """
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    return wrap(cursor)
