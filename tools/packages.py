"""The virtual environment in .venv, with exactly what the lock files pin."""

import fcntl
import hashlib
import importlib.util
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.say import REPO, VAR, Problem, Steps, run_quietly

VENV = REPO / ".venv"
PYTHON = VENV / "bin/python"
STAMP = VENV / "installed"
LOCKS = {False: "requirements.txt", True: "requirements-dev.txt"}
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
INSTALLER = "tools/installer.txt"  # uv itself, pinned like everything else


def ready(steps: Steps, *, developers: bool) -> Path:
    """The interpreter of an environment that has what is pinned; installs only what changed."""
    with _one_at_a_time():
        _refuse_a_link()
        have = STAMP.read_text() if STAMP.exists() else ""
        # The developers' set holds the other, so it is never taken away again.
        wanted = _wanted(developers or have == _wanted(True))
        current = have == wanted and PYTHON.exists()
        if current and not steps.count:
            return PYTHON
        with steps("packages"):
            if not current:
                _make_environment(fresh=have.rpartition(" ")[0] != _home())
                STAMP.unlink(missing_ok=True)
                _install(LOCKS[wanted == _wanted(True)])
                STAMP.write_text(wanted)
    return PYTHON


def _home() -> str:
    """Which Python, and where: an environment that was moved or whose Python changed is made anew."""
    version = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{version} {hashlib.sha256(os.fsencode(REPO)).hexdigest()[:12]}"


def _wanted(developers: bool) -> str:
    """What the stamp says when all is installed: Python, place and the content of the locks."""
    digest = hashlib.sha256()
    for name in (INSTALLER, LOCKS[False], LOCKS[developers]):
        digest.update((REPO / name).read_bytes())
    return f"{_home()} {digest.hexdigest()}"


def _refuse_a_link() -> None:
    """What stands behind a link is somebody else's: an environment made anew would empty it."""
    if VENV.is_symlink():
        raise Problem(
            f"{VENV} is a link to {VENV.readlink()}, which another project may use: nothing was installed.\n"
            "Type: rm .venv   (it takes away the link alone), then run the same command again."
        )


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    try:
        VAR.mkdir(parents=True, exist_ok=True)
        with (VAR / ".packages.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    except PermissionError as error:
        raise Problem(
            f"No right to write {error.filename}: run ./dev as the user who owns this folder, "
            "or clone the project into a folder of your own."
        ) from error


def _make_environment(*, fresh: bool) -> None:
    if PYTHON.exists() and not fresh:
        return
    if importlib.util.find_spec("ensurepip") is None:
        exact = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise Problem(
            "This Python cannot make virtual environments (ensurepip is missing).\n"
            f"Type: sudo apt install python3-venv   (on Debian it brings {exact}), then try again."
        )
    run_quietly(
        [sys.executable, "-m", "venv", "--clear", VENV],
        f"Python could not make a virtual environment in {VENV}.",
    )


def _install(lock: str) -> None:
    """uv is twenty times faster than pip; where uv cannot, pip reads the same hashes."""
    env = {**os.environ, "VIRTUAL_ENV": str(VENV), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if SYSTEM_CERTIFICATES.exists():
        # uv brings certificates of its own; a machine's may hold one more, and pip believes those.
        env.setdefault("UV_SYSTEM_CERTS", "1")
    if not os.environ.get("HOME"):
        env["UV_CACHE_DIR"] = str(VAR / "cache/uv")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r"]
    sync = [PYTHON, "-m", "uv", "pip", "sync", "--quiet", "--require-hashes", lock]
    if _works([*pip, INSTALLER], env) and _works(sync, env):
        return
    run_quietly(
        [*pip, lock],
        "The packages could not be installed. Is the network there, and does pip reach its index? "
        "Then run the same command again: it goes on where it stopped.",
        env=env,
    )


def _works(words: list[object], env: dict[str, str]) -> bool:
    command = [str(word) for word in words]
    done = subprocess.run(command, env=env, cwd=REPO, capture_output=True, check=False)
    return done.returncode == 0
