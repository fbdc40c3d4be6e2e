"""Finding records of one person, and the pages where they are made one."""

import pytest

from people.actions import merges
from people.duplicates import pairs, present
from people.models import Merge, Person
from tests.factories import people as make

pytestmark = pytest.mark.django_db


def found(user) -> set[tuple[frozenset[int], tuple[str, ...]]]:
    return {(frozenset({p.kept.pk, p.merged.pk}), p.by) for p in pairs(make.fresh(user))}


class TestCandidates:
    @pytest.mark.parametrize(
        ("first", "second", "by"),
        [
            (("Țepeș", "Vlad", {}), ("TEPES", "Vlad", {}), ("name",)),
            (("Țepeș", "Vlad", {}), ("Vlad", "Tepes", {}), ("name",)),
            (("Шевченко", "Ірина", {"language": "uk"}), ("Shevchenko", "Iryna", {}), ("name",)),
            (("Unu", "Ana", {"email": "a@example.org"}), ("Doi", "Ion", {"email": "A@Example.org"}), ("email",)),
            (("Unu", "Ana", {"phone": "0722 333 444"}), ("Doi", "Ion", {"phone": "+40 722-333-444"}), ("phone",)),
            (
                ("Unu", "Ana", {"phone": "0722333444", "email": "a@example.org"}),
                ("Unu", "Ana", {"phone": "0722333444", "email": "a@example.org"}),
                ("email", "phone", "name"),
            ),
        ],
        ids=["marks", "turned", "scripts", "address", "telephone", "all"],
    )  # fmt: skip
    def test_what_is_the_same(self, cast, first, second, by):
        one, other = (
            make.person(cast.timis, family, given, **facts)
            for family, given, facts in (first, second)
        )
        assert found(cast.ion) == {(frozenset({one.pk, other.pk}), by)}

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ({"phone": "12"}, {"phone": "12"}),
            ({"national_id": "1850101111111"}, {"national_id": "2850101111111"}),
        ],
        ids=["a telephone of two digits", "two national numbers"],
    )
    def test_what_says_nothing(self, cast, first, second):
        name = "Unu" if "national_id" in first else ""
        for facts in (first, second):
            make.person(cast.timis, name, **facts)
        assert found(cast.ion) == set()

    def test_of_one_county_only(self, cast):
        for place in (cast.timis, cast.cluj):
            make.person(place, "Unu", "Ana")
        assert found(cast.ion) == found(cast.olga) == set()
        assert len(found(cast.adm)) == 1

    def test_three_of_one_name_are_two_pairs_and_merged_ones_none(self, cast):
        three = [make.person(cast.timis, "Unu", "Ana") for _one in range(3)]
        assert len(found(cast.ion)) == 2
        merges.merge(by=None, kept=three[0], merged=three[1])
        assert {pair for pair, _by in found(cast.ion)} == {frozenset({three[0].pk, three[2].pk})}

    def test_a_chain_leads_to_its_end(self, cast):
        a, b, c = (make.person(cast.timis) for _three in range(3))
        merges.merge(by=None, kept=b, merged=a)
        merges.merge(by=None, kept=c, merged=b)
        assert [present(one.pk) for one in (a, b, c)] == [c.pk, c.pk, None]


@pytest.fixture
def two(cast):
    """Ana, and a second record of her in other letters with another address."""
    return cast.ana.person, make.person(cast.lugoj, "Popescu", "Anna", email="anna@example.org")


def post(browser, two, **choices):
    return browser.post(f"/en/me/people/{two[0].pk}/merge/{two[1].pk}/", choices)


ALL_KEPT = {"given_name": "kept", "latin_name": "kept", "email": "kept"}


class TestPages:
    def test_the_whole_way(self, cast, two):
        make.person(cast.timis, "Popescu", "Ana")
        browser = cast.browser(cast.ion, language="en")
        assert "Possible duplicates" in browser.get("/en/me/people/").content.decode()
        assert "same name" in browser.get("/en/me/people/duplicates/").content.decode()
        page = browser.get(f"/en/me/people/{two[0].pk}/merge/{two[1].pk}/").content.decode()
        assert "anna@example.org" in page and "institutions and roles: 1" in page
        assert not Merge.objects.exists(), "looking merges nothing"
        answer = post(browser, two, **{**ALL_KEPT, "email": "merged"})
        assert answer.status_code == 302
        ana = Person.objects.get(pk=two[0].pk)
        assert (ana.given_name, ana.email) == ("Ana", "anna@example.org")
        page = browser.get(f"/en/me/people/{ana.pk}/").content.decode()
        assert "Part the two records" in page
        undone = browser.post(f"/en/me/people/merges/{Merge.objects.get().pk}/undo/", follow=True)
        assert "two again" in undone.content.decode()
        assert Person.objects.get(pk=ana.pk).email == "ana@example.org"

    def test_the_old_address_leads_to_the_new(self, cast, two):
        merges.merge(by=None, kept=two[0], merged=two[1])
        for path in (f"/en/me/people/{two[1].pk}/", f"/en/standing/people/{two[1].pk}/"):
            answer = cast.browser(cast.ion).get(path)
            assert answer.status_code == 302, path
            assert answer.headers["Location"] == path.replace(str(two[1].pk), str(two[0].pk))
            assert cast.browser(cast.olga).get(path).status_code == 404, "nothing leaks abroad"
            assert cast.browser(None).get(path).headers["Location"].startswith("/en/account/")

    def test_choices_that_were_not_made_are_asked_for(self, cast, two):
        answer = post(cast.browser(cast.ion, language="en"), two)
        assert answer.status_code == 200 and "Error:" in answer.content.decode()
        assert not Merge.objects.exists()

    def test_both_must_be_seen(self, cast, two):
        other = make.person(cast.cluj, "Popescu", "Ana", email="secret@example.org")
        browser = cast.browser(cast.ion)
        for pair in ((two[0], other), (other, two[0]), (two[0], two[0])):
            answer = browser.get(f"/en/me/people/{pair[0].pk}/merge/{pair[1].pk}/")
            assert answer.status_code == 404
            assert post(browser, pair, **ALL_KEPT).status_code == 404

    def test_a_button_pressed_twice_is_one_merge(self, cast, two):
        browser = cast.browser(cast.ion)
        assert post(browser, two, **ALL_KEPT).status_code == 302
        assert post(browser, two, **ALL_KEPT).status_code == 404, "the record is no longer there"
        assert Merge.objects.count() == 1

    def test_what_comes_first_is_said(self, cast, two):
        merge = merges.merge(by=None, kept=two[0], merged=two[1])
        Person.objects.filter(pk=two[0].pk).update(phone="0700")
        answer = cast.browser(cast.ion, language="en").post(
            f"/en/me/people/merges/{merge.pk}/undo/", follow=True
        )
        assert "the two stay one: names and addresses" in answer.content.decode()
