"""The rush sends what it says, and does not pass what is not true."""

import http.server
import threading
from collections import Counter

import pytest
from django.db import connection

from bench import bare, rush_sides, rushing, visitors
from bench.__main__ import names
from bench.cases import rush
from bench.harness import BenchError
from bench.servers import Request
from notifications.models import Message
from tests import jobs
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import enrolments
from training.models import Edition, Enrolment


class Answers(http.server.BaseHTTPRequestHandler):
    """Every third post fails; the others lead on."""

    protocol_version = "HTTP/1.1"
    seen = Counter()
    guard = threading.Lock()

    def do_POST(self):
        with self.guard:
            self.seen["posts"] += 1
            fails = self.seen["posts"] % 3 == 0
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(503 if fails else 302)
        self.send_header("Location", "/there/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments):
        """Quiet."""


@pytest.fixture
def port():
    Answers.seen.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_it_is_a_bench():
    assert "rush" in names()
    assert rush.__doc__
    assert rush.run.__doc__
    assert (rush.PEOPLE, rush.PLACES, rush.AT_ONCE, rush.SHARE) == (3_000, 200, 100, 0.5)


def test_every_job_is_done_and_every_answer_counted(port):
    jobs = [lambda browser: browser.post(Request("/x/", "POST", b"a=1"))] * 30
    outcome = rushing.rush(port, jobs, 5)
    assert outcome.statuses == {302: 20, 503: 10}
    assert (outcome.broken, outcome.errors, len(outcome.times)) == (10, [], 30)
    assert outcome.rate > 0
    assert outcome.row("x")[:2] == ["x", 30]


def test_who_does_not_answer_is_counted_too():
    outcome = rushing.rush(1, [lambda browser: browser.post(Request("/x/", "POST"))] * 2, 2)
    assert outcome.broken == 2
    assert outcome.rate == 0.0


def test_a_side_is_said_as_a_part_of_the_other():
    ours = rushing.Outcome(Counter({302: 30}), seconds=1.0)
    bare_side = rushing.Outcome(Counter({200: 40}), seconds=0.5)
    said = "30.0 posts/s, the reference 80.0: 0.38 of it"
    assert ours.against(bare_side) == said
    assert ours.against(rushing.Outcome()) == "30.0 posts/s, the reference 0.0: 0.00 of it"


def test_everybody_comes_twice_in_the_same_order():
    assert Counter(rush.mixed(5)) == dict.fromkeys(range(5), 2)
    assert rush.mixed(50) == rush.mixed(50) != sorted(rush.mixed(50))


def test_the_bare_view_writes_the_very_row(cast, edition_of):
    insert = rush.insert_statement(cast.ana.person_id)
    values = {"edition": edition_of.pk, "person": cast.ana.person_id, "code": "R1"}
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(bare.LOCK, [edition_of.pk])
            cursor.execute(insert, values)
    row = Enrolment.objects.get()
    assert (row.status, row.code, row.person_id) == ("confirmed", "R1", cast.ana.person_id)
    ours = make.place(cast.vasile, edition_of)
    differing = {
        field.attname
        for field in Enrolment._meta.local_concrete_fields
        if getattr(row, field.attname) != getattr(ours, field.attname)
    }
    assert differing <= {"id", "person_id", "code", "queued_at", "institution_id"}


@pytest.fixture
def edition_of(cast) -> Edition:
    return make.coming(cast.timis, capacity=2)


class Posts:
    """A browser that only writes down."""

    def __init__(self):
        self.sent = []

    def post(self, request):
        self.sent.append(request)
        return "/ro/training/enrolments/7/"


def test_one_in_ten_gives_up_after_the_second_answer(cast, edition_of):
    browser = Posts()
    pages = rushing.Pages()
    for job in rush.our_jobs(edition_of, [visitors.anybody() for _ in range(20)], pages):
        job(browser)
    assert (len(pages.of_form), pages.different) == (22, 0)
    paths = Counter(request.path for request in browser.sent)
    assert paths["/ro/training/enrolments/7/cancel/"] == 4
    assert sum(paths.values()) == 44
    assert all(b"once=" in request.body for request in browser.sent)


def test_forms_that_lead_elsewhere_or_nowhere_are_counted():
    pages = rushing.Pages()
    for person, page in [(1, "/a/"), (1, "/a/"), (2, "/b/"), (2, "/c/"), (3, ""), (3, "")]:
        pages.add(person, "enrol", page)
    pages.add(1, "cancel", "/d/")
    assert pages.different == 2


def small(monkeypatch, cast, *, give_up: int = 1) -> Edition:
    """Three people for one place, of whom the first gives up."""
    monkeypatch.setattr(rush_sides, "GIVE_UP", 3)
    edition = make.coming(cast.timis, capacity=1)
    places = [make.place(make_people.person(cast.timis), edition) for _ in range(3)]
    if give_up:
        enrolments.cancel(enrolment=places[0], by=None)
    return edition


def look(edition: Edition, *, sent: int = 5, different_pages: int = 0) -> None:
    """What the bench looks at after the last mail: three people, one place, one who gave it up."""
    jobs.run()
    three = rush.Crowd([None] * 3, [], places=1)
    rush.invariants(edition, three, sent=sent, different_pages=different_pages)


def test_what_is_true_passes(cast, monkeypatch, capsys):
    look(small(monkeypatch, cast))
    assert "confirmed: 1" in capsys.readouterr().out


def test_who_did_not_give_up_is_missed(cast, monkeypatch):
    with pytest.raises(BenchError, match="cancelled"):
        look(small(monkeypatch, cast, give_up=0))


@pytest.mark.parametrize("wrong", [{"sent": 4}, {"sent": 6}, {"different_pages": 1}])
def test_a_mail_too_few_or_too_many_and_another_page_are_seen(cast, monkeypatch, wrong):
    with pytest.raises(BenchError, match="mails sent|different pages"):
        look(small(monkeypatch, cast), **wrong)


def test_a_mail_that_nobody_wrote_is_seen(cast, monkeypatch):
    edition = small(monkeypatch, cast)
    jobs.run()
    Message.objects.filter(name="place_freed").delete()
    with pytest.raises(BenchError, match="place freed"):
        look(edition)


def test_a_place_too_many_is_seen(cast, monkeypatch):
    edition = small(monkeypatch, cast)
    edition.enrolments.filter(status="waitlisted").update(status="confirmed")
    with pytest.raises(BenchError, match="confirmed"):
        look(edition)


def test_somebody_who_passed_another_is_seen(cast, monkeypatch):
    edition = small(monkeypatch, cast)
    confirmed = edition.enrolments.get(status="confirmed")
    waiting = edition.enrolments.get(status="waitlisted")
    edition.enrolments.filter(pk=confirmed.pk).update(status="waitlisted")
    edition.enrolments.filter(pk=waiting.pk).update(status="confirmed")
    with pytest.raises(BenchError, match="order of arrival"):
        look(edition)


def test_what_a_turn_wrote_is_cleared_away(cast):
    edition = make.coming(cast.timis, title="rush")
    other = make.coming(cast.timis)
    place = make.place(cast.ana.person, other)
    make.place(cast.vasile, edition)
    rush.clear()
    assert list(Enrolment.objects.all()) == [place]
    assert not Edition.objects.filter(title="rush").exists()
