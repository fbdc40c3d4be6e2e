"""The public list of courses: 60 courses with 240 coming editions and 5,000 participants."""

from django.test import override_settings

from bench import data, servers, world
from bench.cases import floor
from bench.harness import Options
from bench.servers import Case, Request
from bench.visitors import Visitor, anybody
from courses.queries import catalogue_url

GOAL = (20, 3)
SITE = "config.wsgi:application"
# Nobody looks at the same page of results all the time.
SEARCHES = ("?page={n}", "?region=RO-TM&page={n}", "?words=trauma", "?places_left=on&page={n}")


def afresh(visitor: Visitor, request: Request) -> int:
    """Queries of a page of which nothing is kept."""
    with override_settings(PUBLIC_SECONDS=0):
        return visitor.queries(request)


def kept(visitor: Visitor, request: Request) -> int:
    """Queries from the third visitor on: the first two find out that it may be kept, and keep it."""
    visitor.queries(request)
    return visitor.queries(request)


def run(options: Options) -> None:
    """Its first page and searches as they are served; and with nothing kept, as after every enrolment."""
    database = data.prepared("world", world.fill, options.scale)
    address = catalogue_url("ro")

    def search(number: int) -> Request:
        return Request(address + SEARCHES[number % len(SEARCHES)].format(n=number % 2 + 1))

    try:
        with (
            floor.beside(database) as lowest,
            servers.serving(SITE, database) as (port, pid),
            servers.serving(SITE, database, PUBLIC_SECONDS="0") as (plain_port, plain_pid),
        ):
            learner = world.learner()
            first, own = Request(address), Request(address, headers=learner.headers)
            plain = (plain_port, plain_pid)
            cases = [
                lowest,
                Case("catalogue", port, pid, lambda n: first, GOAL, kept(anybody(), first)),
                Case("searches", port, pid, search, GOAL, kept(anybody(), search(1))),
                Case("signed in", port, pid, lambda n: own, GOAL, kept(learner, first)),
                Case("nothing kept", *plain, lambda n: first, GOAL, afresh(anybody(), first)),
                Case("searches, nothing kept", *plain, search, GOAL, afresh(anybody(), search(1))),
            ]
            servers.measure(cases, database, options)
        servers.report("The catalogue", cases)
    finally:
        data.stop()
