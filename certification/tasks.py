"""Background work: see whether something is completed, make the files of certificates. Arguments are numbers only."""

import time
from datetime import timedelta

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from certification import announcing, queue, urgency
from certification.actions import (
    checks,
    completion,
    due,
    earlier,
    evidence,
    exports,
    issuing,
    log,
    periods,
    status_lists,
)
from certification.actions.documents import make, remake
from certification.models import Certificate, CheckList, IssueBatch, StatusList
from training.models import Enrolment

# 12 tries with 2, 4, 8 … seconds between them: a little over an hour. What is still missing then,
# `missing_documents` finds.
PATIENT = RetryStrategy(max_attempts=12, exponential_wait=2)


class NotIssuedYet(Exception):
    """A completed enrolment whose certificate cannot be issued; the text names the programme and the reason."""


@app.task(name="certification.consider", retry=PATIENT)
def consider(enrolment_id: int) -> None:
    """Look whether an enrolment is completed. Looks again by itself when a session that is awaited ends."""
    enrolment = Enrolment.objects.filter(pk=enrolment_id).first()
    if enrolment is None:
        return
    outcome = completion.consider(enrolment=enrolment)
    if outcome.look_again:
        queue.ask_later(enrolment_id, outcome.look_again)
    if outcome.problems:
        raise NotIssuedYet("; ".join(outcome.problems))


@app.task(name="certification.make_document", retry=PATIENT)
def make_document(certificate_id: int) -> None:
    """Print and seal a certificate, unless that was done."""
    certificate = Certificate.objects.filter(pk=certificate_id).first()
    if certificate:
        make(certificate=certificate)


@app.task(name="certification.remake_document", retry=PATIENT)
def remake_document(certificate_id: int) -> None:
    """Print and seal a certificate again: its digital certificate bears another key now."""
    certificate = Certificate.objects.filter(pk=certificate_id).first()
    if certificate:
        remake(certificate=certificate)


@app.task(name="certification.issue_batch", retry=PATIENT)
def issue_batch(batch_id: int) -> None:
    """Issue the certificates of a batch that are still to come."""
    issuing.work(batch_id=batch_id)


@app.periodic(cron="* * * * *")
@app.task(name="certification.resume_batches", queueing_lock="resume_batches")
def resume_batches(timestamp: int) -> None:
    """Ask again for batches that stand still, such as after the death of a worker."""
    before = timezone.now() - timedelta(minutes=1)
    standing = IssueBatch.objects.filter(status=IssueBatch.Status.RUNNING, worked_at__lt=before)
    for pk in standing.values_list("pk", flat=True):
        queue.ask_for_batch(pk)


@app.periodic(cron="*/10 * * * *")
@app.task(name="certification.missing_documents", queueing_lock="missing_documents")
def missing_documents(timestamp: int) -> None:
    """Asks again for every file whose job gave up, such as while the key of the seal was missing."""
    before = timezone.now() - timedelta(hours=2)
    waiting = Certificate.objects.filter(document=None, content__isnull=False, issued_at__lt=before)
    for pk in waiting.order_by("pk").values_list("pk", flat=True)[:500]:
        queue.ask_for_document(pk)


@app.periodic(cron="40 1 * * *")
@app.task(name="certification.close_day", queueing_lock="close_day", retry=PATIENT)
def close_day(timestamp: int) -> None:
    """Take what is new into the public log and sign how it stands."""
    log.add_new()
    log.sign_head()


@app.periodic(cron="7 2 * * *")
@app.task(name="certification.refresh_urgency", queueing_lock="refresh_urgency")
def refresh_urgency(timestamp: int) -> None:
    """Certificates come nearer to their end by the night: so do people on waiting lists to their turn."""
    urgency.refresh()


@app.periodic(cron="* * * * *")
@app.task(name="certification.refresh_periods", queueing_lock="refresh_periods")
def refresh_periods(timestamp: int) -> None:
    """Work out anew how those stood whose records changed: until then a board reads their records, which is slower."""
    until = time.monotonic() + 50
    while time.monotonic() < until and periods.refresh():
        pass


@app.task(name="certification.sign_list", retry=PATIENT)
def sign_list(list_id: int) -> None:
    """Sign a status list anew: something happened to a certificate in it."""
    status = StatusList.objects.filter(pk=list_id).first()
    if status:
        status_lists.sign(status=status)


@app.periodic(cron="50 */6 * * *")
@app.task(name="certification.sign_old_lists", queueing_lock="sign_old_lists", retry=PATIENT)
def sign_old_lists(timestamp: int) -> None:
    """Every list is signed anew twice a day: verifiers refuse one that is older than a day."""
    status_lists.sign_old()


@app.periodic(cron="23 4 * * *")
@app.task(name="certification.forget_papers", queueing_lock="forget_papers")
def forget_papers(timestamp: int) -> None:
    """Photos and files of papers go a year after the decision; what was decided stays."""
    evidence.forget_papers()


@app.periodic(cron="27 * * * *")
@app.task(name="certification.forget_earlier_lists", queueing_lock="forget_earlier_lists")
def forget_earlier_lists(timestamp: int) -> None:
    """Uploaded lists of paper certificates are deleted after a day."""
    earlier.forget_expired()


@app.periodic(cron="29 * * * *")
@app.task(name="certification.forget_office", queueing_lock="forget_office")
def forget_office(timestamp: int) -> None:
    """What an office did for many at one click, and lists that it had checked, are kept for a day."""
    due.forget_expired()
    checks.forget_expired()
    exports.forget_expired()


@app.periodic(cron="10 * * * *")
@app.task(name="certification.ask_for_exports", queueing_lock="ask_for_exports")
def ask_for_exports(timestamp: int) -> None:
    """Files whose day has come; each hour, so that a night without a worker costs none."""
    exports.ask_for_due()


@app.task(name="certification.make_export", retry=PATIENT)
def make_export(plan_id: int) -> None:
    """Make a file that somebody gets regularly and tell them."""
    exports.make(plan_id=plan_id)


@app.task(name="certification.check_names", retry=PATIENT)
def check_names(list_id: int) -> None:
    """Read and answer the rows of a list that are still to come."""
    checks.work(list_id=list_id)


@app.periodic(cron="* * * * *")
@app.task(name="certification.resume_checks", queueing_lock="resume_checks")
def resume_checks(timestamp: int) -> None:
    """Ask again for lists that stand still, such as after the death of a worker."""
    before = timezone.now() - timedelta(minutes=1)
    standing = CheckList.objects.filter(status__in=["waiting", "running"], worked_at__lt=before)
    for pk in standing.values_list("pk", flat=True):
        queue.ask_for_check(pk)


@app.periodic(cron="31 5 * * *")
@app.task(name="certification.announce_expiring", queueing_lock="announce_expiring")
def announce_expiring(timestamp: int) -> None:
    """Programs that want to know hear which certificates can be renewed from today."""
    announcing.announce_expiring()
