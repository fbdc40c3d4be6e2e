"""Keeps web and worker running, and leaves nothing behind when it ends."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tools.say import REPO, Problem, ending, warn

PATIENCE = 10.0  # seconds between asking a process to end and ending it
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Linux only: if ./dev is killed outright, its children get a SIGTERM."""
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A process that we started."""

    name: str
    words: Sequence[object]
    env: dict[str, str]
    log: Path | None
    again: bool = False  # start it again when it ends by itself
    once: bool = False  # it ends by itself when its work is done
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches us alone, and we end it in order."""
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(self.log.open("ab")) if self.log else None
            self.process = subprocess.Popen(
                [str(word) for word in self.words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=self.env,
                cwd=REPO,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 one thread, and nothing but a system call
            )
        self.started = time.monotonic()

    def ended(self) -> bool:
        """Whether it has ended."""
        return self.process is not None and self.process.poll() is not None

    def said(self, text: str) -> bool:
        """Whether its log has this text."""
        return self.log is not None and text in self.log.read_text(errors="replace")

    def signal(self, number: int) -> None:
        """Send a signal to it and to what it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


@dataclass
class Supervisor:
    """Starts children, starts the worker again when it ends, stops all of them at the end."""

    log_folder: Path
    children: list[Child] = field(default_factory=list)

    def start(
        self,
        name: str,
        words: Sequence[object],
        env: dict[str, str],
        *,
        again: bool = False,
        once: bool = False,
        to_terminal: bool = False,
    ) -> Child:
        """Start a child; its output goes to a log of its own unless the terminal is asked for."""
        self.log_folder.mkdir(parents=True, exist_ok=True)
        log = None if to_terminal else self.log_folder / f"{name}.log"
        if log:
            log.write_bytes(b"")
        child = Child(name, words, env, log, again, once)
        child.start()
        self.children.append(child)
        return child

    def look(self) -> None:
        """Start again what may end by itself; complain about what may not."""
        for child in self.children:
            if not child.ended():
                continue
            code = child.process.returncode if child.process else None
            if child.once and code == 0:
                continue
            if not child.again:
                said = f"{ending(child.log)}\n\n" if child.log else ""
                where = f" Its output is in {child.log}." if child.log else ""
                raise Problem(f"{said}The {child.name} process ended with code {code}.{where}")
            if time.monotonic() - child.started > 1:
                warn(f"The {child.name} process ended with code {code}; starting it again.")
                child.start()

    def wait_for(self, child: Child | None) -> None:
        """Wait until a child that ends by itself has ended well."""
        while child is not None and not child.ended():
            self.look()
            time.sleep(0.05)
        self.look()

    def watch(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Look after the children until somebody ends us."""
        while True:
            self.look()
            meanwhile()

    def stop(self) -> None:
        """End all children, the last first: politely, then not."""
        for child in reversed(self.children):
            child.signal(signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        for child in reversed(self.children):
            if child.process is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.1, until - time.monotonic()))
                child.signal(signal.SIGKILL)
                child.process.wait()
        self.children.clear()


def end_like_ctrl_c() -> None:
    """Make a SIGTERM and the end of the terminal behave like Ctrl-C; Ctrl-C too, which shells switch off behind `&`."""

    def stop(signalled: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def ignore_signals() -> None:
    """While we tidy up, a second Ctrl-C must not leave half of it running."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
