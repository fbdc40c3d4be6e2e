"""Work is asked for once, and is done after what it is about was written."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from certification import queue
from tests import jobs
from tests.races import outcomes

FETCH = "SELECT (procrastinate_fetch_job_v2(NULL, NULL)).id"
COLUMNS = (
    "queue_name", "task_name", "priority", "lock", "queueing_lock", "args", "status", "scheduled_at", "attempts",
)  # fmt: skip


def as_procrastinate_does(task: str, queueing_lock: str, **given) -> None:
    """Twin: the function of the queue itself, in a savepoint for the refusal."""
    named = {name: given.pop(name) for name in ("schedule_at", "priority") if name in given}
    try:
        with transaction.atomic():
            app.configure_task(task, queueing_lock=queueing_lock, **named).defer(**given)
    except AlreadyEnqueued:
        return


def asked(monkeypatch: pytest.MonkeyPatch, once, question, *values) -> tuple[dict, list[str]]:
    """The row that a question puts into the queue, and the events beside it."""
    monkeypatch.setattr(queue, "_once", once)
    question(*values)
    job = ProcrastinateJob.objects.get()
    events = list(ProcrastinateEvent.objects.filter(job=job).values_list("type", flat=True))
    row = {name: getattr(job, name) for name in COLUMNS}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    return row, sorted(events)


QUESTIONS = {
    "ask": (queue.ask, 5),
    "later": (queue.ask_later, 5, datetime(2026, 3, 12, 9, tzinfo=UTC)),
    "batch": (queue.ask_for_batch, 7),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_the_job_is_the_one_that_the_queue_would_write(name: str, monkeypatch) -> None:
    ours = asked(monkeypatch, queue._once, *QUESTIONS[name])
    theirs = asked(monkeypatch, as_procrastinate_does, *QUESTIONS[name])
    assert ours == theirs and ours[1]


@pytest.mark.django_db
def test_asked_twice_it_is_one_job_and_one_statement_each(django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        queue.ask(5)
        queue.ask(5)
    queue.ask(6)
    assert [job.args["enrolment_id"] for job in jobs.waiting(queue.CONSIDER)] == [5, 6]


@pytest.mark.django_db
def test_what_is_being_done_is_asked_for_again() -> None:
    queue.ask(5)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    queue.ask(5)
    assert jobs.waiting(queue.CONSIDER).count() == 1
    assert ProcrastinateJob.objects.count() == 2


def fetched_meanwhile() -> bool:
    """A job waits; somebody writes, asks again and has not finished: does a worker begin before they have?"""
    queue.ask(5)
    begun = []

    def worker() -> None:
        with connection.cursor() as cursor:
            cursor.execute(FETCH)
            begun.append(cursor.fetchone()[0])
        connection.close()

    with transaction.atomic():
        queue.ask(5)
        thread = threading.Thread(target=worker)
        thread.start()
        thread.join(20)
    return begun != [None]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_job_that_waits_is_not_begun_before_the_asker_has_written() -> None:
    assert fetched_meanwhile() is False
    with connection.cursor() as cursor:
        cursor.execute(FETCH)
        assert cursor.fetchone()[0] == ProcrastinateJob.objects.get().pk


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twin_a_refused_job_leaves_the_first_to_the_worker(monkeypatch) -> None:
    monkeypatch.setattr(queue, "_once", as_procrastinate_does)
    assert fetched_meanwhile() is True


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_get_one_job() -> None:
    def ask() -> None:
        with transaction.atomic():
            queue.ask(5)

    assert outcomes([ask] * 12, 4) == [None] * 12
    assert jobs.waiting(queue.CONSIDER).count() == 1
