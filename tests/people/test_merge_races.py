"""Two officers make records one at the same moment: one merge, no ring, no record that leads nowhere."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from people.actions import merges
from people.duplicates import present
from people.models import AuditEvent, Authorisation, Merge, Person
from tests.factories import people as make
from tests.races import outcomes

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def three(cast) -> list[Person]:
    """Three records, each with a right to care of its own."""
    places = (cast.timis, cast.lugoj, cast.centru)  # no two roles to be joined: nothing else waits
    people = [make.person(place, "Unu", f"Ana{n}") for n, place in enumerate(places)]
    for number, person in enumerate(people):
        Authorisation.objects.create(
            person=person, kind="atestat", number=str(number), since=make.LONG_AGO
        )
    return people


def merging(kept: Person, merged: Person):
    return lambda: merges.merge(by=None, kept=kept, merged=merged)


def leads_to(person: Person) -> Person | None:
    return Person.objects.get(pk=person.pk).merged_into


@pytest.fixture
def lock_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a row, and both have looked before either writes."""
    both_looked = threading.Barrier(2)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self.all())
    monkeypatch.setattr(merges, "_require", lambda *_arguments: both_looked.wait(10))


def test_the_same_merge_sent_twice_at_once_is_one(three):
    found = outcomes([merging(three[0], three[1])] * 4)
    assert {row.pk for row in found} == {Merge.objects.get().pk}
    assert three[0].authorisations.count() == 2
    assert AuditEvent.objects.filter(verb="person.merged").count() == 2


def test_each_into_the_other_at_once_is_one_merge_and_one_sentence(three):
    for _turn in range(3):
        found = outcomes([merging(three[0], three[1]), merging(three[1], three[0])])
        assert sorted(type(one).__name__ for one in found) == ["Merge", "ValidationError"]
        row = Merge.objects.get(undone_at=None)
        assert (leads_to(row.merged), leads_to(row.kept)) == (row.kept, None)
        assert row.kept.authorisations.count() == 2
        merges.undo(by=None, merge=row)


def test_twin_without_the_lock_each_leads_to_the_other(three, lock_is_off):
    """A ring: both records are gone from every list, and `present` would never end. Without the lock, this happens."""
    found = outcomes([merging(three[0], three[1]), merging(three[1], three[0])])
    assert [type(one) for one in found] == [Merge, Merge]
    assert leads_to(three[0]) == three[1]
    assert leads_to(three[1]) == three[0]


def test_a_chain_made_at_once_has_an_end(three):
    """The first into the second while the second goes into the third."""
    for _turn in range(3):
        outcomes([merging(three[1], three[0]), merging(three[2], three[1])])
        assert leads_to(three[2]) is None
        assert Merge.objects.filter(undone_at=None).count() >= 1
        ends = {present(one.pk) or one.pk for one in three}
        held = Authorisation.objects.filter(person__in=ends)
        assert held.count() == 3, "nothing stays with a record that leads to another"
        for row in Merge.objects.filter(undone_at=None).order_by("-pk"):
            merges.undo(by=None, merge=row)


def test_merged_and_undone_at_once_is_one_or_the_other(three):
    made = merges.merge(by=None, kept=three[0], merged=three[1])
    found = outcomes([lambda: merges.undo(by=None, merge=made), merging(three[0], three[2])])
    assert not any(
        isinstance(one, Exception) and not isinstance(one, ValidationError) for one in found
    )
    parted = Merge.objects.get(pk=made.pk).undone_at is not None
    assert leads_to(three[1]) == (None if parted else three[0])
    assert three[1].authorisations.count() == (1 if parted else 0)
