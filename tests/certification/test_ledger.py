"""The ledger of hours: lines are only added, in the database itself; a correction is a line; no fact counts twice."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification.actions.hours import Claim, bring_to
from certification.models import HoursEntry
from people.models import Person
from tests.cast import Cast
from tests.certification.test_standing_agrees import forgotten
from tests.factories import certification as proof

D = date
DAY = D(2026, 2, 3)
pytestmark = pytest.mark.django_db
CHANGES: dict[str, Callable[[HoursEntry], object]] = {
    "fewer minutes": lambda line: HoursEntry.objects.filter(pk=line.pk).update(minutes=1),
    "another day": lambda line: HoursEntry.objects.filter(pk=line.pk).update(on=D(2020, 1, 1)),
    "another person": lambda line: HoursEntry.objects.update(person=Person.objects.last()),
    "saved again": lambda line: line.save(),
    "deleted": lambda line: HoursEntry.objects.filter(pk=line.pk).delete(),
    "deleted with its row": lambda line: line.delete(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_line_is_ever_changed_or_taken_away(cast: Cast, change: Callable) -> None:
    line = proof.line(cast.ana.person, DAY, 90)
    with pytest.raises(DatabaseError, match="Cannot (update|delete)"), transaction.atomic():
        change(line)
    kept = HoursEntry.objects.get(pk=line.pk)
    assert (kept.minutes, kept.on, kept.person_id) == (90, DAY, cast.ana.person_id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE certification_hoursentry SET minutes = 6000",
        "DELETE FROM certification_hoursentry",
    ],
    ids=["update", "delete"],
)
def test_not_even_by_somebody_with_the_database_before_them(cast: Cast, statement: str) -> None:
    proof.line(cast.ana.person, DAY, 90)
    with (
        pytest.raises(DatabaseError, match="Cannot (update|delete)"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(HoursEntry.objects.values_list("minutes", flat=True)) == [90]


IMPOSSIBLE = [
    ("a line of nothing", {"minutes": 0, "source": "correction"}, "hours_not_zero"),
    ("less than nothing that corrects nothing", {"minutes": -30}, "hours_negative_only_corrects"),
    ("the same fact twice", {"minutes": 30, "reference": "a"}, "reference"),
]


@pytest.mark.parametrize(
    ("values", "name"), [row[1:] for row in IMPOSSIBLE], ids=[row[0] for row in IMPOSSIBLE]
)
def test_impossible_in_the_database(cast: Cast, values: dict, name: str) -> None:
    facts = {"person": cast.ana.person, "on": DAY, "kind": "theory", "source": "session"}
    HoursEntry.objects.create(**facts, minutes=90, reference="a")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        HoursEntry.objects.create(**{**facts, "reference": "b", **values})
    assert HoursEntry.objects.count() == 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(st.integers(0, 600), min_size=1, max_size=6))
def test_whatever_was_told_one_after_the_other_the_sum_is_what_was_told_last(
    cast: Cast, told: list[int]
) -> None:
    """A roll that is put right again and again: the first line stays, each change is one correcting line."""
    with forgotten():
        written: list[tuple[int, int]] = []
        for minutes in told:
            claim = Claim("enrolment:1:session:1", DAY, minutes, "theory", "session")
            who = cast.ana.person_id
            bring_to(person_id=who, prefix="enrolment:1:", claims=[claim], by=None)
            bring_to(person_id=who, prefix="enrolment:1:", claims=[claim], by=None)
            lines = list(HoursEntry.objects.order_by("pk").values_list("pk", "minutes"))
            assert lines[: len(written)] == written, "what stood there has changed"
            written = lines
            assert sum(number for _pk, number in lines) == minutes
        sources = list(HoursEntry.objects.order_by("pk").values_list("source", flat=True))
        assert sources == (["session"] + ["correction"] * (len(sources) - 1) if sources else [])
