"""A list of paper certificates asks who is meant: it names no other county, and nobody chooses themselves."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from certification.actions import earlier as actions
from certification.models import EarlierCertificate, EarlierList
from formats.sheets import write_csv
from people.models import Person
from tests.factories import certification as issue
from tests.factories import people as make

HEADS = ["Certificate number", "Holder", "Programme", "Issued on", "Valid until", "Issued by"]
ROW = ["12/2019", "Țurcanu Vasile", "ro.foster", "06.05.2019", "", "DGASPC Arad"]


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 3, 12, 9, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def programme(cast):
    return issue.programme(cast.carer, code="ro.foster")


def drafted(cast, holder: str = "Țurcanu Vasile") -> EarlierList:
    row = [ROW[0], holder, *ROW[2:]]
    data = write_csv(HEADS, [row])
    return actions.draft(by=cast.ion, organisation=cast.timis, file_name="l.csv", data=data)


def page(draft: EarlierList) -> str:
    with translation.override("en"):
        return reverse("certification:earlier-review", args=[draft.pk])


@pytest.fixture
def namesake(cast) -> Person:
    """At Timiș, and at Cluj; at Turda they were once."""
    made = make.person(cast.timis, "Țurcanu", "Vasile")
    make.member(made, cast.cluj, "learner")
    make.member(made, cast.turda, "learner", until=make.today())
    return made


def test_the_question_names_the_readers_own_branch_only(cast, programme, namesake):
    draft = drafted(cast)
    assert {*draft.unsure[0]["people"]} == {cast.vasile.pk, namesake.pk}
    text = cast.browser(cast.ion, language="en").get(page(draft)).content.decode()
    assert "Vasile Țurcanu, DGASPC Timiș" in text and "Primăria Lugoj" in text
    assert "Cluj" not in text and "Turda" not in text


def test_who_left_since_is_not_named(cast, programme, namesake):
    draft = drafted(cast)
    make.end_roles(namesake)
    make.member(namesake, cast.cluj, "learner")
    answer = cast.browser(cast.ion, language="en").get(page(draft))
    assert f'value="{namesake.pk}"' not in answer.content.decode()
    assert f'value="{cast.vasile.pk}"' in answer.content.decode()
    made = actions.apply(by=make.fresh(cast.ion), draft=draft, chosen={2: namesake.pk})
    assert not EarlierCertificate.objects.exists() and made.rejected


def test_nobody_chooses_themselves_among_namesakes(cast, programme):
    """Whoever puts somebody of their own name on record first is asked who is meant."""
    twins = [make.person(cast.timis, "Ionescu", "Ion") for _twin in range(2)]
    draft = drafted(cast, "Ionescu Ion")
    assert draft.unsure[0]["people"] == [one.pk for one in twins]
    EarlierList.objects.filter(pk=draft.pk).update(
        unsure=[{**draft.unsure[0], "people": [cast.ion.person_id]}]
    )
    actions.apply(by=cast.ion, draft=draft, chosen={2: cast.ion.person_id})
    assert not EarlierCertificate.objects.exists()
