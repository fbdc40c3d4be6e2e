"""Issuing an edition's certificates together: once each, resumable, stopped by name, never without a role."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, OperationalError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from certification import batches, errors, tasks
from certification.actions import completion, issuing
from certification.models import Certificate, IssueBatch, IssueItem
from people.models import AuditEvent, Membership
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make
from training.models import Enrolment

from .conftest import LAST_DAY, Training

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def people(cast: Cast, training: Training, number: int = 3) -> list[Enrolment]:
    """So many who attended all of it and completed it."""
    places = []
    for count in range(number):
        who = make.person(cast.timis, f"Nume{count:03d}", "Ana")
        place = training.attended(who)
        Enrolment.objects.filter(pk=place.pk).update(status="completed", completed_on=LAST_DAY)
        places.append(place)
    return places


def start(cast: Cast, training: Training, by=None) -> IssueBatch:
    return issuing.start(edition=training.edition, by=make.fresh(by or cast.ion))


def states(batch: IssueBatch) -> list[tuple[str, str]]:
    return list(batch.items.values_list("state", "problem"))


def jobs() -> int:
    return ProcrastinateJob.objects.filter(
        task_name="certification.issue_batch", status="todo"
    ).count()


def test_everybody_gets_one_with_numbers_in_a_row(cast: Cast, training: Training) -> None:
    people(cast, training)
    batch = start(cast, training)
    assert (batch.status, jobs(), Certificate.objects.count()) == ("running", 1, 0)
    tasks.issue_batch(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.status == "done" and batch.done_at == NOW
    assert sorted(Certificate.objects.values_list("serial", flat=True)) == [1, 2, 3]
    assert set(Certificate.objects.values_list("issued_by", flat=True)) == {cast.ion.pk}
    found = batches.progress(batch)
    assert (found.all, found.issued, found.refused, found.done, found.files) == (3, 3, 0, 3, 0)
    waiting = ProcrastinateJob.objects.filter(task_name="certification.make_document")
    assert waiting.count() == 3


def test_the_trail_says_who_how_many_and_no_names(cast: Cast, training: Training) -> None:
    people(cast, training, 2)
    batch = start(cast, training)
    issuing.work(batch_id=batch.pk)
    trail = AuditEvent.objects.filter(target_type="certification.issuebatch").order_by("pk")
    assert list(trail.values_list("verb", "actor_id", "data")) == [
        ("issue.asked", cast.ion.pk, {"items": 2}),
        ("issue.done", None, {"issued": 2, "refused": 0}),
    ]


def test_pressing_twice_is_one_issue(cast: Cast, training: Training) -> None:
    people(cast, training)
    assert start(cast, training) == start(cast, training) and jobs() == 1
    assert IssueItem.objects.count() == 3


def test_working_twice_issues_nothing_twice(cast: Cast, training: Training) -> None:
    people(cast, training)
    batch = start(cast, training)
    for _time in range(3):
        issuing.work(batch_id=batch.pk)
    assert Certificate.objects.count() == 3


def test_who_completes_later_is_in_the_next_one(cast: Cast, training: Training) -> None:
    people(cast, training, 1)
    first = start(cast, training)
    issuing.work(batch_id=first.pk)
    with pytest.raises(errors.NobodyToIssue):
        start(cast, training)
    place = training.attended(cast.vasile)
    Enrolment.objects.filter(pk=place.pk).update(status="completed", completed_on=LAST_DAY)
    second = start(cast, training)
    assert second != first and second.items.get().enrolment_id == place.pk


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("ion", True), ("adm", True), ("olga", False), ("vera", False), ("quin", False), ("mara", False),
        ("doru", False), ("petar", False), ("nour", False), ("ana", False),
    ],
)  # fmt: skip
def test_who_may(cast: Cast, training: Training, who: str, may: bool) -> None:
    people(cast, training, 1)
    if may:
        assert start(cast, training, getattr(cast, who)).by == getattr(cast, who).pk
        return
    with pytest.raises(PermissionDenied):
        start(cast, training, getattr(cast, who))
    assert not IssueBatch.objects.exists()


def test_where_nobody_issues_the_reason_is_said(cast: Cast, training: Training) -> None:
    edition = proof.edition(training.course, cast.cluj)
    with pytest.raises(errors.NoAuthority):
        issuing.start(edition=edition, by=cast.adm)


# Each condition is looked at again inside the transaction of each certificate


def lose_role(cast: Cast, places: list[Enrolment]) -> None:
    Membership.objects.filter(person=cast.ion.person).update(until=date(2026, 3, 11))


def leave(cast: Cast, places: list[Enrolment]) -> None:
    cast.ion.is_active = False
    cast.ion.save()


def undo(cast: Cast, places: list[Enrolment]) -> None:
    Enrolment.objects.filter(pk=places[1].pk).update(status="confirmed", completed_on=None)


def less_attendance(cast: Cast, places: list[Enrolment]) -> None:
    places[1].attendance.update(minutes=1)


def erase(cast: Cast, places: list[Enrolment]) -> None:
    places[1].person.erased_at = NOW
    places[1].person.save()


def unlink(cast: Cast, places: list[Enrolment]) -> None:
    for one in places[1].edition.course.programmes.all():
        one.courses.clear()


def no_authority(cast: Cast, places: list[Enrolment]) -> None:
    """The course moves to an institution for which nobody issues."""
    places[1].edition.organiser = cast.cluj
    places[1].edition.save()


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (lose_role, ("stopped", "not_allowed")),
        (leave, ("stopped", "not_allowed")),
        (undo, ("refused", "not_completed")),
        (less_attendance, ("refused", "not_earned")),
        (erase, ("refused", "holder_erased")),
        (unlink, ("refused", "course_does_not_lead_to_programme")),
        (no_authority, ("refused", "no_authority")),
    ],
    ids=lambda value: getattr(value, "__name__", "-".join(value) if isinstance(value, tuple) else ""),
)  # fmt: skip
def test_what_changed_after_the_first_certificate_is_seen_before_the_second(
    cast: Cast, training: Training, change, outcome: tuple[str, str]
) -> None:
    places = people(cast, training, 2)
    batch = start(cast, training)
    assert issuing._next(batch.pk)
    change(cast, places)
    issuing.work(batch_id=batch.pk)
    batch.refresh_from_db()
    assert Certificate.objects.count() == 1
    if outcome[0] == "stopped":
        assert (batch.status, batch.stopped_because) == outcome
        assert states(batch) == [("issued", ""), ("waiting", "")]
    else:
        assert batch.status == "done" and states(batch) == [("issued", ""), outcome]


def test_a_refusal_leaves_no_gap(cast: Cast, training: Training) -> None:
    places = people(cast, training, 3)
    batch = start(cast, training)
    undo(cast, places)
    issuing.work(batch_id=batch.pk)
    assert sorted(Certificate.objects.values_list("serial", flat=True)) == [1, 2]


def test_one_that_goes_wrong_does_not_hold_up_the_others(
    cast: Cast, training: Training, monkeypatch
) -> None:
    places = people(cast, training, 3)
    batch = start(cast, training)
    real = completion.falls_short

    def broken(enrolment: Enrolment, programme) -> bool:
        if enrolment.pk == places[1].pk:
            raise KeyError("nobody foresaw this")
        return real(enrolment, programme)

    monkeypatch.setattr(completion, "falls_short", broken)
    issuing.work(batch_id=batch.pk)
    assert states(batch) == [("issued", ""), ("refused", "unexpected"), ("issued", "")]
    assert sorted(Certificate.objects.values_list("serial", flat=True)) == [1, 2]


def test_a_database_that_is_away_refuses_nobody(
    cast: Cast, training: Training, monkeypatch
) -> None:
    people(cast, training, 1)
    batch = start(cast, training)

    def away(*_args) -> bool:
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(completion, "falls_short", away)
    with pytest.raises(OperationalError):
        issuing.work(batch_id=batch.pk)
    assert states(batch) == [("waiting", "")]


# The key


def test_without_a_key_it_stops_by_name_before_a_number_is_taken_and_goes_on_later(
    cast: Cast, training: Training, settings
) -> None:
    people(cast, training)
    batch = start(cast, training)
    assert issuing._next(batch.pk)
    settings.SEAL_KEY_FILE = settings.SEAL_CERT_FILE = "/nowhere.pem"
    issuing.work(batch_id=batch.pk)
    batch.refresh_from_db()
    assert (batch.status, batch.stopped_because) == ("stopped", "seal_key_missing")
    assert Certificate.objects.count() == 1 and proof.last_number(training.authority, 2026) == 1
    assert start(cast, training) == batch  # it is this one that goes on
    settings.SEAL_KEY_FILE = ""
    issuing.resume(batch=batch, by=make.fresh(cast.ion))
    issuing.work(batch_id=batch.pk)
    assert sorted(Certificate.objects.values_list("serial", flat=True)) == [1, 2, 3]
    assert AuditEvent.objects.get(verb="issue.stopped").data == {"because": "seal_key_missing"}


def test_whoever_goes_on_issues_the_rest(cast: Cast, training: Training) -> None:
    people(cast, training, 2)
    batch = start(cast, training)
    assert issuing._next(batch.pk)
    lose_role(cast, [])
    issuing.work(batch_id=batch.pk)
    with pytest.raises(PermissionDenied):
        issuing.resume(batch=batch, by=make.fresh(cast.ion))
    issuing.resume(batch=batch, by=make.fresh(cast.adm))
    issuing.work(batch_id=batch.pk)
    by = Certificate.objects.order_by("pk").values_list("issued_by", flat=True)
    assert list(by) == [cast.ion.pk, cast.adm.pk]


def test_only_what_stopped_can_go_on(cast: Cast, training: Training) -> None:
    people(cast, training, 1)
    batch = start(cast, training)
    with pytest.raises(errors.AnsweredAlready):
        issuing.resume(batch=batch, by=make.fresh(cast.ion))


# The queue


def test_a_batch_that_stands_still_is_asked_for_again(
    cast: Cast, training: Training, clock
) -> None:
    people(cast, training, 1)
    batch = start(cast, training)
    ProcrastinateJob.objects.all().delete()
    tasks.resume_batches(timestamp=0)
    assert jobs() == 0  # somebody may be at it
    clock.shift(timedelta(seconds=61))
    for _time in range(2):
        tasks.resume_batches(timestamp=0)
    assert jobs() == 1
    issuing.work(batch_id=batch.pk)
    ProcrastinateJob.objects.all().delete()
    tasks.resume_batches(timestamp=0)
    assert jobs() == 0


def test_an_authority_that_issues_by_hand_waits_for_somebody(
    cast: Cast, training: Training
) -> None:
    training.authority.is_automatic = False
    training.authority.save()
    place = training.attended(cast.vasile)
    outcome = completion.consider(enrolment=place)
    assert outcome.completed and not outcome.certificates and not outcome.problems
    (found,) = batches.candidates(training.edition)
    assert found.gets_one
    issuing.work(batch_id=start(cast, training).pk)
    assert Certificate.objects.get().enrolment_id == place.pk


# What the database itself refuses

BAD = {
    "two at a time": {"status": "running"},
    "stopped without a reason": {"status": "stopped", "edition": "other"},
    "a reason without a stop": {"status": "running", "edition": "other", "stopped_because": "x"},
    "done without a day": {"status": "done"},
}


@pytest.mark.parametrize("case", BAD)
def test_impossible_batches(cast: Cast, training: Training, case: str) -> None:
    people(cast, training, 1)
    start(cast, training)
    values = dict(BAD[case])
    other = values.pop("edition", "")
    edition = proof.edition(training.course, cast.timis) if other else training.edition
    with pytest.raises(IntegrityError), transaction.atomic():
        IssueBatch.objects.create(edition=edition, authority=training.authority, **values)


@pytest.mark.parametrize(
    "values",
    [{"state": "issued"}, {"state": "refused"}, {"state": "waiting", "problem": "x"}],
    ids=["issued-without-certificate", "refused-without-reason", "reason-without-refusal"],
)
def test_impossible_items(cast: Cast, training: Training, values: dict) -> None:
    people(cast, training, 1)
    item = start(cast, training).items.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        IssueItem.objects.filter(pk=item.pk).update(**values)


def test_one_person_stands_in_a_batch_once(cast: Cast, training: Training) -> None:
    people(cast, training, 1)
    batch = start(cast, training)
    item = batch.items.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        IssueItem.objects.create(batch=batch, enrolment=item.enrolment, programme=item.programme)
