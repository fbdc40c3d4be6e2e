"""Two at once about one proof: one decision, one paper. The twins show that without the locks it goes wrong."""

import threading

import pytest
from django.db.models import Sum

from certification.actions import evidence as sending
from certification.actions import review
from certification.actions.review import Line
from certification.evidence_errors import Decided, SameTraining
from certification.models import Evidence, EvidenceStep, HoursEntry
from tests import cast as all_people
from tests.cast import Cast
from tests.factories import people as make
from tests.factories.evidence import photo, proof
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(settings, tmp_path) -> Cast:
    settings.PRIVATE_ROOT = tmp_path / "private"
    return all_people.build()


def deciding(cast: Cast, made: Evidence) -> list:
    """One officer grants while another refuses."""
    other = make.staff(cast.timis, "officer", "Doina", "Dan")
    return [
        lambda: review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 300)]),
        lambda: review.refuse(by=other, evidence=made, words="Nu."),
    ]


def outcomes() -> list[str]:
    kinds = EvidenceStep.objects.filter(kind__in=["granted", "refused"])
    return sorted(kinds.values_list("kind", flat=True))


def test_one_decision_of_two_counts(cast: Cast) -> None:
    made = proof(cast.ana.person, cast.ana)
    raised = at_once(deciding(cast, made))
    assert [type(error) for error in raised] == [Decided]
    made.refresh_from_db()
    assert outcomes() == [made.state]
    total = HoursEntry.objects.aggregate(total=Sum("minutes"))["total"] or 0
    assert total == (300 if made.state == "granted" else 0)


def test_without_the_lock_both_decide(cast: Cast, monkeypatch) -> None:
    """The twin: were one of them refused here too, the test above would prove nothing."""
    made = proof(cast.ana.person, cast.ana)
    both_read = threading.Barrier(2)

    def unlocked(evidence: Evidence) -> Evidence:
        found = Evidence.objects.select_related("person", "institution").get(pk=evidence.pk)
        both_read.wait(10)
        return found

    monkeypatch.setattr(review, "locked", unlocked)
    at_once(deciding(cast, made))
    assert outcomes() == ["granted", "refused"]


def test_one_paper_sent_from_two_tabs_is_one(cast: Cast) -> None:
    raised = at_once([lambda: proof(cast.ana.person, cast.ana)] * 3)
    assert raised == []
    assert Evidence.objects.count() == 1


def test_two_photos_of_one_training_at_once_are_refused_once(cast: Cast) -> None:
    raised = at_once(
        [
            lambda: proof(cast.ana.person, cast.ana, files=[photo("red")]),
            lambda: proof(cast.ana.person, cast.ana, files=[photo("blue")]),
        ]
    )
    assert [type(error) for error in raised] == [SameTraining]
    assert Evidence.objects.count() == 1


def test_taken_back_and_granted_at_once_ends_in_one_of_both(cast: Cast) -> None:
    made = proof(cast.ana.person, cast.ana)
    raised = at_once(
        [
            lambda: sending.withdraw(by=cast.ana, evidence=made),
            lambda: review.grant(by=cast.ion, evidence=made, lines=[Line("theory", 300)]),
        ]
    )
    assert [type(error) for error in raised] == [Decided]
    made.refresh_from_db()
    assert HoursEntry.objects.count() == (1 if made.state == "granted" else 0)
