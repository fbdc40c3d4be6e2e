"""What the tests of formats share: a scratch schema in a real PostgreSQL, and the fonts."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from formats import names_sql
from formats.fonts import typst_fonts
from tests import cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[psycopg.Connection]:
    """A connection with the two name functions in a schema of its own, all rolled back at the end."""
    schema = f"formats_{os.getpid()}"
    with psycopg.connect(cluster.server()) as connection:
        connection.execute(f"create schema {schema}")
        connection.execute(f"set local search_path to {schema}")
        connection.execute(names_sql.FOLD_SQL)
        connection.execute(names_sql.SORT_SQL)
        yield connection
        connection.rollback()


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of FiraGO for Typst."""
    return typst_fonts(tmp_path_factory.mktemp("fonts"))
