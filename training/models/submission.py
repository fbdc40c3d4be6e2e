"""A form that was sent: what became of it, so that sending it again shows the same page and does nothing."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Submission(models.Model):
    """One post with an effect. The key says who sent which form with which answers; the database keeps it unique."""

    key = models.CharField(max_length=64, unique=True)
    # The page whose form it was: the next form shown there is another one.
    page = models.CharField(max_length=64)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    # Where the sender was sent on to; empty while the first post is still at work.
    location = models.CharField(_("address"), max_length=2000, blank=True)
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)

    class Meta:
        verbose_name = _("form sent")
        verbose_name_plural = _("forms sent")
        indexes = [
            models.Index("page", "user", "id", name="submission_of_page"),
            models.Index("sent_at", name="submission_by_age"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(key="") & ~Q(page=""), name="submission_has_a_key"),
        ]

    def __str__(self) -> str:
        return self.location or self.page
