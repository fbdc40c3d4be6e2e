"""From what a provider says to roles: rule by rule, nothing by itself, and never beyond the institution's branch."""

from typing import Any

from people.models import Organisation, SignInProvider, SignInRule
from people.roles import ROLES, STAFF_ROLES, Administrator
from people.sso.proof import Proof


def wanted(provider: SignInProvider, proof: Proof) -> list[SignInRule]:
    """The rules that apply; of several that lead to the same role at the same place, one."""
    rules = provider.rules.select_related("organisation")
    found = {
        (rule.organisation_id, rule.role): rule
        for rule in rules
        if rule.value in said(proof.claims, rule.claim) and is_within(provider, rule)
    }
    return list(found.values())


def is_within(provider: SignInProvider, rule: SignInRule) -> bool:
    """Asked again at each sign-in: institutions move, and roles change with the program."""
    inside = rule.organisation.path.startswith(provider.organisation.path)
    return (
        inside
        and rule.organisation.is_active
        and rule.role in ROLES
        and not rules_over_all(rule.role, rule.organisation.path)
    )


def rules_over_all(role: str, path: str) -> bool:
    """Is that an administrator of the whole? Nobody becomes one because another computer says so."""
    return role == Administrator.code and len(path) == Organisation.steplen


def goes_beyond(branch: str, role: str, path: str) -> bool:
    """Is that role at that place more than an institution with this branch may open?"""
    return rules_over_all(role, path) or (role in STAFF_ROLES and not path.startswith(branch))


def said(claims: dict[str, Any], name: str) -> set[str]:
    """The values of a claim as texts. A name with dots leads into an object, unless a claim is called just so."""
    value: Any = claims
    if name in claims:
        value = claims[name]
    else:
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    values = value if isinstance(value, list) else [value]
    return {_word(one) for one in values if isinstance(one, str | int)}


def _word(value: str | int) -> str:
    """True and 1 are not the same to a provider."""
    return str(value).lower() if isinstance(value, bool) else str(value)
