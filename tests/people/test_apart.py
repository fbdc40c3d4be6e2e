"""«Not the same person»: said once of a pair, whatever the order, and taken back as easily."""

import itertools

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from people.actions import apart, erasure, merges
from people.duplicates import _each_with_an_older, pairs
from people.models import Apart, AuditEvent, Merge, Person
from tests.factories import people as make
from tests.races import outcomes

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(cast) -> tuple[Person, Person]:
    """Two cousins of one name."""
    return make.person(cast.lugoj, "Unu", "Ana"), make.person(cast.timis, "Unu", "Ana")


def found(user) -> set[frozenset[int]]:
    return {frozenset({pair.kept.pk, pair.merged.pk}) for pair in pairs(make.fresh(user))}


def keys(*people: Person) -> frozenset[int]:
    return frozenset(person.pk for person in people)


class TestSaying:
    def test_the_pair_is_no_longer_in_the_list(self, cast, two):
        assert found(cast.ion) == {keys(*two)}
        apart.keep_apart(by=cast.ion, one=two[0], other=two[1])
        assert found(cast.ion) == found(cast.adm) == set()

    def test_whatever_the_order_it_is_one_row(self, cast, two):
        rows = [
            apart.keep_apart(by=cast.ion, one=one, other=other)
            for one, other in (two, two[::-1], two)
        ]
        assert len({row.pk for row in rows}) == 1
        assert (rows[0].first, rows[0].second) == two
        assert Apart.objects.of(*two[::-1]).get() == rows[0]
        assert str(rows[0]) == f"#{two[0].pk} ≠ #{two[1].pk}"

    @pytest.mark.parametrize("turn", [1, -1], ids=["twice", "turned round"])
    def test_the_database_knows_a_pair_once(self, cast, two, turn):
        Apart.objects.create(first=two[0], second=two[1])
        first, second = two[::turn]
        with pytest.raises(IntegrityError), transaction.atomic():
            Apart.objects.create(first=first, second=second)
        assert Apart.objects.count() == 1

    def test_both_trails_know_it_in_numbers_alone(self, cast, two):
        apart.keep_apart(by=cast.ion, one=two[1], other=two[0])
        apart.keep_apart(by=cast.ion, one=two[1], other=two[0])
        told = AuditEvent.objects.filter(verb="person.kept_apart")
        assert {(e.person_id, e.data["other"], e.organisation_path) for e in told} == {
            (two[0].pk, two[1].pk, cast.lugoj.path),
            (two[1].pk, two[0].pk, cast.timis.path),
        }
        assert {event.actor_id for event in told} == {cast.ion.pk}

    @pytest.mark.parametrize("who", ["olga", "mara", "doru", "vera", "quin", "ana", "petar"])
    def test_who_may_not(self, cast, two, who):
        with pytest.raises(PermissionDenied):
            apart.keep_apart(by=getattr(cast, who), one=two[0], other=two[1])
        assert not Apart.objects.exists()

    def test_one_of_another_county_is_enough_to_refuse(self, cast, two):
        stranger = make.person(cast.cluj, "Unu", "Ana")
        for pair in ((two[0], stranger), (stranger, two[0])):
            with pytest.raises(PermissionDenied):
                apart.keep_apart(by=cast.ion, one=pair[0], other=pair[1])
        assert not Apart.objects.exists()

    def test_of_oneself_nobody_says_it(self, cast, two):
        with pytest.raises(PermissionDenied):
            apart.keep_apart(by=cast.ion, one=two[0], other=cast.ion.person)
        with pytest.raises(ValidationError, match="two different records"):
            apart.keep_apart(by=cast.ion, one=two[0], other=two[0])
        assert not Apart.objects.exists()

    def test_a_record_that_is_no_longer_there(self, cast, two):
        third = make.person(cast.timis)
        merges.merge(by=None, kept=third, merged=two[1])
        with pytest.raises(ValidationError, match="no longer there"):
            apart.keep_apart(by=None, one=two[0], other=two[1])
        assert not Apart.objects.exists()


class TestGroups:
    def test_the_third_is_asked_about_with_each_that_is_left(self, cast, two):
        third = make.person(cast.timis, "Unu", "Ana")
        assert found(cast.ion) == {keys(*two), keys(two[0], third)}
        apart.keep_apart(by=cast.ion, one=two[0], other=third)
        assert found(cast.ion) == {keys(*two), keys(two[1], third)}, "perhaps it is the second"
        apart.keep_apart(by=cast.ion, one=two[1], other=third)
        assert found(cast.ion) == {keys(*two)}

    @given(
        st.integers(1, 7).flatmap(
            lambda size: st.tuples(
                st.just(list(range(size))),
                st.sets(st.sampled_from([*itertools.combinations(range(size), 2), (-2, -1)])),
            )
        )
    )
    def test_never_a_pair_that_was_parted_and_never_more_than_one_for_each(self, drawn):
        group, parted = drawn
        shown = list(_each_with_an_older(group, parted))
        assert not set(shown) & parted
        assert len({other for _kept, other in shown}) == len(shown)
        asked = {other for _kept, other in shown}
        for other in set(group) - asked:
            assert all((one, other) in parted for one in group if one < other)


class TestTakingBack:
    def test_the_pair_stands_in_the_list_again(self, cast, two):
        apart.keep_apart(by=cast.ion, one=two[0], other=two[1])
        for _again in range(2):
            apart.take_back(by=cast.ion, one=two[1], other=two[0])
        assert found(cast.ion) == {keys(*two)}
        told = AuditEvent.objects.filter(verb="person.maybe_same")
        assert {event.person_id for event in told} == keys(*two)
        assert told.count() == 2

    @pytest.mark.parametrize("who", ["olga", "mara", "vera", "ana"])
    def test_who_may_not(self, cast, two, who):
        apart.keep_apart(by=None, one=two[0], other=two[1])
        with pytest.raises(PermissionDenied):
            apart.take_back(by=getattr(cast, who), one=two[0], other=two[1])
        assert Apart.objects.count() == 1


class TestMergingAndErasing:
    def test_two_who_are_kept_apart_are_not_merged(self, cast, two):
        apart.keep_apart(by=cast.ion, one=two[0], other=two[1])
        for kept, merged in (two, two[::-1]):
            with pytest.raises(ValidationError, match="these are two people"):
                merges.merge(by=None, kept=kept, merged=merged)
        apart.take_back(by=cast.ion, one=two[1], other=two[0])
        assert merges.merge(by=None, kept=two[0], merged=two[1]).pk

    def test_a_merge_with_somebody_else_and_its_undo_leave_it(self, cast, two):
        row = apart.keep_apart(by=None, one=two[0], other=two[1])
        third = make.person(cast.timis)
        made = merges.merge(by=None, kept=third, merged=two[0])
        assert Apart.objects.get() == row
        merges.undo(by=None, merge=made)
        assert Apart.objects.of(*two).exists()

    def test_gone_with_either_of_the_two(self, cast, two):
        third = make.person(cast.timis, "Unu", "Ana")
        apart.keep_apart(by=None, one=two[0], other=two[1])
        left = apart.keep_apart(by=None, one=two[1], other=third)
        erasure.erase(by=None, person=two[0], reason="request")
        assert Apart.objects.get() == left
        erasure.erase(by=None, person=third, reason="request")
        assert not Apart.objects.exists()


class TestPages:
    def test_from_the_comparison_to_the_list_and_back(self, cast, two):
        browser = cast.browser(cast.ion, language="en")
        page = browser.get(f"/en/me/people/{two[0].pk}/merge/{two[1].pk}/")
        assert "Not the same person" in page.content.decode()
        answer = browser.post(f"/en/me/people/{two[0].pk}/merge/{two[1].pk}/apart/", follow=True)
        assert "No duplicates found" in answer.content.decode()
        listed = browser.get("/en/me/people/duplicates/apart/").content.decode()
        assert "1 pair" in listed
        assert "Ion Ionescu" in listed
        for _again in range(2):
            browser.post(f"/en/me/people/{two[0].pk}/merge/{two[1].pk}/maybe/")
        assert not Apart.objects.exists()
        assert found(cast.ion) == {keys(*two)}

    def test_the_comparison_says_what_to_do_first(self, cast, two):
        apart.keep_apart(by=None, one=two[0], other=two[1])
        page = cast.browser(cast.ion, language="en").get(
            f"/en/me/people/{two[1].pk}/merge/{two[0].pk}/"
        )
        assert "Take that back first" in page.content.decode()
        assert "/me/people/duplicates/apart/" in page.content.decode()

    def test_a_pair_with_another_county_in_it_is_nobodys_but_the_administrators(self, cast, two):
        stranger = make.person(cast.cluj, "Unu", "Ana")
        row = apart.keep_apart(by=None, one=two[0], other=stranger)
        for user in (cast.ion, cast.olga):
            browser = cast.browser(user, language="en")
            assert "No pair yet" in browser.get("/en/me/people/duplicates/apart/").content.decode()
            undo = browser.post(f"/en/me/people/{two[0].pk}/merge/{stranger.pk}/maybe/")
            said = browser.post(f"/en/me/people/{two[1].pk}/merge/{stranger.pk}/apart/")
            assert (undo.status_code, said.status_code) == (404, 404)
        assert Apart.objects.get() == row
        listed = cast.browser(cast.adm, language="en").get("/en/me/people/duplicates/apart/")
        assert "1 pair" in listed.content.decode()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_both_ways_round_at_once_is_one_row(self, cast, two):
        rows = outcomes(
            [
                lambda a=a, b=b: apart.keep_apart(by=None, one=a, other=b)
                for a, b in (two, two[::-1])
            ]
            * 2
        )
        assert len({row.pk for row in rows}) == 1
        assert AuditEvent.objects.filter(verb="person.kept_apart").count() == 2

    def test_kept_apart_or_merged_but_never_both(self, cast, two):
        for _turn in range(4):
            outcomes(
                [
                    lambda: apart.keep_apart(by=None, one=two[0], other=two[1]),
                    lambda: merges.merge(by=None, kept=two[0], merged=two[1]),
                ]
            )
            merged = Merge.objects.filter(undone_at=None).first()
            said = Apart.objects.first()
            assert (merged is None) != (said is None)
            if merged:
                merges.undo(by=None, merge=merged)
            else:
                apart.take_back(by=None, one=two[0], other=two[1])
