"""Facts that a jurisdiction preset brings: each says where it is from, of when it is and whether it was checked."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.fields import TranslatedField


class Fact(models.Model):
    """Where a figure or a name comes from. An administrator's own change is kept by later preset loads."""

    source = models.TextField(_("source"), blank=True)
    as_of = models.CharField(_("as of"), max_length=10, blank=True)
    is_verified = models.BooleanField(_("verified against the law's text"), default=False)
    preset = models.JSONField(
        _("as the preset brought it"), default=dict, blank=True, editable=False
    )

    class Meta:
        abstract = True


class Jurisdiction(Fact):
    """A country's conventions: languages, time zone, week, digits, order of names."""

    class NameOrder(models.TextChoices):
        GIVEN_FAMILY = "given_family", _("given name, family name")
        FAMILY_GIVEN_PATRONYMIC = (
            "family_given_patronymic",
            _("family name, given name, patronymic"),
        )
        GIVEN_PATRONYMIC_FAMILY = (
            "given_patronymic_family",
            _("given name, patronymic, family name"),
        )
        GIVEN_FATHER_FAMILY = "given_father_family", _("given name, father's name, family name")

    code = models.CharField(_("code"), max_length=2, unique=True)
    name = TranslatedField(_("name"))
    languages = models.JSONField(_("languages"), default=list)
    default_language = models.CharField(_("default language"), max_length=5)
    time_zone = models.CharField(_("time zone"), max_length=40)
    week_start = models.PositiveSmallIntegerField(
        _("first day of the week (1 is Monday)"), default=1
    )
    weekend = models.JSONField(_("weekend days (1 is Monday)"), default=list)
    digits = models.CharField(_("digits"), max_length=4, default="latn")
    name_order = models.CharField(
        _("order of names"), max_length=30, choices=NameOrder, default=NameOrder.GIVEN_FAMILY
    )
    level1_label = TranslatedField(_("what a county is called"))

    class Meta:
        verbose_name = _("jurisdiction")
        verbose_name_plural = _("jurisdictions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(week_start__range=(1, 7)),
                name="jurisdiction_week_start_is_a_day",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Category(Fact):
    """What a person is in law: foster carer, guardian, social worker."""

    class Kind(models.TextChoices):
        CARER = "carer", _("carer")
        STAFF = "staff", _("staff")

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="categories", verbose_name=_("jurisdiction")
    )
    code = models.CharField(_("code"), max_length=60, unique=True)
    name = TranslatedField(_("name"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["jurisdiction", "kind", "code"]

    def __str__(self) -> str:
        return str(self.name)


class Helpline(Fact):
    """A telephone number that people in need may call."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.CASCADE, related_name="helplines", verbose_name=_("jurisdiction")
    )
    code = models.CharField(_("code"), max_length=60, unique=True)
    name = TranslatedField(_("name"))
    number = models.CharField(_("number"), max_length=30)
    hours = TranslatedField(_("hours"), blank=True)

    class Meta:
        verbose_name = _("helpline")
        verbose_name_plural = _("helplines")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name}: {self.number}"
