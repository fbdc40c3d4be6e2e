"""Databases full of generated data, kept between runs as long as nothing they are made of changes."""

import contextlib
import hashlib
import inspect
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import conninfo, sql

from bench.harness import BenchError
from config import database, embedded_pg
from config.pg_place import data_place
from tools import stamps
from tools.say import VAR

CLUSTER = VAR / "pgbench"  # durable, like one in use

BARE = """
SELECT c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
WHERE c.conrelid = %s::regclass AND c.contype IN ('u', 'x')
"""
INDEXES = """
SELECT i.relname, pg_get_indexdef(x.indexrelid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
WHERE x.indrelid = %s::regclass AND NOT x.indisprimary
"""


@dataclass(frozen=True)
class Database:
    """Where the data is, and the process whose family does its work."""

    url: str
    pid: int


def prepared(name: str, fill: Callable[[int], None] | None = None, scale: int = 1) -> Database:
    """A migrated database filled by `fill(scale)`; made anew when migrations or `fill` change."""
    embedded_pg.ensure(CLUSTER)
    source = inspect.getsource(inspect.getmodule(fill) or fill) if fill else ""
    digest = hashlib.sha256(f"{stamps.tables()} {source}".encode()).hexdigest()[:10]
    final = f"bench_{name}_{scale}_{digest}"
    with _admin() as admin:
        have = [row[0] for row in admin.execute("SELECT datname FROM pg_database")]
        for old in have:
            if old.startswith(f"bench_{name}_{scale}_") and old != final:
                _do(admin, "DROP DATABASE {} WITH (FORCE)", old)
        if final not in have:
            _do(admin, "CREATE DATABASE {} TEMPLATE template0", f"{final}_new")
            _fill(_url(f"{final}_new"), fill, scale)
            _do(admin, f"ALTER DATABASE {{}} RENAME TO {final}", f"{final}_new")
    use(_url(final))
    note = (data_place(CLUSTER) / "postmaster.pid").read_text()
    return Database(_url(final), int(note.split("\n", 1)[0]))


def use(url: str) -> None:
    """Make Django in this process use this database, for preparing requests and counting queries."""
    connection.close()
    connection.settings_dict.update(database.settings_for(url, pooled=False))


def stop() -> None:
    """Stop the cluster of the benches."""
    connection.close()
    embedded_pg.stop(CLUSTER)


@contextlib.contextmanager
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


def _fill(url: str, fill: Callable[[int], None] | None, scale: int) -> None:
    print("making data …", end=" ", flush=True)
    use(url)
    env = os.environ | {"DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "tools.tables"],
        env=env,
        cwd=Path(__file__).resolve().parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"The database could not be migrated:\n{done.stderr[-2000:]}")
    if fill:
        with contextlib.redirect_stdout(io.StringIO()):  # what the preset reports is not a result
            fill(scale)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")  # as PostgreSQL does by itself within minutes
    connection.close()
    print("done", flush=True)


def _admin() -> psycopg.Connection:
    url = conninfo.make_conninfo(embedded_pg.url(CLUSTER), dbname="postgres")
    return psycopg.connect(url, autocommit=True)


def _do(admin: psycopg.Connection, words: str, name: str) -> None:
    admin.execute(sql.SQL(words).format(sql.Identifier(name)))  # type: ignore[arg-type]


def _url(name: str) -> str:
    return embedded_pg.url(CLUSTER).replace("@/tutela?", f"@/{name}?")
