"""Housekeeping of the queue itself and of the CMS."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="config.rescue_stalled", queueing_lock="rescue_stalled", pass_context=False)
async def rescue_stalled(timestamp: int) -> None:
    """Puts back jobs whose worker died (Procrastinate does not by itself); every job is idempotent."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await app.job_manager.retry_job(job)


@app.periodic(cron="*/5 * * * *")
@app.task(name="config.publish_scheduled", queueing_lock="publish_scheduled")
def publish_scheduled(timestamp: int) -> None:
    """Publishes and takes down the CMS pages whose time has come."""
    call_command("publish_scheduled")


@app.periodic(cron="27 3 * * *")
@app.task(name="config.forget_visits", queueing_lock="forget_visits")
def forget_visits(timestamp: int) -> None:
    """Deletes sessions that ended, with the device and internet address they came from."""
    call_command("clearsessions")
    ended = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    UserSession.objects.filter(last_seen_at__lt=ended).delete()


@app.periodic(cron="47 3 * * *")
@app.task(name="config.forget_jobs", queueing_lock="forget_jobs", pass_context=False)
async def forget_jobs(timestamp: int) -> None:
    """Deletes jobs that were done a month ago, the failed ones as well."""
    await app.job_manager.delete_old_jobs(
        nb_hours=30 * 24, include_failed=True, include_cancelled=True, include_aborted=True
    )
