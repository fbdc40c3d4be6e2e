"""The enrolment rush: 3,000 people for 200 places, 100 at once, every form sent twice, one in ten gives up.

Beside it a bare Django view that only inserts the same row under the same lock. Printed with the throughput is what
must be true afterwards: nobody twice, no place too many, the list in the order of arrival, each told once.
"""

import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from bench import data, servers, world
from bench.cases.enrolment import FORM
from bench.harness import BenchError, Options, show
from bench.rushing import Browser, Job, Outcome, rush
from bench.servers import Request
from bench.visitors import Visitor
from notifications.models import Message
from people.models import AuditEvent, User
from training.models import Edition, Enrolment, Session, Submission

PEOPLE, PLACES, AT_ONCE, GIVE_UP = 3_000, 200, 100, 10  # the last: one in so many
SHARE = 0.5  # of the bare view's throughput that ours keeps at least
ONCE = b"once=" + b"0" * 32 + b".0"
Status = Enrolment.Status


def run(options: Options) -> None:
    """The bare view and ours in turns; the best turn of each counts, the invariants in every turn."""
    database = data.prepared("world", world.fill, options.scale)
    people = everybody()
    if len(people) < PEOPLE:
        raise BenchError(f"{PEOPLE} people are needed")
    visitors = world.many_signed_in(people)
    found: dict[str, list[Outcome]] = {"bare": [], "ours": []}
    insert = insert_statement(people[0].person_id)
    try:
        with (
            servers.serving("bench.bare:application", database, BENCH_INSERT=insert) as (bare, _),
            servers.serving("config.wsgi:application", database) as (ours, _number),
        ):
            for _ in range(min(options.rounds, 3)):
                edition = an_edition()
                keys = [user.person_id for user in people]
                found["bare"].append(rush(bare, list(bare_jobs(edition, keys)), AT_ONCE))
                edition = an_edition()
                jobs = list(our_jobs(edition, visitors))
                found["ours"].append(rush(ours, jobs, AT_ONCE))
                invariants(edition)
    finally:
        clear()
        data.stop()
    report(found)


def report(found: dict[str, list[Outcome]]) -> None:
    """Throughput of both; ends the bench where ours breaks or falls below its share."""
    best = {name: max(outcomes, key=lambda o: o.rate) for name, outcomes in found.items()}
    share = best["ours"].rate / best["bare"].rate
    heads = ["", "posts", "posts/s", "median ms", "95 % ms", "5xx or none"]
    rows = [
        best["bare"].row("bare view: the row under the lock"),
        best["ours"].row("enrolment"),
    ]
    show(f"The rush: {PEOPLE} people, {PLACES} places, {AT_ONCE} at once", heads, rows)
    print(f"ours ÷ bare: {share:.2f} (wanted: {SHARE})", flush=True)
    if broken := sum(outcome.broken for outcome in found["ours"]):
        raise BenchError(
            f"{broken} posts were not answered properly: {found['ours'][0].errors[:3]}"
        )


def everybody() -> list[User]:
    """People with log-ins who are in no other edition of the course: that alone would refuse them."""
    course = Edition.objects.order_by("pk").values("course__translation_key")[:1]
    others = Enrolment.objects.filter(edition__course__translation_key__in=course)
    users = User.objects.filter(email__startswith="bench")
    return list(users.exclude(person__in=others.values("person")).order_by("pk")[:PEOPLE])


def an_edition() -> Edition:
    """Open, with 200 places and one session; what an earlier turn left is cleared away."""
    clear()
    first = Edition.objects.order_by("pk").first()
    assert first
    starts = timezone.now() + timedelta(days=400)  # overlaps with nothing else of theirs
    edition = Edition.objects.create(
        course=first.course, organiser=first.organiser, language="ro", status=Edition.Status.OPEN,
        capacity=PLACES, title="rush", starts=starts, ends=starts + timedelta(hours=6),
    )  # fmt: skip
    Session.objects.create(
        edition=edition, starts=starts, ends=edition.ends, time_zone=str(world.ZONE)
    )
    return edition


def clear() -> None:
    """Take away what the rush wrote."""
    editions = Edition.objects.filter(title="rush")
    Enrolment.objects.filter(edition__in=editions).delete()
    Session.objects.filter(edition__in=editions).delete()
    editions.delete()
    Message.objects.all().delete()
    Submission.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_events; DELETE FROM procrastinate_jobs")


def insert_statement(person: int) -> str:
    """The very row that an enrolment writes, every column of it, as one statement with three values left open."""
    row = Enrolment(edition_id=0, person_id=person, status=Status.CONFIRMED, code="x")
    values: dict[str, Any] = {}
    for column in Enrolment._meta.local_concrete_fields:
        if not column.primary_key and not column.generated:
            values[column.column] = column.get_db_prep_save(
                getattr(row, column.attname), connection
            )
    open_ones = {"edition_id": "%(edition)s", "person_id": "%(person)s", "code": "%(code)s"}
    with connection.cursor() as cursor:
        literals = [
            open_ones.get(name) or cursor.mogrify("%s", [value]).replace("%", "%%")
            for name, value in values.items()
        ]
    columns = ", ".join(f'"{name}"' for name in values)
    return (
        f"INSERT INTO training_enrolment ({columns}) VALUES ({', '.join(literals)})"  # noqa: S608 - our own columns
        " ON CONFLICT DO NOTHING"
    )


def mixed(number: int) -> list[int]:
    """Everybody twice, in an order that is the same in every turn."""
    order = [*range(number)] * 2
    random.Random(11).shuffle(order)
    return order


def bare_jobs(edition: Edition, people: Sequence[int]) -> Iterator[Job]:
    """Everybody's post, twice."""
    for n in mixed(len(people)):
        request = Request(f"/enrol/{edition.pk}/{people[n]}/", "POST", b"")
        yield lambda browser, request=request: _post(browser, request)


def _post(browser: Browser, request: Request) -> None:
    browser.post(request)


def our_jobs(edition: Edition, visitors: Sequence[Visitor]) -> Iterator[Job]:
    """Everybody's form, twice; whoever gives up does it twice as well, after the second answer."""
    with override("ro"):
        path = reverse("training:enrol", args=[edition.pk])
    answered: Counter[int] = Counter()
    lock = threading.Lock()

    def job(browser: Browser, n: int) -> None:
        headers = visitors[n].headers | FORM
        place = browser.post(Request(path, "POST", ONCE, headers))
        with lock:
            answered[n] += 1
            is_second = answered[n] == 2
        if is_second and n % GIVE_UP == 0 and place:
            for _ in range(2):
                browser.post(Request(f"{place}cancel/", "POST", ONCE + b"&reason=", headers))

    for n in mixed(len(visitors)):
        yield lambda browser, n=n: job(browser, n)


def invariants(edition: Edition) -> None:
    """Print what must be true; raise where it is not."""
    rows = Enrolment.objects.filter(edition=edition)
    count = Counter(rows.values_list("status", flat=True))
    waiting = list(rows.waiting().values_list("pk", flat=True))
    last = max(rows.filter(status=Status.CONFIRMED).values_list("pk", flat=True), default=0)
    verbs = Counter(
        AuditEvent.objects.filter(data__edition=edition.pk).values_list("verb", flat=True)
    )
    names = Counter(Message.objects.values_list("name", flat=True))
    gave_up, moved_up = gave_up_a_place(edition), verbs["enrolment.moved_up"]
    told = names["enrolment_confirmed"] + names["enrolment_waitlisted"]
    checks = [
        ("confirmed", count[Status.CONFIRMED], PLACES),
        ("cancelled", count[Status.CANCELLED], PEOPLE // GIVE_UP),
        ("people enrolled twice", rows.count() - rows.values("person").distinct().count(), 0),
        ("people", rows.count(), PEOPLE),
        ("out of the order of arrival", int(waiting != sorted(waiting) or waiting[:1] < [last]), 0),
        ("promotions", moved_up, gave_up),
        ("first mails", told, PEOPLE),
        ("mails of a place freed", names["place_freed"], moved_up),
        ("mails of a cancellation", names["enrolment_cancelled"], PEOPLE // GIVE_UP),
    ]
    print("; ".join(f"{name}: {is_now}" for name, is_now, _wanted in checks), flush=True)
    if wrong := [check for check in checks if check[1] != check[2]]:
        raise BenchError(f"not true (is, should be): {wrong}")


def gave_up_a_place(edition: Edition) -> int:
    """Of those who gave up, the ones who had a place by then, by the trail."""
    trail = AuditEvent.objects.filter(data__edition=edition.pk).order_by("id")
    has_place: set[str] = set()
    found = 0
    for verb, target in trail.values_list("verb", "target_id"):
        if verb in ("enrolment.confirmed", "enrolment.moved_up"):
            has_place.add(target)
        elif verb == "enrolment.cancelled" and target in has_place:
            found += 1
    return found
