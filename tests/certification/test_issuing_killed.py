"""A batch of 500 whose worker is killed twice, a real one each time: 500 certificates, no gap, no double.

And two workers at once: the lock of the batch makes them take turns; the twin shows what happens without it.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from certification import batches, tasks
from certification.actions import documents, issuing
from certification.models import Certificate, IssueBatch, IssueItem
from people.models import AuditEvent, Person
from tests import cast as all_people
from tests import cluster
from tests.cast import Cast
from training.models import Attendance, Enrolment

from .conftest import Training, make_training

ROOT = Path(__file__).resolve().parents[2]
LAST_DAY = date(2026, 3, 9)
MANY = 500


@pytest.fixture
def cast(transactional_db) -> Cast:
    return all_people.build()


@pytest.fixture
def training(cast: Cast) -> Training:
    return make_training(cast)


def completed(training: Training, number: int) -> None:
    """So many people who attended all of it, written in a few statements."""
    people = Person.objects.bulk_create(
        Person(family_name=f"Nume{n:03d}", given_name="Ana", language="ro") for n in range(number)
    )
    training.edition.capacity = number
    training.edition.save()
    places = Enrolment.objects.bulk_create(
        Enrolment(edition=training.edition, person=who, status="completed", completed_on=LAST_DAY, code=f"K{n:09d}")
        for n, who in enumerate(people)
    )  # fmt: skip
    Attendance.objects.bulk_create(
        Attendance(session=session, enrolment=place, mark="present", minutes=120)
        for place in places
        for session in (training.first, training.second)
    )


@pytest.fixture
def worker(tmp_path: Path) -> Iterator:
    """Starts the worker of the project as a process of its own; whatever still runs is ended afterwards."""
    (tmp_path / "build").symlink_to(ROOT / "var" / "build", target_is_directory=True)
    environment = {
        **os.environ,
        "DATABASE_URL": os.environ[cluster.URL],
        "APP_DATA_DIR": str(tmp_path),
        "MAIL_FOLDER": str(tmp_path / "mail"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    started: list[subprocess.Popen] = []
    log = (tmp_path / "worker.log").open("wb")

    def start() -> subprocess.Popen:
        command = [sys.executable, "manage.py", "procrastinate", "worker"]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=10)
    log.close()


def wait_until(enough, patience: float = 120) -> None:
    end = time.monotonic() + patience
    while not enough():
        assert time.monotonic() < end, "the worker does not get on"
        time.sleep(0.1)  # asking more often takes the time from the worker


def issued() -> int:
    return IssueItem.objects.filter(state="issued").count()


def a_minute_passes(batch: IssueBatch) -> None:
    """What the job of each minute does for a batch that stands still."""
    IssueBatch.objects.filter(pk=batch.pk).update(worked_at=timezone.now() - timedelta(minutes=2))
    tasks.resume_batches(timestamp=0)


@pytest.mark.slow
def test_five_hundred_while_the_worker_is_killed_twice(
    cast: Cast, training: Training, worker
) -> None:
    completed(training, MANY)
    batch = issuing.start(edition=training.edition, by=cast.ion)
    seen = []
    for enough in (MANY // 5, MANY // 2):
        process = worker()
        wait_until(lambda enough=enough: issued() >= enough)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=10)
        seen.append(issued())
        a_minute_passes(batch)
    assert 0 < seen[0] < seen[1] < MANY  # it was killed in the middle, twice
    process = worker()
    wait_until(lambda: IssueBatch.objects.get(pk=batch.pk).status == "done")
    process.kill()
    serials = sorted(Certificate.objects.values_list("serial", flat=True))
    assert serials == list(range(1, MANY + 1))
    assert Certificate.objects.values("enrolment_id").distinct().count() == MANY
    assert issued() == MANY and AuditEvent.objects.filter(verb="certificate.issued").count() == MANY
    assert AuditEvent.objects.filter(verb="issue.done").count() == 1
    assert_that_the_files_follow()


def assert_that_the_files_follow() -> None:
    """They are made by jobs of their own, one for each; made here for a few, again for those that are there."""
    for certificate in Certificate.objects.order_by("?")[:3]:
        first = documents.make(certificate=certificate)
        assert documents.make(certificate=certificate) == first
    (batch,) = IssueBatch.objects.all()
    assert 3 <= batches.progress(batch).files <= MANY


@pytest.mark.race
@pytest.mark.parametrize("locked", [True, False], ids=["locked", "twin-without-the-lock"])
def test_two_workers_take_turns(cast: Cast, training: Training, locked: bool, monkeypatch) -> None:
    completed(training, 6)
    batch = issuing.start(edition=training.edition, by=cast.ion)
    taken: list[int] = []
    real = issuing._first_waiting

    def slowly(of: IssueBatch) -> IssueItem | None:
        item = real(of)
        if item:
            taken.append(item.pk)
        time.sleep(0.02)
        return item

    monkeypatch.setattr(issuing, "_first_waiting", slowly)
    if not locked:
        rows = IssueBatch.objects.select_related("authority__organisation")
        monkeypatch.setattr(issuing, "_locked", lambda pk: rows.get(pk=pk))
    at_once(lambda: issuing.work(batch_id=batch.pk))
    # Nobody gets two either way: the enrolment is locked and the database knows one certificate for it.
    assert sorted(Certificate.objects.values_list("serial", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert (len(taken) == len(set(taken))) == locked


def at_once(work) -> None:
    gate = threading.Barrier(2)

    def run() -> None:
        try:
            gate.wait(10)
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
