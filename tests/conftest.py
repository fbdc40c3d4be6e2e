"""What every test stands on: its own migrated database, no network, no wall clock in the data."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import override_settings
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, BrowserType, Playwright, sync_playwright

from tests import cluster
from tests.cast import cast  # noqa: F401  (a fixture for every test)

# Playwright's event loop runs in the thread of the test; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

hypothesis_settings.register_profile("tutela", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "tutela")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
TOOLS = {
    "browser": ["chromium"],
    "pdf": ["pdfsig", "pdftotext", "pdftoppm", "qpdf", "zbarimg"],
    "messages": ["msgfmt", "xgettext", "msgmerge"],
}


def pytest_configure(config: pytest.Config) -> None:
    """Settings that differ in tests: nothing is shared with the site that runs beside them."""
    files = Path(os.environ.get("PYTEST_FILES") or config.rootpath / "var/test-files")
    files = files / f"{os.getpid()}"
    changed = override_settings(
        MEDIA_ROOT=files / "media",
        PRIVATE_ROOT=files / "private",
        CACHES={
            name: {
                **kept,
                "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
                "LOCATION": name,
            }
            for name, kept in settings.CACHES.items()
        },
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        PUBLIC_SECONDS=0,
        # WhiteNoise looks at a file when it is asked for, not at all files for each browser of a test (20 ms).
        WHITENOISE_AUTOREFRESH=True,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    )
    changed.enable()
    config.add_cleanup(changed.disable)
    config.add_cleanup(lambda: shutil.rmtree(files, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what this machine has no tools for, and prepare tests with real transactions."""
    for item in items:
        for mark, programs in TOOLS.items():
            missing = [name for name in programs if not _found(name)]
            if missing and item.get_closest_marker(mark):
                if os.environ.get("REQUIRE_TOOLS"):
                    pytest.exit(f"{', '.join(missing)}: missing, and REQUIRE_TOOLS is set", 1)
                item.add_marker(pytest.mark.skip(reason=f"needs {', '.join(missing)}"))
        if item.get_closest_marker("browser"):
            # What a browser reads has tests of its own that are measured; here it would only be slow.
            item.add_marker(pytest.mark.no_cover)
        if empties_tables(item):
            # Without this Django would announce a migration after each such test (one second).
            item.fixturenames.append("django_db_serialized_rollback")  # type: ignore[attr-defined]


def _found(program: str) -> bool:
    return bool(CHROMIUM if program == "chromium" else shutil.which(program))


def empties_tables(item: pytest.Item) -> bool:
    """Whether the test uses real transactions, after which Django truncates every table."""
    mark = item.get_closest_marker("django_db")
    transaction = mark and (mark.kwargs.get("transaction") or mark.kwargs.get("reset_sequences"))
    names = set(getattr(item, "fixturenames", ()))
    return bool(transaction or names & {"transactional_db", "live_server"})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Put the migrated rows back at once, so that the next test of any kind finds them."""
    yield
    if nextitem and empties_tables(item) and cluster.URL in os.environ:
        cluster.restore(os.environ[cluster.URL])


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker, worker_name: str) -> Iterator[None]:
    """This process's own clone of the migrated template."""
    with django_db_blocker.unblock(), cluster.clone(worker_name) as url:
        cluster.point_django_at(url)
        # See cluster.restore. On the class: Playwright's event loop has connection objects of its own.
        type(connections["default"])._test_serialized_contents = "[]"
        yield
        connection.close()


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """gw0, gw1 … under xdist, else main."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture
def fresh_database(django_db_setup, worker_name: str) -> Iterator[str]:
    """The URL of one more migrated database, for a test that starts the real server and worker."""
    with cluster.clone(f"{worker_name}_fresh") as url:
        yield url


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test begins in English, whatever language the one before left behind."""
    with translation.override("en"):
        yield


# Playwright's loop runs in the thread of the tests, where asyncio.run() is then refused: it ends with its module.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser_type(playwright: Playwright, browser_name: str) -> BrowserType:
    return getattr(playwright, browser_name)


@pytest.fixture(scope="module")
def browser_context_args() -> dict:
    """Windows as they come."""
    return {}


@pytest.fixture(scope="module")
def browser(browser_type: BrowserType, browser_type_launch_args: dict) -> Iterator[Browser]:
    """Chromium, started once for the tests of a module."""
    started = browser_type.launch(**browser_type_launch_args)
    yield started
    started.close()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """The system's Chromium; it opens our own pages only, and can reach nothing else."""
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",  # neither root nor a container can have one
            "--disable-dev-shm-usage",  # /dev/shm is small in containers
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
        ],
    }
