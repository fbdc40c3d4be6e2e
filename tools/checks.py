"""check, bench, messages and lock: what developers run beside the tests."""

import os
import subprocess
import sys
from collections.abc import Sequence

from config import embedded_pg
from tools import catalogues
from tools.say import REPO, Problem, warn
from tools.site import build_assets, steps_left

PRODUCTION = {
    "DEBUG": "0",
    "DEMO": "0",
    "DJANGO_HTTPS": "1",
    "SITE_URL": "https://tutela.example",
    "ALLOWED_HOSTS": "tutela.example",
    "APP_SECRET_KEY": "only-to-check-the-settings-0123456789-abcdefghijklmnopqrstuvwxyz",
    "APP_DATA_KEY": "only-to-check-the-settings-9876543210-zyxwvutsrqponmlkjihgfedcba",
}
TYPED = ("formats", "*/actions", "*/queries", "*/queries.py", "tools", "config/*pg*.py")
LOCK = (*("pip", "compile", "--quiet", "--universal", "--generate-hashes"), "--no-header")


def check(words: list[str]) -> int:
    """All static checks; goes on after a failure, so that one run shows everything."""
    manage = [sys.executable, "manage.py"]
    typed = sorted(str(p.relative_to(REPO)) for pattern in TYPED for p in REPO.glob(pattern))
    checks: dict[str, tuple[Sequence[str], dict[str, str]]] = {
        "lint": ([sys.executable, "-m", "ruff", "check", "."], {}),
        "format": ([sys.executable, "-m", "ruff", "format", "--check", "."], {}),
        "types": ([sys.executable, "-m", "mypy", *typed], {}),
        "order of imports between rooms": ([_script("lint-imports"), "--no-logo"], {}),
        "migrations": ([*manage, "makemigrations", "--check", "--dry-run"], {}),
        "settings for production": (
            [*manage, "check", "--deploy", "--fail-level", "WARNING"],
            PRODUCTION,
        ),
    }
    ours = not os.environ.get("DATABASE_URL") and not embedded_pg.running()
    failed = []
    try:
        for name, (command, env) in checks.items():
            print(f"── {name}", flush=True)
            done = subprocess.run(command, cwd=REPO, env=os.environ | env, check=False)
            if done.returncode:
                failed.append(name)
    finally:
        if ours:
            embedded_pg.stop()
    if failed:
        raise Problem(f"Not in order: {', '.join(failed)}. What each one says stands above.")
    print("All checks passed.")
    return 0


def bench(words: list[str]) -> int:
    """Measure ours beside its reference; the servers of a bench serve the files that are built here."""
    build_assets(steps_left())
    command = [sys.executable, "-m", "bench", *words]
    return subprocess.run(command, cwd=REPO, check=False).returncode


def messages(words: list[str]) -> int:
    """Collect the texts of code and templates into locale/, one catalogue per language."""
    # Without settings: those name the folder of compiled catalogues, not of the sources.
    env = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", *catalogues.collecting()]
    done = subprocess.run(command, cwd=REPO, env=env, check=False)
    if done.returncode:
        raise Problem(
            "The texts could not be collected. If xgettext is missing: sudo apt install gettext"
        )
    catalogues.set_headers(REPO / "locale")
    return 0


def lock(words: list[str]) -> int:
    """Pin what pyproject.toml allows; `--upgrade` takes the newest."""
    if set(words) - {"--upgrade"}:
        warn("usage: ./dev lock [--upgrade]")
        return 2
    plain = [*LOCK, "--no-emit-index-url", *words]
    _uv(*plain, "pyproject.toml", "-o", "requirements.txt")
    developers = ("--group", "dev", "-c", "requirements.txt")
    _uv(*plain, *developers, "pyproject.toml", "-o", "requirements-dev.txt")
    _uv(*plain, "--no-annotate", "-", "-o", "tools/installer.txt", typed="uv\n")
    print("requirements.txt, requirements-dev.txt and tools/installer.txt are up to date.")
    return 0


def _uv(*words: str, typed: str = "") -> None:
    command = [sys.executable, "-m", "uv", *words]
    if subprocess.run(command, cwd=REPO, input=typed.encode(), check=False).returncode:
        raise Problem("The versions could not be pinned; what uv says stands above.")


def _script(name: str) -> str:
    return os.path.join(os.path.dirname(sys.executable), name)
