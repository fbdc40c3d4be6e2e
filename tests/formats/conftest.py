"""What the tests of formats share: a scratch schema in a real PostgreSQL, and the fonts."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from formats import names_sql

DSN = os.environ.get("FORMATS_TEST_DSN")


@pytest.fixture(scope="session")
def postgres() -> Iterator[psycopg.Connection]:
    """A connection with the two name functions in a schema of its own, all rolled back at the end."""
    if not DSN:
        pytest.skip("no PostgreSQL")
    with psycopg.connect(DSN) as connection:
        connection.execute("create schema formats_test")
        connection.execute("set local search_path to formats_test")
        connection.execute(names_sql.FOLD_SQL)
        connection.execute(names_sql.SORT_SQL)
        yield connection
        connection.rollback()
