"""Somebody comes with a proof of their institution: who they are here, what they may do from now on, or why not."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from people import audit
from people.actions import accounts, memberships, people
from people.cms_access import keep_in_step
from people.models import (
    Person,
    SignInIdentity,
    SignInProvider,
    SignInRule,
    User,
)
from people.sso.mapping import goes_beyond, wanted
from people.sso.proof import Proof, proves_second_factor
from people.sso.reasons import Why


@dataclass(frozen=True)
class Arrival:
    """Whom to sign in, or why nobody is signed in."""

    user: User | None = None
    why: Why | None = None
    has_second_factor: bool = False


@dataclass
class _Comer:
    """Whom a proof leads to: an account, a record, both or neither."""

    user: User | None = None
    person: Person | None = None
    identity: SignInIdentity | None = None
    why: Why | None = None


@transaction.atomic
def arrive(*, provider: SignInProvider, proof: Proof) -> Arrival:
    """The account that the proof opens, with the roles that it gives and without those that it gives no more.

    Two arrivals, an arrival and a change of the rules, an arrival and a removal: one after the other.
    """
    rows = SignInProvider.objects.working().select_for_update(of=("self",))
    locked = rows.select_related("organisation").filter(pk=provider.pk).first()
    if locked is None:
        return Arrival(why=Why.REMOVED)
    rules = wanted(locked, proof)
    comer = _known(locked, proof) or _by_address(locked, proof)
    if comer.identity and comer.person:
        _end_what_is_no_longer_said(locked, comer.person, rules)
    why = comer.why or _unfit(locked, comer)
    why = why or (None if comer.person or rules else Why.NO_ROLE)
    if not why and comer.person is None and not all(proof.names):
        why = Why.NO_NAME
    if why:
        return _refused(locked, comer, why)
    _let_in(locked, proof, comer, rules)
    assert comer.user and comer.person
    if not comer.person.memberships.current().exists():
        return _refused(locked, comer, Why.NO_ROLE)
    factor = proves_second_factor(locked, proof)
    audit.record(
        by=comer.user, verb="sso.arrived", target=locked, person=comer.person, organisation=locked.organisation,
        second_factor=factor,
    )  # fmt: skip
    return Arrival(comer.user, None, factor)


def note_fault(*, provider: SignInProvider, why: Why) -> None:
    """A sign-in that failed between the computers: those who look after the provider find it in the trail."""
    audit.record(
        by=None, verb="sso.refused", target=provider, organisation=provider.organisation, why=why.value
    )  # fmt: skip


def _refused(provider: SignInProvider, comer: _Comer, why: Why) -> Arrival:
    audit.record(
        by=None, verb="sso.refused", target=provider, person=comer.person, organisation=provider.organisation,
        why=why.value,
    )  # fmt: skip
    return Arrival(why=why)


def _known(provider: SignInProvider, proof: Proof) -> _Comer | None:
    """Somebody who came with this account before; what their address is now does not matter."""
    rows = provider.identities.select_related("user__person")
    found = rows.filter(subject=proof.subject).first()
    return _Comer(found.user, found.user.person, found) if found else None


def _by_address(provider: SignInProvider, proof: Proof) -> _Comer:
    """Somebody who comes for the first time: only an address that the provider may speak for leads anywhere."""
    try:
        validate_email(proof.email)
    except ValidationError:
        return _Comer(why=Why.NO_EMAIL)
    if not proof.is_email_checked:
        return _Comer(why=Why.UNVERIFIED)
    if not provider.domains.filter(name=proof.domain).exists():
        return _Comer(why=Why.FOREIGN)
    user = User.objects.select_related("person").filter(email__iexact=proof.email).first()
    if user and provider.identities.filter(user=user).exists():
        return _Comer(user, user.person, why=Why.OTHER_IDENTITY)
    if user and user.person:
        return _Comer(user, user.person)
    recorded = Person.objects.filter(email__iexact=proof.email, erased_at=None, merged_into=None)
    people_found = list(recorded.order_by("pk")[:2])
    if not people_found:
        return _Comer(user)
    person = people_found[0]
    if len(people_found) > 1 or User.objects.filter(person=person).exists():
        return _Comer(user, why=Why.AMBIGUOUS)
    return _Comer(user, person)


def _unfit(provider: SignInProvider, comer: _Comer) -> Why | None:
    """Why an account that exists is not opened by this institution."""
    if comer.user and not comer.user.is_active:
        return Why.CLOSED
    if comer.user and (comer.user.is_superuser or comer.user.is_staff):
        return Why.BEYOND
    if comer.person and _reaches_beyond(provider, comer.person, is_new=comer.identity is None):
        return Why.BEYOND
    return None


def _reaches_beyond(provider: SignInProvider, person: Person, *, is_new: bool) -> bool:
    """Would the institution open more than its own branch?

    Whoever works elsewhere too, or answers for all, signs in by the means of this site. All others must belong to the
    institution's branch: now, or, if nowhere now, ever before.
    Who came before and has no trace of a role may come back.
    """
    held = list(person.memberships.select_related("organisation"))
    now = [one for one in held if one.until is None or one.until >= timezone.localdate()]
    branch = provider.organisation.path
    if any(goes_beyond(branch, one.role, one.organisation.path) for one in now):
        return True
    if not held:
        return is_new
    inside = [one.organisation.path.startswith(branch) for one in now or held]
    return not (any(inside) if now else all(inside))


def _let_in(provider: SignInProvider, proof: Proof, comer: _Comer, rules: list[SignInRule]) -> None:
    """The record, the account, the roles and the link; whatever was there already stays as it was."""
    if comer.person is None:
        family_name, given_name = proof.names
        comer.person = people.create(
            by=None, organisation=rules[0].organisation, role=rules[0].role, given_by=provider,
            family_name=family_name, given_name=given_name, email=proof.email,
        )  # fmt: skip
    if comer.user is None:
        comer.user = accounts.open_account(by=None, person=comer.person, email=proof.email)
    elif comer.user.person_id is None:
        _join(comer.user, comer.person)
    for rule in rules:
        memberships.grant(
            by=None, person=comer.person, organisation=rule.organisation, role=rule.role, given_by=provider
        )  # fmt: skip
    if comer.identity:
        comer.identity.used_at = timezone.now()
        comer.identity.save(update_fields=["used_at"])
        return
    provider.identities.create(subject=proof.subject, user=comer.user)
    audit.record(
        by=comer.user, verb="sso.linked", target=provider, person=comer.person, organisation=provider.organisation
    )  # fmt: skip


def _join(user: User, person: Person) -> None:
    """An account that was opened with the address, and by whom nobody knew yet."""
    user.person = person
    user.save(update_fields=["person"])
    EmailAddress.objects.filter(user=user, email__iexact=user.email).update(verified=True)
    keep_in_step(user)
    audit.record(
        by=user, verb="account.joined", target=user, person=person, organisation=people.home_of(person)
    )  # fmt: skip


def _end_what_is_no_longer_said(
    provider: SignInProvider, person: Person, rules: list[SignInRule]
) -> None:
    """Only what this provider gave."""
    said = {(rule.organisation_id, rule.role) for rule in rules}
    for held in person.memberships.filter(Q(until=None), given_by=provider):
        if (held.organisation_id, held.role) not in said:
            memberships.end(by=None, membership=held)
