"""From claims to roles, case by case: nothing by itself, nothing beyond the branch, nobody over all."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.models import Organisation, SignInProvider, SignInRule
from people.sso.mapping import rules_over_all, said, wanted
from people.sso.proof import Proof, joined, proves_second_factor
from people.sso.reasons import TECHNICAL, Fault, Why
from tests.cast import Cast
from tests.factories import people as make

CLAIMS: list[tuple[dict[str, Any], str, set[str]]] = [
    ({"groups": ["a", "b"]}, "groups", {"a", "b"}),
    ({"groups": "a"}, "groups", {"a"}),
    ({"groups": "a b"}, "groups", {"a b"}),
    ({"groups": []}, "groups", set()),
    ({"groups": None}, "groups", set()),
    ({}, "groups", set()),
    ({"groups": {"a": True}}, "groups", set()),
    ({"groups": [["a"], {"b": 1}, None, "c"]}, "groups", {"c"}),
    ({"level": 3}, "level", {"3"}),
    ({"level": 3.5}, "level", set()),
    ({"staff": True}, "staff", {"true"}),
    ({"staff": False}, "staff", {"false"}),
    ({"realm_access": {"roles": ["x"]}}, "realm_access.roles", {"x"}),
    ({"realm_access.roles": ["y"], "realm_access": {"roles": ["x"]}}, "realm_access.roles", {"y"}),
    ({"realm_access": ["roles"]}, "realm_access.roles", set()),
    ({"realm_access": None}, "realm_access.roles", set()),
    ({"https://id.example.org/groups": ["a"]}, "https://id.example.org/groups", {"a"}),
    ({"": "a"}, "groups", set()),
]


@pytest.mark.parametrize(("claims", "name", "values"), CLAIMS)
def test_the_values_of_a_claim(claims: dict[str, Any], name: str, values: set[str]):
    assert said(claims, name) == values


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["a", "b", "a.b"]), JSON), st.text("ab.", max_size=4))
def test_whatever_a_provider_sends_the_values_are_words(claims: dict[str, Any], name: str):
    values = said(claims, name)
    assert all(isinstance(value, str) for value in values)
    if name and name not in claims and name.partition(".")[0] not in claims:
        assert values == set()


def _rule(provider: SignInProvider, place: Organisation, role: str, value: str = "a") -> SignInRule:
    """Past the action, to see what the sign-in itself lets through."""
    return provider.rules.create(claim="groups", value=value, organisation=place, role=role)


def _given(provider: SignInProvider, *groups: str) -> set[tuple[str, str]]:
    found = wanted(provider, Proof("s", {"groups": list(groups)}))
    return {(str(rule.organisation), rule.role) for rule in found}


def test_without_a_rule_nothing(cast: Cast):
    provider = make.provider(cast.timis)
    assert _given(provider, "a", "officer", "administrator") == set()


def test_a_rule_counts_for_its_value_only(cast: Cast):
    provider = make.provider(cast.timis)
    _rule(provider, cast.timis, "officer")
    _rule(provider, cast.lugoj, "nominator", "b")
    assert _given(provider, "a") == {("DGASPC Timiș", "officer")}
    assert _given(provider, "b", "c") == {("Primăria Lugoj", "nominator")}
    assert _given(provider, "A", "a ", " b", "ab") == set()


def test_two_rules_to_the_same_role_give_it_once(cast: Cast):
    provider = make.provider(cast.timis)
    _rule(provider, cast.timis, "officer")
    _rule(provider, cast.timis, "officer", "b")
    assert len(wanted(provider, Proof("s", {"groups": ["a", "b"]}))) == 1


def test_a_place_that_left_the_branch_or_was_closed_counts_no_more(cast: Cast):
    provider = make.provider(cast.timis)
    for place in (cast.lugoj, cast.centru, cast.cluj, cast.anpdca):
        _rule(provider, place, "coordinator")
    assert _given(provider, "a") == {
        ("Primăria Lugoj", "coordinator"), ("Centrul Timișoara", "coordinator"),
    }  # fmt: skip
    cast.lugoj.move(cast.cluj, "last-child")
    Organisation.objects.filter(pk=cast.centru.pk).update(is_active=False)
    assert _given(SignInProvider.objects.get(pk=provider.pk), "a") == set()


def test_nobody_becomes_administrator_of_the_whole(cast: Cast):
    provider = make.provider(cast.anpdca)
    _rule(provider, cast.anpdca, "administrator")
    _rule(provider, cast.timis, "administrator")
    assert _given(provider, "a") == {("DGASPC Timiș", "administrator")}
    assert rules_over_all("administrator", cast.anpdca.path)
    assert not rules_over_all("overseer", cast.anpdca.path)


def test_a_role_that_is_no_more_counts_no_more(cast: Cast):
    provider = make.provider(cast.timis)
    _rule(provider, cast.timis, "viceroy")
    assert _given(provider, "a") == set()


FACTORS = [
    (["mfa"], None, True),
    (["pwd", "otp"], None, True),
    (["pin", "hwk"], None, True),
    (["pwd"], None, False),
    (["otp"], None, False),
    (["pwd", "kba", "pin"], None, False),
    (["pwd", "sms"], None, False),
    (["pwd", "tel"], None, False),
    ([], None, False),
    ("mfa", None, False),
    (None, "gold", True),
    (None, "silver", False),
    (["pwd"], "gold", True),
    ([["mfa"], {"mfa": 1}, None], None, False),
    (None, ["gold"], False),
    (None, None, False),
]


@pytest.mark.parametrize(("amr", "acr", "proved"), FACTORS)
def test_what_proves_a_second_factor(amr: Any, acr: Any, proved: bool):
    told = {name: value for name, value in (("amr", amr), ("acr", acr)) if value is not None}
    proof = Proof("s", told)
    believed = SignInProvider(asks_second_factor=True, factor_classes=["gold"])
    assert proves_second_factor(believed, proof) is proved
    unbelieved = SignInProvider(asks_second_factor=False, factor_classes=["gold"])
    assert proves_second_factor(unbelieved, proof) is False


NAMES = [
    ({"family_name": "Pop", "given_name": "Ana Maria"}, ("Pop", "Ana Maria")),
    ({"name": "Ana Maria Pop"}, ("Maria Pop", "Ana")),
    ({"family_name": "Pop", "name": "Ana Pop"}, ("Pop", "Ana")),
    ({"name": "Ana"}, ("", "")),
    ({"family_name": " ", "given_name": "Ana"}, ("", "")),
    ({"family_name": ["Pop"], "given_name": 3}, ("", "")),
    ({}, ("", "")),
    ({"family_name": "P\0op", "given_name": "Ana"}, ("Pop", "Ana")),
]


@pytest.mark.parametrize(("claims", "names"), NAMES)
def test_the_name(claims: dict[str, Any], names: tuple[str, str]):
    assert Proof("s", claims).names == names


CHECKED = [
    ({"email_verified": True}, True), ({"email_verified": "true"}, True), ({"xms_edov": "1"}, True),
    ({"xms_edov": 1}, True), ({"email_verified": False}, False), ({"email_verified": "false"}, False),
    ({"email_verified": None}, False), ({"email_verified": ["true"]}, False), ({"email_verified": "yes"}, False),
    ({}, False),
]  # fmt: skip


@pytest.mark.parametrize(("claims", "checked"), CHECKED)
def test_whether_the_address_was_checked(claims: dict[str, Any], checked: bool):
    assert Proof("s", claims).is_email_checked is checked


def test_the_token_counts_before_what_is_told_beside_it():
    token = {"sub": "s", "email": "a@example.org", "groups": ["a"]}
    beside = {"sub": "s", "email": "b@example.org", "groups": ["b"], "name": "Ana Pop"}
    proof = joined(token, beside)
    assert proof.email == "a@example.org" and proof.claims["groups"] == ["a"]
    assert proof.names == ("Pop", "Ana") and proof.domain == "example.org"
    assert joined(token, {}).claims == token
    for other in ({"sub": "t"}, {"email": "b@example.org"}):
        with pytest.raises(Fault) as fault:
            joined(token, other)
        assert fault.value.why == Why.NOT_GENUINE


def test_every_reason_is_a_whole_sentence():
    for why in Why:
        assert str(why.label).endswith(".") and len(str(why.label)) > 20
        assert why.value.replace("-", "").isalpha()
    assert Why.NO_ROLE not in TECHNICAL
