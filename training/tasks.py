"""Work in the background: tell changes that came to rest, read answers. Each may run twice and does no harm."""

from procrastinate.contrib.django import app

from training import inbox, replies
from training.actions import telling


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
