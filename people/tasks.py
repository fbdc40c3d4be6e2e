"""Housekeeping of people's data that was never meant to stay."""

from procrastinate.contrib.django import app

from people.actions.accounts import forget_unused
from people.actions.erasure import Reason, erase
from people.actions.imports import forget_expired
from people.actions.merges import forget_old
from people.actions.tokens import forget_answers
from people.models import Person


@app.periodic(cron="17 * * * *")
@app.task(name="people.forget_expired_imports", queueing_lock="people.forget_expired_imports")
def forget_expired_imports(timestamp: int) -> None:
    """Uploaded lists are deleted after a day."""
    forget_expired()


@app.periodic(cron="37 3 * * *")
@app.task(name="people.forget_unused_logins", queueing_lock="people.forget_unused_logins")
def forget_unused_logins(timestamp: int) -> None:
    """Log-ins whose address nobody proved are deleted after two days."""
    forget_unused()


@app.periodic(cron="47 * * * *")
@app.task(name="people.forget_answers", queueing_lock="people.forget_answers")
def forget_old_answers(timestamp: int) -> None:
    """What machines were answered is kept for a day, in case they ask the same again."""
    forget_answers()


@app.task(name="people.erase_again")
def erase_again(person_id: int) -> None:
    """Once more a while after an erasure: a job that had read the person before may have written since."""
    erase(person=Person.objects.get(pk=person_id), by=None, reason=Reason.REQUEST)


@app.periodic(cron="47 3 * * *")
@app.task(name="people.forget_old_merges", queueing_lock="people.forget_old_merges")
def forget_old_merges(timestamp: int) -> None:
    """What an undo of a merge would need is deleted after thirty days."""
    forget_old()
