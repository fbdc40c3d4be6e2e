"""Facts become jobs, jobs do the work, jobs that fail say why and are asked for again."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from certification import queue, tasks
from certification.errors import SealUnavailable
from certification.models import Certificate
from courses.signals import coursework_done
from people.models import AuditEvent
from tests.cast import Cast
from tests.factories import certification as proof
from training.models import Enrolment
from training.signals import attendance_recorded

from .conftest import Training

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def waiting(name: str = "certification.consider") -> list[dict]:
    return list(
        ProcrastinateJob.objects.filter(task_name=name, status="todo").values_list(
            "args", flat=True
        )
    )


def test_the_roll_asks_once_for_each_person(cast: Cast, training: Training) -> None:
    one, two = training.attended(cast.ana.person), training.attended(cast.vasile)
    for _time in range(2):
        attendance_recorded.send(sender=None, enrolment_ids=[one.pk, two.pk])
    assert sorted(args["enrolment_id"] for args in waiting()) == sorted([one.pk, two.pk])


def test_coursework_asks_for_the_open_enrolments_of_that_course(
    cast: Cast, training: Training
) -> None:
    mine = training.place(cast.ana.person)
    training.place(cast.vasile)
    proof.enrolment(proof.edition(proof.course(), cast.timis), cast.ana.person)
    proof.enrolment(
        proof.edition(training.course, cast.timis), cast.ana.person, "cancelled", cancelled_at=NOW
    )
    coursework_done.send(
        sender=None, person_id=cast.ana.person.pk, course_key=training.course.translation_key
    )
    assert waiting() == [{"enrolment_id": mine.pk}]


def test_arguments_are_numbers_only(cast: Cast, training: Training) -> None:
    place = training.attended(cast.ana.person)
    queue.ask(place.pk)
    tasks.consider(enrolment_id=place.pk)
    arguments = ProcrastinateJob.objects.filter(task_name__startswith="certification.").values_list(
        "args", flat=True
    )
    assert arguments and all(
        isinstance(value, int) for args in arguments for value in args.values()
    )


def test_asking_does_not_spoil_the_transaction_that_asks(db: None) -> None:
    queue.ask(1)
    queue.ask(1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert waiting() == [{"enrolment_id": 1}]


def test_considering_issues_and_asks_for_the_file(cast: Cast, training: Training) -> None:
    tasks.consider(enrolment_id=training.attended(cast.ana.person).pk)
    made = Certificate.objects.get()
    assert waiting("certification.make_document") == [{"certificate_id": made.pk}]


def test_a_session_not_yet_over_is_looked_at_again_when_it_ends(
    cast: Cast, training: Training, clock
) -> None:
    clock.move_to(training.second.ends - timedelta(minutes=30))
    place = training.attended(cast.ana.person)
    for _time in range(2):
        tasks.consider(enrolment_id=place.pk)
    (job,) = ProcrastinateJob.objects.filter(task_name="certification.consider")
    assert job.scheduled_at == training.second.ends + timedelta(minutes=1)
    queue.ask(place.pk)  # a question asked now does not wait behind the one for later
    assert ProcrastinateJob.objects.filter(task_name="certification.consider").count() == 2


def test_a_missing_authority_makes_the_job_fail_by_name_after_the_completion_is_kept(
    cast: Cast, training: Training
) -> None:
    place = proof.enrolment(
        proof.edition(training.course, cast.cluj, is_online=True), cast.clara.person
    )
    with pytest.raises(tasks.NotIssuedYet, match="ro.foster: no_authority"):
        tasks.consider(enrolment_id=place.pk)
    assert Enrolment.objects.get(pk=place.pk).status == "completed"


def test_jobs_about_what_is_gone_do_nothing(db: None) -> None:
    tasks.consider(enrolment_id=987)
    tasks.make_document(certificate_id=987)
    assert not ProcrastinateJob.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_missing_key_makes_the_job_fail_by_name(cast: Cast, training: Training, settings) -> None:
    tasks.consider(enrolment_id=training.attended(cast.ana.person).pk)
    settings.SEAL_KEY_FILE = settings.SEAL_CERT_FILE = "/nowhere/key.pem"
    with pytest.raises(SealUnavailable, match="seal_key_missing"):
        tasks.make_document(certificate_id=Certificate.objects.get().pk)


def test_files_that_were_given_up_are_asked_for_again(
    cast: Cast, training: Training, clock
) -> None:
    tasks.consider(enrolment_id=training.attended(cast.ana.person).pk)
    erased = proof.certificate(cast.vasile, training.programme, content=False)
    ProcrastinateJob.objects.all().delete()
    tasks.missing_documents(timestamp=0)
    assert waiting("certification.make_document") == []  # its own tries are not over yet
    clock.shift(timedelta(hours=3))
    for _time in range(2):
        tasks.missing_documents(timestamp=0)
    kept = Certificate.objects.exclude(pk=erased.pk).get()
    assert waiting("certification.make_document") == [{"certificate_id": kept.pk}]


def test_jobs_are_tried_again_with_growing_pauses() -> None:
    assert tasks.PATIENT.max_attempts == 12 and tasks.PATIENT.exponential_wait == 2
    assert (
        tasks.consider.retry_strategy is tasks.PATIENT
        and tasks.make_document.retry_strategy is tasks.PATIENT
    )
