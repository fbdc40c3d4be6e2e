"""A real server under load: processor milliseconds per request, of it and of its database."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from django.db import connection

from bench.data import Database
from bench.harness import BenchError, Options, show
from bench.processes import cpu_ms

REPO = Path(__file__).resolve().parent.parent
GUNICORN = (
    *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
    *("--no-control-socket", "--keep-alive", "30"),
)
CLIENTS = 4
START = 60.0  # seconds that a server may take to answer
WORK = 600.0  # seconds that the worker may take for what is in the queue
LEFT = """
SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name = ANY(%s)
"""


@dataclass(frozen=True)
class Request:
    """One request, and the code that its answer must have."""

    path: str
    method: str = "GET"
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    expect: int = 200


@dataclass(frozen=True)
class Load:
    """What one turn cost per request, in milliseconds."""

    server: float
    database: float
    middle: float
    slow: float  # the 95th of 100
    rate: float = 0.0  # requests answered in a second of the clock, by CLIENTS at once


@dataclass
class Case:
    """A line of the table: where the requests go, what they are, what they should cost at most.

    `request` is called with a running number, so that each POST can be about another person.
    """

    name: str
    port: int
    pid: int
    request: Callable[[int], Request]
    goal: tuple[float, float] | None = None
    queries: int | None = None
    loads: list[Load] = field(default_factory=list)
    sent: int = 0


@contextmanager
def serving(application: str, database: Database, **env: str) -> Iterator[tuple[int, int]]:
    """gunicorn as in production with this application and database; yields its port and number."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"]
    surroundings = os.environ | {"DATABASE_URL": database.url, "DEBUG": "0", "DEMO": "0"} | env
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*command, *GUNICORN], cwd=REPO, env=surroundings, stdout=log, stderr=log
        )
        try:
            _wait(process, port, log)
            yield port, process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@contextmanager
def working(database: Database, **env: str) -> Iterator[None]:
    """The worker of the queue, as in production."""
    surroundings = os.environ | {"DATABASE_URL": database.url, "DEBUG": "0", "DEMO": "0"} | env
    command = [sys.executable, "manage.py", "procrastinate", "worker"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=REPO, env=surroundings, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def ask(port: int, request: Request) -> tuple[int, Mapping[str, str]]:
    """One request outside the measurement: the code and the headers of its answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Host": f"localhost:{port}"} | request.headers
    connection.request(request.method, request.path, request.body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers


def until_done(tasks: Sequence[str]) -> None:
    """Wait for the worker to have done all jobs of these tasks."""
    until = time.monotonic() + WORK
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(LEFT, [list(tasks)])
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.2)
    raise BenchError(f"The worker has not done all of {', '.join(tasks)} in {WORK:.0f} s")


def measure(cases: Sequence[Case], database: Database, options: Options) -> None:
    """Send every case its requests, in turns; the first turn warms up and does not count."""
    for turn in range(options.rounds + 1):
        for case in cases:
            load = _turn(case, database, options.requests)
            if turn:
                case.loads.append(load)


def report(title: str, cases: Sequence[Case]) -> None:
    """The table; the first case is the floor that the others are compared with."""
    floor = _cost(cases[0])
    rows = []
    for case in cases:
        server, base = _middle(case, "server"), _middle(case, "database")
        goal = f"{case.goal[0]:g} + {case.goal[1]:g}" if case.goal else None
        row = [case.name, server, base, _cost(case) / floor, goal, case.queries]
        rows.append([*row, *(_middle(case, part) for part in ("middle", "slow", "rate"))])
    heads = ["", "server CPU ms", "database CPU ms", "× floor", "goal", "queries"]
    show(title, [*heads, "median ms", "95 % ms", "a second"], rows)


def _turn(case: Case, database: Database, count: int) -> Load:
    server, base = cpu_ms(case.pid), cpu_ms(database.pid)
    requests = [case.request(number) for number in range(case.sent, case.sent + count)]
    case.sent += count
    started = time.perf_counter()
    times = sorted(_drive(case.port, requests))
    seconds = time.perf_counter() - started
    return Load(
        server=(cpu_ms(case.pid) - server) / count,
        database=(cpu_ms(database.pid) - base) / count,
        middle=median(times),
        slow=quantiles(times, n=20)[-1],
        rate=count / seconds,
    )


def _drive(port: int, requests: Sequence[Request]) -> list[float]:
    """Send the requests from a few threads; milliseconds of each. A wrong answer ends the bench."""
    times: list[float] = []
    wrong: list[str] = []

    def client(mine: Sequence[Request]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for request in mine:
            if wrong:
                break
            started = time.perf_counter()
            headers = {"Host": f"localhost:{port}"} | request.headers
            try:
                connection.request(request.method, request.path, request.body, headers)
                answer = connection.getresponse()
                answer.read()
            except OSError as error:
                wrong.append(f"{request.path}: {error}")
                break
            times.append((time.perf_counter() - started) * 1000)
            if answer.status != request.expect:
                wrong.append(f"{request.path} answered {answer.status}, not {request.expect}")
        connection.close()

    threads = [threading.Thread(target=client, args=[requests[n::CLIENTS]]) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise BenchError(wrong[0])
    return times


def _middle(case: Case, part: str) -> float:
    return median(getattr(load, part) for load in case.loads)


def _cost(case: Case) -> float:
    return _middle(case, "server") + _middle(case, "database")


def _wait(process: subprocess.Popen[bytes], port: int, log: object) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0 and _answers(port):
                return
        time.sleep(0.1)
    log.seek(0)  # type: ignore[attr-defined]
    said = log.read().decode(errors="replace")[-8000:]  # type: ignore[attr-defined]
    raise BenchError(f"The server does not start:\n{said}")


def _answers(port: int) -> bool:
    try:
        return ask(port, Request("/healthz"))[0] < 500
    except (OSError, http.client.HTTPException):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
