"""The databases of a test run: one migrated template per state of the migrations, cloned per process.

`migrate` takes about half a minute, a clone a fraction of a second. Several people and several
workers test at once on one cluster: names carry the process number, and what dead processes left
is dropped by whoever comes next.
"""

import contextlib
import gc
import hashlib
import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from psycopg import conninfo, sql

from config import database, embedded_pg

REPO = Path(__file__).resolve().parent.parent
LOCK = 7_355_608  # any number that nobody else takes for an advisory lock
TEMPLATES_KEPT = 3
URL, SERVER = "DATABASE_URL", "TEST_SERVER_URL"  # the clone, for child processes; the server
READ_BY_MIGRATIONS = ("procrastinate", "wagtail", "django")


def server() -> str:
    """URL of the server for tests: DATABASE_URL where it is set, else our own cluster."""
    given = os.environ.get(SERVER) or os.environ.get(URL)
    if not given:
        data = Path(os.environ.get("APP_DATA_DIR") or REPO / "var") / "pgtest"
        given = embedded_pg.ensure(data, durable=False)
    os.environ[SERVER] = given
    return given


def url_of(name: str) -> str:
    """The URL of another database on the server for tests."""
    before, _, query = server().partition("?")
    return f"{before.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def template_name() -> str:
    """A name that changes with any migration of any installed app, and with what this file puts beside them."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in READ_BY_MIGRATIONS:
        digest.update(f"{name} {version(name)}\n".encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.name):
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(f"{app.name} {path.name}\n".encode() + path.read_bytes())
    return f"tmpl_{digest.hexdigest()[:16]}"


@contextlib.contextmanager
def clone(label: str) -> Iterator[str]:
    """A fresh migrated database under a name of this process; yields its URL, drops it at the end."""
    name = f"test_{os.getpid()}_{label}"
    with _alone() as admin:
        _tidy(admin)
        template = template_name()
        if template not in _names(admin):
            _build(admin, template)
        _do(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _do(admin, "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
    yield url_of(name)
    with _admin() as admin:
        _do(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def point_django_at(url: str) -> None:
    """Make Django, and every child process, use this database."""
    connection.close()
    with contextlib.suppress(AttributeError):
        connection.close_pool()
    connection.settings_dict.update(database.settings_for(url, pooled=False))
    os.environ[URL] = url


def restore(url: str) -> None:
    """Put back the migrated rows (root page, locales, permissions) after a test emptied all tables."""
    with psycopg.connect(url) as plain:
        plain.execute(
            "SELECT pristine.restore() WHERE NOT EXISTS (SELECT FROM public.django_content_type)"
        )


def _admin() -> psycopg.Connection:
    return psycopg.connect(conninfo.make_conninfo(server(), dbname="postgres"), autocommit=True)


@contextlib.contextmanager
def _alone() -> Iterator[psycopg.Connection]:
    with _admin() as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        yield admin


def _do(admin: psycopg.Connection, words: str, *names: str) -> None:
    admin.execute(sql.SQL(words).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]


def _names(admin: psycopg.Connection) -> list[str]:
    """All databases, oldest first."""
    return [name for (name,) in admin.execute("SELECT datname FROM pg_database ORDER BY oid")]


def _tidy(admin: psycopg.Connection) -> None:
    """Drop what dead processes left, and templates that no state of the migrations uses any more."""
    names = _names(admin)
    left = [n for n in names if n.startswith("test_") and not _alive(n.split("_")[1])]
    templates = [n for n in names if n.startswith("tmpl_") and n != template_name()]
    for name in left + templates[:-TEMPLATES_KEPT]:
        _do(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _alive(number: str) -> bool:
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def _build(admin: psycopg.Connection, template: str) -> None:
    fresh = f"test_{os.getpid()}_template"
    _do(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", fresh)
    _do(admin, "CREATE DATABASE {} TEMPLATE template0", fresh)
    before = dict(connection.settings_dict)
    point_django_at(url_of(fresh))
    gc.disable()  # 12 seconds instead of 20, see tools/tables.py
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        _keep_pristine_rows()
    finally:
        gc.enable()
        connection.close()
        connection.settings_dict.update(before)
    _do(admin, "ALTER DATABASE {} RENAME TO {}", fresh, template)


def _keep_pristine_rows() -> None:
    """Copy all migrated rows to a schema of their own, with a function that puts them back.

    Foreign keys are checked at commit, so the order of the tables does not matter.
    """
    inserts = []
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA pristine")
        cursor.execute(
            "SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)"
            " FROM information_schema.columns JOIN information_schema.tables"
            " USING (table_schema, table_name) WHERE table_schema = 'public'"
            " AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'"
            " AND table_name <> 'django_migrations' GROUP BY table_name ORDER BY table_name"
        )
        for table, columns in cursor.fetchall():
            cursor.execute(f'SELECT EXISTS (SELECT FROM public."{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(
                    f'CREATE TABLE pristine."{table}" AS SELECT {columns} FROM public."{table}"'
                )
                inserts.append(
                    f'INSERT INTO public."{table}" ({columns}) OVERRIDING SYSTEM VALUE '
                    f'SELECT {columns} FROM pristine."{table}";'
                )
        # Django does not manage the tables of the queue and of the cache, so its flush leaves what is in them: the
        # jobs, and the workers that were killed.
        looking = connection.introspection
        others = set(looking.table_names(cursor)) - {*looking.django_table_names(), "django_migrations"}  # fmt: skip
        emptied = ", ".join(f'public."{table}"' for table in sorted(others))
        body = " ".join([f"TRUNCATE {emptied};", *inserts])
        cursor.execute(
            f"CREATE FUNCTION pristine.restore() RETURNS void LANGUAGE sql AS $body$ {body} $body$"
        )
