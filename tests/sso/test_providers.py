"""Who connects an institution, what a rule may give, and what ends with it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from people.actions import erasure, merges, providers, signin
from people.models import (
    AuditEvent,
    Membership,
    Person,
    SignInDomain,
    SignInIdentity,
    SignInProvider,
    SignInRule,
    User,
)
from people.roles import ROLES
from people.secrets import box
from people.sso.protocol import PURPOSE
from tests.cast import Cast
from tests.factories import people as make
from tests.sso.test_arrive import add, came, held, institution

NOT_ADMINISTRATORS = ["ion", "olga", "mara", "doru", "vera", "quin", "nour", "ana"]


@pytest.mark.parametrize("who", NOT_ADMINISTRATORS)
def test_only_administrators_look_after_sign_in(cast: Cast, who: str):
    user, made = getattr(cast, who), institution(cast.timis)
    rule = made.rules.get()
    attempts = [
        lambda: providers.connect(
            by=user, organisation=cast.cluj, issuer="https://x.example", client_id="a", secret="a", domains=["x.org"]
        ),
        lambda: providers.change(by=user, provider=made, domains=["b.org"]),
        lambda: providers.add_rule(
            by=user, provider=made, claim="groups", value="x", organisation=cast.timis, role="officer"
        ),
        lambda: providers.remove_rule(by=user, rule=rule),
        lambda: providers.end(by=user, provider=made),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(PermissionDenied):
            attempt()
    assert not SignInProvider.objects.visible_to(user).exists()
    assert not SignInRule.objects.visible_to(user).exists()
    assert SignInProvider.objects.get() == made and made.rules.get() == rule


def test_an_administrator_of_a_branch_looks_after_that_branch(cast: Cast):
    boss = make.staff(cast.timis, "administrator")
    here, there = institution(cast.timis), institution(cast.cluj, domains=["cluj.example.org"])
    assert list(SignInProvider.objects.visible_to(boss)) == [here]
    assert list(SignInDomain.objects.visible_to(boss)) == list(here.domains.all())
    providers.change(by=boss, provider=here, domains=["example.org", "timis.example.org"])
    with pytest.raises(PermissionDenied):
        providers.change(by=boss, provider=there, domains=["timis.example.org"])
    with pytest.raises(PermissionDenied):
        providers.end(by=boss, provider=there)


def test_nobody_maps_what_they_could_not_give(cast: Cast):
    """The branch of the provider is one limit, one's own branch the other."""
    boss = make.staff(cast.lugoj, "administrator")
    whole = institution(cast.timis)
    own = institution(cast.lugoj, domains=["lugoj.example.org"])
    with pytest.raises(PermissionDenied):
        providers.add_rule(
            by=boss, provider=whole, claim="groups", value="x", organisation=cast.lugoj, role="officer"
        )  # fmt: skip
    for place in (cast.timis, cast.cluj, cast.anpdca, cast.centru):
        with pytest.raises(PermissionDenied):
            providers.add_rule(
                by=boss, provider=own, claim="groups", value="x", organisation=place, role="officer"
            )  # fmt: skip
        if place != cast.lugoj:
            with pytest.raises(PermissionDenied):
                add(own, "officer", place)
    made = providers.add_rule(
        by=boss, provider=own, claim="groups", value="x", organisation=cast.lugoj, role="administrator"
    )  # fmt: skip
    assert made.made_by == boss


@pytest.mark.parametrize("role", ROLES)
def test_each_role_can_be_mapped_but_one_at_the_top(cast: Cast, role: str):
    made = make.provider(cast.anpdca)
    if role == "administrator":
        with pytest.raises(ValidationError):
            add(made, role)
        assert not made.rules.exists()
    else:
        assert add(made, role).role_name == ROLES[role].name
    assert add(made, role, cast.timis).organisation == cast.timis


def test_a_role_that_does_not_exist_is_none(cast: Cast):
    with pytest.raises(ValidationError):
        add(make.provider(cast.timis), "viceroy")


def test_the_same_rule_twice_is_one(cast: Cast):
    made = make.provider(cast.timis)
    assert add(made, "officer") == add(made, "officer")
    assert AuditEvent.objects.filter(verb="sso.rule-added").count() == 1


class TestWhatTheDatabaseRefuses:
    def test_two_providers_of_one_institution(self, cast: Cast):
        first = make.provider(cast.timis)
        with pytest.raises(IntegrityError), transaction.atomic():
            make.provider(cast.timis, domains=["other.example.org"])
        providers.end(by=None, provider=first)
        assert make.provider(cast.timis).pk != first.pk

    def test_one_domain_of_two_providers(self, cast: Cast):
        first = make.provider(cast.timis, domains=["a.example.org"])
        with pytest.raises(IntegrityError), transaction.atomic():
            make.provider(cast.cluj, domains=["A.example.org "])
        assert not SignInProvider.objects.filter(organisation=cast.cluj).exists()
        providers.end(by=None, provider=first)
        assert make.provider(cast.cluj, domains=["a.example.org"]).domains.exists()

    @pytest.mark.parametrize("field", ["issuer", "client_id", "secret"])
    def test_half_a_provider(self, cast: Cast, field: str):
        made = make.provider(cast.timis)
        with pytest.raises(IntegrityError), transaction.atomic():
            SignInProvider.objects.filter(pk=made.pk).update(**{field: ""})

    @pytest.mark.parametrize(("model", "values"), [
        (SignInDomain, {"name": "A.example.org"}), (SignInDomain, {"name": ""}),
        (SignInRule, {"claim": ""}), (SignInRule, {"value": ""}), (SignInIdentity, {"subject": ""}),
    ])  # fmt: skip
    def test_empty_words_and_capital_letters(self, cast: Cast, model, values: dict):
        came(institution(cast.timis), "elena@example.org")
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(**values)

    def test_a_provider_that_gave_something_cannot_vanish(self, cast: Cast):
        made = institution(cast.timis)
        came(made, "elena@example.org")
        with pytest.raises(ProtectedError):
            made.delete()
        assert SignInProvider.objects.filter(pk=made.pk).exists()


class TestChanging:
    def test_an_empty_secret_keeps_the_present_one(self, cast: Cast):
        made = make.provider(cast.timis, secret="first")
        providers.change(by=cast.adm, provider=made, domains=["a.org"])
        made.refresh_from_db()
        assert box(PURPOSE).decrypt(made.secret.encode()) == b"first"
        providers.change(by=cast.adm, provider=made, domains=["a.org"], secret="second")
        made.refresh_from_db()
        assert box(PURPOSE).decrypt(made.secret.encode()) == b"second"
        newest = AuditEvent.objects.filter(verb="sso.changed").order_by("pk").last()
        assert newest.data == {"domains": ["a.org"], "second_factor": False, "new_secret": True}

    def test_a_domain_less_is_a_way_less_for_newcomers_only(self, cast: Cast):
        made = institution(cast.timis, domains=["example.org", "b.example.org"])
        elena = came(made, "elena@b.example.org").user
        providers.change(by=cast.adm, provider=made, domains=["example.org"])
        assert came(made, "radu@b.example.org").why == "foreign"
        assert came(made, "elena@b.example.org").user == elena

    @pytest.mark.parametrize(
        ("before", "after", "out"),
        [
            ((True, []), (False, []), True),
            ((True, ["gold", "silver"]), (True, ["gold"]), True),
            ((True, ["gold"]), (True, ["gold", "silver"]), False),
            ((False, ["gold"]), (True, []), False),
        ],
    )
    def test_whose_second_step_is_believed_less_is_signed_out(self, cast: Cast, before, after, out):
        made = institution(cast.timis, asks_second_factor=before[0], factor_classes=before[1])
        elena = came(made, "elena@example.org").user
        client = cast.browser(elena, language="en")
        assert client.get("/en/account/2fa/").status_code == 200
        providers.change(
            by=cast.adm, provider=made, domains=["example.org"],
            asks_second_factor=after[0], factor_classes=after[1],
        )  # fmt: skip
        answer = client.get("/en/account/2fa/")
        assert (answer.status_code == 302 and "/login/" in answer["Location"]) is out


class TestRemovingARule:
    def test_what_it_alone_gave_ends(self, cast: Cast):
        made = institution(cast.timis)
        add(made, "nominator", cast.lugoj)
        elena = came(made, "elena@example.org").user
        providers.remove_rule(by=cast.adm, rule=made.rules.get(role="officer"))
        assert held(elena.person) == {("nominator", "Primăria Lugoj")}
        removed = AuditEvent.objects.get(verb="sso.rule-removed")
        assert removed.actor_id == cast.adm.pk and removed.data["value"] == "ofiteri"

    def test_what_another_rule_gives_too_comes_back_at_the_next_sign_in(self, cast: Cast):
        """Whoever had it by the removed one alone might sign in by e-mail from now on, and keep it for ever."""
        made = institution(cast.timis)
        add(made, "officer", value="chiefs")
        elena, maria = (
            came(made, f"{name}@example.org", "", *groups).user.person
            for name, groups in (("elena", ["ofiteri"]), ("maria", ["ofiteri", "chiefs"]))
        )
        providers.remove_rule(by=cast.adm, rule=made.rules.get(value="ofiteri"))
        assert held(elena) == held(maria) == set()
        assert came(made, "elena@example.org").why == "no-role"
        assert came(made, "maria@example.org", "", "chiefs").user.person == maria
        assert held(elena) == set()
        assert held(maria) == {("officer", "DGASPC Timiș")}

    def test_what_others_gave_stays(self, cast: Cast):
        made = institution(cast.timis)
        came(made, "elena@example.org")
        providers.remove_rule(by=cast.adm, rule=made.rules.get())
        assert ("officer", "DGASPC Timiș") in held(cast.ion.person)


class TestRemovingAProvider:
    def test_nothing_of_it_is_left_but_the_trail(self, cast: Cast):
        made = institution(cast.timis)
        elena = came(made, "elena@example.org").user
        ended = providers.end(by=cast.adm, provider=made)
        assert ended.ended_at and held(elena.person) == set()
        left = [made.rules, made.domains, made.identities, made.memberships.filter(until=None)]
        assert not any(rows.exists() for rows in left)
        assert User.objects.get(pk=elena.pk).is_active, "she may come by e-mail"
        verbs = AuditEvent.objects.filter(verb__in=["sso.removed", "role.ended"])
        assert {event.verb for event in verbs} == {"sso.removed", "role.ended"}
        assert AuditEvent.objects.get(verb="sso.removed").actor_id == cast.adm.pk

    def test_twice_is_once(self, cast: Cast):
        made = institution(cast.timis)
        first = providers.end(by=cast.adm, provider=made).ended_at
        assert providers.end(by=cast.adm, provider=made).ended_at == first
        assert AuditEvent.objects.filter(verb="sso.removed").count() == 1

    def test_no_rule_is_added_to_it(self, cast: Cast):
        made = institution(cast.timis)
        providers.end(by=None, provider=made)
        with pytest.raises(PermissionDenied):
            add(made, "officer")

    def test_no_administrator_ends_their_own_role(self, cast: Cast):
        made = institution(cast.timis, role="administrator")
        boss = came(made, "elena@example.org").user
        with pytest.raises(ValidationError):
            providers.end(by=boss, provider=made)
        with pytest.raises(ValidationError):
            providers.remove_rule(by=boss, rule=made.rules.get())
        assert held(boss.person) == {("administrator", "DGASPC Timiș")}
        assert SignInProvider.objects.working().exists() and made.rules.exists()
        providers.end(by=cast.adm, provider=made)
        assert held(boss.person) == set()


def test_an_erased_person_leaves_no_key(cast: Cast):
    made = institution(cast.timis, role="learner")
    elena = came(made, "elena@example.org").user
    erasure.erase(by=cast.adm, person=elena.person, reason="request")
    assert not SignInIdentity.objects.exists() and not User.objects.filter(pk=elena.pk).exists()
    assert Person.objects.get(pk=elena.person_id).erased_at


def test_a_merged_record_is_found_by_the_log_in_that_stays(cast: Cast):
    made = institution(cast.timis)
    elena = came(made, "elena@example.org").user
    double = make.person(cast.timis, "Dumitrescu", "Elena")
    merges.merge(by=None, kept=double, merged=elena.person)
    given = Membership.objects.get(person=double, role="officer")
    assert given.given_by == made
    again = came(made, "elena@example.org", "", "x")
    assert again.user and again.user.person == double
    assert ("officer", "DGASPC Timiș") not in held(double)
    assert isinstance(again, signin.Arrival)
