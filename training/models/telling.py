"""What is still to be told, and when people are reminded."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from training.models.edition import Edition
from training.models.session import Session


class PendingChange(models.Model):
    """A session as people know it, while its changes wait to be told. No start: they do not know it."""

    session = models.OneToOneField(Session, models.CASCADE, related_name="pending_change")
    starts = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=40, blank=True)
    where = models.CharField(max_length=500, blank=True)
    link = models.URLField(blank=True)
    reason = models.CharField(_("reason"), max_length=250, blank=True)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("change to be told")
        verbose_name_plural = _("changes to be told")
        indexes = [models.Index("last_at", name="pending_change_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts__isnull=True, ends__isnull=True)
                | models.Q(starts__isnull=False, ends__isnull=False),
                name="pending_change_knows_both_times",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}"


class ReminderRule(models.Model):
    """How many days before people of an edition are reminded, where it is not as usual. No days: never."""

    class Kind(models.TextChoices):
        FIRST = "first", _("the first session")
        EACH = "each", _("each session")
        ANSWER = "answer", _("to those who have not said yet whether they come")
        LESSONS = "lessons", _("to those who have not done the lessons yet")

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="reminder_rules", verbose_name=_("edition")
    )
    kind = models.CharField(_("which reminder"), max_length=8, choices=Kind)
    days = models.PositiveSmallIntegerField(_("days before"), null=True, blank=True)

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        constraints = [
            models.UniqueConstraint(fields=["edition", "kind"], name="reminder_rule_once"),
            models.CheckConstraint(
                condition=models.Q(days__isnull=True) | models.Q(days__gte=1, days__lte=60),
                name="reminder_rule_days_make_sense",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.days}"
