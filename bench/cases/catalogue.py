"""The public list of courses: 60 courses with 240 coming editions and 5,000 participants."""

from bench import data, servers, world
from bench.cases import floor
from bench.harness import Options
from bench.servers import Case, Request
from bench.visitors import anybody
from courses.queries import catalogue_url

GOAL = (20, 3)
# Nobody looks at the same page of results all the time.
SEARCHES = ("?page={n}", "?region=RO-TM&page={n}", "?words=trauma", "?places_left=on&page={n}")


def run(options: Options) -> None:
    """Its first page again and again; then one filter after the other."""
    database = data.prepared("world", world.fill, options.scale)
    address = catalogue_url("ro")

    def search(number: int) -> Request:
        return Request(address + SEARCHES[number % len(SEARCHES)].format(n=number % 2 + 1))

    try:
        with (
            floor.beside(database) as lowest,
            servers.serving("config.wsgi:application", database) as (port, pid),
        ):
            first, learner = Request(address), world.learner()
            signed_in = Request(address, headers=learner.headers)
            cases = [
                lowest,
                Case("catalogue", port, pid, lambda n: first, GOAL, anybody().queries(first)),
                Case("with filters", port, pid, search, GOAL, anybody().queries(search(1))),
                Case("signed in", port, pid, lambda n: signed_in, GOAL, learner.queries(first)),
            ]
            servers.measure(cases, database, options)
        servers.report("The catalogue", cases)
    finally:
        data.stop()
