"""The outbox: every message to a person, written in the transaction that causes it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Person


class Topic(models.TextChoices):
    """What somebody may ask us not to send. What changes or ends a place is always told."""

    REMINDERS = "reminders", _("Reminders before a session")
    CALENDAR = "calendar", _("Invitations for your calendar, with our mails")
    DIGEST = "digest", _("The daily summary for coordinators")


class Message(models.Model):
    """One message to one person or address. The words are kept until they are sent and a while after, then cleared."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        LETTER = "letter", _("letter")

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("person"),
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.EMAIL)
    address = models.CharField(_("address"), max_length=254, blank=True)
    name = models.CharField(_("kind of message"), max_length=60)
    language = models.CharField(_("language"), max_length=5)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("formatted text"), blank=True)
    # Why it may be stopped, if it may; the mail then says how.
    topic = models.CharField(_("topic"), max_length=12, choices=Topic, blank=True)
    # iTIP: [{"method": "REQUEST", "text": "BEGIN:VCALENDAR…"}, …], one meeting in each.
    calendars = models.JSONField(_("calendar invitations"), default=list, blank=True)
    # Two calls with the same key are one message: a repeated job or click writes nobody twice.
    dedupe_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("error"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [models.Index("status", "created_at", name="message_to_send")]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False) | ~Q(status="sent"),
                name="message_sent_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(channel="email") | ~Q(address=""),
                name="message_by_email_has_an_address",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class OptOut(models.Model):
    """A person does not want mails of that topic."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="opt_outs", verbose_name=_("person")
    )
    topic = models.CharField(_("topic"), max_length=12, choices=Topic)
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("stopped topic")
        verbose_name_plural = _("stopped topics")
        constraints = [models.UniqueConstraint(fields=["person", "topic"], name="opt_out_once")]

    def __str__(self) -> str:
        return str(self.get_topic_display())
