"""What was done, by whom, when. Without foreign keys: history never blocks a deletion and outlives every model."""

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models.user import User


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_AUDIT
    ) -> "AuditEventQuerySet":
        """What was done in the branches where the user may read the trail."""
        return self.filter(grants_of(user).within("organisation_path", permission))

    def about(self, target: models.Model) -> "AuditEventQuerySet":
        """The trail of one record, newest first."""
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk)).order_by(
            "-id"
        )


class AuditEvent(models.Model):
    """One deed. Holds numbers of people, never their names, so that an erasure reaches it too."""

    at = models.DateTimeField(_("at"), default=timezone.now)
    actor_id = models.BigIntegerField(_("user"), null=True)
    verb = models.CharField(_("deed"), max_length=60)
    target_type = models.CharField(_("kind of record"), max_length=60)
    target_id = models.CharField(_("record"), max_length=60)
    person_id = models.BigIntegerField(_("person concerned"), null=True)
    organisation_path = models.CharField(_("branch"), max_length=255, blank=True)
    data = models.JSONField(_("details"), default=dict)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit trail")
        indexes = [
            models.Index("target_type", "target_id", name="audit_of_target"),
            models.Index("person_id", name="audit_of_person", condition=Q(person_id__isnull=False)),
            models.Index("organisation_path", F("id").desc(), name="audit_of_branch"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.target_type} {self.target_id}"
