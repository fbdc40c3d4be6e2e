"""Adults of one household: kept together by who knows them, enrolled all or none, each with a place of their own."""

import pytest
from django.core.exceptions import PermissionDenied

from people.models import AuditEvent
from tests.factories import people as make_people
from tests.factories import training as make
from training.actions import editions
from training.actions.approvals import approve, refuse
from training.actions.enrolments import Status, cancel
from training.actions.households import MOST_ADULTS, enrol_together, keep_together, leave
from training.actions.placing import same_household
from training.actions.refusals import HouseholdSize, NotTogether, OneHousehold, QuotaReached
from training.models import Edition, Enrolment, Household, HouseholdMember
from training.queries import household_of


@pytest.fixture
def spouse(cast):
    return make_people.person(cast.timis, "Popescu", "Dan", region=cast.timis_region)


@pytest.fixture
def home(cast, spouse) -> Household:
    return keep_together(by=cast.mara, people=[cast.ana.person, spouse])


@pytest.fixture
def edition(cast) -> Edition:
    return make.coming(cast.timis, capacity=2)


def states(edition: Edition) -> list[str]:
    rows = edition.enrolments.order_by("queued_at", "pk")
    return list(rows.values_list("status", flat=True))


def together(cast, spouse, edition, **fields) -> list[Enrolment]:
    given = {"by": cast.ana, **fields}
    return enrol_together(people=[cast.ana.person, spouse], edition=edition, **given)


# Who belongs together


def test_putting_together_is_repeatable_and_in_the_trail(cast, spouse, home):
    assert keep_together(by=cast.mara, people=[spouse, cast.ana.person]) == home
    assert (Household.objects.count(), HouseholdMember.objects.count()) == (1, 2)
    assert household_of(cast.ana.person) == [spouse]
    assert AuditEvent.objects.filter(verb="household.joined").count() == 2
    assert str(home) == f"#{home.pk}"
    assert str(HouseholdMember.objects.get(person=spouse)) == str(spouse)


def test_nobody_is_in_two(cast, spouse, home):
    third = make_people.person(cast.timis)
    for people in ([spouse, third], [cast.ana.person, spouse, third]):
        with pytest.raises(OneHousehold):
            keep_together(by=cast.mara, people=people)
    assert HouseholdMember.objects.count() == 2


@pytest.mark.parametrize("number", [0, 1, MOST_ADULTS + 1])
def test_two_adults_or_more(cast, number):
    people = [make_people.person(cast.timis) for _ in range(number)]
    with pytest.raises(HouseholdSize):
        keep_together(by=cast.mara, people=people)


@pytest.mark.parametrize("who", ["ana", "olga", "petar", "doru", "vera", "quin"])
def test_who_may_not_put_together(cast, spouse, who):
    with pytest.raises(PermissionDenied):
        keep_together(by=getattr(cast, who), people=[cast.ana.person, spouse])
    assert not Household.objects.exists()


def test_each_may_leave_and_one_alone_is_none(cast, spouse, home):
    for _ in range(2):
        leave(by=cast.ana, person=cast.ana.person)
    assert not Household.objects.exists()
    assert AuditEvent.objects.filter(verb="household.left").count() == 1
    third = make_people.person(cast.timis)
    keep_together(by=cast.mara, people=[cast.ana.person, spouse, third])
    leave(by=cast.mara, person=third)
    assert household_of(cast.ana.person) == [spouse]


def test_nobody_takes_another_out(cast, spouse, home):
    for user in (cast.ana, cast.olga, cast.petar):
        with pytest.raises(PermissionDenied):
            leave(by=user, person=spouse)
    assert household_of(cast.ana.person) == [spouse]


@pytest.mark.parametrize(
    ("who", "number"), [("ana", 2), ("mara", 2), ("vera", 2), ("clara", 0), ("olga", 0)]
)
def test_who_sees_a_household(cast, home, who, number):
    assert HouseholdMember.objects.visible_to(getattr(cast, who)).count() == number


# All or none


def test_each_has_a_place_and_a_code_of_their_own(cast, spouse, home, edition):
    found = together(cast, spouse, edition)
    assert [p.status for p in found] == [Status.CONFIRMED] * 2
    assert len({p.code for p in found}) == len({p.person for p in found}) == 2
    assert found[0].party == found[1].party is not None
    assert together(cast, spouse, edition) == found
    assert edition.enrolments.count() == 2


def test_one_place_for_two_is_none(cast, spouse, home, edition):
    make.place(cast.vasile, edition)
    assert [p.rank for p in together(cast, spouse, edition)] in ([1, 2], [2, 1])
    assert states(edition) == [Status.CONFIRMED, Status.WAITLISTED, Status.WAITLISTED]


def test_both_move_up_or_neither_and_who_fits_may_pass(cast, spouse, home):
    edition = make.coming(cast.timis, capacity=2)
    taken = [make.place(make_people.person(cast.timis), edition) for _ in range(2)]
    pair = together(cast, spouse, edition)
    single = make.place(cast.vasile, edition)
    cancel(enrolment=taken[0], by=None)
    single.refresh_from_db()
    assert single.status == Status.CONFIRMED
    assert {Enrolment.objects.get(pk=p.pk).status for p in pair} == {Status.WAITLISTED}
    editions.update(by=None, edition=edition, capacity=4)
    assert {Enrolment.objects.get(pk=p.pk).status for p in pair} == {Status.CONFIRMED}


def test_one_who_cannot_is_none(cast, spouse, home, edition):
    make.place(spouse, make.coming(cast.cluj))  # at the same time
    with pytest.raises(NotTogether) as refused:
        together(cast, spouse, edition)
    assert refused.value.person == spouse
    assert "Dan Popescu" in refused.value.message
    assert not edition.enrolments.exists()


def test_who_has_a_place_already_keeps_it(cast, spouse, home, edition):
    mine = make.place(cast.ana.person, edition)
    found = together(cast, spouse, edition)
    assert mine in found
    assert [p.status for p in found] == [Status.CONFIRMED] * 2
    assert {p.party for p in found} == {None}


def test_the_quota_counts_them_together(cast, spouse, home, edition):
    editions.update(by=None, edition=edition, institution_quota=1)
    with pytest.raises(NotTogether) as refused:
        together(cast, spouse, edition)
    assert isinstance(refused.value.refusal, QuotaReached)
    assert not edition.enrolments.exists()
    editions.update(by=None, edition=edition, institution_quota=2)
    assert len(together(cast, spouse, edition)) == 2


def test_the_quota_asks_nothing_of_who_has_no_institution(cast, spouse, home, edition):
    editions.update(by=None, edition=edition, institution_quota=1)
    spouse.memberships.all().delete()
    assert len(together(cast, spouse, edition)) == 2


def test_seats_kept_for_their_institution_are_theirs_though_others_wait(cast, spouse, home):
    edition = make.coming(cast.timis, capacity=3)
    edition.seat_reservations.create(institution=cast.timis, seats=2, release_at=make.at(5))
    make.place(cast.clara.person, edition)
    other = make_people.person(cast.cluj)
    assert make.place(other, edition).status == Status.WAITLISTED
    assert [p.status for p in together(cast, spouse, edition)] == [Status.CONFIRMED] * 2


def test_cancelling_is_each_ones_own(cast, spouse, home, edition):
    found = together(cast, spouse, edition)
    mine = next(p for p in found if p.person == cast.ana.person)
    cancel(enrolment=mine, by=cast.ana)
    assert sorted(states(edition)) == [Status.CANCELLED, Status.CONFIRMED]


# Who enrols them


def test_a_nominator_enrols_the_household_of_the_town_hall(cast, edition):
    second = make_people.person(cast.lugoj)
    keep_together(by=cast.doru, people=[cast.vasile, second])
    found = enrol_together(
        people=[cast.vasile, second], edition=edition, by=cast.doru, nominated_by=cast.lugoj
    )
    assert [p.nominated_by for p in found] == [cast.lugoj] * 2


@pytest.mark.parametrize("who", ["clara", "doru", "olga", "petar"])
def test_strangers_do_not_enrol_a_household(cast, spouse, home, edition, who):
    with pytest.raises(PermissionDenied):
        together(cast, spouse, edition, by=getattr(cast, who))
    assert not edition.enrolments.exists()


def test_who_is_no_household_does_not_enrol_together(cast, spouse, edition):
    with pytest.raises(PermissionDenied):
        together(cast, spouse, edition)
    with pytest.raises(PermissionDenied):
        together(cast, spouse, edition, by=None)


# One answer for all


def asked_together(cast, spouse, edition) -> list[Enrolment]:
    editions.update(by=None, edition=edition, approval="organiser")
    found = together(cast, spouse, edition)
    assert [p.status for p in found] == [Status.APPLIED] * 2
    return found


def test_one_yes_for_both(cast, spouse, home, edition):
    found = asked_together(cast, spouse, edition)
    approve(enrolment=found[0], by=cast.mara)
    assert states(edition) == [Status.CONFIRMED] * 2


def test_one_yes_for_both_waits_where_only_one_fits(cast, spouse, home, edition):
    make.place(cast.vasile, edition)
    found = asked_together(cast, spouse, edition)
    approve(enrolment=found[0], by=cast.mara)
    assert states(edition)[1:] == [Status.WAITLISTED] * 2


def test_one_no_for_both(cast, spouse, home, edition):
    found = asked_together(cast, spouse, edition)
    cancel(enrolment=found[1], by=None)
    refuse(enrolment=found[0], by=cast.mara, reason="x")
    assert sorted(states(edition)) == [Status.CANCELLED, Status.REFUSED]


def test_the_system_and_accounts_of_nobody_live_in_no_household(cast):
    assert not same_household(None, cast.ana.person)
    cast.ana.person_id = None
    assert not same_household(cast.ana, cast.vasile)
