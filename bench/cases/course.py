"""The page of a course with four coming editions, lessons and a test: for anybody, and for a participant."""

from bench import data, servers, world
from bench.cases import floor
from bench.cases.catalogue import SITE, afresh, kept
from bench.harness import BenchError, Options
from bench.servers import Case, Request
from bench.visitors import anybody
from courses.models import Course

GOAL = (12, 2)
LONGEST = "formare-initiala-asistent-maternal"


def run(options: Options) -> None:
    """The demo's longest course: as it is served, and with nothing kept, as after every enrolment."""
    database = data.prepared("world", world.fill, options.scale)
    course = Course.objects.filter(slug=LONGEST).first()
    if course is None:
        raise BenchError("The demo's course of initial training is gone; name another one.")
    try:
        with (
            floor.beside(database) as lowest,
            servers.serving(SITE, database) as (port, pid),
            servers.serving(SITE, database, PUBLIC_SECONDS="0") as (plain_port, plain_pid),
        ):
            learner = world.learner()
            page, own = Request(course.url), Request(course.url, headers=learner.headers)
            plain = (plain_port, plain_pid)
            cases = [
                lowest,
                Case("course", port, pid, lambda n: page, GOAL, kept(anybody(), page)),
                Case("signed in", port, pid, lambda n: own, GOAL, kept(learner, page)),
                Case("nothing kept", *plain, lambda n: page, GOAL, afresh(anybody(), page)),
            ]
            servers.measure(cases, database, options)
        servers.report("One course", cases)
    finally:
        data.stop()
