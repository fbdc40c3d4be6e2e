"""Housekeeping of people's data that was never meant to stay."""

from procrastinate.contrib.django import app

from people.actions.accounts import forget_unused
from people.actions.imports import forget_expired


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
