"""A person's calendar address: a secret that can be given up and made anew."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Person


def feed_token() -> str:
    """128 random bits."""
    return secrets.token_urlsafe(16)


class CalendarFeed(models.Model):
    """Whoever knows the token reads the calendar; a revoked one answers 404."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="feeds", verbose_name=_("person")
    )
    token = models.CharField(max_length=40, unique=True, default=feed_token, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(revoked_at__isnull=True), name="feed_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"
