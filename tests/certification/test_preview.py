"""What a draft would do: who would gain, lose or keep standing on its first day, by county and by name."""

from datetime import date

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification import preview
from certification.actions import rules
from certification.models import Programme, RuleVersion
from certification.preview import Fate
from certification.queries import Filters, standing_rows
from certification.standing import State
from tests.cast import Cast
from tests.certification.test_standing_agrees import forgotten
from tests.factories import certification as proof

D = date
DAY = D(2026, 7, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-03-01T10:00:00Z", tick=False):
        yield


def world(cast: Cast, **former) -> Programme:
    """Ana's certificate ended on 15 June 2026, Vasile's on 1 May; Clara of Cluj has one without end."""
    programme = proof.programme(cast.carer, rule={"grace_days": 30, **former})
    for who, ends in (
        (cast.ana.person, D(2026, 6, 15)),
        (cast.vasile, D(2026, 5, 1)),
        (cast.clara.person, None),
    ):
        proof.certificate(
            who, programme, issuer=cast.timis, valid_from=D(2023, 5, 1), valid_until=ends
        )
    return programme


def draft(cast: Cast, programme: Programme, **values) -> RuleVersion:
    made = rules.draft(programme=programme, effective_from=DAY, by=cast.adm)
    return rules.change(version=made, by=cast.adm, **values)


def by_county(cast: Cast, version: RuleVersion, user=None) -> dict[str, tuple[int, int, int]]:
    found = preview.counties(user or cast.adm, version)
    return {row.region.code: (row.loses, row.gains, row.keeps) for row in found if row.region}


def test_shorter_grace_takes_standing_and_longer_gives_it(cast: Cast) -> None:
    programme = world(cast)
    version = draft(cast, programme, grace_days=0)
    assert by_county(cast, version) == {"RO-TM": (1, 0, 1), "RO-CJ": (0, 0, 1)}
    (lost,) = preview.changes(cast.adm, version, Fate.LOSES)
    assert (lost.person_id, lost.before, lost.after) == (
        cast.ana.person_id, State.IN_GRACE, State.EXPIRED,
    )  # fmt: skip
    version = rules.change(version=version, by=cast.adm, grace_days=90)
    assert by_county(cast, version) == {"RO-TM": (0, 1, 1), "RO-CJ": (0, 0, 1)}
    (gained,) = preview.changes(cast.adm, version, Fate.GAINS)
    assert (gained.person_id, gained.after) == (cast.vasile.pk, State.IN_GRACE)
    kept = preview.changes(cast.adm, version, Fate.KEEPS, county=cast.clara.person.region.path)
    assert [(one.person_id, one.before, one.after) for one in kept] == [
        (cast.clara.person_id, State.VALID, State.VALID)
    ]


def test_a_transition_keeps_the_standing_of_those_it_names(cast: Cast) -> None:
    version = draft(cast, world(cast), grace_days=0, transition="holders")
    assert by_county(cast, version) == {"RO-TM": (0, 0, 2), "RO-CJ": (0, 0, 1)}


def test_a_duty_that_is_dropped_gives_standing_back(cast: Cast) -> None:
    programme = world(cast)
    proof.requirement(programme.versions.get(), "yearly", period="calendar_year", minutes=60)
    version = draft(cast, programme)
    assert by_county(cast, version)["RO-CJ"] == (0, 0, 1)
    rules.remove_requirement(requirement=version.requirements.get(), by=cast.adm)
    assert by_county(cast, version)["RO-CJ"] == (0, 1, 0)


def test_a_first_rule_brings_people_who_were_asked_nothing(cast: Cast) -> None:
    programme = proof.programme(cast.carer, rule=None)
    version = draft(cast, programme, legal_basis={"ro": "Legea 1/2026"})
    (row, *_more) = preview.changes(cast.adm, version, Fate.GAINS)
    assert (row.before, row.after) == (None, State.NEVER)


def test_the_preview_shows_only_the_people_of_ones_branches(cast: Cast) -> None:
    version = draft(cast, world(cast), grace_days=0)
    assert by_county(cast, version, cast.olga) == {"RO-CJ": (0, 0, 1)}
    assert preview.changes(cast.olga, version, Fate.LOSES) == []
    assert preview.counties(cast.ana, version) == []


def test_nothing_is_written_by_looking(cast: Cast) -> None:
    programme = world(cast)
    version = draft(cast, programme, grace_days=0)
    before = standing_rows(cast.vera, Filters(at=DAY, programme=programme.pk), sort="name")
    preview.counties(cast.adm, version)
    assert standing_rows(cast.vera, Filters(at=DAY, programme=programme.pk), sort="name") == before


@pytest.mark.slow
@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    window=st.sampled_from([0, 90, 400]),
    grace=st.sampled_from([0, 10, 90]),
    transition=st.sampled_from(["none", "holders", "begun", "both"]),
    is_dropped=st.booleans(),
)
def test_what_was_previewed_is_what_happens(
    cast: Cast, window: int, grace: int, transition: str, is_dropped: bool
) -> None:
    """The standing before and after in the preview is that of the lists before and after publishing."""
    with forgotten():
        programme = world(cast)
        proof.requirement(programme.versions.get(), "yearly", period="calendar_year", minutes=60)
        version = draft(
            cast, programme, renewal_window_days=window, grace_days=grace, transition=transition
        )
        if is_dropped:
            rules.remove_requirement(requirement=version.requirements.get(), by=cast.adm)
        told = [one for fate in Fate for one in preview.changes(cast.adm, version, fate)]
        before = states(cast, programme)
        rules.publish(version=version, by=cast.adm)
        assert {one.person_id: one.before for one in told} == before
        assert {one.person_id: one.after for one in told} == states(cast, programme)


def states(cast: Cast, programme: Programme) -> dict[int, State]:
    rows = standing_rows(cast.adm, Filters(at=DAY, programme=programme.pk), sort="name")
    return {row.person_id: row.standing.state for row in rows}
