"""A spreadsheet of people to nominate that was checked and waits for a yes."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Organisation
from training.models.edition import Edition

if TYPE_CHECKING:
    from people.models import User

KEPT = timedelta(hours=24)


class NominationListQuerySet(models.QuerySet["NominationList"]):
    def visible_to(self, user: "User") -> "NominationListQuerySet":
        """One's own lists of the last day; nobody else's, whatever one's role."""
        return self.filter(owner=user.pk, created_at__gt=timezone.now() - KEPT)

    def expired(self) -> "NominationListQuerySet":
        """Lists whose day is over."""
        return self.filter(created_at__lte=timezone.now() - KEPT)


class NominationList(models.Model):
    """The rows of one upload: people to record, people on record, rows refused. Nothing is done before `applied_at`."""

    owner = models.ForeignKey(
        "people.User", models.CASCADE, related_name="+", verbose_name=_("uploaded by")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", verbose_name=_("institution")
    )
    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="+", verbose_name=_("edition")
    )
    file_name = models.CharField(_("file"), max_length=200)
    together = models.BooleanField(_("all or none"), default=False)
    new = models.JSONField(_("rows of people to record"), default=list)
    known = models.JSONField(_("rows of people already on record"), default=list)
    rejected = models.JSONField(_("rejected rows"), default=list)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    applied_at = models.DateTimeField(_("written"), null=True, blank=True)

    objects = NominationListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of nominations")
        verbose_name_plural = _("lists of nominations")
        indexes = [models.Index("created_at", name="nomination_list_by_age")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def expires_at(self) -> datetime:
        """When the list is deleted; the places stay."""
        return self.created_at + KEPT
