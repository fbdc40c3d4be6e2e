"""The list in SQL against the pure function, person by person."""

from dataclasses import asdict
from datetime import date
from typing import Any

from certification.models import Programme
from certification.queries import Filters, standing, standing_counts, standing_rows
from certification.standing import Standing, State
from people.models import Person
from tests.cast import Cast


def plain(found: Standing) -> dict[str, Any]:
    """All that both ways say; the single requirements are only ever told of one person."""
    return asdict(found) | {"order": (), "findings": ()}


def compare(cast: Cast, programme: Programme, day: date, *, filters: bool = True) -> set[int]:
    """Everybody's row says what the function says; with `filters`, so do the counts and each state's list.

    The numbers of the people who have a row.
    """
    rows = standing_rows(cast.ion, Filters(at=day, programme=programme.pk), sort="name")
    expected = {
        row.person_id: standing(Person.objects.get(pk=row.person_id), programme, day)
        for row in rows
    }
    assert {row.person_id: plain(row.standing) for row in rows} == {
        pk: plain(found) for pk, found in expected.items()
    }, day
    counts = standing_counts(cast.ion, Filters(at=day, programme=programme.pk))
    assert sum(counts.values()) == len(rows)
    for state in State if filters else ():
        only = standing_rows(cast.ion, Filters(at=day, programme=programme.pk, state=state))
        assert (
            len(only)
            == counts[state]
            == sum(1 for found in expected.values() if found.state == state)
        )
    return set(expected)
