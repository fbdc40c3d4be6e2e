"""What one rule version asks for, line by line, and what counts in place of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.models.circumstance import EVENTS, Condition
from certification.models.programme import Programme, RuleVersion
from courses.models import Course, Topic
from people.models import Category, Fact

REGULAR = ("calendar_year", "rolling_months")


class RequirementQuerySet(models.QuerySet["Requirement"]):
    def before_certificate(self) -> "RequirementQuerySet":
        """Those that may stand in the way of a certificate: asked once, for no event, with a figure that is known."""
        return self.exclude(period__in=[*REGULAR, "unknown"]).exclude(condition__in=EVENTS)


class Requirement(Fact):
    """One thing that a rule version asks for. A figure that nobody knows is NULL, and is named in `unknown`."""

    class Kind(models.TextChoices):
        THEORY = "theory", _("theory")
        PRACTICE = "practice", _("practice")
        ANY = "any", _("theory or practice")
        SUPERVISION = "supervision", _("supervision")
        TEST = "test", _("test")
        OUTCOME = "outcome", _("trainer's outcome")

    class Period(models.TextChoices):
        ONCE = "once", _("once")
        CALENDAR_YEAR = "calendar_year", _("each calendar year")
        ROLLING_MONTHS = "rolling_months", _("in any number of months")
        BEFORE_FIRST_PLACEMENT = "before_first_placement", _("before the first placement")
        UNKNOWN = "unknown", _("how often is not known")

    class Path(models.TextChoices):
        FIRST = "first", _("for the first certificate")
        RENEWAL = "renewal", _("for a renewal")
        BOTH = "both", _("for the first certificate and for a renewal")

    class Figure(models.TextChoices):
        """What may be unknown about a requirement."""

        MINUTES = "minutes", pgettext_lazy("unknown figure", "how many hours")
        COUNT = "count", pgettext_lazy("unknown figure", "how many times")
        PERIOD = "period", pgettext_lazy("unknown figure", "how often")
        MANDATORY = "mandatory", pgettext_lazy("unknown figure", "whether it is asked at all")

    version = models.ForeignKey(
        RuleVersion, models.CASCADE, related_name="requirements", verbose_name=_("rule version")
    )
    code = models.CharField(_("code"), max_length=60)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    condition = models.CharField(_("condition"), max_length=60, blank=True, choices=Condition)
    path = models.CharField(_("asked"), max_length=8, choices=Path, default=Path.BOTH)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    count = models.PositiveSmallIntegerField(_("times"), null=True, blank=True)
    period = models.CharField(_("period"), max_length=25, choices=Period, default=Period.ONCE)
    # Of a rolling period its length; of what is asked once how old it may be.
    months = models.PositiveSmallIntegerField(_("months"), null=True, blank=True)
    # Over and above what the lines before it have used: the same hour does not count for both.
    is_separate = models.BooleanField(
        _("hours that count here count for no other separate line"), default=False
    )
    unknown = models.JSONField(_("what is not known"), default=list, blank=True)

    objects = RequirementQuerySet.as_manager()

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["version", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="requirement_code_once"),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(count__isnull=True),
                name="requirement_minutes_or_times",
            ),
            models.CheckConstraint(
                condition=(Q(minutes__isnull=True) | Q(minutes__gt=0))
                & (Q(count__isnull=True) | Q(count__gt=0))
                & (Q(months__isnull=True) | Q(months__gt=0)),
                name="requirement_figures_above_zero",
            ),
            models.CheckConstraint(
                condition=Q(period="once")
                | Q(period="rolling_months", months__isnull=False)
                | Q(period__in=["calendar_year", "before_first_placement", "unknown"])
                & Q(months__isnull=True),
                name="requirement_months_where_they_roll",
            ),
            models.CheckConstraint(
                condition=~Q(period__in=REGULAR) | Q(path="both", is_separate=False),
                name="requirement_regular_for_everybody",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["test", "outcome"])
                | Q(minutes__isnull=True, is_separate=False) & ~Q(period__in=REGULAR),
                name="requirement_result_has_no_hours",
            ),
            models.CheckConstraint(
                condition=Q(condition="") | Q(condition__in=Condition.values),
                name="requirement_condition_known",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Equivalence(models.Model):
    """What counts for a requirement though it is something else: a topic, a course, or another certificate."""

    requirement = models.ForeignKey(
        Requirement, models.CASCADE, related_name="equivalences", verbose_name=_("requirement")
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    course = models.ForeignKey(
        Course, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("course")
    )
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("certificate of another programme"),
    )
    # How much a course or certificate counts for; without a figure for all that is asked.
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)

    class Meta:
        verbose_name = _("equivalence")
        verbose_name_plural = _("equivalences")
        constraints = [
            models.CheckConstraint(
                condition=Q(topic__isnull=False, course__isnull=True, programme__isnull=True)
                | Q(topic__isnull=True, course__isnull=False, programme__isnull=True)
                | Q(topic__isnull=True, course__isnull=True, programme__isnull=False),
                name="equivalence_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gt=0, topic__isnull=True),
                name="equivalence_minutes_of_a_whole",
            ),
            models.UniqueConstraint(
                fields=["requirement", "topic", "course", "programme"],
                nulls_distinct=False,
                name="equivalence_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.topic or self.course or self.programme)
