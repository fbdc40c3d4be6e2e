"""Lists of names and numbers that an office has checked: read and answered by the worker, gone after a day."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.models.programme import Programme
from people.models import Person

if TYPE_CHECKING:
    from people.models import User

KEPT = timedelta(hours=24)


class CheckListQuerySet(models.QuerySet["CheckList"]):
    def visible_to(self, user: "User") -> "CheckListQuerySet":
        """One's own of the last day; nobody else's, whatever one's role."""
        return self.filter(owner=user.pk, created_at__gt=timezone.now() - KEPT)

    def expired(self) -> "CheckListQuerySet":
        """Those whose day is over."""
        return self.filter(created_at__lte=timezone.now() - KEPT)


class CheckList(models.Model):
    """A spreadsheet of people whose standing somebody wants to know. The file itself is gone once it was read."""

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("list", "waits to be read")
        RUNNING = "running", pgettext_lazy("list", "is being checked")
        DONE = "done", pgettext_lazy("list", "checked")
        REFUSED = "refused", pgettext_lazy("list", "cannot be read")

    owner = models.ForeignKey(
        "people.User", models.CASCADE, related_name="+", verbose_name=_("uploaded by")
    )
    file_name = models.CharField(_("file"), max_length=200)
    data = models.BinaryField(_("the file as it came"), null=True)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+")
    at = models.DateField(_("as of"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    # Why the file cannot be read: a code of formats.sheets and its parameters.
    problem = models.CharField(max_length=40, blank=True)
    params = models.JSONField(default=dict)
    headers = models.JSONField(default=list)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    worked_at = models.DateTimeField(_("last worked on"), default=timezone.now)

    objects = CheckListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list that is checked")
        verbose_name_plural = _("lists that are checked")
        indexes = [models.Index("created_at", name="check_list_by_age")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="refused") ^ Q(problem=""), name="check_list_refused_says_why"
            ),
            models.CheckConstraint(
                condition=Q(status="waiting") ^ Q(data__isnull=True),
                name="check_list_file_goes_once_read",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name or f"№ {self.pk}"  # a name of signs that nobody sees is none

    @property
    def expires_at(self) -> datetime:
        """When it is deleted."""
        return self.created_at + KEPT

    @property
    def is_open(self) -> bool:
        """Is the worker still at it?"""
        return self.status in (self.Status.WAITING, self.Status.RUNNING)


class CheckRowQuerySet(models.QuerySet["CheckRow"]):
    def visible_to(self, user: "User") -> "CheckRowQuerySet":
        """Those of one's own lists."""
        return self.filter(check_list__in=CheckList.objects.visible_to(user))


class CheckRow(models.Model):
    """A row of such a list: who it means, or between whom somebody has to choose, or why nobody was found."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("row", "still to come")
        FOUND = "found", pgettext_lazy("row", "found")
        UNSURE = "unsure", pgettext_lazy("row", "needs your choice")
        MISSING = "missing", pgettext_lazy("row", "not found")
        REFUSED = "refused", pgettext_lazy("row", "cannot be read")

    check_list = models.ForeignKey(CheckList, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    cells = models.JSONField(_("cells"), default=list)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    candidates = models.JSONField(_("whom it may mean"), default=list)
    column = models.CharField(_("column"), max_length=200, blank=True)
    code = models.CharField(_("why"), max_length=40, blank=True)
    params = models.JSONField(default=dict)
    standing = models.JSONField(_("standing"), default=dict)

    objects = CheckRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a list that is checked")
        verbose_name_plural = _("rows of lists that are checked")
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["check_list", "line"], name="check_row_once"),
            models.CheckConstraint(
                condition=Q(state="found") ^ Q(person__isnull=True), name="check_row_found_is_somebody"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.line} {self.state}"
