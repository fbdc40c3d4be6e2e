"""The roll: one mark from a phone, and the list of participants of a small and of a large edition."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from bench import data, servers, world
from bench.cases import floor
from bench.harness import Options
from bench.servers import Case, Request
from bench.visitors import Visitor, signed_in
from people.models import Membership, Organisation, Person, User
from training.models import Attendance, Edition, Enrolment, Session

MARK, LIST = (8, 2), (25, 4)
SITE = "config.wsgi:application"
LARGE = 2_000


def run(options: Options) -> None:
    """Marks go round the people of one edition, each time another than before; the list flat in its rows."""
    database = data.prepared("world", world.fill, options.scale)
    coordinator = _coordinator()
    small, large = _editions()
    session = _today(small)
    try:
        with (
            floor.beside(database) as lowest,
            servers.serving(SITE, database) as (port, pid),
        ):
            ask = marking(coordinator, session)
            cases = [
                lowest,
                Case("roll-call mark", port, pid, ask, MARK, _queries(coordinator, ask)),
                *(
                    _list(coordinator, name, edition, port, pid)
                    for name, edition in (
                        ("20 participants", small),
                        (f"{LARGE} participants", large),
                    )
                ),
            ]
            servers.measure(cases, database, options)
        servers.report("The roll", cases)
    finally:
        data.stop()


def _queries(coordinator: Visitor, ask: Callable[[int], Request]) -> int:
    """Of a mark when caches are warm. The same one sent again would be answered with the whole roll."""
    for number in (-2, -1):
        request = ask(number)
        with CaptureQueriesContext(connection) as captured:
            coordinator.client.generic(
                request.method, request.path, request.body or b"", "application/json"
            )
    return len(captured)


def _list(coordinator: Visitor, name: str, edition: Edition, port: int, pid: int) -> Case:
    with override("ro"):
        path = reverse("training:participants", args=[edition.pk])
    request = Request(path, headers=coordinator.headers)
    return Case(name, port, pid, lambda number: request, LIST, coordinator.queries(request))


def marking(coordinator: Visitor, session: Session) -> Callable[[int], Request]:
    """The n-th mark: the next person, present or late, each knowing the mark before: every request writes.

    The marks of one person are sent by one client: in another order than they were made they would contradict.
    """
    places = list(Enrolment.objects.filter(edition=session.edition_id).values_list("pk", flat=True))
    del places[len(places) // servers.CLIENTS * servers.CLIENTS :]
    me = User.objects.get(email="benchmara@example.org").pk
    with override("ro"):
        path = reverse("training:roll-marks", args=[session.pk])
    headers = coordinator.headers | {"Content-Type": "application/json"}
    last: dict[int, str] = {}

    def ask(number: int) -> Request:
        late, person = (number // len(places)) % 2, places[number % len(places)]
        mark = {
            "key": str(uuid4()), "person": person, "mark": "late" if late else "present",
            "minutes": 60 if late else None, "held": 0, "seen": last.get(person, ""),
        }  # fmt: skip
        last[person] = mark["key"]
        body = json.dumps({"me": me, "marks": [mark]}).encode()
        return Request(path, "POST", body, headers)

    return ask


def _coordinator() -> Visitor:
    """Of the whole country, with a second factor."""
    user = User.objects.filter(email="benchmara@example.org").first()
    if user is None:
        person = Person.objects.create(
            family_name="Marin", given_name="Mara", email="benchmara@example.org", language="ro"
        )
        root = Organisation.objects.filter(depth=1).order_by("path")[0]
        Membership.objects.create(
            person=person, organisation=root, role="coordinator", since=world.LONG_AGO
        )
        user = User.objects.create(email=person.email, person=person, language="ro", password="!")
        Authenticator.objects.create(user=user, type="totp", data={"secret": "bench"})
    return signed_in(user)


def _editions() -> tuple[Edition, Edition]:
    """One as it is, and one that as many people attend as no room holds."""
    small, large = Edition.objects.order_by("pk")[:2]
    have = set(Enrolment.objects.filter(edition=large).values_list("person_id", flat=True))
    more = Person.objects.filter(email__startswith="bench").exclude(pk__in=have).order_by("pk")
    chosen = more[: max(LARGE - len(have), 0)]
    Enrolment.objects.bulk_create(
        Enrolment(edition=large, person=person, status="confirmed", code=f"L{number:07d}")
        for number, person in enumerate(chosen, start=len(have))
    )
    return small, large


def _today(edition: Edition) -> Session:
    """A session of it is going on now: the roll is open."""
    session = edition.sessions.order_by("pk")[0]
    now = timezone.now()
    session.starts, session.ends = now - timedelta(hours=1), now + timedelta(hours=5)
    session.room, session.roll_closed_at = None, None
    session.save()
    Attendance.objects.filter(session=session).delete()
    return session
