"""The page of a course with four coming editions, lessons and a test: for anybody, and for a participant."""

from bench import data, servers, world
from bench.cases import floor
from bench.harness import BenchError, Options
from bench.servers import Case, Request
from bench.visitors import anybody
from courses.models import Course

GOAL = (12, 2)
LONGEST = "formare-initiala-asistent-maternal"


def run(options: Options) -> None:
    """The demo's longest course, as it was written and in a translation."""
    database = data.prepared("world", world.fill, options.scale)
    written = Course.objects.filter(slug=LONGEST).first()
    if written is None:
        raise BenchError("The demo's course of initial training is gone; name another one.")
    translated = Course.objects.get(
        translation_key=written.translation_key, locale__language_code="bg"
    )
    try:
        with (
            floor.beside(database) as lowest,
            servers.serving("config.wsgi:application", database) as (port, pid),
        ):
            page, other, learner = Request(written.url), Request(translated.url), world.learner()
            own = Request(written.url, headers=learner.headers)
            cases = [
                lowest,
                Case("course", port, pid, lambda n: page, GOAL, anybody().queries(page)),
                Case("a translation", port, pid, lambda n: other, GOAL, anybody().queries(other)),
                Case("signed in", port, pid, lambda n: own, GOAL, learner.queries(page)),
            ]
            servers.measure(cases, database, options)
        servers.report("One course", cases)
    finally:
        data.stop()
