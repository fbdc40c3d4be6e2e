"""Many people press the button at once: posts from a hundred browsers, and what the database holds afterwards."""

import http.client
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

from bench.servers import Request

Job = Callable[["Browser"], None]


@dataclass
class Outcome:
    """What came back: statuses, milliseconds of each post, seconds of the whole."""

    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    server: float = 0.0  # processor milliseconds of each post, of the server and of its database
    database: float = 0.0
    errors: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Posts answered in a second."""
        return sum(self.statuses.values()) / self.seconds if self.seconds else 0.0

    @property
    def broken(self) -> int:
        """Answers that say that the server failed, and posts without any."""
        return sum(n for status, n in self.statuses.items() if status >= 500) + len(self.errors)

    def against(self, reference: "Outcome") -> str:
        """How fast it was, and which part of the reference that is."""
        share = self.rate / reference.rate if reference.rate else 0.0
        return f"{self.rate:.1f} posts/s, the reference {reference.rate:.1f}: {share:.2f} of it"

    def row(self, name: str) -> list[object]:
        """A line of the table."""
        slow = quantiles(self.times, n=20)[-1] if len(self.times) > 1 else 0.0
        middle = median(self.times) if self.times else 0.0
        posts = sum(self.statuses.values())
        return [name, posts, self.rate, middle, slow, self.server, self.database, self.broken]


@dataclass
class Pages:
    """Where the posts of each form led."""

    of_form: dict[tuple[int, str], set[str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, person: int, form: str, page: str) -> None:
        """One more post of it was answered."""
        with self.lock:
            self.of_form.setdefault((person, form), set()).add(page)

    @property
    def different(self) -> int:
        """Forms of which two posts led to different pages, or nowhere."""
        return sum(len(pages) > 1 or "" in pages for pages in self.of_form.values())


class Browser:
    """One of those at work at the same time, with a connection of its own."""

    def __init__(self, port: int, outcome: Outcome, lock: threading.Lock) -> None:
        self.port, self.outcome, self.lock = port, outcome, lock
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def post(self, request: Request) -> str:
        """Send it; the address to which the answer leads on."""
        started = time.perf_counter()
        headers = {"Host": f"localhost:{self.port}"} | request.headers
        try:
            self.connection.request(request.method, request.path, request.body, headers)
            answer = self.connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            with self.lock:
                self.outcome.errors.append(f"{request.path}: {error}")
            return ""
        with self.lock:
            self.outcome.statuses[answer.status] += 1
            self.outcome.times.append((time.perf_counter() - started) * 1000)
        return answer.headers.get("Location", "")


def rush(port: int, jobs: Sequence[Job], at_once: int) -> Outcome:
    """Do the jobs in their order, that many at the same time."""
    outcome, lock, queue = Outcome(), threading.Lock(), deque(jobs)
    barrier = threading.Barrier(at_once + 1)

    def work() -> None:
        browser = Browser(port, outcome, lock)
        barrier.wait()
        while True:
            try:
                job = queue.popleft()
            except IndexError:
                break
            job(browser)
        browser.connection.close()

    threads = [threading.Thread(target=work) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    barrier.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    outcome.seconds = time.perf_counter() - started
    return outcome
