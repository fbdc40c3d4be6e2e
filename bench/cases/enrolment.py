"""Getting a place: every request is another signed-in person who presses the button, each with a mail in the outbox."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from bench import data, servers, world
from bench.cases import floor
from bench.harness import BenchError, Options
from bench.rush_sides import FORM
from bench.servers import Case, Request
from bench.visitors import Visitor
from people.models import User
from training.models import Edition, Enrolment

GOAL = (20, 4)


def run(options: Options) -> None:
    """People of all editions enrol in one more, spread over all editions."""
    database = data.prepared("world", world.fill, options.scale)
    # Those that an earlier run added.
    Enrolment.objects.exclude(code__startswith="B").delete()
    needed = (options.rounds + 1) * options.requests
    users = list(User.objects.filter(email__startswith="bench").order_by("pk")[: needed + 2])
    if len(users) < needed + 2:
        raise BenchError(f"{needed + 2} people are needed; more with --scale, or fewer --requests")
    visitors, editions = world.many_signed_in(users), list(_editions())
    ask = asking(visitors, editions)
    try:
        with (
            floor.beside(database) as lowest,
            servers.serving("config.wsgi:application", database) as (port, pid),
        ):
            queries = [_queries(visitors[n], ask(n)) for n in (needed, needed + 1)]
            cases = [lowest, Case("enrolment", port, pid, ask, GOAL, queries[-1])]
            servers.measure(cases, database, options)
        servers.report("Enrolment", cases)
    finally:
        data.stop()


def asking(visitors: list[Visitor], editions: list[int]) -> Callable[[int], Request]:
    """The n-th person enrols once, in an edition of another course that meets on other days than their own."""
    away = len(editions) // 2 + 1

    def ask(number: int) -> Request:
        with override("ro"):
            path = reverse("training:enrol", args=[editions[(number + away) % len(editions)]])
        return Request(path, "POST", b"", visitors[number].headers | FORM, expect=302)

    return ask


def _editions() -> list[int]:
    """Those of the world, which have no title: not the one that an interrupted rush left."""
    return list(Edition.objects.filter(title="").order_by("pk").values_list("pk", flat=True))


def _queries(visitor: Visitor, request: Request) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = visitor.client.generic(request.method, request.path, b"", headers=request.headers)
    if answer.status_code != request.expect:
        raise BenchError(f"{request.path} answered {answer.status_code}")
    return len(captured)
