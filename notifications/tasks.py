"""Sending what the outbox holds."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from notifications import outbox, webhooks
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
@app.task(name="notifications.clear_old", queueing_lock="clear_old")
def clear_old(timestamp: int) -> None:
    """Forget the words of what was written a month ago, sent or not; that it was written stays on record.

    What could not be sent in a month is out of date: it counts as failed.
    """
    if settings.MAIL_FOLDER:
        return
    old = Message.objects.filter(created_at__lt=timezone.now() - KEEP_WORDS)
    old.filter(status=Message.Status.PENDING).update(status=Message.Status.FAILED)
    old.exclude(text="", html="", calendars=[]).update(text="", html="", calendars=[])


@app.periodic(cron="* * * * *")
@app.task(name="notifications.tell_programs", queueing_lock="tell_programs", lock="tell_programs")
def tell_programs(timestamp: int) -> None:
    """Once a minute: what happened since, and what is due to be tried again. A sending of its own for each."""
    webhooks.collect()
    for pk in webhooks.due():
        tell_program.defer(delivery_id=pk)


@app.task(name="notifications.tell_program")
def tell_program(delivery_id: int) -> None:
    """Send one event to one program, unless somebody has."""
    webhooks.deliver(delivery_id)


@app.periodic(cron="27 3 * * *")
@app.task(name="notifications.forget_deliveries", queueing_lock="forget_deliveries")
def forget_deliveries(timestamp: int) -> None:
    """What was sent to programs a month ago is forgotten."""
    webhooks.forget_old()
