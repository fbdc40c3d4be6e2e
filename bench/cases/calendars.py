"""Calendars: the public feed of all editions, a county's, a person's of 400 sessions, and each unchanged (304)."""

from datetime import timedelta

from django.utils import timezone

from bench import data, servers, world
from bench.cases import floor
from bench.harness import BenchError, Options
from bench.servers import Case, Request
from bench.visitors import anybody
from people.models import Person
from training.models import CalendarFeed, Edition, Enrolment, Session

GOAL, UNCHANGED = (10, 1), (3, 1)
SITE = "config.wsgi:application"
PUBLIC = "/calendar/public.ics?lang=ro"
SESSIONS = 400
CODE = "K"  # begins the codes of the places that this bench makes


def run(options: Options) -> None:
    """Each feed whole and unchanged; the public one with nothing kept as well."""
    database = data.prepared("world", world.fill, options.scale)
    personal = _busy()
    try:
        with (
            floor.beside(database) as lowest,
            servers.serving(SITE, database) as (port, pid),
            servers.serving(SITE, database, PUBLIC_SECONDS="0") as (plain_port, plain_pid),
        ):
            county = f"{PUBLIC}&county=RO-TM"
            cases = [
                lowest,
                _case("public", port, pid, Request(PUBLIC)),
                _case("public, nothing kept", plain_port, plain_pid, Request(PUBLIC)),
                _case("one county", port, pid, Request(county)),
                _case(f"a person's, {SESSIONS} sessions", port, pid, Request(personal)),
                _case("public, unchanged", port, pid, unchanged(port, PUBLIC), UNCHANGED),
                _case("a person's, unchanged", port, pid, unchanged(port, personal), UNCHANGED),
            ]
            servers.measure(cases, database, options)
        servers.report("Calendars", cases)
    finally:
        data.stop()


def _case(name: str, port: int, pid: int, request: Request, goal: tuple[int, int] = GOAL) -> Case:
    queries = anybody().queries(request) if request.expect == 200 else None
    return Case(name, port, pid, lambda number: request, goal, queries)


def unchanged(port: int, path: str) -> Request:
    """Asked for with the version that this very server has given: its address is part of the version."""
    request = Request(path)
    status, headers = servers.ask(port, request)
    if status != 200 or "ETag" not in headers:
        raise BenchError(f"{path} answered {status}")
    return Request(path, headers={"If-None-Match": headers["ETag"]}, expect=304)


def _busy() -> str:
    """The address of somebody with a place in so many sessions, past ones as well."""
    person = Person.objects.get(email="bench9@example.org")
    Enrolment.objects.filter(person=person, code__startswith=CODE).delete()
    have = set(Enrolment.objects.filter(person=person).values_list("edition_id", flat=True))
    since = timezone.now() - timedelta(days=30)
    editions = Edition.objects.filter(starts__gte=since).exclude(pk__in=have).order_by("pk")
    chosen = list(editions[: SESSIONS // 2])
    Enrolment.objects.bulk_create(
        Enrolment(edition=edition, person=person, status="confirmed", code=f"{CODE}{number:07d}")
        for number, edition in enumerate(chosen)
    )
    count = Session.objects.filter(edition__enrolments__person=person).count()
    if count < SESSIONS:
        raise BenchError(f"only {count} sessions are there; more with --scale")
    feed, _made = CalendarFeed.objects.open().get_or_create(person=person, kind="person")
    return f"/calendar/{feed.token}.ics"
