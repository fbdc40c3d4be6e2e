"""Who may do what, and whom they see: every role, in its branch, above it, beside it, before and after its days."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q

from people.access import Grants, grants_of, may, require
from people.models import AuditEvent, Membership, Organisation, Person
from people.permissions import Permission as P
from people.roles import ROLES, STAFF_ROLES
from tests.factories import people as make

pytestmark = pytest.mark.django_db
# role -> (where it is held, institutions that it reaches)
PLACES = ("anpdca", "timis", "lugoj", "centru", "cluj", "turda")
REACH = {
    "anpdca": set(PLACES),
    "timis": {"timis", "lugoj", "centru"},
    "lugoj": {"lugoj"},
    "cluj": {"cluj", "turda"},
    "turda": {"turda"},
}


@pytest.mark.parametrize("held_at", REACH)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_its_branch_and_nothing_else(cast, role, held_at):
    user = make.staff(getattr(cast, held_at), role)
    for place in PLACES:
        organisation = getattr(cast, place)
        for permission in P:
            expected = permission in ROLES[role].permissions and place in REACH[held_at]
            assert may(user, permission, organisation=organisation) is expected, (permission, place)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (-10, None, True),
        (0, None, True),
        (1, None, False),
        (-10, 0, True),
        (0, 0, True),
        (-10, -1, False),
        (5, 10, False),
        (-10, 10, True),
    ],
)
def test_a_role_holds_on_its_days_only(cast, first, last, expected):
    today = make.today()
    person = make.person(cast.turda)
    since = today + timedelta(days=first)
    until = None if last is None else today + timedelta(days=last)
    make.member(person, cast.timis, "officer", since=since, until=until)
    user = make.user(person)
    assert may(user, P.VIEW_PEOPLE, organisation=cast.lugoj) is expected
    assert Person.objects.visible_to(user).filter(pk=cast.ana.person_id).exists() is expected
    assert Organisation.objects.visible_to(user).filter(pk=cast.lugoj.pk).exists() is expected
    assert grants_of(user).needs_second_factor is expected


def test_whom_each_of_the_cast_sees(cast):
    timis = {"ana", "ion", "petar", "mara", "doru", "quin"}
    cluj = {"clara", "olga"}
    top = {"nour", "vera", "adm"}
    expected = {
        "ana": {"ana"}, "clara": {"clara"}, "petar": {"petar"}, "nour": {"nour"}, "ion": timis, "mara": timis,
        "quin": timis, "doru": {"doru"}, "olga": cluj, "vera": timis | cluj | top, "adm": timis | cluj | top,
    }  # fmt: skip
    by_person = {user.person_id: name for name, user in cast.everybody.items()}
    for name, user in cast.everybody.items():
        seen = Person.objects.visible_to(user).values_list("pk", flat=True)
        assert {by_person[pk] for pk in seen if pk in by_person} == expected[name], name


def test_the_town_hall_sees_its_own_people_only(cast):
    assert set(Person.objects.visible_to(cast.doru)) == {cast.vasile, cast.doru.person}


def test_nobody_signed_in_sees_nobody(cast):
    for user in (AnonymousUser(), None):
        assert grants_of(user) == Grants()
    assert not may(AnonymousUser(), P.VIEW_PEOPLE, organisation=cast.timis)


def test_a_closed_account_loses_everything_at_once(cast):
    cast.ion.is_active = False
    cast.ion.save()
    assert grants_of(make.fresh(cast.ion)) == Grants()
    assert not may(make.fresh(cast.ion), P.VIEW_PEOPLE, organisation=cast.timis)


def test_an_account_without_a_person_sees_nobody(cast):
    cast.ion.person = None
    cast.ion.save()
    user = make.fresh(cast.ion)
    assert not Person.objects.visible_to(user).exists()
    assert not Membership.objects.visible_to(user).exists()
    assert not Organisation.objects.visible_to(user).exists()
    assert not AuditEvent.objects.visible_to(user).exists()


def test_a_person_of_two_counties_is_seen_from_both_and_counted_once(cast):
    make.member(cast.ana.person, cast.cluj, "learner")
    make.member(cast.ana.person, cast.lugoj, "learner")
    for user in (cast.ion, cast.olga, cast.vera):
        assert Person.objects.visible_to(user).filter(pk=cast.ana.person_id).count() == 1


def test_who_left_is_no_longer_seen_and_was_seen_then(cast):
    row = Membership.objects.get(person=cast.vasile)
    row.until = make.today() - timedelta(days=1)
    row.save()
    assert not Person.objects.visible_to(cast.ion).filter(pk=cast.vasile.pk).exists()
    then = make.today() - timedelta(days=2)
    assert Person.objects.visible_to(cast.ion, at=then).filter(pk=cast.vasile.pk).exists()


def test_memberships_of_other_branches_stay_hidden(cast):
    elsewhere = make.member(cast.ana.person, cast.turda, "learner")
    assert elsewhere not in Membership.objects.visible_to(cast.ion)
    assert elsewhere in Membership.objects.visible_to(cast.olga)
    assert elsewhere in Membership.objects.visible_to(cast.ana), "one's own"


def test_the_trail_of_another_branch_stays_hidden(cast):
    clara = AuditEvent.objects.filter(person_id=cast.clara.person_id)
    assert clara.exists()
    assert (
        not AuditEvent.objects.visible_to(cast.ion).filter(person_id=cast.clara.person_id).exists()
    )
    assert set(
        AuditEvent.objects.visible_to(cast.olga).filter(person_id=cast.clara.person_id)
    ) == set(clara)
    assert not AuditEvent.objects.visible_to(cast.mara).exists(), (
        "coordinators do not read the trail"
    )


def test_two_roles_add_up_each_in_its_own_branch(cast):
    make.member(cast.ion.person, cast.cluj, "quality")
    user = make.fresh(cast.ion)
    assert may(user, P.EDIT_PEOPLE, organisation=cast.timis)
    assert may(user, P.VIEW_PEOPLE, organisation=cast.turda)
    assert not may(user, P.EDIT_PEOPLE, organisation=cast.turda), "reads there, edits here"
    assert grants_of(user).branches(P.VIEW_PEOPLE) == tuple(
        sorted((cast.timis.path, cast.cluj.path))
    )


def test_a_role_below_another_adds_nothing(cast):
    make.member(cast.ion.person, cast.lugoj, "officer")
    assert grants_of(make.fresh(cast.ion)).branches(P.EDIT_PEOPLE) == (cast.timis.path,)


def test_only_a_superuser_is_let_through_everywhere(cast):
    user = make.superuser()
    assert all(may(user, p, organisation=getattr(cast, place)) for p in P for place in PLACES)
    assert Person.objects.visible_to(user).count() == Person.objects.count()


def test_require_asks_may_and_trusts_the_system(cast):
    require(None, P.REVOKE, organisation=cast.timis)
    require(cast.ion, P.REVOKE, organisation=cast.timis)
    with pytest.raises(PermissionDenied):
        require(cast.ion, P.REVOKE, organisation=cast.cluj)
    with pytest.raises(PermissionDenied):
        require(cast.quin, P.REVOKE, organisation=cast.timis)


def test_rights_are_read_once_for_each_request(cast, django_assert_num_queries):
    user = make.fresh(cast.ion)
    with django_assert_num_queries(1):
        held = {each for each in P if may(user, each, organisation=cast.timis)}
    assert held == ROLES["officer"].permissions


def test_staff_roles_are_all_but_the_learner():
    assert set(ROLES) - {"learner"} == STAFF_ROLES
    for role in ROLES.values():
        assert str(role.name) and str(role.description)
    assert ROLES["overseer"].permissions.isdisjoint(
        {P.EDIT_PEOPLE, P.ENROL, P.SCHEDULE, P.ISSUE, P.REVOKE, P.MANAGE_ROLES}
    )
    assert ROLES["quality"].permissions.isdisjoint(
        {P.EDIT_PEOPLE, P.ENROL, P.SCHEDULE, P.ISSUE, P.REVOKE, P.EXPORT_PEOPLE}
    )


def test_no_filter_narrows_what_a_superuser_sees(cast):
    """In lists as in single rows; the same filter leaves nothing to somebody without a role."""
    for grants, seen in ((Grants(is_superuser=True), 2), (Grants(), 0)):
        rows = Person.objects.filter(pk__in=[cast.ana.person_id, cast.clara.person_id])
        within = grants.within("memberships__organisation__path", P.VIEW_PEOPLE)
        assert rows.filter(within).distinct().count() == seen


def test_what_is_ones_own_takes_nothing_from_a_superuser(cast):
    """An empty filter beside another would vanish, and with it everything that is not one's own."""
    grants, nobodys = Grants(is_superuser=True), Q(pk=0)
    everything = grants.within("organisation__path", P.VIEW_PEOPLE)
    assert Membership.objects.filter(everything | nobodys).count() == Membership.objects.count() > 0
    nothing = Grants().within("organisation__path", P.VIEW_PEOPLE)
    assert not Membership.objects.filter(nothing | nobodys).exists()
