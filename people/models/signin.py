"""Sign-in with an institution's own account: its provider, for whom it may speak, and which roles follow from it."""

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.models.organisation import Organisation
from people.permissions import Permission
from people.roles import ROLE_CHOICES, role

if TYPE_CHECKING:
    from people.models.user import User


class ByInstitution(models.QuerySet[Any]):
    """Rows that are looked after by those who give roles at the provider's institution."""

    path = "provider__organisation__path"

    def visible_to(
        self, user: "User", permission: Permission = Permission.MANAGE_ROLES
    ) -> "ByInstitution":
        """Those of the branches where the user gives roles."""
        return self.filter(grants_of(user).within(self.path, permission))


class SignInProviderQuerySet(ByInstitution):
    path = "organisation__path"

    def working(self) -> "SignInProviderQuerySet":
        """Those with which somebody can sign in."""
        return self.filter(ended_at=None, organisation__is_active=True)

    def speaking_for(self, email: str) -> "SignInProviderQuerySet":
        """Those that sign in people with such an address: one at most."""
        name = email.rpartition("@")[2].strip().lower()
        # PostgreSQL knows no zero character: asking for one would break off.
        return self.none() if "\0" in name else self.working().filter(domains__name=name)


class SignInProvider(models.Model):
    """An OpenID provider that says who somebody of that institution is. It is ended, never deleted or moved."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="providers", verbose_name=_("institution")
    )
    # As the provider writes itself; its discovery document lies below it.
    issuer = models.CharField(_("address of the provider"), max_length=500)
    client_id = models.CharField(_("client ID"), max_length=191)
    # Encrypted with the data key: we send it, so a hash would not do.
    secret = models.CharField(max_length=1000, editable=False)
    asks_second_factor = models.BooleanField(_("asks for a second step"), default=False)
    # Values of `acr` that say so, where `amr` does not.
    factor_classes = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    made_by = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = SignInProviderQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in provider")
        verbose_name_plural = _("sign-in providers")
        ordering = ["organisation__path", "-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(ended_at__isnull=True),
                name="signin_one_provider_of_an_institution",
            ),
            models.CheckConstraint(
                condition=~Q(issuer="") & ~Q(client_id="") & ~Q(secret=""),
                name="signin_provider_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("made_at")),
                name="signin_provider_ends_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def state(self) -> tuple[str, Any]:
        """The colour and the word of its tag."""
        return ("negative", _("Ended")) if self.ended_at else ("positive", _("Works"))


class SignInDomain(models.Model):
    """An e-mail domain that a provider may speak for: one provider for each, and none for a removed one."""

    provider = models.ForeignKey(SignInProvider, models.CASCADE, related_name="domains")
    name = models.CharField(_("e-mail domain"), max_length=253)

    objects = ByInstitution.as_manager()

    class Meta:
        verbose_name = _("e-mail domain")
        verbose_name_plural = _("e-mail domains")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="signin_domain_once"),
            models.CheckConstraint(
                condition=Q(name=Lower("name")) & ~Q(name=""), name="signin_domain_in_small_letters"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SignInRule(models.Model):
    """Whoever's token has that value in that claim holds that role there, for as long as it says so."""

    provider = models.ForeignKey(SignInProvider, models.CASCADE, related_name="rules")
    claim = models.CharField(_("claim"), max_length=100)
    value = models.CharField(_("value"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    role = models.CharField(_("role"), max_length=30, choices=ROLE_CHOICES)
    made_by = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    objects = ByInstitution.as_manager()

    class Meta:
        verbose_name = _("sign-in rule")
        verbose_name_plural = _("sign-in rules")
        ordering = ["claim", "value", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "claim", "value", "organisation", "role"],
                name="signin_rule_once",
            ),
            models.CheckConstraint(
                condition=~Q(claim="") & ~Q(value=""), name="signin_rule_asks_for_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim} = {self.value}"

    @property
    def role_name(self) -> Any:
        """The role in words."""
        return role(self.role).name


class SignInIdentity(models.Model):
    """Which account here an account of the provider is. Of its name only the provider's own key is kept."""

    provider = models.ForeignKey(SignInProvider, models.CASCADE, related_name="identities")
    subject = models.CharField(_("key at the provider"), max_length=255)
    user = models.ForeignKey("people.User", models.CASCADE, related_name="identities")
    linked_at = models.DateTimeField(_("first used"), default=timezone.now)
    used_at = models.DateTimeField(_("last used"), default=timezone.now)

    objects = ByInstitution.as_manager()

    class Meta:
        verbose_name = _("account of an institution")
        verbose_name_plural = _("accounts of institutions")
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="signin_subject_once"),
            models.UniqueConstraint(fields=["provider", "user"], name="signin_user_once"),
            models.CheckConstraint(condition=~Q(subject=""), name="signin_subject_is_given"),
        ]

    def __str__(self) -> str:
        return self.subject
