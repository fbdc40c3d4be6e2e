"""Two records that were one person: which stayed, and what it takes to part them again."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.person import Person
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models.user import User

UNDONE_WITHIN = timedelta(days=30)


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.EDIT_PEOPLE
    ) -> "MergeQuerySet":
        """Those of people whom the user's roles let them correct."""
        return self.filter(kept__in=Person.objects.visible_to(user, permission))

    def open(self) -> "MergeQuerySet":
        """Not undone, and young enough to be."""
        return self.filter(undone_at=None, at__gt=timezone.now() - UNDONE_WITHIN).exclude(
            journal={}
        )

    def expired(self) -> "MergeQuerySet":
        """Too old to be undone, with a journal that is no longer needed."""
        return self.filter(at__lte=timezone.now() - UNDONE_WITHIN).exclude(journal={})


class Merge(models.Model):
    """One record became part of another. The journal holds what an undo puts back, for thirty days."""

    kept = models.ForeignKey(
        Person, models.PROTECT, related_name="merges", verbose_name=_("record that stayed")
    )
    merged = models.ForeignKey(
        Person, models.PROTECT, related_name="+", verbose_name=_("record that became part of it")
    )
    by = models.ForeignKey(
        "people.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("merged by"),
    )
    at = models.DateTimeField(_("merged on"), default=timezone.now)
    undone_at = models.DateTimeField(_("undone on"), null=True, blank=True)
    journal = models.JSONField(_("what an undo puts back"), default=dict)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge of two records")
        verbose_name_plural = _("merges of records")
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="merge_of_two"),
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at__isnull=True), name="merge_once"
            ),
        ]
        indexes = [models.Index("at", name="merge_by_age")]

    def __str__(self) -> str:
        return f"#{self.merged_id} → #{self.kept_id}"

    @property
    def undo_until(self) -> datetime:
        """After that the two stay one."""
        return self.at + UNDONE_WITHIN
