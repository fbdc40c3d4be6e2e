"""How ./dev speaks: numbered steps with seconds, and problems as one sentence with the way out."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("APP_DATA_DIR") or REPO / "var")
LAST_LINES = 15


class Problem(Exception):
    """What went wrong and how to mend it, in words for the person at the keyboard."""


class Steps:
    """Announces steps as they begin and their seconds as they end."""

    def __init__(self, count: int, number: int = 0) -> None:
        self.count, self.number = count, number

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        self.number += 1
        started = time.monotonic()
        place = f"[{self.number}/{self.count}] " if self.count else ""
        print(f"{place}{name} … ", end="", flush=True)
        yield
        print(f"{time.monotonic() - started:.1f} s", flush=True)


def run_quietly(
    words: Sequence[object],
    failure: str,
    log: Path | None = None,
    env: dict[str, str] | None = None,
) -> None:
    """Run a program with its output in a file; if it fails, say so with the end of that output."""
    log = log or VAR / "log/setup.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        done = subprocess.run(
            [str(word) for word in words],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=REPO,
            check=False,
        )
    if done.returncode:
        raise Problem(f"{ending(log)}\n\n{failure} The whole output is in {log}.")


def ending(log: Path) -> str:
    """The last lines of a log, indented."""
    lines = log.read_text(errors="replace").rstrip().split("\n") if log.exists() else []
    return "\n".join(f"    {line}" for line in lines[-LAST_LINES:])


def elapsed() -> float:
    """Seconds since ./dev was typed."""
    return time.time() - float(os.environ.get("DEV_STARTED", time.time()))


def commands_text() -> str:
    """What ./dev can do."""
    return """./dev demo              the site with its demo data, ready to click; Ctrl-C stops it all
./dev test [ARGS]       all tests, or pytest with these arguments
./dev run               the site without demo data, reloading as you edit
./dev setup             only install what is pinned and build fonts and translations
./dev check             lint, format, types, import order, migrations, deployment settings
./dev bench [NAME]      measure ours beside its reference
./dev messages          collect the texts to translate into locale/
./dev lock              pin the newest allowed versions
./dev db start|stop     the embedded database
./dev db backup FILE    database and uploaded files into one file
./dev db restore FILE [--force]
./dev db shell          psql

PORT=8001 ./dev demo    another port; DATABASE_URL=postgresql://… another database"""


def warn(text: str) -> None:
    """A sentence that matters, apart from the flow of steps."""
    print(text, file=sys.stderr, flush=True)
