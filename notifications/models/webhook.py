"""Webhooks: addresses of an institution's programs that want to hear of something, and what was sent to them."""

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.models import Organisation
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models import User


class Happening(models.TextChoices):
    """What a program may want to hear of."""

    ISSUED = "certificate.issued", _("A certificate was issued")
    REVOKED = "certificate.revoked", _("A certificate was revoked")
    CHANGED = "certificate.changed", _("A certificate was suspended, reinstated or replaced")
    EXPIRING = "certificate.expiring", _("A certificate can be renewed, because it ends soon")
    ENROLMENT = "enrolment.changed", _("A place in an edition changed")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.MANAGE_MACHINES
    ) -> "WebhookQuerySet":
        """Those of the branches where the user looks after machines."""
        return self.filter(grants_of(user).within("organisation__path", permission))

    def working(self) -> "WebhookQuerySet":
        """Those that were not ended."""
        return self.filter(ended_at=None)


class Webhook(models.Model):
    """An address that is told what happens in an institution and below it."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="webhooks", verbose_name=_("institution")
    )
    url = models.URLField(_("address"), max_length=500)
    kinds = ArrayField(
        models.CharField(max_length=24, choices=Happening), verbose_name=_("what it hears of")
    )
    # Encrypted with the data key: we sign with it, so a hash would not do.
    secret = models.CharField(max_length=300, editable=False)
    made_by = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # The last line of the trail that was looked at for it.
    seen = models.BigIntegerField(default=0, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kinds__len__gt=0) & Q(kinds__contained_by=Happening.values),
                name="webhook_hears_of_something",
            ),
            # A form that is sent twice makes one.
            models.UniqueConstraint(
                fields=["organisation", "url"],
                condition=Q(ended_at__isnull=True),
                name="webhook_address_once",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def kind_names(self) -> list[str]:
        """What it hears of, in words."""
        return [str(kind.label) for kind in Happening if kind in self.kinds]

    @property
    def state(self) -> tuple[str, Any]:
        """The colour and the word of its tag."""
        return ("negative", _("Ended")) if self.ended_at else ("positive", _("Works"))


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.MANAGE_MACHINES
    ) -> "DeliveryQuerySet":
        """Those of the webhooks that the user looks after."""
        return self.filter(grants_of(user).within("webhook__organisation__path", permission))


class Delivery(models.Model):
    """One event for one webhook: what is sent, and how it went."""

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("given up")

    webhook = models.ForeignKey(
        Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    # The receiver knows a repetition by it.
    number = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("what happened"), max_length=24, choices=Happening)
    key = models.CharField(max_length=80, editable=False)
    body = models.JSONField(_("content"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    answer = models.CharField(_("answer"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    next_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index("next_at", name="delivery_waiting", condition=Q(status="pending")),
            models.Index("made_at", name="delivery_by_age"),
        ]
        constraints = [
            # An event is told to a webhook once, however often somebody looks for it.
            models.UniqueConstraint(fields=["webhook", "key"], name="delivery_once_for_event"),
            models.CheckConstraint(
                condition=Q(status="delivered", delivered_at__isnull=False)
                | ~Q(status="delivered"),
                name="delivery_delivered_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    @property
    def tone(self) -> str:
        """The colour of its tag."""
        tones = {"pending": "warning", "delivered": "positive", "failed": "negative"}
        return tones[self.status]
