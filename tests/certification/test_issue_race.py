"""Two at once under one authority: no gap, no double. The twin shows that without the lock it goes wrong."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError

from certification.actions import certificates, completion
from certification.models import Certificate, NumberSeries
from tests import cast as all_people
from tests.cast import Cast
from tests.factories import people as make
from tests.races import at_once

from .conftest import Training, make_training

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TOGETHER = 4


@pytest.fixture
def cast() -> Cast:
    return all_people.build()


@pytest.fixture
def training(cast: Cast) -> Training:
    return make_training(cast)


def places(training: Training, cast: Cast) -> list:
    people = [make.person(cast.lugoj, f"Om{n}", categories=[cast.carer]) for n in range(TOGETHER)]
    return [training.completed(who, date(2026, 3, 9)) for who in people]


def issuing(training: Training, place):
    return lambda: certificates.issue(enrolment=place, programme=training.programme)


def test_numbers_of_one_authority_have_no_gap_and_no_double(cast: Cast, training: Training) -> None:
    assert at_once([issuing(training, place) for place in places(training, cast)]) == []
    assert sorted(Certificate.objects.values_list("serial", flat=True)) == list(
        range(1, TOGETHER + 1)
    )


def test_without_the_lock_the_same_number_is_taken_twice(
    cast: Cast, training: Training, monkeypatch
) -> None:
    """The twin: were this to pass without a clash, the test above would prove nothing."""
    work = places(training, cast)[:2]
    certificates.issue(enrolment=training.completed(cast.vasile), programme=training.programme)
    both_read = threading.Barrier(2)

    def unlocked(authority, year) -> NumberSeries:
        series = NumberSeries.objects.get(authority=authority, year=year)
        both_read.wait(10)
        return series

    monkeypatch.setattr(certificates, "_locked_series", unlocked)
    raised = at_once([issuing(training, place) for place in work])
    assert [type(error) for error in raised] == [IntegrityError]
    assert Certificate.objects.count() == 2


def test_one_enrolment_considered_twice_at_once_is_certified_once(
    cast: Cast, training: Training
) -> None:
    place = training.attended(cast.ana.person)
    assert at_once([lambda: completion.consider(enrolment=place)] * TOGETHER) == []
    assert Certificate.objects.count() == 1
    assert NumberSeries.objects.get().last == 1


def test_a_failed_issue_between_two_others_leaves_no_gap(
    cast: Cast, training: Training, monkeypatch
) -> None:
    """One of the threads dies after taking its number."""
    work, kept = places(training, cast), certificates.audit.record

    def dies(**fields) -> object:
        if fields.get("enrolment") == work[1].pk:
            raise RuntimeError("power cut")
        return kept(**fields)

    monkeypatch.setattr(certificates.audit, "record", dies)
    raised = at_once([issuing(training, place) for place in work])
    assert [str(error) for error in raised] == ["power cut"]
    monkeypatch.undo()
    certificates.issue(enrolment=work[1], programme=training.programme)
    assert sorted(Certificate.objects.values_list("serial", flat=True)) == list(
        range(1, TOGETHER + 1)
    )
