"""The floor alone: how fast this machine is today."""

import contextlib

import django

from bench import data, servers
from bench.harness import Options
from bench.servers import Case, Request


@contextlib.contextmanager
def beside(database: data.Database):
    """The floor's server, and its case: the first line of every table of pages."""
    with servers.serving("bench.floor:application", database, BENCH_FLOOR="1") as (port, pid):
        yield Case(
            "floor: one indexed SELECT", port, pid, lambda number: Request("/floor"), queries=1
        )


def run(options: Options) -> None:
    """Measure it."""
    django.setup()
    database = data.prepared("floor")
    try:
        with beside(database) as floor:
            servers.measure([floor], database, options)
            servers.report("The floor", [floor])
    finally:
        data.stop()
