"""What was done already, so that a second start does not do it again."""

import hashlib
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from config import embedded_pg
from tools.say import REPO, VAR

STAMP = VAR / "build/stamp"
MIGRATIONS = ("requirements.txt", "*/migrations/*.py")
DEMO = ("*/demo/**/*", "*/management/commands/seed_demo.py", "presets/**/*")
ASSETS = (
    "requirements.txt",
    "formats/*fonts.py",
    "config/management/commands/build_assets.py",
    "locale/**/*.po",
    "static/**/*",
    "*/static/**/*",
)


def tables() -> str:
    """Changes with any migration and any pinned package."""
    return _digest(MIGRATIONS)


def demo_data() -> str:
    """Changes with the tables and with whatever the demo data is made of."""
    return _digest((*MIGRATIONS, *DEMO))


def assets() -> str:
    """Changes with static files, texts and the programs that build from them."""
    return _digest(ASSETS)


def in_database() -> list[str]:
    """The stamps that the embedded database carries, in its comment; none for another server."""
    if os.environ.get("DATABASE_URL"):
        return []
    question = (
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname = current_database()"
    )
    words = [embedded_pg.binary("psql"), "-XAtqc", question, embedded_pg.url()]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False)
    return done.stdout.split()


def assets_are_built(*, debug: bool) -> bool:
    """Whether fonts, translations and, unless debugging, collected files are as sources want them."""
    digest, _, kind = STAMP.read_text().partition(" ") if STAMP.exists() else ("", "", "")
    collected = kind == "collected" and (VAR / "static").exists()
    return digest == assets() and (debug or collected)


def note_assets(*, debug: bool) -> None:
    """Remember that they were built."""
    STAMP.parent.mkdir(parents=True, exist_ok=True)
    STAMP.write_text(f"{assets()} {'debug' if debug else 'collected'}")


def _digest(patterns: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(REPO.glob(pattern)):
            if path.is_file() and not _is_made(path):
                digest.update(f"{path.relative_to(REPO)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def _is_made(path: Path) -> bool:
    return path.relative_to(REPO).parts[0].startswith((".", "var")) or path.suffix == ".pyc"
