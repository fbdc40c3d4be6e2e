"""What happens behind the pages: people are told, offers pass on, answers are read. Each job may run twice."""

from datetime import timedelta

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from training import inbox, place_notices, replies
from training.actions import digests, reminders, telling, waiting
from training.models import NominationList, Submission

KEEP_SENT = timedelta(days=1)


# Somebody looks at the page and waits for the mail: before the clock's own work, after sign-in codes.
@app.task(
    name="training.tell_of_place",
    priority=5,
    retry=RetryStrategy(max_attempts=6, exponential_wait=4),
)
def tell_of_place(enrolment_id: int, notice_id: int, number: int) -> None:
    """Write one notice about a place, `number` being its rank; written before, it is left as it was."""
    place_notices.write(enrolment_id, place_notices.Notice(notice_id), number or None)


@app.periodic(cron="* * * * *")
@app.task(name="training.pass_on_offers", queueing_lock="training.pass_on_offers")
def pass_on_offers(timestamp: int) -> None:
    """Offers that nobody answered in time go to the next in the list."""
    for edition in waiting.overdue_editions():
        waiting.pass_on(edition=edition)


@app.periodic(cron="37 * * * *")
@app.task(name="training.forget_sent", queueing_lock="training.forget_sent")
def forget_sent(timestamp: int) -> None:
    """Forget after a day which forms were sent, and lists of people that were uploaded."""
    Submission.objects.filter(sent_at__lte=timezone.now() - KEEP_SENT).delete()
    NominationList.objects.expired().delete()


@app.periodic(cron="* * * * *")
@app.task(name="training.tell_changes", queueing_lock="training.tell_changes")
def tell_changes(timestamp: int) -> None:
    """One mail for all that changed in an edition, when nothing changed for a while."""
    for edition_id in telling.due():
        telling.tell(edition_id=edition_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="training.read_replies", queueing_lock="training.read_replies")
def read_replies(timestamp: int) -> None:
    """Answers of calendar programs, where this deployment has a mailbox for them."""
    inbox.read(replies.take)


@app.periodic(cron="*/15 * * * *")
@app.task(name="training.remind", queueing_lock="training.remind")
def remind(timestamp: int) -> None:
    """Reminders whose time has come."""
    reminders.send_due()


@app.periodic(cron="5,35 * * * *")
@app.task(name="training.sum_up", queueing_lock="training.sum_up")
def sum_up(timestamp: int) -> None:
    """The daily summary for coordinators, in the morning of the country."""
    digests.send()
