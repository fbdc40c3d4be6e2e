"""A spreadsheet of people that was checked and waits for a yes. Gone after a day."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.organisation import Organisation

if TYPE_CHECKING:
    from people.models.user import User

KEPT = timedelta(hours=24)


class ImportDraftQuerySet(models.QuerySet["ImportDraft"]):
    def visible_to(self, user: "User") -> "ImportDraftQuerySet":
        """One's own drafts that have not expired; nobody else's, whatever one's role."""
        return self.filter(owner=user.pk, created_at__gt=timezone.now() - KEPT)

    def expired(self) -> "ImportDraftQuerySet":
        """Drafts whose day is over."""
        return self.filter(created_at__lte=timezone.now() - KEPT)


class ImportDraft(models.Model):
    """The rows of one upload: accepted, already on record, rejected. Nobody is recorded before `applied_at`."""

    owner = models.ForeignKey(
        "people.User", models.CASCADE, related_name="+", verbose_name=_("uploaded by")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", verbose_name=_("institution")
    )
    file_name = models.CharField(_("file"), max_length=200)
    accepted = models.JSONField(_("accepted rows"), default=list)
    known = models.JSONField(_("rows of people already on record"), default=list)
    rejected = models.JSONField(_("rejected rows"), default=list)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    applied_at = models.DateTimeField(_("written"), null=True, blank=True)

    objects = ImportDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("import draft")
        verbose_name_plural = _("import drafts")
        indexes = [models.Index("created_at", name="import_draft_by_age")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def expires_at(self) -> datetime:
        """When the draft and its result are deleted."""
        return self.created_at + KEPT
