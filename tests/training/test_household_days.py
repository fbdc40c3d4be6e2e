"""Who lives with whom, from when to when: written down, corrected, seen by few, never two homes on a day."""

import time
from datetime import date, timedelta
from threading import Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from people.actions import erasure, merges
from people.models import AuditEvent
from tests.factories import people as make
from tests.races import outcomes
from training.actions.households import MOST_ADULTS, correct_days, join, keep_together, leave, units
from training.actions.placing import same_household
from training.actions.refusals import HouseholdDays, HouseholdSize, OneHousehold
from training.models import Household, HouseholdMember
from training.queries import homes_of, household_of

pytestmark = pytest.mark.django_db


def days(number: int) -> date:
    return make.today() + timedelta(days=number)


def day_of(wanted: int | date | None) -> date | None:
    """A day told as so many from today on: what is computed when the file is read is another day after midnight."""
    return days(wanted) if isinstance(wanted, int) else wanted


def stays(person) -> list[tuple[date, date | None]]:
    rows = HouseholdMember.objects.filter(person=person).order_by("since")
    return list(rows.values_list("since", "until"))


@pytest.fixture
def spouse(cast):
    return make.person(cast.timis, "Popescu", "Dan")


@pytest.fixture
def home(cast, spouse) -> Household:
    return keep_together(by=cast.ion, people=[cast.ana.person, spouse], since=days(-100))


class TestComing:
    def test_two_become_a_household(self, cast, spouse):
        for _again in range(2):
            row = join(by=cast.ion, person=spouse, to=cast.ana.person, since=days(-10))
        assert row.person == spouse
        assert stays(spouse) == stays(cast.ana.person) == [(days(-10), None)]
        told = AuditEvent.objects.filter(verb="household.joined")
        assert {(e.person_id, e.organisation_path, e.data["since"]) for e in told} == {
            (cast.ana.person_id, cast.timis.path, str(days(-10))),
            (spouse.pk, cast.timis.path, str(days(-10))),
        }

    def test_a_third_comes_into_the_household_that_is_there(self, cast, spouse, home):
        third = make.person(cast.lugoj)
        row = join(by=cast.ion, person=third, to=cast.ana.person)
        assert row.household == home
        assert row.since == days(0)
        assert set(household_of(third)) == {cast.ana.person, spouse}
        assert units([third, spouse, cast.vasile]) == [[third, spouse], [cast.vasile]]

    def test_nobody_is_in_two_and_not_with_themselves(self, cast, spouse, home):
        others = [make.person(cast.timis) for _two in range(2)]
        keep_together(by=None, people=others)
        with pytest.raises(OneHousehold):
            join(by=cast.ion, person=others[0], to=spouse)
        with pytest.raises(HouseholdSize):
            join(by=cast.ion, person=spouse, to=spouse)
        assert household_of(others[0]) == [others[1]]

    def test_no_crowd(self, cast):
        people = [make.person(cast.timis) for _many in range(MOST_ADULTS + 1)]
        keep_together(by=None, people=people[:MOST_ADULTS])
        with pytest.raises(HouseholdSize):
            join(by=None, person=people[-1], to=people[0])
        assert len(household_of(people[0])) == MOST_ADULTS - 1

    @pytest.mark.parametrize("who", ["ana", "olga", "petar", "doru", "vera", "quin", "clara"])
    def test_who_may_not(self, cast, spouse, who):
        with pytest.raises(PermissionDenied):
            join(by=getattr(cast, who), person=spouse, to=cast.ana.person)
        assert not HouseholdMember.objects.exists()

    def test_one_of_another_county_is_enough_to_refuse(self, cast, spouse):
        for person, to in ((cast.clara.person, spouse), (spouse, cast.clara.person)):
            with pytest.raises(PermissionDenied):
                join(by=cast.ion, person=person, to=to)
        assert not HouseholdMember.objects.exists()

    @pytest.mark.parametrize("since", [1, date(1949, 12, 31)], ids=["tomorrow", "long ago"])
    def test_days_that_cannot_be(self, cast, spouse, since):
        day = day_of(since)
        with pytest.raises(HouseholdDays):
            join(by=cast.ion, person=spouse, to=cast.ana.person, since=day)
        with pytest.raises(HouseholdDays):
            keep_together(by=cast.ion, people=[cast.ana.person, spouse], since=day)
        assert not Household.objects.exists()


class TestGoing:
    def test_the_days_stay_and_the_rest_is_over(self, cast, spouse, home):
        leave(by=cast.ion, person=spouse)
        assert stays(spouse) == [(days(-100), days(-1))]
        assert stays(cast.ana.person) == [(days(-100), days(-1))], "a household of one is none"
        assert household_of(cast.ana.person) == []
        assert not same_household(cast.ana, spouse)
        assert units([cast.ana.person, spouse]) == [[cast.ana.person], [spouse]]

    def test_of_three_two_stay(self, cast, spouse, home):
        third = make.person(cast.timis)
        join(by=None, person=third, to=spouse)
        leave(by=cast.ion, person=spouse)
        assert household_of(cast.ana.person) == [third]
        assert stays(third) == [(days(0), None)]

    def test_a_day_that_was_and_the_same_again(self, cast, spouse, home):
        for _again in range(2):
            leave(by=cast.ion, person=spouse, until=days(-30))
        assert stays(spouse) == [(days(-100), days(-30))]
        told = AuditEvent.objects.filter(verb="household.left", person_id=spouse.pk)
        assert [event.data["until"] for event in told] == [str(days(-30))]

    def test_until_today_is_still_today(self, cast, spouse, home):
        for _again in range(2):
            leave(by=cast.ion, person=spouse, until=days(0))
        assert household_of(cast.ana.person) == [spouse]
        assert AuditEvent.objects.filter(verb="household.left", person_id=spouse.pk).count() == 1
        rows = HouseholdMember.objects.current(days(1))
        assert not rows.filter(person=spouse).exists()

    @pytest.mark.parametrize("until", [1, -101], ids=["tomorrow", "before the first"])
    def test_days_that_cannot_be(self, cast, spouse, home, until):
        with pytest.raises(HouseholdDays):
            leave(by=cast.ion, person=spouse, until=days(until))
        assert stays(spouse) == [(days(-100), None)]

    def test_into_another_home_from_the_next_day_on(self, cast, spouse, home):
        leave(by=cast.ion, person=spouse, until=days(-30))
        with pytest.raises(OneHousehold):
            join(by=cast.ion, person=spouse, to=cast.vasile, since=days(-30))
        join(by=cast.ion, person=spouse, to=cast.vasile, since=days(-29))
        assert stays(spouse) == [(days(-100), days(-30)), (days(-29), None)]
        assert household_of(spouse) == [cast.vasile]


class TestCorrecting:
    def row(self, person) -> HouseholdMember:
        return HouseholdMember.objects.get(person=person)

    def test_the_first_day(self, cast, spouse, home):
        for _again in range(2):
            correct_days(by=cast.ion, member=self.row(spouse), since=days(-200), until=None)
        assert stays(spouse) == [(days(-200), None)]
        assert AuditEvent.objects.filter(verb="household.corrected").count() == 1

    def test_a_last_day_takes_them_out(self, cast, spouse, home):
        correct_days(by=cast.ion, member=self.row(spouse), since=days(-90), until=days(-5))
        assert stays(spouse) == [(days(-90), days(-5))]
        assert stays(cast.ana.person) == [(days(-100), days(-5))]

    def test_a_last_day_alone_is_told_once_as_leaving(self, cast, spouse, home):
        correct_days(by=cast.ion, member=self.row(spouse), since=days(-100), until=days(-5))
        assert stays(spouse) == [(days(-100), days(-5))]
        told = AuditEvent.objects.filter(person_id=spouse.pk, verb__startswith="household.")
        assert sorted(told.values_list("verb", flat=True)) == ["household.joined", "household.left"]

    def test_who_left_comes_back_as_a_new_row_only(self, cast, spouse, home):
        leave(by=cast.ion, person=spouse)
        with pytest.raises(HouseholdDays):
            correct_days(by=cast.ion, member=self.row(spouse), since=days(-100), until=None)
        correct_days(by=cast.ion, member=self.row(spouse), since=days(-100), until=days(-7))
        assert stays(spouse) == [(days(-100), days(-7))]

    @pytest.mark.parametrize(
        ("since", "until"),
        [(1, None), (-5, -6), (-5, 1), (date(1900, 1, 1), None)],
        ids=["tomorrow", "turned round", "to come", "too old"],
    )
    def test_days_that_cannot_be(self, cast, spouse, home, since, until):
        with pytest.raises(HouseholdDays):
            member = self.row(spouse)
            correct_days(by=cast.ion, member=member, since=day_of(since), until=day_of(until))
        assert stays(spouse) == [(days(-100), None)]

    def test_not_into_the_days_of_another_home(self, cast, spouse, home):
        leave(by=None, person=spouse, until=days(-30))
        second = join(by=None, person=spouse, to=cast.vasile, since=days(-20))
        with pytest.raises(OneHousehold):
            correct_days(by=cast.ion, member=second, since=days(-40), until=None)
        correct_days(by=cast.ion, member=second, since=days(-29), until=None)
        assert stays(spouse)[1] == (days(-29), None)

    @pytest.mark.parametrize("who", ["ana", "olga", "petar", "vera", "quin"])
    def test_who_may_not(self, cast, spouse, home, who):
        with pytest.raises(PermissionDenied):
            correct_days(by=getattr(cast, who), member=self.row(spouse), since=days(-1), until=None)
        assert stays(spouse) == [(days(-100), None)]


class TestTheDatabase:
    @given(
        first=st.tuples(st.integers(-60, 0), st.none() | st.integers(0, 60)),
        second=st.tuples(st.integers(-60, 0), st.none() | st.integers(0, 60)),
    )
    def test_no_two_homes_on_one_day(self, first, second):
        def stay(begins: int, length: int | None) -> tuple[date, date | None]:
            return days(begins), None if length is None else days(begins + length)

        one, other = stay(*first), stay(*second)
        touch = one[0] <= (other[1] or date.max) and other[0] <= (one[1] or date.max)
        with transaction.atomic():
            person = make.person(make.organisation(f"D{Household.objects.count()}"))
            homes = [Household.objects.create() for _two in range(2)]
            homes[0].members.create(person=person, since=one[0], until=one[1])
            try:
                with transaction.atomic():
                    homes[1].members.create(person=person, since=other[0], until=other[1])
                refused = False
            except IntegrityError:
                refused = True
            transaction.set_rollback(True)
        assert refused is touch

    def test_no_last_day_before_the_first(self, cast, home, spouse):
        with pytest.raises(IntegrityError), transaction.atomic():
            HouseholdMember.objects.filter(person=spouse).update(until=days(-101))
        assert stays(spouse) == [(days(-100), None)]


class TestReading:
    def test_of_another_county_only_the_number_is_told(self, cast, spouse, home):
        join(by=None, person=cast.clara.person, to=spouse)
        (mine,) = homes_of(cast.ana.person, make.fresh(cast.ion))
        assert ([row.person for row in mine.others], mine.unseen) == ([spouse], 1)
        (all_of_it,) = homes_of(cast.ana.person, make.fresh(cast.adm))
        assert {row.person for row in all_of_it.others} == {spouse, cast.clara.person}

    def test_only_who_was_there_on_one_of_the_days(self, cast, spouse, home):
        third = make.person(cast.timis)
        join(by=None, person=third, to=spouse, since=days(-20))
        leave(by=None, person=spouse, until=days(-50))
        later = make.person(cast.timis)
        join(by=None, person=later, to=third)
        (stay,) = homes_of(spouse, make.fresh(cast.adm))
        assert [row.person for row in stay.others] == [cast.ana.person]
        (stay,) = homes_of(cast.ana.person, make.fresh(cast.adm))
        assert {row.person for row in stay.others} == {spouse, third, later}

    def test_in_the_copy_of_ones_data_and_gone_with_the_person(self, cast, spouse, home):
        copy = erasure.export(person=cast.ana.person, by=cast.ana)["records"]
        assert copy["training.HouseholdMember"][0]["since"] == str(days(-100))
        assert "Dan" not in str(copy["training.HouseholdMember"])
        erasure.erase(by=None, person=spouse, reason="request")
        assert stays(spouse) == []

    def test_merging_two_records_with_homes_on_one_day_waits_for_a_decision(
        self, cast, spouse, home
    ):
        double = make.person(cast.timis)
        keep_together(by=None, people=[double, cast.vasile], since=days(-10))
        assert "household" in merges.preview(by=None, kept=spouse, merged=double)["against"][0]
        leave(by=None, person=spouse, until=days(-11))
        merges.merge(by=None, kept=spouse, merged=double)
        assert stays(spouse) == [(days(-100), days(-11)), (days(-10), None)]


class TestPages:
    def test_found_by_name_put_together_and_shown_on_both_records(self, cast, spouse):
        browser = cast.browser(cast.ion, language="en")
        path = f"/en/training/households/{cast.ana.person_id}/add/"
        assert "Dan Popescu" not in browser.get(path).content.decode()
        found = browser.get(path, {"q": "popescu"}).content.decode()
        assert "Dan Popescu" in found
        assert "Choose who lives there." not in found, "nothing is wrong before it is sent"
        assert f'class="button button-quiet" href="/en/me/people/{cast.ana.person_id}/"' in found
        data = {"q": "popescu", "person": spouse.pk, "since": "2020-05-01"}
        shown = browser.post(path, data, follow=True).content.decode()
        assert "since 1 May 2020" in shown
        assert f"/en/me/people/{spouse.pk}/" in shown
        assert "Ana Popescu" in browser.get(f"/en/me/people/{spouse.pk}/").content.decode()

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"since": "2020-05-01"}, "Choose who lives there."),
            ({"person": "spouse", "since": ""}, "Enter the first day."),
            ({"person": "spouse", "since": "2999-01-01"}, "not in the future"),
            ({"person": "clara", "since": "2020-05-01"}, "Choose who lives there."),
        ],
        ids=["nobody", "no day", "future", "another county"],
    )
    def test_a_refusal_says_how_to_mend_it(self, cast, spouse, data, words):
        keys = {"spouse": spouse.pk, "clara": cast.clara.person_id}
        sent = {"q": "popescu", **data, "person": keys.get(data.get("person"), "")}
        path = f"/en/training/households/{cast.ana.person_id}/add/"
        page = cast.browser(cast.ion, language="en").post(path, sent).content.decode()
        assert words in page
        assert "Dan Popescu" in page, "those found are still there"
        assert not HouseholdMember.objects.exists()

    def test_the_days_are_corrected(self, cast, spouse, home):
        row = HouseholdMember.objects.get(person=spouse)
        browser = cast.browser(cast.ion, language="en")
        path = f"/en/training/households/days/{row.pk}/"
        page = browser.get(path).content.decode()
        assert str(days(-100)) in page
        assert f'class="button button-quiet" href="/en/me/people/{spouse.pk}/"' in page
        wrong = browser.post(path, {"since": str(days(-1)), "until": str(days(-2))})
        assert "These days cannot be." in wrong.content.decode()
        shown = browser.post(path, {"since": "2020-05-01", "until": "2020-06-01"}, follow=True)
        assert "from 1 May 2020 to 1 June 2020" in shown.content.decode()

    @pytest.mark.parametrize("who", ["olga", "vera", "quin", "clara", "doru"])
    def test_to_others_the_pages_are_not_there(self, cast, spouse, home, who):
        row = HouseholdMember.objects.get(person=spouse)
        browser = cast.browser(getattr(cast, who))
        answers = []
        for path in (f"households/{spouse.pk}/add/", f"households/days/{row.pk}/"):
            data = {"since": "2020-05-01", "person": cast.vasile.pk}
            answers += [
                browser.get(f"/ro/training/{path}"),
                browser.post(f"/ro/training/{path}", data),
            ]
        assert {answer.status_code for answer in answers} == {404}
        assert stays(spouse) == [(days(-100), None)]

    def test_readers_see_the_household_without_the_buttons(self, cast, spouse, home):
        page = cast.browser(cast.quin, language="en").get(f"/en/me/people/{cast.ana.person_id}/")
        assert "Dan Popescu" in page.content.decode()
        assert "/households/" not in page.content.decode()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_into_two_homes_at_once_is_one(self, cast, spouse):
        hosts = [make.person(cast.timis) for _two in range(2)]
        found = outcomes([lambda h=host: join(by=None, person=spouse, to=h) for host in hosts])
        assert len(stays(spouse)) == 1
        assert {type(one) for one in found} == {HouseholdMember, OneHousehold}

    def test_both_leave_at_once(self, cast, spouse, home):
        people = (cast.ana.person, spouse)
        raised = [
            found
            for found in outcomes([lambda p=p: leave(by=None, person=p) for p in people] * 2)
            if found is not None
        ]
        assert raised == []
        assert stays(spouse) == stays(cast.ana.person) == [(days(-100), days(-1))]
        verbs = AuditEvent.objects.filter(verb__in=["household.left", "household.ended"])
        assert sorted(verbs.values_list("verb", flat=True)) == ["household.ended", "household.left"]

    def test_whoever_waited_finds_that_it_is_over(self, cast, spouse, home):
        """The household of today goes with the first who leaves; the second, who waited for it, does nothing."""
        found: list[object] = []
        second = Thread(target=lambda: found.extend(outcomes([self.go(spouse)])))
        with transaction.atomic():
            Household.objects.select_for_update().get(pk=home.pk)
            second.start()
            while not somebody_waits():
                time.sleep(0.01)
            home.members.all().delete()
            home.delete()
        second.join(timeout=30)
        assert found == [None]
        assert not AuditEvent.objects.filter(verb="household.left").exists()

    def go(self, person):
        return lambda: leave(by=None, person=person)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]
