"""Recording what the law looks at in a carer's work: who may, which days, twice, two at once."""

import threading
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils import timezone

from certification.actions import circumstances
from certification.models import Circumstance
from people.models import AuditEvent, Person
from tests import cast as all_people
from tests.cast import Cast
from tests.factories import certification as proof
from tests.races import at_once

D = date
pytestmark = pytest.mark.django_db


def record(cast: Cast, since: date, until: date | None = None, **fields) -> Circumstance:
    values = {"person": cast.ana.person, "condition": "child-placed", "by": cast.ion, **fields}
    return circumstances.record(since=since, until=until, **values)


DAYS = [
    # what is there                      what is to be recorded             may it be
    ((D(2025, 1, 1), D(2025, 6, 30)), (D(2025, 7, 1), None), True),
    ((D(2025, 1, 1), D(2025, 6, 30)), (D(2025, 6, 30), None), False),
    ((D(2025, 1, 1), D(2025, 6, 30)), (D(2024, 1, 1), D(2024, 12, 31)), True),
    ((D(2025, 1, 1), D(2025, 6, 30)), (D(2024, 1, 1), D(2025, 1, 1)), False),
    ((D(2025, 1, 1), D(2025, 6, 30)), (D(2025, 2, 1), D(2025, 3, 1)), False),
    ((D(2025, 1, 1), D(2025, 6, 30)), (D(2024, 1, 1), None), False),
    ((D(2025, 1, 1), None), (D(2024, 1, 1), D(2024, 12, 31)), True),
    ((D(2025, 1, 1), None), (D(2030, 1, 1), None), False),
]


@pytest.mark.parametrize(("there", "new", "fits"), DAYS, ids=[str(n) for n in range(len(DAYS))])
def test_no_day_twice(cast: Cast, there, new, fits: bool) -> None:
    record(cast, *there)
    if fits:
        assert record(cast, *new).since == new[0]
        return
    with pytest.raises(circumstances.OverlapsAnother):
        record(cast, *new)
    assert Circumstance.objects.count() == 1


def test_the_same_twice_is_one_and_one_line_in_the_trail(cast: Cast) -> None:
    first, again = record(cast, D(2025, 1, 1)), record(cast, D(2025, 1, 1))
    assert first == again and first.recorded_by == cast.ion.pk
    events = AuditEvent.objects.about(first)
    assert [(event.verb, event.data) for event in events] == [
        ("circumstance.recorded", {"condition": "child-placed"})
    ]


def test_backwards_days_are_refused(cast: Cast) -> None:
    with pytest.raises(circumstances.EndsBeforeItBegins):
        record(cast, D(2025, 1, 2), D(2025, 1, 1))
    found = record(cast, D(2025, 1, 2))
    with pytest.raises(circumstances.EndsBeforeItBegins):
        circumstances.end(circumstance=found, until=D(2025, 1, 1), by=cast.ion)


def test_a_last_day_may_be_put_right_but_not_into_the_next_one(cast: Cast) -> None:
    first = record(cast, D(2025, 1, 1), D(2025, 6, 30))
    record(cast, D(2025, 9, 1))
    ended = circumstances.end(circumstance=first, until=D(2025, 8, 31), by=cast.ion)
    assert ended.until == D(2025, 8, 31)
    with pytest.raises(circumstances.OverlapsAnother):
        circumstances.end(circumstance=first, until=D(2025, 9, 1), by=cast.ion)


@pytest.mark.parametrize("who", ["ana", "mara", "doru", "vera", "quin", "olga", "clara", "petar"])
def test_only_who_edits_the_people_of_the_branch(cast: Cast, who: str) -> None:
    user, found = getattr(cast, who), proof.circumstance(cast.ana.person, D(2025, 1, 1))
    with pytest.raises(PermissionDenied):
        record(cast, D(2025, 1, 1), by=user, condition="professional")
    with pytest.raises(PermissionDenied):
        circumstances.end(circumstance=found, until=D(2025, 2, 1), by=user)
    assert Circumstance.objects.count() == 1


def test_nobody_records_their_own(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        record(cast, D(2025, 1, 1), person=cast.ion.person)


def test_nothing_is_recorded_of_somebody_who_was_erased(cast: Cast) -> None:
    Person.objects.filter(pk=cast.ana.person_id).update(erased_at=timezone.now())
    with pytest.raises(PermissionDenied):
        record(cast, D(2025, 1, 1))


def test_who_sees_what(cast: Cast) -> None:
    mine, theirs = (
        proof.circumstance(who, D(2025, 1, 1)) for who in (cast.ana.person, cast.clara.person)
    )

    def seen(user) -> set[int]:
        return set(Circumstance.objects.visible_to(user).values_list("pk", flat=True))

    assert seen(cast.ana) == {mine.pk} and seen(cast.ion) == {mine.pk}
    assert seen(cast.olga) == {theirs.pk} and seen(cast.vera) == {mine.pk, theirs.pk}
    assert seen(cast.nour) == set()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    """Two officers record the same child's placement with different days."""

    @pytest.fixture
    def cast(self) -> Cast:
        return all_people.build()

    def work(self, cast: Cast):
        return [lambda n=n: record(cast, D(2025, 1, 1 + n)) for n in range(2)]

    def test_one_comes_first_and_the_other_is_told(self, cast: Cast) -> None:
        raised = at_once(self.work(cast))
        assert [type(error) for error in raised] == [circumstances.OverlapsAnother]
        assert Circumstance.objects.count() == 1

    def test_without_the_lock_only_the_database_stops_the_second(
        self, cast: Cast, monkeypatch
    ) -> None:
        """The twin: both have looked before either writes."""
        both_looked, kept = threading.Barrier(2), Circumstance.objects.create

        def create(**values) -> Circumstance:
            both_looked.wait(10)
            return kept(**values)

        monkeypatch.setattr(circumstances, "_locked", lambda person, by: None)
        monkeypatch.setattr(Circumstance.objects, "create", create)
        assert [type(error) for error in at_once(self.work(cast))] == [IntegrityError]
