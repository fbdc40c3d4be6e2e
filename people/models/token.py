"""Tokens of the API: a machine of an institution, what it may do there, until when; and what it was answered."""

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.models.organisation import Organisation
from people.permissions import Permission
from people.scopes import Scope

if TYPE_CHECKING:
    from people.models.user import User


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.MANAGE_MACHINES
    ) -> "ApiTokenQuerySet":
        """Those of the branches where the user looks after machines."""
        return self.filter(grants_of(user).within("organisation__path", permission))


class ApiToken(models.Model):
    """A key that a program of an institution signs in with. Only its beginning and a hash are kept."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="api_tokens", verbose_name=_("institution")
    )
    name = models.CharField(_("what it is for"), max_length=80)
    prefix = models.CharField(_("beginning"), max_length=20, unique=True)
    # Of 256 random bits: nothing to guess, so no salt and no slow hash.
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=20, choices=Scope), verbose_name=_("what it may do")
    )
    # The trail and the records name it as their author; nobody signs in with it.
    account = models.OneToOneField(
        "people.User", models.PROTECT, related_name="api_token", verbose_name=_("account")
    )
    made_by = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("works until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    uses = models.BigIntegerField(_("requests"), default=0)
    # The minute of the last request and the requests in it: the limit costs no table of its own.
    minute = models.BigIntegerField(default=0, editable=False)
    in_minute = models.PositiveIntegerField(default=0, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="api_token_ends_after_it_was_made"
            ),
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0) & Q(scopes__contained_by=Scope.values),
                name="api_token_has_known_scopes",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="api_token_has_a_name"),
            # A form that is sent twice makes one token.
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(ended_at__isnull=True),
                name="api_token_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def works(self) -> bool:
        """Does it open anything now?"""
        return self.ended_at is None and self.expires_at > timezone.now()

    @property
    def state(self) -> tuple[str, Any]:
        """The colour and the word of its tag."""
        if self.ended_at:
            return "negative", _("Ended")
        return ("positive", _("Works")) if self.works else ("neutral", _("Expired"))

    @property
    def scope_names(self) -> list[str]:
        """What it may do, in words."""
        return [str(scope.label) for scope in Scope if scope in self.scopes]


class ApiAnswer(models.Model):
    """A write that a machine made, with its key and the answer: sent again it has no second effect."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=80)
    request_hash = models.CharField(max_length=64)
    # Empty while the first request is still at work; nobody else sees the row then.
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("answer to a machine")
        verbose_name_plural = _("answers to machines")
        indexes = [models.Index("made_at", name="api_answer_by_age")]
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="api_answer_once_for_key"),
        ]

    def __str__(self) -> str:
        return self.key
