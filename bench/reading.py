"""What a page asks of the database: how long the statements take there, and how many rows they read for it."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db import connection, transaction

from bench.harness import timed

LEAVES = ("Scan",)
OF_THE_DATABASE = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET")


@dataclass
class Reading:
    """One page: milliseconds in the database and in all, its statements, the rows and the blocks that they read."""

    database: float
    whole: float
    statements: list[str] = field(repr=False)
    rows: int = 0
    blocks: int = 0

    @property
    def queries(self) -> int:
        """Statements that read or write a table."""
        return len(self.statements)


def read(page: Callable[[], Any], rounds: int) -> Reading:
    """Medians of several calls; the rows are those of one more, which PostgreSQL explains."""
    page()  # what is kept a minute is read once
    statements = [one for one in asked(page) if not one.startswith(OF_THE_DATABASE)]
    turns = [_clocked(page) for _ in range(rounds)]
    found = Reading(
        median(base for base, _all in turns), median(whole for _base, whole in turns), statements
    )
    for plan in map(explained, statements):
        found.rows += sum(_read(plan["Plan"]))
        found.blocks += plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    return found


def asked(page: Callable[[], Any]) -> list[str]:
    """The statements of a page with their values in them, those that the driver prepares included."""
    found: list[str] = []

    def note(execute: Callable[..., Any], text: str, values: Any, many: bool, about: Any) -> Any:
        found.append(connection.ops.compose_sql(text, values))
        return execute(text, values, many, about)

    with connection.execute_wrapper(note):
        page()
    return found


def explained(statement: str) -> dict[str, Any]:
    """The plan of a statement with what it really read; nothing that it writes stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Our own statement, as it was sent a moment ago; its values are in it already.
        words = statement.replace("%", "%%")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {words}", [])
        (plan,) = cursor.fetchone()
        transaction.set_rollback(True)
    return (plan if isinstance(plan, list) else json.loads(plan))[0]


def _read(node: dict[str, Any]) -> Iterator[int]:
    """Rows that the scans of a plan took in hand, those that they then left out included."""
    if node["Node Type"].endswith(LEAVES) and "Relation Name" in node:
        loops = node["Actual Loops"]
        left = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        yield round((node["Actual Rows"] + left) * loops)
    for below in node.get("Plans", ()):
        yield from _read(below)


def _clocked(page: Callable[[], Any]) -> tuple[float, float]:
    spent = 0.0

    def clock(execute: Any, *given: Any) -> Any:
        nonlocal spent
        started = time.perf_counter()
        try:
            return execute(*given)
        finally:
            spent += time.perf_counter() - started

    with connection.execute_wrapper(clock):
        _cpu, whole = timed(page)
    return spent * 1000, whole
