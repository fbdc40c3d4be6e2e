"""What the law asks of a category of people, in dated versions. An unknown figure is NULL and shown as unknown."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.models import Course
from people.fields import TranslatedField
from people.functions import Int8Range
from people.models import Category, Fact, Jurisdiction


class DateRange(Func):
    """daterange(from, to, '[)'): a version holds until the day before the next."""

    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self, start: str, end: str, **extra: object) -> None:
        super().__init__(F(start), F(end), Value("[)"), **extra)


class Programme(Fact):
    """A training that a law or an authority asks for."""

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="programmes", verbose_name=_("jurisdiction")
    )
    code = models.CharField(_("code"), max_length=60, unique=True)
    name = TranslatedField(_("name"))
    # As the country calls it: "certificat de participare", «довідка» …; without a name just "Certificate".
    paper_name = TranslatedField(_("what its certificate is called"), blank=True)
    categories = models.ManyToManyField(
        Category, blank=True, related_name="programmes", verbose_name=_("asked of")
    )
    courses = models.ManyToManyField(
        Course, through="ProgrammeCourse", related_name="programmes", verbose_name=_("courses")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    second_person = models.BooleanField(
        _("a second person confirms hours from elsewhere"), default=False
    )

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["code"]

    def __str__(self) -> str:
        return str(self.name)


class ProgrammeCourse(models.Model):
    """A course that leads to a programme's certificate."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="programme_courses", verbose_name=_("programme")
    )
    course = models.ForeignKey(
        Course, models.CASCADE, related_name="programme_courses", verbose_name=_("course")
    )

    class Meta:
        verbose_name = _("course of a programme")
        verbose_name_plural = _("courses of programmes")
        constraints = [
            models.UniqueConstraint(fields=["programme", "course"], name="programme_course_once")
        ]

    def __str__(self) -> str:
        return f"{self.programme} – {self.course}"


class RuleVersionQuerySet(models.QuerySet["RuleVersion"]):
    def published(self) -> "RuleVersionQuerySet":
        """Those that are law here; a draft is nobody's rule, whatever its dates."""
        return self.filter(status=RuleVersion.Status.PUBLISHED)

    def drafts(self) -> "RuleVersionQuerySet":
        """Those that are still being written, or wait for a second person."""
        return self.exclude(status=RuleVersion.Status.PUBLISHED)

    def in_force(self, at: date | None = None) -> "RuleVersionQuerySet":
        """The versions in force on that day: at most one a programme."""
        day = at or timezone.localdate()
        return self.published().filter(
            Q(effective_to__isnull=True) | Q(effective_to__gt=day), effective_from__lte=day
        )


class RuleVersion(Fact):
    """A programme's rules from one day to another. Certificates keep the version they were issued under."""

    class Validity(models.TextChoices):
        MONTHS = "months", _("a number of months")
        INDEFINITE = "indefinite", _("no expiry")
        UNKNOWN = "unknown", _("unknown")

    class Status(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("rule version", "draft")
        PROPOSED = "proposed", pgettext_lazy("rule version", "waits for a second person")
        PUBLISHED = "published", pgettext_lazy("rule version", "published")

    class Transition(models.TextChoices):
        NONE = "none", _("the new rule holds for everybody at once")
        HOLDERS = "holders", _("whoever holds a certificate keeps the former rule")
        BEGUN = "begun", _("whoever has begun a course keeps the former rule")
        BOTH = "both", _("whoever holds a certificate or has begun keeps the former rule")

    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.PUBLISHED, editable=False
    )

    class Figure(models.TextChoices):
        """What a law may leave unknown about the time around a certificate; validity has its own word for it."""

        BEGINNING = "effective_from", pgettext_lazy("unknown figure", "since when it holds")
        REVIEW = (
            "review_interval_months",
            pgettext_lazy("unknown figure", "how often it is reviewed"),
        )
        WINDOW = "renewal_window_days", pgettext_lazy("unknown figure", "when renewal begins")
        GRACE = (
            "grace_days",
            pgettext_lazy("unknown figure", "how long it can be renewed afterwards"),
        )

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="versions", verbose_name=_("programme")
    )
    effective_from = models.DateField(_("in force from"))
    effective_to = models.DateField(_("in force until (not including)"), null=True, blank=True)
    legal_basis = TranslatedField(_("legal basis"))
    validity = models.CharField(
        _("validity"), max_length=10, choices=Validity, default=Validity.UNKNOWN
    )
    validity_months = models.PositiveSmallIntegerField(
        _("validity in months"), null=True, blank=True
    )
    review_interval_months = models.PositiveSmallIntegerField(
        _("months between reviews"), null=True, blank=True
    )
    renewal_window_days = models.PositiveSmallIntegerField(
        _("days before expiry when renewal begins"), default=90
    )
    grace_days = models.PositiveSmallIntegerField(_("days of grace after expiry"), default=0)
    attendance_percent = models.PositiveSmallIntegerField(
        _("attendance needed, per cent of planned minutes"),
        default=80,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    # Days of renewal and of grace have a figure here all the same: the platform's own, and said to be so.
    unknown = models.JSONField(_("what is not known"), default=list, blank=True)
    note = TranslatedField(_("note"), blank=True)
    # Who keeps the version before this one, and until when (that day included; without one for as long as it lasts).
    transition = models.CharField(
        _("whom the former rule still holds for"),
        max_length=8,
        choices=Transition,
        default=Transition.NONE,
    )
    transition_before = models.DateField(
        _("held or begun before (the first day of the new rule, where empty)"),
        null=True,
        blank=True,
    )
    transition_until = models.DateField(
        _("keeps the former rule until (empty: without end)"), null=True, blank=True
    )
    # Plain numbers: deleting a log-in changes no rule.
    proposed_by = models.BigIntegerField(null=True, editable=False)
    published_by = models.BigIntegerField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    # Whether it asks for the trainer's result; set where it was looked up (`rules_for`).
    asks_result: bool = False

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule version")
        verbose_name_plural = _("rule versions")
        ordering = ["programme", "-effective_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gt=F("effective_from")),
                name="rule_version_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(validity="months", validity_months__gt=0)
                | (~Q(validity="months") & Q(validity_months__isnull=True)),
                name="rule_version_months_only_if_months",
            ),
            models.CheckConstraint(
                condition=~Q(unknown__contains=["review_interval_months"])
                | Q(review_interval_months__isnull=True),
                name="rule_version_unknown_review_has_no_figure",
            ),
            models.CheckConstraint(
                condition=Q(attendance_percent__lte=100), name="rule_version_attendance_fits"
            ),
            models.CheckConstraint(
                condition=~Q(transition="none")
                | Q(transition_before__isnull=True, transition_until__isnull=True),
                name="rule_version_days_only_of_a_transition",
            ),
            models.CheckConstraint(
                condition=Q(transition_until__isnull=True)
                | Q(transition_until__gte=F("effective_from")),
                name="rule_version_transition_not_over_before",
            ),
            models.CheckConstraint(
                condition=~Q(status="proposed") | Q(proposed_by__isnull=False),
                name="rule_version_proposed_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["programme"],
                condition=~Q(status="published"),
                name="rule_version_one_draft",
            ),
            ExclusionConstraint(
                name="rule_version_one_at_a_time",
                index_type="GIST",
                condition=Q(status="published"),
                expressions=[
                    (Int8Range("programme"), "&&"),
                    (DateRange("effective_from", "effective_to"), "&&"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} ({self.effective_from})"

    @property
    def is_draft(self) -> bool:
        """Is it nobody's rule yet?"""
        return self.status != self.Status.PUBLISHED

    @property
    def cutoff(self) -> date:
        """Before which day one must have begun, or hold a certificate, to keep the former rule."""
        return self.transition_before or self.effective_from
