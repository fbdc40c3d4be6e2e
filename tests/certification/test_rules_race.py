"""Two administrators at once. The twin shows that without the lock both come through the question."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError

from certification import rule_errors as errors
from certification.actions import rules
from certification.days import today
from certification.models import Programme, RuleVersion
from tests import cast as all_people
from tests.cast import Cast
from tests.factories import certification as proof
from tests.races import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TOGETHER = 3


@pytest.fixture
def cast() -> Cast:
    return all_people.build()


@pytest.fixture
def programme(cast: Cast) -> Programme:
    return proof.programme(cast.carer)


def drafting(cast: Cast, programme: Programme):
    day = today() + timedelta(days=90)
    return lambda: rules.draft(programme=programme, effective_from=day, by=cast.adm)


def test_one_draft_is_made_and_the_others_are_told_so(cast: Cast, programme: Programme) -> None:
    raised = at_once([drafting(cast, programme)] * TOGETHER)
    assert [type(error) for error in raised] == [errors.AnotherDraft] * (TOGETHER - 1)
    assert RuleVersion.objects.drafts().count() == 1


def test_without_the_lock_only_the_database_stops_the_second(
    cast: Cast, programme: Programme, monkeypatch
) -> None:
    """The twin: both have asked whether there is a draft before either of them writes one."""
    both_asked, kept = threading.Barrier(2), RuleVersion.objects.create

    def unlocked(programme, by) -> Programme:
        return Programme.objects.get(pk=programme.pk)

    def create(**values) -> RuleVersion:
        both_asked.wait(10)
        return kept(**values)

    monkeypatch.setattr(rules, "_locked", unlocked)
    monkeypatch.setattr(RuleVersion.objects, "create", create)
    raised = at_once([drafting(cast, programme)] * 2)
    assert [type(error) for error in raised] == [IntegrityError]


def test_a_draft_is_published_once(cast: Cast, programme: Programme) -> None:
    made = drafting(cast, programme)()
    raised = at_once([lambda: rules.publish(version=made, by=cast.adm)] * TOGETHER)
    assert [type(error) for error in raised] == [errors.NotADraft] * (TOGETHER - 1)
    assert RuleVersion.objects.published().count() == 2
