"""How an authority's papers look: its logo, who signs, which facts are shown, in which languages."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification.models.certificate import APPEND_ONLY
from certification.models.numbers import Authority
from people.fields import TranslatedField

MOST_SIGNATORIES = 3


class Logo(models.Model):
    """A picture under its fingerprint. It stays for ever: papers that were issued with it can be made again."""

    sha256 = models.CharField(max_length=64, primary_key=True, editable=False)
    png = models.BinaryField()

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.sha256[:12]


class Fact(models.TextChoices):
    """What a paper may show besides holder, course, programme, number, days, code and issuer, which it always does."""

    CATEGORY = "category", _("Category of the holder")
    HOURS = "hours", _("Hours of theory, practice, supervision and online lessons")
    TOTAL = "total", _("Hours in all")
    PERIOD = "period", _("First and last day of the training")
    RESULT = "result", _("Result")
    LEGAL_BASIS = "legal_basis", _("Legal basis")
    RULE = "rule", _("Since when the rule of the programme has been in force")


def usual_facts() -> list[str]:
    """What is shown unless an administrator chooses otherwise."""
    return [Fact.CATEGORY, Fact.HOURS, Fact.PERIOD, Fact.RESULT, Fact.LEGAL_BASIS]


class Layout(models.Model):
    """What an administrator chose for an authority's papers. What was issued keeps its own copy."""

    authority = models.OneToOneField(
        Authority,
        models.CASCADE,
        primary_key=True,
        related_name="layout",
        verbose_name=_("authority"),
    )
    logo = models.ForeignKey(
        Logo, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("logo")
    )
    legal_basis = TranslatedField(_("legal basis"), blank=True)
    shown = ArrayField(
        models.CharField(max_length=20, choices=Fact), verbose_name=_("what is shown"), default=usual_facts, blank=True,
    )  # fmt: skip
    second_language = models.CharField(
        _("second language"), max_length=5, choices=settings.LANGUAGES, blank=True
    )

    class Meta:
        verbose_name = _("layout of certificates")
        verbose_name_plural = _("layouts of certificates")
        constraints = [
            models.CheckConstraint(
                condition=Q(shown__contained_by=list(Fact.values)), name="layout_known_facts"
            )
        ]

    def __str__(self) -> str:
        return str(self.authority)


class Signatory(models.Model):
    """Somebody who signs in office. Up to three, in their order."""

    authority = models.ForeignKey(
        Authority, models.CASCADE, related_name="signatories", verbose_name=_("authority")
    )
    place = models.PositiveSmallIntegerField(_("place"))
    name = models.CharField(_("who signs"), max_length=160)
    post = TranslatedField(_("post of who signs"), blank=True)

    class Meta:
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "place"], name="signatory_place_once"),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=MOST_SIGNATORIES), name="signatory_up_to_three"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="signatory_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
