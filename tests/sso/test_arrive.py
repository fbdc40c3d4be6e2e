"""Who a proof leads to: nobody's account is taken over, nobody gets more than a rule says, two institutions beside."""

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone

from people.actions import accounts, memberships, people, providers, signin
from people.models import (
    AuditEvent,
    Membership,
    Organisation,
    Person,
    SignInIdentity,
    SignInProvider,
    User,
)
from people.models.signin import SignInProviderQuerySet
from people.sso.proof import Proof
from people.sso.reasons import Why
from tests import races
from tests.cast import Cast
from tests.factories import people as make


def institution(place: Organisation, *, role: str = "officer", **fields: Any) -> SignInProvider:
    """An institution whose officers («ofiteri») have that role there."""
    made = make.provider(place, **{"domains": ["example.org"], **fields})
    add(made, role)
    return made


def add(made: SignInProvider, role: str, place: Organisation | None = None, value: str = "ofiteri"):
    """One more rule."""
    return providers.add_rule(
        by=None, provider=made, claim="groups", value=value, organisation=place or made.organisation, role=role
    )  # fmt: skip


def proof(email: str, subject: str = "", *groups: str, **claims: Any) -> Proof:
    """Somebody of the group of officers, unless other groups are named."""
    told = {
        "email": email, "email_verified": True, "family_name": "Dumitrescu", "given_name": "Elena",
        "groups": list(groups or ["ofiteri"]),
    }  # fmt: skip
    return Proof(subject or f"subject of {email}", told | claims)


def came(made: SignInProvider, *args: Any, **claims: Any) -> signin.Arrival:
    return signin.arrive(provider=made, proof=proof(*args, **claims))


def held(person: Person) -> set[tuple[str, str]]:
    """What is held today, and where."""
    rows = Membership.objects.current().filter(person=person).select_related("organisation")
    return {(row.role, str(row.organisation)) for row in rows}


class TestWhoeverHasAnAccount:
    def test_it_is_opened_and_keeps_what_it_has(self, cast: Cast):
        made = institution(cast.timis)
        found = came(made, "ana@example.org")
        assert found.user == cast.ana and not found.has_second_factor
        assert held(cast.ana.person) == {("learner", "DGASPC Timiș"), ("officer", "DGASPC Timiș")}
        linked = AuditEvent.objects.get(verb="sso.linked")
        assert linked.person_id == cast.ana.person_id and linked.actor_id == cast.ana.pk

    def test_small_and_capital_letters_are_the_same_address(self, cast: Cast):
        assert came(institution(cast.timis), "Ana@Example.ORG").user == cast.ana

    @pytest.mark.parametrize("who", ["adm", "vera", "nour", "olga", "clara"])
    def test_whoever_works_or_belongs_elsewhere_is_nobodys_here(self, cast: Cast, who: str):
        made, theirs = institution(cast.timis), getattr(cast, who)
        before = held(theirs.person)
        assert came(made, theirs.email) == signin.Arrival(why=Why.BEYOND)
        assert held(theirs.person) == before and not SignInIdentity.objects.exists()
        refused = AuditEvent.objects.get(verb="sso.refused")
        assert refused.person_id == theirs.person_id and refused.data == {"why": "beyond"}

    def test_not_even_the_ministrys_sign_in_opens_the_administrator_of_all(self, cast: Cast):
        made = institution(cast.anpdca, role="overseer")
        assert came(made, cast.adm.email).why == Why.BEYOND
        assert came(made, cast.ion.email).user == cast.ion

    @pytest.mark.parametrize("field", ["is_superuser", "is_staff"])
    def test_an_account_that_may_do_everything_is_nobodys(self, cast: Cast, field: str):
        made = institution(cast.timis)
        User.objects.filter(pk=cast.ana.pk).update(**{field: True})
        assert came(made, "ana@example.org").why == Why.BEYOND
        User.objects.filter(pk=cast.ana.pk).update(**{field: False})
        assert came(made, "ana@example.org").user == cast.ana

    def test_a_closed_account_stays_closed(self, cast: Cast):
        made = institution(cast.timis)
        User.objects.filter(pk=cast.ana.pk).update(is_active=False)
        assert came(made, "ana@example.org").why == Why.CLOSED
        assert held(cast.ana.person) == {("learner", "DGASPC Timiș")}

    def test_the_account_of_a_program_is_nobodys(self, cast: Cast):
        token, _key = make.token(cast.timis)
        made = institution(cast.timis, domains=["machines.invalid"])
        assert came(made, token.account.email).why == Why.CLOSED

    def test_who_left_the_branch_is_not_opened_and_who_left_everything_is(self, cast: Cast):
        made = institution(cast.timis)
        left = Membership.objects.get(person=cast.ana.person)
        memberships.end(by=None, membership=left)
        make.member(cast.ana.person, cast.cluj, "learner")
        assert came(made, "ana@example.org").why == Why.BEYOND
        Membership.objects.filter(person=cast.ana.person, organisation=cast.cluj).delete()
        assert came(made, "ana@example.org").user == cast.ana

    def test_who_starts_elsewhere_next_month_is_not_opened(self, cast: Cast):
        made = institution(cast.timis)
        later = timezone.localdate() + timedelta(days=30)
        make.member(cast.ana.person, cast.cluj, "officer", since=later)
        assert came(made, "ana@example.org").why == Why.BEYOND

    def test_who_works_elsewhere_later_is_not_opened_any_more(self, cast: Cast):
        made = institution(cast.timis)
        assert came(made, "ana@example.org").user == cast.ana
        make.member(cast.ana.person, cast.cluj, "trainer")
        assert came(made, "ana@example.org").why == Why.BEYOND
        assert came(made, "ana@example.org", "", "nothing").why == Why.BEYOND
        assert ("officer", "DGASPC Timiș") not in held(cast.ana.person), (
            "what is not said ends all the same"
        )

    def test_an_account_that_a_stranger_typed_in_becomes_hers(self, cast: Cast):
        user = accounts.open_unused(email="elena@example.org")
        found = came(institution(cast.timis), "elena@example.org")
        assert found.user == user and held(User.objects.get(pk=user.pk).person)
        assert EmailAddress.objects.get(user=user).verified

    def test_an_unused_account_without_a_role_stays_unused(self, cast: Cast):
        user = accounts.open_unused(email="elena@example.org")
        assert came(institution(cast.timis), "elena@example.org", "", "x").why == Why.NO_ROLE
        assert User.objects.get(pk=user.pk).person is None and not SignInIdentity.objects.exists()


class TestWhoeverIsOnRecord:
    def test_a_record_of_the_branch_gets_its_account(self, cast: Cast):
        known = make.person(cast.lugoj, "Dumitrescu", "Elena", email="elena@example.org")
        found = came(institution(cast.timis), "elena@example.org", "", "x")
        assert found.user.person == known and held(known) == {("learner", "Primăria Lugoj")}

    def test_a_record_of_another_branch_stays_alone(self, cast: Cast):
        known = make.person(cast.cluj, "Dumitrescu", "Elena", email="elena@example.org")
        assert came(institution(cast.timis), "elena@example.org").why == Why.BEYOND
        assert not User.objects.filter(person=known).exists()
        assert held(known) == {("learner", "DGASPC Cluj")}

    def test_two_records_with_one_address_are_for_somebody_to_decide(self, cast: Cast):
        for _twice in range(2):
            make.person(cast.timis, email="elena@example.org")
        assert came(institution(cast.timis), "elena@example.org").why == Why.AMBIGUOUS

    def test_a_record_that_somebody_signs_in_to_is_not_given_away(self, cast: Cast):
        Person.objects.filter(pk=cast.ana.person_id).update(email="other@example.org")
        assert came(institution(cast.timis), "other@example.org").why == Why.AMBIGUOUS
        assert not User.objects.filter(email="other@example.org").exists()

    def test_an_unknown_one_is_recorded_where_the_role_counts(self, cast: Cast):
        made = institution(cast.timis)
        add(made, "nominator", cast.lugoj, value="lugoj")
        found = came(made, "elena@example.org", "", "lugoj")
        assert held(found.user.person) == {("nominator", "Primăria Lugoj")}
        assert found.user.person.full_name.split()[0] in {"Elena", "Dumitrescu"}
        assert (
            found.user.person.email == "elena@example.org" and not found.user.has_usable_password()
        )


ODD = {
    # what is told of somebody new, and why they are not let in; None: they are
    "an address longer than can be kept": ({"email": f"{'e' * 250}@example.org"}, Why.NO_EMAIL),
    "an address of half a sign": ({"email": "e@\ud800x.org"}, Why.NO_EMAIL),
    "an address with a turn in it": ({"email": "e\u202e@example.org"}, Why.NO_EMAIL),
    "an address that is a list": ({"email": ["elena@example.org"]}, Why.NO_EMAIL),
    "ten million signs of address": ({"email": "e" * 10_000_000}, Why.NO_EMAIL),
    "a name of turns": ({"family_name": "\u202e", "given_name": "\u200f"}, Why.NO_NAME),
    "a name that is one sign for eighteen": ({"family_name": "\ufdfa" * 90}, Why.NO_NAME),
    "a name that is a number": ({"family_name": 7, "given_name": True}, Why.NO_NAME),
    "ten million signs of name": ({"family_name": "D" * 10_000_000}, None),
    "half a sign and a turn in a name": ({"family_name": "Dumi\ud800\u202etrescu\0"}, None),
    "groups of every kind": ({"groups": [["ofiteri"], {"a": 1}, None, "\ud800", 1e999, "ofiteri"]}, None),
    "many groups": ({"groups": [*map(str, range(50_000)), "ofiteri"]}, None),
}  # fmt: skip


@pytest.mark.parametrize("case", ODD)
def test_odd_things_that_are_told_of_somebody(cast: Cast, case: str):
    told, why = ODD[case]
    made = institution(cast.timis)
    before = Person.objects.count()
    others = {name: value for name, value in told.items() if name != "email"}
    found = came(made, told.get("email", "elena@example.org"), "1", **others)
    assert found.why == why and Person.objects.count() - before == (0 if why else 1)
    if found.user:
        family_name = found.user.person.family_name
        assert family_name in {"Dumitrescu", "D" * 100}


class TestTheNextTime:
    def test_the_key_counts_not_the_address(self, cast: Cast):
        made = institution(cast.timis)
        elena = came(made, "elena@example.org", "1").user
        assert came(made, "married@example.org", "1").user == elena
        assert came(made, "", "1", email_verified=False).user == elena
        assert User.objects.get(pk=elena.pk).email == "elena@example.org"

    def test_who_left_for_another_branch_is_not_opened_any_more(self, cast: Cast):
        """A learner of Cluj now, with a record and certificates there: Timiș had its time."""
        made = institution(cast.timis)
        assert came(made, "ana@example.org").user == cast.ana
        for each in cast.ana.person.memberships.current():
            memberships.end(by=None, membership=each)
        assert came(made, "ana@example.org").user == cast.ana, "and is nowhere else yet"
        make.member(cast.ana.person, cast.cluj, "learner")
        assert came(made, "ana@example.org", "", "x").why == Why.BEYOND
        assert came(made, "ana@example.org").why == Why.BEYOND
        assert held(cast.ana.person) == {("learner", "DGASPC Cluj")}

    def test_another_key_with_the_same_address_is_somebody_else(self, cast: Cast):
        """An address that was given to the successor opens nothing of the predecessor's."""
        made = institution(cast.timis)
        elena = came(made, "elena@example.org", "1").user
        assert came(made, "elena@example.org", "2").why == Why.OTHER_IDENTITY
        assert list(SignInIdentity.objects.values_list("subject", "user")) == [("1", elena.pk)]

    def test_the_database_knows_that_too(self, cast: Cast):
        made = institution(cast.timis)
        elena = came(made, "elena@example.org", "1").user
        for subject, user in (("1", cast.ana), ("2", elena)):
            with pytest.raises(IntegrityError), transaction.atomic():
                made.identities.create(subject=subject, user=user)

    def test_once_more_changes_nothing(self, cast: Cast):
        made = institution(cast.timis)
        elena = came(made, "elena@example.org").user
        before = list(Membership.objects.order_by("pk").values())
        came(made, "elena@example.org")
        assert list(Membership.objects.order_by("pk").values()) == before
        assert (
            AuditEvent.objects.filter(verb="role.granted", person_id=elena.person_id).count() <= 1
        )
        assert AuditEvent.objects.filter(verb="sso.arrived").count() == 2

    def test_what_somebody_gave_by_hand_stays(self, cast: Cast):
        made = institution(cast.timis)
        make.member(cast.ana.person, cast.timis, "officer")
        came(made, "ana@example.org")
        came(made, "ana@example.org", "", "x")
        assert ("officer", "DGASPC Timiș") in held(cast.ana.person)

    def test_what_is_given_by_hand_afterwards_stays_too(self, cast: Cast):
        made = institution(cast.timis)
        came(made, "ana@example.org")
        memberships.grant(
            by=cast.adm, person=cast.ana.person, organisation=cast.timis, role="officer"
        )
        given = Membership.objects.get(person=cast.ana.person, role="officer")
        assert given.given_by is None and given.recorded_by == cast.adm
        came(made, "ana@example.org", "", "x")
        assert ("officer", "DGASPC Timiș") in held(cast.ana.person)

    def test_what_ends_on_the_day_it_began_is_in_the_trail_only(self, cast: Cast):
        made = institution(cast.timis)
        came(made, "ana@example.org")
        came(made, "ana@example.org", "", "x")
        assert held(cast.ana.person) == {("learner", "DGASPC Timiș")}
        given, ended = AuditEvent.objects.filter(
            verb__startswith="role.", person_id=cast.ana.person_id
        ).order_by("pk")
        assert given.data["provider"] == ended.data["provider"] == made.pk

    def test_a_closed_account_loses_what_is_not_said_any_more(self, cast: Cast):
        made = institution(cast.timis)
        came(made, "ana@example.org")
        User.objects.filter(pk=cast.ana.pk).update(is_active=False)
        assert came(made, "ana@example.org", "", "x").why == Why.CLOSED
        assert held(cast.ana.person) == {("learner", "DGASPC Timiș")}


class TestTwoInstitutions:
    """The county and one of its town halls both sign in the same person."""

    @pytest.fixture
    def both(self, cast: Cast) -> tuple[SignInProvider, SignInProvider]:
        county = institution(cast.timis)
        town = institution(cast.lugoj, role="nominator", domains=["lugoj.example.org"])
        make.person(cast.lugoj, "Dumitrescu", "Elena", email="e@lugoj.example.org")
        return county, town

    def test_neither_ends_what_the_other_gave(self, cast: Cast, both):
        county, town = both
        elena = came(town, "e@lugoj.example.org").user
        county.domains.create(name="other.example.org")
        county.identities.create(subject="c", user=elena)
        came(county, "", "c")
        assert held(elena.person) >= {("nominator", "Primăria Lugoj"), ("officer", "DGASPC Timiș")}
        came(county, "", "c", "x")
        assert ("nominator", "Primăria Lugoj") in held(elena.person)
        assert ("officer", "DGASPC Timiș") not in held(elena.person)

    def test_the_inner_one_does_not_open_who_works_in_the_outer(self, cast: Cast, both):
        _county, town = both
        elena = came(town, "e@lugoj.example.org").user
        make.member(elena.person, cast.timis, "officer")
        assert came(town, "e@lugoj.example.org").why == Why.BEYOND

    def test_of_the_same_role_the_first_one_is_the_giver(self, cast: Cast, both):
        county, town = both
        add(county, "nominator", cast.lugoj, value="lugoj")
        elena = came(town, "e@lugoj.example.org").user
        county.identities.create(subject="c", user=elena)
        came(county, "", "c", "lugoj")
        given = Membership.objects.get(person=elena.person, role="nominator")
        assert given.given_by == town
        came(county, "", "c", "x")
        assert ("nominator", "Primăria Lugoj") in held(elena.person), "the town hall still says so"
        came(town, "e@lugoj.example.org", "", "x")
        assert ("nominator", "Primăria Lugoj") not in held(elena.person)
        came(county, "", "c", "lugoj")
        assert Membership.objects.get(person=elena.person, role="nominator").given_by == county

    def test_a_removed_one_takes_only_its_own(self, cast: Cast, both):
        county, town = both
        elena = came(town, "e@lugoj.example.org").user
        county.identities.create(subject="c", user=elena)
        came(county, "", "c")
        providers.end(by=cast.adm, provider=county)
        assert held(elena.person) == {
            ("nominator", "Primăria Lugoj"),
            ("learner", "Primăria Lugoj"),
        }
        assert came(county, "", "c").why == Why.REMOVED
        assert came(town, "e@lugoj.example.org").user == elena


def at_once(made: SignInProvider, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Two browsers of one unknown person arrive; each waits for the other where the record is made, if it can."""
    meeting, create = threading.Barrier(2), people.create

    def waiting(**fields: Any) -> Person:
        with suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=1)
        return create(**fields)

    monkeypatch.setattr(people, "create", waiting)

    def arrives() -> int:
        return came(made, "elena@example.org").user.pk

    return races.outcomes([arrives, arrives])


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_arrivals_of_one_person_at_once_make_one_person(cast: Cast, monkeypatch):
    made = institution(cast.timis)
    found = at_once(made, monkeypatch)
    assert len(set(found)) == 1 and isinstance(found[0], int)
    assert Person.objects.filter(email="elena@example.org").count() == 1
    assert Membership.objects.filter(given_by=made).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_one_of_them_would_fail(cast: Cast, monkeypatch):
    """The twin: it shows that the test above would notice."""
    made = institution(cast.timis)
    monkeypatch.setattr(SignInProviderQuerySet, "select_for_update", lambda rows, **_how: rows)
    found = at_once(made, monkeypatch)
    assert [type(one) for one in found if not isinstance(one, int)] == [IntegrityError]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_nobody_arrives_while_the_provider_is_removed(cast: Cast):
    made = institution(cast.timis)

    def arrives() -> object:
        return came(made, "elena@example.org").why

    def removes() -> object:
        return providers.end(by=None, provider=made).pk

    races.outcomes([arrives, removes])
    assert not Membership.objects.filter(given_by=made, until=None).exists()
    assert not SignInIdentity.objects.exists()
