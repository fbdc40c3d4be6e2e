"""An institution's own sign-in is set up, changed and removed; its rules too."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit
from people.access import require
from people.actions import memberships
from people.models import Membership, Organisation, SignInDomain, SignInProvider, SignInRule, User
from people.permissions import Permission
from people.roles import Administrator
from people.secrets import box
from people.sso.mapping import rules_over_all
from people.sso.protocol import PURPOSE


@transaction.atomic
def connect(
    *,
    by: User | None,
    organisation: Organisation,
    issuer: str,
    client_id: str,
    secret: str,
    domains: Iterable[str],
    asks_second_factor: bool = False,
    factor_classes: Iterable[str] = (),
) -> SignInProvider:
    """A provider for an institution. It gives nobody anything until somebody adds a rule."""
    require(by, Permission.MANAGE_ROLES, organisation=organisation)
    made = SignInProvider.objects.create(
        organisation=organisation, issuer=issuer.rstrip("/"), client_id=client_id.strip(), secret=_sealed(secret),
        asks_second_factor=asks_second_factor, factor_classes=sorted(set(factor_classes)), made_by=by,
    )  # fmt: skip
    _set_domains(made, domains)
    audit.record(
        by=by, verb="sso.connected", target=made, organisation=organisation,
        domains=_domains(made), second_factor=asks_second_factor,
    )  # fmt: skip
    return made


@transaction.atomic
def change(
    *,
    by: User | None,
    provider: SignInProvider,
    domains: Iterable[str],
    secret: str = "",
    asks_second_factor: bool = False,
    factor_classes: Iterable[str] = (),
) -> SignInProvider:
    """Other domains, another secret (empty: the same), or another word about the second factor.

    Who does not believe the second factor any more signs out those who may have come by it.
    """
    provider = _locked(by, provider)
    classes = sorted(set(factor_classes))
    trusts_less = provider.asks_second_factor and not (
        asks_second_factor and set(provider.factor_classes) <= set(classes)
    )
    provider.asks_second_factor, provider.factor_classes = asks_second_factor, classes
    provider.secret = _sealed(secret) if secret else provider.secret
    provider.save(update_fields=["asks_second_factor", "factor_classes", "secret"])
    _set_domains(provider, domains)
    if trusts_less:
        _sign_out_all(provider)
    audit.record(
        by=by, verb="sso.changed", target=provider, organisation=provider.organisation,
        domains=_domains(provider), second_factor=asks_second_factor, new_secret=bool(secret),
    )  # fmt: skip
    return provider


@transaction.atomic
def end(*, by: User | None, provider: SignInProvider) -> SignInProvider:
    """Nobody signs in by it any more, and what it gave ends. Repeatable."""
    provider = _locked(by, provider)
    if provider.ended_at:
        return provider
    _end_given(by, provider.memberships.all())
    _sign_out_all(provider)
    provider.identities.all().delete()
    provider.domains.all().delete()
    provider.rules.all().delete()
    provider.ended_at = timezone.now()
    provider.save(update_fields=["ended_at"])
    audit.record(by=by, verb="sso.removed", target=provider, organisation=provider.organisation)
    return provider


@transaction.atomic
def add_rule(
    *,
    by: User | None,
    provider: SignInProvider,
    claim: str,
    value: str,
    organisation: Organisation,
    role: str,
) -> SignInRule:
    """From now on whoever has that value holds that role. Nobody maps what they could not give by hand."""
    provider = _locked(by, provider)
    require(by, memberships.permission_for(role), organisation=organisation)
    if provider.ended_at or not organisation.path.startswith(provider.organisation.path):
        raise PermissionDenied("beyond the branch of the provider")
    if rules_over_all(role, organisation.path):
        raise ValidationError(
            {"role": _("Nobody becomes administrator of everything by another computer’s word.")}
        )
    rule, is_new = provider.rules.get_or_create(
        claim=claim.strip(), value=value.strip(), organisation=organisation, role=role,
        defaults={"made_by": by},
    )  # fmt: skip
    if is_new:
        audit.record(
            by=by, verb="sso.rule-added", target=rule, organisation=organisation,
            provider=provider.pk, claim=rule.claim, value=rule.value, role=role,
        )  # fmt: skip
    return rule


@transaction.atomic
def remove_rule(*, by: User | None, rule: SignInRule) -> None:
    """Nobody has the role by it any more. Who has it by another rule of the provider gets it again when they come next.

    Which rule somebody's role followed from is not kept, and whoever had it by this one alone might never come again.
    """
    provider = _locked(by, rule.provider)
    organisation, role = rule.organisation, rule.role
    audit.record(
        by=by, verb="sso.rule-removed", target=rule, organisation=organisation,
        provider=provider.pk, claim=rule.claim, value=rule.value, role=role,
    )  # fmt: skip
    rule.delete()
    _end_given(by, provider.memberships.filter(organisation=organisation, role=role))


def _locked(by: User | None, provider: SignInProvider) -> SignInProvider:
    """The provider as it is now; sign-ins by it wait."""
    rows = SignInProvider.objects.select_for_update(of=("self",)).select_related("organisation")
    locked = rows.get(pk=provider.pk)
    require(by, Permission.MANAGE_ROLES, organisation=locked.organisation)
    return locked


def _end_given(by: User | None, given: Iterable[Membership]) -> None:
    """The sign-in gave it, the sign-in takes it back: wherever the institution stands in the tree by now."""
    for membership in given:
        if membership.until is not None:
            continue
        if by and by.person_id == membership.person_id and membership.role == Administrator.code:
            raise ValidationError(
                _(
                    "You are administrator by this sign-in yourself. Another administrator has to do this."
                )
            )
        memberships.end(by=None, membership=membership)


def _sign_out_all(provider: SignInProvider) -> None:
    for identity in provider.identities.select_related("user__person"):
        if identity.user.person:
            memberships.sign_out_everywhere(identity.user.person)


def _sealed(secret: str) -> str:
    return box(PURPOSE).encrypt(secret.strip().encode()).decode()


def _domains(provider: SignInProvider) -> list[str]:
    return list(provider.domains.values_list("name", flat=True))


def _set_domains(provider: SignInProvider, names: Iterable[str]) -> None:
    wanted = {name.strip().lower() for name in names}
    provider.domains.exclude(name__in=wanted).delete()
    present = set(_domains(provider))
    SignInDomain.objects.bulk_create(
        SignInDomain(provider=provider, name=name) for name in sorted(wanted - present)
    )
