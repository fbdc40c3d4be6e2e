"""Who would get a certificate, who not and why: the preview, set against what issuing then does."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import timezone

from certification import batches, errors
from certification.actions import completion, issuing
from certification.actions.certificates import issue
from certification.models import IssueItem
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make
from training.models import Enrolment, TrainerResult

from .conftest import LAST_DAY, Training

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


def finished(training: Training, who, *minutes: int) -> Enrolment:
    place = training.attended(who, *minutes)
    Enrolment.objects.filter(pk=place.pk).update(status="completed", completed_on=LAST_DAY)
    place.refresh_from_db()
    return place


def erased(cast: Cast, training: Training) -> Enrolment:
    place = finished(training, cast.vasile)
    cast.vasile.erased_at = timezone.now()
    cast.vasile.save()
    return place


def without_rule(cast: Cast, training: Training) -> Enrolment:
    training.programme.versions.all().delete()
    return finished(training, cast.vasile)


def without_result(cast: Cast, training: Training) -> Enrolment:
    training.programme.versions.get().requirements.create(code="result", kind="outcome")
    return finished(training, cast.vasile)


def failed(cast: Cast, training: Training) -> Enrolment:
    place = without_result(cast, training)
    TrainerResult.objects.create(enrolment=place, result="failed", given_by=cast.petar)
    return place


def passed(cast: Cast, training: Training) -> Enrolment:
    place = without_result(cast, training)
    TrainerResult.objects.create(enrolment=place, result="passed", given_by=cast.petar)
    return place


def with_one(cast: Cast, training: Training) -> Enrolment:
    place = finished(training, cast.vasile)
    issue(enrolment=place, programme=training.programme)
    return place


CASES = {
    "all done": (lambda cast, training: finished(training, cast.vasile), ""),
    "has one": (with_one, "has_one"),
    "four fifths were enough": (lambda cast, training: finished(training, cast.vasile, 120, 72), ""),
    "a minute too few": (lambda cast, training: finished(training, cast.vasile, 120, 71), "attendance"),
    "still on it": (lambda cast, training: training.attended(cast.vasile), "not_completed"),
    "did not finish": (lambda cast, training: training.place(cast.vasile, "not_completed"), "attendance"),
    "no rule": (without_rule, "no_rule_in_force"),
    "erased": (erased, "holder_erased"),
    "no result": (without_result, "result"),
    "failed": (failed, "result"),
    "passed": (passed, ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_who_gets_one_and_why_not(cast: Cast, training: Training, case: str) -> None:
    bring_about, problem = CASES[case]
    place = bring_about(cast, training)
    (found,) = batches.candidates(training.edition)
    assert (found.enrolment, found.programme, found.problem) == (place, training.programme, problem)
    assert found.gets_one == (problem == "")
    assert not problem or found.why not in ("", problem)


@pytest.mark.parametrize("case", CASES)
def test_issuing_comes_to_the_same_answer(cast: Cast, training: Training, case: str) -> None:
    """The preview reads for all at once; issuing looks at each again inside its transaction."""
    bring_about, problem = CASES[case]
    place = bring_about(cast, training)
    batch = proof.batch(training.edition, training.authority, [place], training.programme, cast.ion)
    issuing.work(batch_id=batch.pk)
    item = IssueItem.objects.get()
    assert (item.state == "issued") == (problem in ("", "has_one"))
    if problem in ("attendance", "result"):
        assert item.problem in (errors.NotEarned.code, errors.NotCompleted.code)
    elif problem and problem != "has_one":
        assert item.problem == problem


@pytest.mark.parametrize("status", ["applied", "waitlisted", "offered", "cancelled"])
def test_who_has_no_place_is_not_in_the_list(cast: Cast, training: Training, status: str) -> None:
    fields = {"cancelled_at": NOW} if status == "cancelled" else {}
    training.place(cast.vasile, status, **fields)
    assert batches.candidates(training.edition) == []


def test_a_course_that_leads_nowhere(cast: Cast, training: Training) -> None:
    finished(training, cast.vasile)
    training.programme.courses.clear()
    (found,) = batches.candidates(training.edition)
    assert (found.programme, found.problem) == (None, "no_programme") and found.why


def test_two_programmes_are_two_certificates(cast: Cast, training: Training) -> None:
    other = proof.programme(
        cast.carer, courses=(training.course,), rule={"attendance_percent": 100}
    )
    finished(training, cast.vasile, 120, 119)
    found = {one.programme: one.problem for one in batches.candidates(training.edition)}
    assert found == {training.programme: "", other: "attendance"}


def test_the_newest_of_replaced_ones_is_shown(cast: Cast, training: Training) -> None:
    place = finished(training, cast.vasile)
    first = issue(enrolment=place, programme=training.programme)
    second = proof.certificate(
        cast.vasile, training.programme, issuer=training.authority, enrolment_id=place.pk, replaces=first
    )  # fmt: skip
    (found,) = batches.candidates(training.edition)
    assert found.certificate == second


def test_the_list_is_by_name_and_costs_the_same_for_many(
    cast: Cast, training: Training, django_assert_max_num_queries
) -> None:
    names = ["Șandru", "Stan", "Sandu", "Țepeș", "Toma"]
    for name in names:
        finished(training, make.person(cast.timis, name, "Ana"))
    with django_assert_max_num_queries(10):
        found = batches.candidates(training.edition)
    assert [one.enrolment.person.family_name for one in found] == [
        "Sandu",
        "Stan",
        "Șandru",
        "Toma",
        "Țepeș",
    ]
    for number in range(20):
        finished(training, make.person(cast.timis, f"Nou{number}", "Ana"))
    with django_assert_max_num_queries(10):
        assert len(batches.candidates(training.edition)) == 25


@pytest.mark.parametrize("percent", [79, 80, 81])
@pytest.mark.parametrize("present", [189, 192, 195])
def test_attendance_is_not_rounded(percent: int, present: int) -> None:
    assert completion.attended(present, 240, percent) == (present / 240 >= percent / 100)


def test_every_code_has_words() -> None:
    codes = [one.code for one in errors.NotIssued.__subclasses__()]
    assert len(codes) >= 7
    assert all(batches.why(code) not in ("", code) for code in [*codes, "unexpected"])
    for code in (
        "seal_key_missing",
        "seal_key_expired",
        "seal_key_wrong",
        "seal_device_failed",
        "not_allowed",
    ):
        assert batches.stopped(code) not in ("", code)
