"""Files that an office wants every week or month: made by the worker, fetched after signing in, gone after a day."""

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from people.models import User

KEPT = timedelta(hours=24)


def stop_token() -> str:
    """The secret of the link that stops it."""
    return secrets.token_urlsafe(24)


class ExportPlanQuerySet(models.QuerySet["ExportPlan"]):
    def visible_to(self, user: "User") -> "ExportPlanQuerySet":
        """One's own; nobody else's, whatever one's role."""
        return self.filter(owner=user.pk)

    def running(self) -> "ExportPlanQuerySet":
        """Those that were not stopped."""
        return self.filter(stopped_at=None)


class ExportPlan(models.Model):
    """What is made, in which form, how often, and with which filters."""

    class What(models.TextChoices):
        STANDING = "standing", _("The list of people and their standing")
        BOARD = "board", _("The board: numbers without names")

    class Kind(models.TextChoices):
        XLSX = "xlsx", _("Excel file")
        CSV = "csv", _("CSV file")
        PDF = "pdf", _("PDF report")

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", pgettext_lazy("how often", "every week, on Monday")
        MONTHLY = "monthly", pgettext_lazy("how often", "every month, on the first day")

    owner = models.ForeignKey(
        "people.User", models.CASCADE, related_name="+", verbose_name=_("who gets it")
    )
    what = models.CharField(_("what"), max_length=8, choices=What)
    kind = models.CharField(_("file"), max_length=4, choices=Kind)
    rhythm = models.CharField(_("how often"), max_length=7, choices=Rhythm)
    # As in the address of the page: numbers of programmes, categories and institutions.
    query = models.CharField(_("filters"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=5)
    next_on = models.DateField(_("next"))
    token = models.CharField(max_length=43, default=stop_token, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    stopped_at = models.DateTimeField(null=True)

    objects = ExportPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("file that comes regularly")
        verbose_name_plural = _("files that come regularly")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "what", "kind", "rhythm", "query"],
                condition=Q(stopped_at__isnull=True),
                name="export_plan_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind="pdf") | Q(what="board"), name="export_plan_pdf_of_the_board"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("created_at")),
                name="export_plan_stopped_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.kind} {self.rhythm}"


class ExportFileQuerySet(models.QuerySet["ExportFile"]):
    def visible_to(self, user: "User") -> "ExportFileQuerySet":
        """One's own of the last day; nobody else's, whatever one's role."""
        return self.filter(plan__owner=user.pk, created_at__gt=timezone.now() - KEPT)

    def expired(self) -> "ExportFileQuerySet":
        """Those whose day is over."""
        return self.filter(created_at__lte=timezone.now() - KEPT)


class ExportFile(models.Model):
    """A file that was made and waits to be fetched."""

    plan = models.ForeignKey(ExportPlan, models.CASCADE, related_name="files")
    on = models.DateField(_("of the day"))
    name = models.CharField(_("file"), max_length=120)
    data = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    objects = ExportFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file that was made")
        verbose_name_plural = _("files that were made")
        indexes = [models.Index("created_at", name="export_file_by_age")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "on"], name="export_file_once_a_day")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def expires_at(self) -> datetime:
        """When it is deleted."""
        return self.created_at + KEPT
