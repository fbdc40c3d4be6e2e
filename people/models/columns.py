"""What the columns of an institution's own lists mean: said once, known by their titles the next time."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.models.organisation import Organisation
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models.user import User


class ColumnMappingQuerySet(models.QuerySet["ColumnMapping"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.IMPORT_PEOPLE
    ) -> "ColumnMappingQuerySet":
        """Those of the institutions where the user may import people."""
        return self.filter(grants_of(user).within("organisation__path", permission))


class ColumnMapping(models.Model):
    """For one row of titles: which title holds which fact. Titles only, nothing of what stands below them."""

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", verbose_name=_("institution")
    )
    titles_key = models.CharField(_("fingerprint of the titles"), max_length=64)
    columns = models.JSONField(_("title of each fact"), default=dict)
    said_at = models.DateTimeField(_("said"), default=timezone.now)

    objects = ColumnMappingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meaning of columns")
        verbose_name_plural = _("meanings of columns")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "titles_key"], name="columns_once_for_titles"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {', '.join(self.columns)}"
