"""./dev db: start, stop, look into, back up and restore the data of the site."""

import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from config import embedded_pg
from tools.say import VAR, Problem, warn

MEDIA = VAR / "media"
PRIVATE = VAR / "private"  # files that only a view with an access check hands out
FORM = 1  # of the backup file; a later form will say how to read this one
EMPTY = """SET lock_timeout = '10s';
DROP SCHEMA public CASCADE;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
"""
USAGE = "usage: ./dev db start | stop | shell | backup FILE | restore FILE [--force]"


def command(words: list[str]) -> int:
    """`./dev db …`."""
    plain: dict[str, Callable[[], None]] = {"start": start, "stop": stop, "shell": shell}
    files = [word for word in words[1:] if word != "--force"]
    match words:
        case [name] if name in plain:
            plain[name]()
        case ["backup", *_] if len(files) == 1 and "--force" not in words:
            backup(_file(files[0]))
        case ["restore", *_] if len(files) == 1:
            restore(_file(files[0]), force="--force" in words)
        case _:
            warn(USAGE)
            return 2
    return 0


def start() -> None:
    """Start the embedded server."""
    _only_embedded()
    print(embedded_pg.ensure())


def stop() -> None:
    """Stop it."""
    _only_embedded()
    print("The database has stopped." if embedded_pg.stop() else "The database was not running.")


def shell() -> None:
    """psql on the site's database; does not return."""
    psql = str(embedded_pg.binary("psql"))
    os.execv(psql, [psql, _url()])


def backup(file: Path) -> None:
    """Database and uploaded files into one tar that only its owner can read."""
    if file.exists():
        raise Problem(f"{file} exists already and stays as it is: name another file.")
    if not file.parent.is_dir():
        raise Problem(f"There is no folder {file.parent}: make it first.")
    partial = file.with_name(f".{file.name}.partial")
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder, "database.dump")
        _program("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "-f", dump, _url())
        about = {"form": FORM, "made": datetime.now(UTC).isoformat(timespec="seconds")}
        opened = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(opened, "wb") as raw, tarfile.open(fileobj=raw, mode="w") as tar:
                _add_text(tar, "about.json", json.dumps(about))
                tar.add(dump, "database.dump")
                for name, folder_of in _folders():
                    if folder_of.is_dir():
                        tar.add(folder_of, name)
            partial.rename(file)
        finally:
            partial.unlink(missing_ok=True)
    size = file.stat().st_size / 1_000_000
    print(f"Backed up {_amount()} to {file} ({size:.1f} MB).")


def restore(file: Path, *, force: bool) -> None:
    """Put a backup in the place of all data; what was there goes to a backup of its own first."""
    with tempfile.TemporaryDirectory(dir=_made(VAR)) as folder:
        about = _unpacked(file, Path(folder))
        full = _tables() + _uploads()
        if full and not force:
            raise Problem(
                f"Nothing was changed: the site has {_amount()} already."
                f" To replace them: ./dev db restore {file.name} --force"
            )
        if full:
            stamp = datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S-%f")
            print("First a backup of what is there now. ", end="", flush=True)
            backup(_made(VAR / "backups") / f"before-restore-{stamp}.tar")
        _load(Path(folder))
        for name, place in _folders():
            shutil.rmtree(place, ignore_errors=True)
            if Path(folder, name).is_dir():
                shutil.move(Path(folder, name), place)
    made = about.get("made", "an unknown day")
    print(f"Restored {_amount()} from {file}, made {made}.")
    print("If the program is newer than the backup, ./dev demo or ./dev run migrates it.")


def _folders() -> tuple[tuple[str, Path], ...]:
    """The folders of a backup, by the name that each has in it."""
    return ("media", MEDIA), ("private", PRIVATE)


def _load(folder: Path) -> None:
    """All in one transaction: either the whole backup is there afterwards, or nothing changed."""
    script, empty = folder / "database.sql", folder / "empty.sql"
    _program("pg_restore", "--no-owner", "--no-privileges", "-f", script, folder / "database.dump")
    empty.write_text(EMPTY)
    # The comment says which migrations the data had; that is no longer known.
    done = "DO $$BEGIN EXECUTE format('COMMENT ON DATABASE %I IS NULL', current_database()); END$$"
    whole = ("-1", "-v", "ON_ERROR_STOP=1", "-f", empty, "-f", script)
    _program("psql", "-Xq", *whole, "-c", done, "-d", _url())


def _unpacked(file: Path, folder: Path) -> dict[str, str]:
    """Unpack only what a backup has, into a folder of our own; returns what it says of itself."""
    try:
        with tarfile.open(file) as tar:
            for member in tar.getmembers():
                parts = Path(member.name).parts
                private = parts[0] == "private"
                ours = parts[0] == "media" or private or len(parts) == 1
                if not (member.isfile() or member.isdir()) or ".." in parts or not ours:
                    raise Problem(f"{file} holds «{member.name}»: it is no backup of this site.")
                member.mode = 0o755 if member.isdir() else 0o644
                if private:
                    member.mode &= 0o700
                tar.extract(member, folder)
        about: dict[str, str] = json.loads((folder / "about.json").read_text())
    except FileNotFoundError:
        raise Problem(f"{file} is not there, or is no backup of this site.") from None
    except (tarfile.TarError, OSError, ValueError):
        raise Problem(f"{file} cannot be read as a backup of this site.") from None
    if about.get("form") != FORM:
        raise Problem(f"{file} was made by a newer version of this program: use that one.")
    return about


def _program(name: str, *words: object) -> str:
    """Run a client program of PostgreSQL; its complaint becomes ours."""
    command = [str(word) for word in (embedded_pg.binary(name), *words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or "nothing").splitlines()
        hint = ""
        if "lock timeout" in done.stderr:
            hint = " The site is in use: stop it and try again."
        if "SSL" in done.stderr:
            hint = " The embedded client has no TLS: use your own pg_dump and psql for that server."
        raise Problem(f"{name} says: {said[0]}\nNothing was changed.{hint}")
    return done.stdout.strip()


def _tables() -> int:
    question = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    return int(_program("psql", "-XAtqc", question, "-d", _url()))


def _uploads() -> int:
    return sum(path.is_file() for _name, place in _folders() for path in place.rglob("*"))


def _amount() -> str:
    return f"{_tables()} tables and {_uploads()} uploaded file(s)"


def _url() -> str:
    return os.environ.get("DATABASE_URL") or embedded_pg.ensure()


def _file(name: str) -> Path:
    """As the user typed it, seen from the folder where the user stands."""
    return Path(os.environ.get("DEV_FOLDER", ".")).joinpath(name).resolve()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    member = tarfile.TarInfo(name)
    data = text.encode()
    member.size, member.mtime = len(data), int(time.time())
    tar.addfile(member, io.BytesIO(data))


def _only_embedded() -> None:
    if os.environ.get("DATABASE_URL"):
        raise Problem("DATABASE_URL names a server that is not ours to start or stop.")
