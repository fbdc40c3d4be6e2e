"""What every test stands on: a database of its own, put back after each test, and no network."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from wagtail.models import Locale, Page

from tests import cluster

REPO = Path(__file__).resolve().parent.parent


def rows() -> tuple[int, int, int]:
    """What migrations and their signals wrote."""
    return ContentType.objects.count(), Page.objects.count(), Locale.objects.count()


def left_beside() -> dict[str, int]:
    """How many rows are in tables that no model of Django's stands for."""
    known = {*connection.introspection.django_table_names(), "django_migrations"}
    others = set(connection.introspection.table_names()) - known
    with connection.cursor() as cursor:
        found = {}
        for table in sorted(others):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return {table: number for table, number in found.items() if number}


@pytest.fixture(scope="module")
def pristine(django_db_setup, django_db_blocker) -> tuple[int, int, int]:
    with django_db_blocker.unblock():
        return rows()


class TestRowsOfMigrations:
    """In the order in which pytest-django runs them, a later class would find an empty database."""

    @pytest.mark.django_db
    def test_they_are_there(self, pristine) -> None:
        types, pages, locales = pristine
        assert types > 50
        assert pages >= 1
        assert locales >= 1

    @pytest.mark.django_db(transaction=True)
    def test_a_test_with_real_transactions_finds_them(self, pristine) -> None:
        assert rows() == pristine
        Page.objects.all().delete()

    @pytest.mark.django_db(transaction=True)
    def test_and_so_does_the_next(self, pristine) -> None:
        assert rows() == pristine

    @pytest.mark.django_db(transaction=True)
    def test_putting_back_what_is_there_does_no_harm(self, pristine) -> None:
        cluster.restore(os.environ[cluster.URL])
        assert rows() == pristine

    @pytest.mark.django_db(transaction=True)
    def test_a_killed_worker_is_forgotten(self, pristine) -> None:
        """Django's flush knows nothing of the queue and the cache: this is what the next test must not find."""
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
            cursor.execute("INSERT INTO cache VALUES ('key', 'value', now())")
        assert left_beside() == {"cache": 1, "procrastinate_workers": 1}

    @pytest.mark.django_db(transaction=True)
    def test_by_the_next(self, pristine) -> None:
        assert left_beside() == {}

    def test_with_a_live_server_too(self, live_server, pristine) -> None:
        assert rows() == pristine


class TestDatabase:
    @pytest.mark.django_db
    def test_its_name_says_whose_it_is(self, worker_name: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            assert cursor.fetchone() == (f"test_{os.getpid()}_{worker_name}",)

    @pytest.mark.django_db
    def test_child_processes_get_the_same(self) -> None:
        code = "import os; print(os.environ['DATABASE_URL'])"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert connection.settings_dict["NAME"] in done.stdout

    def test_a_fresh_one_is_migrated_and_another(self, fresh_database: str) -> None:
        assert fresh_database != os.environ[cluster.URL]
        with psycopg.connect(fresh_database) as plain:
            count = plain.execute("SELECT count(*) FROM django_migrations").fetchone()
        assert count is not None
        assert count[0] > 100

    @pytest.mark.django_db
    def test_what_dead_processes_left_is_dropped(self) -> None:
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        left, mine = f"test_{dead.pid}_gw0", f"test_{os.getpid()}_other"
        with cluster._alone() as admin:
            for name in (left, mine):
                cluster._do(admin, "CREATE DATABASE {} TEMPLATE template0", name)
            cluster._tidy(admin)
            names = cluster._names(admin)
            cluster._do(admin, "DROP DATABASE {}", mine)
        assert left not in names
        assert mine in names

    def test_the_template_changes_with_a_migration(self, monkeypatch, tmp_path: Path) -> None:
        before = cluster.template_name()
        assert cluster.template_name() == before
        app = next(iter(cluster.apps.get_app_configs()))
        (tmp_path / "migrations").mkdir()
        (tmp_path / "migrations/0001_new.py").write_text("# new")
        monkeypatch.setattr(app, "path", str(tmp_path))
        assert cluster.template_name() != before

    @pytest.mark.parametrize(
        "server, clone",
        [
            (
                "postgresql://u@/tutela?host=%2Fa%20b&port=5432",
                "postgresql://u@/x?host=%2Fa%20b&port=5432",
            ),
            ("postgresql://u:p@localhost:5433/main", "postgresql://u:p@localhost:5433/x"),
        ],
    )
    def test_the_url_of_a_clone(self, monkeypatch, server: str, clone: str) -> None:
        monkeypatch.setenv(cluster.SERVER, server)
        assert cluster.url_of("x") == clone

    @pytest.mark.parametrize(
        "number, alive",
        [pytest.param(str(os.getpid()), True, id="ours"), ("1", True), ("x", False)],
    )
    def test_who_is_alive(self, number: str, alive: bool) -> None:
        assert cluster._alive(number) is alive


class TestSurroundings:
    def test_no_other_machine_can_be_reached(self) -> None:
        with socket.socket() as caller, pytest.raises(Exception, match="[Ss]ocket.*203.0.113.9"):
            caller.connect(("203.0.113.9", 80))

    def test_this_machine_can(self) -> None:
        with socket.socket() as server, socket.socket() as caller:
            server.bind(("127.0.0.1", 0))
            server.listen()
            caller.connect(server.getsockname())
            assert caller.getpeername() == server.getsockname()

    def test_uploads_and_cache_are_not_the_sites(self) -> None:
        assert "test-files" in str(settings.MEDIA_ROOT)
        assert str(os.getpid()) in str(settings.MEDIA_ROOT)
        cache.set("only-here", 1)
        assert cache.get("only-here") == 1

    @pytest.mark.browser
    def test_the_browser_reaches_us_alone(self, live_server, page) -> None:
        assert page.goto(f"{live_server.url}/healthz").ok
        with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
            page.goto("http://elsewhere.example/")
