"""Several at once: threads with a database connection of their own, all let go together."""

import threading
from collections import deque
from collections.abc import Callable, Sequence

from django.db import connections

Task = Callable[[], object]


def outcomes(tasks: Sequence[Task], workers: int | None = None) -> list[object]:
    """Run the tasks in that many threads, else each in its own; what each returned or raised, in their order."""
    found: list[object] = [TimeoutError("a thread hangs")] * len(tasks)
    queue = deque(enumerate(tasks))
    barrier = threading.Barrier(workers or len(tasks))

    def work() -> None:
        barrier.wait(timeout=20)
        while True:
            try:
                number, task = queue.popleft()
            except IndexError:
                break
            try:
                found[number] = task()
            except Exception as error:
                found[number] = error
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(barrier.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def at_once(tasks: Sequence[Task], workers: int | None = None) -> list[BaseException]:
    """The same; only what they raised."""
    return [found for found in outcomes(tasks, workers) if isinstance(found, BaseException)]
