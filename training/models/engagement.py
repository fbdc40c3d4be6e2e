"""Who leads an edition: a trainer is asked or volunteers, and the other side answers."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.models import Person
from people.permissions import Permission
from training.models.edition import Edition

if TYPE_CHECKING:
    from people.models import User


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_EDITIONS
    ) -> "EngagementQuerySet":
        """One's own, and those of the editions of the branches where the user may do that."""
        grants = grants_of(user)
        return self.filter(
            grants.within("edition__organiser__path", permission)
            | grants.own("trainer", user.person_id, permission)
        )

    def open(self, at: datetime | None = None) -> "EngagementQuerySet":
        """Those that still wait for an answer."""
        now = at or timezone.now()
        return self.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=now), state=Engagement.State.OPEN
        )


class Engagement(models.Model):
    """One question about one trainer and one edition, and its answer.

    Who was asked answers through a link with a token of 128 bits, of which only the fingerprint is kept.
    """

    class Origin(models.TextChoices):
        ASKED = "asked", _("asked")
        VOLUNTEERED = "volunteered", _("volunteered")

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ACCEPTED = "accepted", _("yes")
        DECLINED = "declined", _("no")
        WITHDRAWN = "withdrawn", _("withdrawn")

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="engagements", verbose_name=_("edition")
    )
    trainer = models.ForeignKey(
        Person, models.CASCADE, related_name="engagements", verbose_name=_("trainer")
    )
    origin = models.CharField(_("how it began"), max_length=12, choices=Origin)
    state = models.CharField(_("answer"), max_length=10, choices=State, default=State.OPEN)
    token_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)
    expires_at = models.DateTimeField(_("answer until"), null=True, blank=True)
    asked_by = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    created_at = models.DateTimeField(_("asked"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to a trainer")
        verbose_name_plural = _("requests to trainers")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "trainer"],
                condition=Q(state="open"),
                name="engagement_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="engagement_answered_with_a_time",
            ),
            models.CheckConstraint(
                condition=Q(origin="asked", token_hash__isnull=False, expires_at__isnull=False)
                | Q(origin="volunteered", token_hash__isnull=True),
                name="engagement_asked_with_a_token",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("created_at")),
                name="engagement_expires_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trainer_id} {self.edition_id} {self.state}"

    def is_expired(self, at: datetime | None = None) -> bool:
        """Did nobody answer in time?"""
        now = at or timezone.now()
        late = self.expires_at is not None and self.expires_at <= now
        return self.state == self.State.OPEN and late
