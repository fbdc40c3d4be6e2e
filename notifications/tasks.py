"""Sending what the outbox holds."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from notifications import outbox
from notifications.models import Message

KEEP_WORDS = timedelta(days=30)


# A sign-in code must not wait behind a batch of certificates.
@app.task(
    name="notifications.deliver",
    priority=10,
    retry=RetryStrategy(max_attempts=12, exponential_wait=4),
)
def deliver(message_id: int) -> None:
    """Send one message; a refused address is marked and not tried again."""
    outbox.send(message_id)


@app.periodic(cron="17 3 * * *")
@app.task(name="notifications.clear_sent", queueing_lock="clear_sent")
def clear_sent(timestamp: int) -> None:
    """Forget the words of messages sent a month ago; that they were sent stays on record."""
    if not settings.MAIL_FOLDER:
        old = Message.objects.filter(
            status=Message.Status.SENT, sent_at__lt=timezone.now() - KEEP_WORDS
        )
        old.exclude(text="").update(text="", html="")
