"""Who issues, and the gap-free numbers they issue under."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.models import Organisation
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models import User


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.MANAGE_ORGANISATION
    ) -> "AuthorityQuerySet":
        """Those of the user's branches."""
        return self.filter(grants_of(user).within("organisation__path", permission))


class Authority(models.Model):
    """An institution that issues certificates: how it signs and how it numbers."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="authority", verbose_name=_("organisation")
    )
    prefix = models.CharField(_("prefix of numbers"), max_length=20, unique=True)
    # Off: a completed training waits until somebody issues the certificates of the edition together.
    is_automatic = models.BooleanField(
        _("certificates are issued as soon as a training is completed"), default=True
    )
    asks_second_person = models.BooleanField(
        _("a second person confirms the issue of many certificates, and each revocation"),
        default=False,
    )

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("issuing authority")
        verbose_name_plural = _("issuing authorities")

    def __str__(self) -> str:
        return f"{self.organisation} ({self.prefix})"


class NumberSeries(models.Model):
    """The last number of an authority in a year, taken under a row lock where the certificate is stored."""

    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="series", verbose_name=_("authority")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(fields=["authority", "year"], name="series_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.authority.prefix}/{self.year}: {self.last}"
