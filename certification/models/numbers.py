"""Who issues, and the gap-free numbers they issue under."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.fields import TranslatedField
from people.models import Organisation


class Authority(models.Model):
    """An institution that issues certificates: how it signs and how it numbers."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="authority", verbose_name=_("organisation")
    )
    prefix = models.CharField(_("prefix of numbers"), max_length=20, unique=True)
    signatory_name = models.CharField(_("who signs"), max_length=160, blank=True)
    signatory_post = TranslatedField(_("post of who signs"), blank=True)

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
