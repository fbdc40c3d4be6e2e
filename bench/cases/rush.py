"""The enrolment rush: 3,000 people for 200 places, 100 at once, every form sent twice, one in ten gives up.

Beside it a bare Django view that only inserts the same row under the same lock, once for anybody and once for who is
signed in. The mails are written by the worker:
in one turn it comes after the posts, in the other it is there from the beginning. Printed with the throughput is
what must be true afterwards: nobody twice, no place too many, the list in the order of arrival, each told once.
"""

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from bench import data, servers, world
from bench.harness import BenchError, Options, show
from bench.processes import cpu_ms
from bench.rush_sides import FORM, GIVE_UP, Crowd, bare_jobs, insert_statement, known_jobs, mixed
from bench.rushing import Browser, Job, Outcome, Pages, rush
from bench.servers import Request
from bench.visitors import Visitor
from notifications.models import Message
from people.models import AuditEvent, User
from training.models import Edition, Enrolment, Session, Submission

PEOPLE, PLACES, AT_ONCE = 3_000, 200, 100
SMALL = 15  # times fewer people and places, to see that it works
SHARE = 0.5  # of the bare view's throughput that ours keeps at least
ONCE = b"once=" + b"0" * 32 + b".0"
MAILS = ["training.tell_of_place", "notifications.deliver"]
Status = Enrolment.Status


@dataclass(frozen=True)
class Turn:
    """Each side once."""

    bare: Outcome
    known: Outcome
    ours: Outcome


def run(options: Options) -> None:
    """Two turns of each: the worker comes afterwards, and is there from the beginning. Each is checked to the end."""
    database = data.prepared("world", world.fill, options.scale)
    crowd = gathered(SMALL if options.small else 1)
    insert = insert_statement(crowd.people[0].person_id)
    bare, known = "bench.bare:application", {"BENCH_INSERT": insert, "BENCH_SIGNED_IN": "1"}
    turns: list[Turn] = []
    try:
        with (
            servers.serving(bare, database, BENCH_INSERT=insert) as stranger,
            servers.serving(bare, database, **known) as reader,
            servers.serving("config.wsgi:application", database) as ours,
        ):
            for beside in (False, True):
                edition = an_edition(crowd.places)
                first = measured(stranger, database, list(bare_jobs(edition, crowd)))
                edition = an_edition(crowd.places)
                second = measured(reader, database, list(known_jobs(edition, crowd)))
                own = a_turn(ours, crowd, database, [first, second], beside=beside)
                turns.append(Turn(first, second, own))
    finally:
        clear()
        data.stop()
    report(crowd, turns)


def measured(server: tuple[int, int], database: data.Database, jobs: list[Job]) -> Outcome:
    """The rush against that server (port and number), with what it cost."""
    pids = (server[1], database.pid)
    before = [cpu_ms(pid) for pid in pids]
    outcome = rush(server[0], jobs, AT_ONCE)
    posts = max(sum(outcome.statuses.values()), 1)
    costs = [(cpu_ms(pid) - was) / posts for pid, was in zip(pids, before, strict=True)]
    outcome.server, outcome.database = costs
    return outcome


def a_turn(
    server: tuple[int, int],
    crowd: Crowd,
    database: data.Database,
    references: Sequence[Outcome],
    *,
    beside: bool,
) -> Outcome:
    """Everybody posts; then the worker, if it was not there before, writes what is left to be told.

    How fast all sides were is said before that: the mails of three thousand people take minutes.
    """
    edition, pages = an_edition(crowd.places), Pages()
    jobs = list(our_jobs(edition, crowd.visitors, pages))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as worker:
        if beside:
            worker.enter_context(servers.working(database, MAIL_FOLDER=folder))
        outcome = measured(server, database, jobs)
        ended = time.monotonic()
        for reference in references:
            print(outcome.against(reference), flush=True)
        if not beside:
            worker.enter_context(servers.working(database, MAIL_FOLDER=folder))
        servers.until_done(MAILS)
        seconds = time.monotonic() - ended
        sent = len(list(Path(folder).glob("*.eml")))
    print(f"{sent} mails were on their way {seconds:.0f} s after the last post", flush=True)
    invariants(edition, crowd, sent=sent, different_pages=pages.different)
    return outcome


HEADS = [
    "",
    "posts",
    "posts/s",
    "median ms",
    "95 % ms",
    "server CPU ms",
    "database CPU ms",
    "5xx or none",
]


def report(crowd: Crowd, turns: list[Turn]) -> None:
    """Throughput of all, each turn against the references beside it; ends the bench where ours breaks."""
    rows = [
        outcome.row(name)
        for turn, then in zip(turns, ("", ", mails written meanwhile"), strict=True)
        for name, outcome in (
            ("bare view: the row under the lock", turn.bare),
            ("the same for who is signed in", turn.known),
            (f"enrolment{then}", turn.ours),
        )
    ]
    many = f"{len(crowd.people)} people, {crowd.places} places, {AT_ONCE} at once"
    show(f"The rush: {many}", HEADS, rows)
    for name in ("bare", "known"):
        shares = [turn.ours.rate / getattr(turn, name).rate for turn in turns]
        print(
            f"ours ÷ {name}: {shares[0]:.2f} (wanted: {SHARE}); mails meanwhile: {shares[1]:.2f}",
            flush=True,
        )
    outcomes = [outcome for turn in turns for outcome in (turn.known, turn.ours)]
    if broken := sum(outcome.broken for outcome in outcomes):
        errors = [error for outcome in outcomes for error in outcome.errors]
        raise BenchError(f"{broken} posts were not answered properly: {errors[:3]}")


def gathered(part: int) -> Crowd:
    """Enough people, signed in."""
    people = everybody()[: PEOPLE // part]
    if len(people) < PEOPLE // part:
        raise BenchError(f"{PEOPLE // part} people are needed")
    return Crowd(people, world.many_signed_in(people), max(PLACES // part, 1))


def everybody() -> list[User]:
    """People with log-ins who are in no other edition of the course: that alone would refuse them."""
    course = Edition.objects.order_by("pk").values("course__translation_key")[:1]
    others = Enrolment.objects.filter(edition__course__translation_key__in=course)
    users = User.objects.filter(email__startswith="bench")
    return list(users.exclude(person__in=others.values("person")).order_by("pk")[:PEOPLE])


def an_edition(places: int) -> Edition:
    """Open, with so many places and one session; what an earlier turn left is cleared away."""
    clear()
    first = Edition.objects.order_by("pk").first()
    assert first
    starts = timezone.now() + timedelta(days=400)  # overlaps with nothing else of theirs
    edition = Edition.objects.create(
        course=first.course, organiser=first.organiser, language="ro", status=Edition.Status.OPEN,
        capacity=places, title="rush", starts=starts, ends=starts + timedelta(hours=6),
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


def our_jobs(edition: Edition, visitors: Sequence[Visitor], pages: Pages) -> Iterator[Job]:
    """Everybody's form, twice; whoever gives up does it twice as well, after the second answer."""
    with override("ro"):
        path = reverse("training:enrol", args=[edition.pk])
    answered: Counter[int] = Counter()
    lock = threading.Lock()

    def job(browser: Browser, n: int) -> None:
        headers = visitors[n].headers | FORM
        place = browser.post(Request(path, "POST", ONCE, headers))
        pages.add(n, "enrol", place)
        with lock:
            answered[n] += 1
            is_second = answered[n] == 2
        if is_second and n % GIVE_UP == 0 and place:
            for _ in range(2):
                given_up = Request(f"{place}cancel/", "POST", ONCE + b"&reason=", headers)
                pages.add(n, "cancel", browser.post(given_up))

    for n in mixed(len(visitors)):
        yield lambda browser, n=n: job(browser, n)


def invariants(edition: Edition, crowd: Crowd, *, sent: int, different_pages: int = 0) -> None:
    """Print what must be true when the worker is done; raise where it is not."""
    rows = Enrolment.objects.filter(edition=edition)
    count = Counter(rows.values_list("status", flat=True))
    waiting = list(rows.waiting().values_list("pk", flat=True))
    last = max(rows.filter(status=Status.CONFIRMED).values_list("pk", flat=True), default=0)
    verbs = Counter(
        AuditEvent.objects.filter(data__edition=edition.pk).values_list("verb", flat=True)
    )
    names = Counter(Message.objects.values_list("name", flat=True))
    gave_up, moved_up = gave_up_a_place(edition), verbs["enrolment.moved_up"]
    first = names["enrolment_confirmed"] + names["enrolment_waitlisted"]
    checks = [
        ("confirmed", count[Status.CONFIRMED], crowd.places),
        ("cancelled", count[Status.CANCELLED], crowd.giving_up),
        ("people enrolled twice", rows.count() - rows.values("person").distinct().count(), 0),
        ("people", rows.count(), len(crowd.people)),
        ("out of the order of arrival", int(waiting != sorted(waiting) or waiting[:1] < [last]), 0),
        ("forms whose two posts led to different pages", different_pages, 0),
        ("promotions", moved_up, gave_up),
        ("first mails", first, len(crowd.people)),
        ("mails of a place freed", names["place_freed"], moved_up),
        ("mails of a cancellation", names["enrolment_cancelled"], crowd.giving_up),
        ("mails sent", sent, len(crowd.people) + moved_up + crowd.giving_up),
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
