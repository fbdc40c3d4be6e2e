"""The list in SQL: who is in it, in which order, and that it says what the pure function says."""

from datetime import date

import pytest

from certification.queries import Filters, standing, standing_rows, standings
from certification.standing import State
from people.models import PersonCategory
from tests.cast import Cast
from tests.certification.agreeing import compare
from tests.factories import certification as proof
from tests.factories import people as make

D = date


def test_a_programme_is_listed_only_while_a_rule_is_in_force(cast: Cast) -> None:
    programme = proof.programme(cast.carer, rule=None)
    proof.rule_version(programme, D(2024, 1, 1), D(2025, 1, 1))
    at = {
        day: len(standing_rows(cast.ion, Filters(at=day)))
        for day in (D(2023, 12, 31), D(2024, 1, 1), D(2025, 1, 1))
    }
    assert at == {D(2023, 12, 31): 0, D(2024, 1, 1): 2, D(2025, 1, 1): 0}


def test_the_rule_of_the_day_sets_window_and_grace(cast: Cast) -> None:
    """The same certificate, the old and the new rule: each on its own side of the date."""
    programme = proof.programme(cast.carer, rule=None)
    proof.rule_version(
        programme, D(2020, 1, 1), D(2025, 1, 1), renewal_window_days=30, grace_days=0
    )
    proof.rule_version(programme, D(2025, 1, 1), renewal_window_days=180, grace_days=60)
    proof.certificate(
        cast.ana.person, programme, valid_from=D(2022, 5, 1), valid_until=D(2025, 5, 1)
    )
    said = [
        standing(cast.ana.person, programme, day).state
        for day in (D(2024, 12, 31), D(2025, 1, 1), D(2025, 6, 30))
    ]
    assert said == [State.VALID, State.EXPIRING, State.IN_GRACE]
    compare(cast, programme, D(2024, 12, 31))
    compare(cast, programme, D(2025, 6, 30))


def test_one_row_a_person_and_programme_whatever_the_number_of_categories_and_memberships(
    cast: Cast,
) -> None:
    proof.programme(cast.carer, cast.worker)
    PersonCategory.objects.create(person=cast.ana.person, category=cast.worker, since=D(2020, 1, 1))
    make.member(cast.ana.person, cast.lugoj, "learner")
    rows = [
        row
        for row in standing_rows(cast.ion, Filters(at=D(2026, 1, 1)))
        if row.person_id == cast.ana.person.pk
    ]
    assert len(rows) == 1
    assert rows[0].organisation == "Primăria Lugoj"  # the lowest


def test_each_programme_has_its_own_row_and_both_ways_list_the_same(cast: Cast) -> None:
    one, two = proof.programme(cast.carer), proof.programme(cast.carer)
    proof.programme(cast.worker)
    proof.programme(cast.carer, is_active=False)
    proof.certificate(cast.ana.person, two, valid_from=D(2024, 1, 1))
    rows = standing_rows(cast.ion, Filters(at=D(2026, 1, 1)))
    mine = {
        row.programme_id: row.standing.state for row in rows if row.person_id == cast.ana.person.pk
    }
    assert mine == {one.pk: State.NEVER, two.pk: State.VALID}
    assert {p.pk: s.state for p, s in standings(cast.ana.person, D(2026, 1, 1))} == mine


def test_a_certificate_of_a_programme_that_is_not_asked_is_shown_on_the_person_page(
    cast: Cast,
) -> None:
    other = proof.programme(cast.worker)
    proof.certificate(cast.ana.person, other, valid_from=D(2024, 1, 1))
    assert [p.pk for p, _s in standings(cast.ana.person, D(2026, 1, 1))] == [other.pk]


def test_filters_and_scope(cast: Cast) -> None:
    programme = proof.programme(cast.carer)
    day = D(2026, 1, 1)

    def found(user, **filters) -> list[str]:
        return [row.name for row in standing_rows(user, Filters(at=day, **filters), sort="name")]

    assert found(cast.ion) == ["Popescu, Ana", "Țurcanu, Vasile"]
    assert found(cast.olga) == ["Mureșan, Clara"]
    assert found(cast.vera) == ["Mureșan, Clara", "Popescu, Ana", "Țurcanu, Vasile"]
    assert found(cast.ion, search="turcanu") == ["Țurcanu, Vasile"]
    assert found(cast.ion, search="muresan") == []
    assert found(cast.ion, branch=cast.lugoj.path) == ["Țurcanu, Vasile"]
    assert found(cast.ion, branch=cast.cluj.path) == []
    assert found(cast.ion, category=cast.worker.pk) == []
    assert found(cast.ion, programme=programme.pk + 1) == []
    assert found(cast.ana) == []  # a learner answers for nobody; her own record is on her own page


def test_the_list_of_a_past_day_has_the_people_of_that_day(cast: Cast) -> None:
    proof.programme(cast.carer)
    membership = cast.ana.person.memberships.get()
    membership.until = D(2024, 12, 31)
    membership.save()
    make.member(cast.ana.person, cast.cluj, "learner", since=D(2025, 1, 1))

    def names(user, day) -> list[str]:
        return [row.family_name for row in standing_rows(user, Filters(at=day), sort="name")]

    assert names(cast.ion, D(2024, 12, 31)) == ["Popescu", "Țurcanu"]
    assert names(cast.ion, D(2025, 1, 1)) == ["Țurcanu"]
    assert names(cast.olga, D(2025, 1, 1)) == ["Mureșan", "Popescu"]


@pytest.mark.parametrize("sort", ["name", "state", "until"])
def test_sorting_both_ways(cast: Cast, sort: str) -> None:
    programme = proof.programme(cast.carer)
    proof.certificate(
        cast.vasile,
        programme,
        valid_from=D(2024, 1, 1),
        valid_until=D(2027, 1, 1),
        issuer=cast.timis,
    )
    proof.certificate(
        cast.ana.person,
        programme,
        valid_from=D(2024, 1, 1),
        valid_until=D(2026, 1, 1),
        issuer=cast.timis,
    )
    filters = Filters(at=D(2025, 1, 1))
    there = [row.name for row in standing_rows(cast.vera, filters, sort=sort)]
    back = [row.name for row in standing_rows(cast.vera, filters, sort=f"-{sort}")]
    assert sorted(there) == sorted(back) and there != back
    if sort == "until":
        assert there == ["Popescu, Ana", "Țurcanu, Vasile", "Mureșan, Clara"]
        assert back == [
            "Țurcanu, Vasile",
            "Popescu, Ana",
            "Mureșan, Clara",
        ]  # who has no date stays at the end
