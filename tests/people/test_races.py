"""Two at once: whatever two people, tabs or clicks do at the same moment, there is one of everything."""

import pytest

from people.actions import accounts, imports, memberships
from people.models import AuditEvent, ImportDraft, Membership, Person, User
from tests.factories import people as make
from tests.races import outcomes

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_two_sign_ups_with_one_address_are_one_login():
    found = outcomes([lambda: accounts.open_unused(email="Two@example.org")] * 4)
    assert len({user.pk for user in found}) == 1
    assert User.objects.get().email == "two@example.org"
    assert User.objects.get().emailaddress_set.count() == 1


def test_the_welcome_form_sent_twice_makes_one_person(cast):
    user = accounts.open_unused(email="new@example.org")
    one = {"user": user, "family_name": "Nou", "given_name": "Nou", "region": cast.timis_region}
    people = outcomes([lambda: accounts.register(**one)] * 3)
    assert len({person.pk for person in people}) == 1
    assert Person.objects.filter(family_name="Nou").count() == 1


def test_two_logins_do_not_both_join_one_person(cast):
    """The same person recorded once; two log-ins with that address cannot exist, but two sessions of one can."""
    waiting = make.person(cast.lugoj, "Așteaptă", email="asteapta@example.org")
    user = accounts.open_unused(email="asteapta@example.org")
    user.emailaddress_set.update(verified=True)
    outcomes([lambda: accounts.join_person(user=User.objects.get(pk=user.pk))] * 3)
    assert User.objects.get(pk=user.pk).person == waiting
    told = AuditEvent.objects.filter(verb__startswith="account.", actor_id=user.pk)
    assert [event.verb for event in told] == ["account.joined"]


def test_one_role_given_twice_at_once(cast):
    one = {"by": None, "person": cast.vasile, "organisation": cast.timis, "role": "trainer"}
    rows = outcomes([lambda: memberships.grant(**one)] * 3)
    assert len({row.pk for row in rows}) == 1
    assert Membership.objects.filter(person=cast.vasile, role="trainer").count() == 1


def test_a_list_confirmed_twice_at_once_is_written_once(cast):
    data = b"Nume;Prenume\nUnu;Ana\nDoi;Ion\n"
    draft = imports.draft(by=cast.ion, organisation=cast.lugoj, file_name="a.csv", data=data)
    outcomes([lambda: imports.apply(by=cast.ion, draft=draft)] * 3)
    assert Person.objects.filter(family_name__in=["Unu", "Doi"]).count() == 2
    assert AuditEvent.objects.filter(verb="people.imported").count() == 1


def test_two_lists_with_the_same_people_at_once(cast):
    data = b"Nume;Prenume\nUnu;Ana\n"
    drafts = [
        imports.draft(by=cast.ion, organisation=cast.lugoj, file_name="a.csv", data=data)
        for _copy in range(2)
    ]
    outcomes([lambda d=draft: imports.apply(by=cast.ion, draft=d) for draft in drafts])
    assert Person.objects.filter(family_name="Unu").count() == 1
    assert sorted(len(draft.accepted) for draft in ImportDraft.objects.all()) == [0, 1]
