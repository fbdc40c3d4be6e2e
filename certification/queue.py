"""Putting work into the queue from inside a transaction; the work itself is in `tasks`.

By name, so that actions can ask for a job that calls actions.
"""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from procrastinate.contrib.django import app
from psycopg.types.json import Jsonb

from certification.models import Certificate, ProgrammeCourse
from people.statements import answers
from training.models import Enrolment

CONSIDER, MAKE_DOCUMENT = "certification.consider", "certification.make_document"
REMAKE_DOCUMENT = "certification.remake_document"
SIGN_LIST, ISSUE_BATCH = "certification.sign_list", "certification.issue_batch"
CHECK_NAMES, MAKE_EXPORT = "certification.check_names", "certification.make_export"

# What procrastinate's own function writes. A job that waits is locked until the caller's transaction ends: a worker
# passes over it, and sees what was written here when it does it. (A refused second job would say the same, but leaves
# the first to a worker that may begin a moment too early; and it costs a savepoint.)
ASK_ONCE = """
WITH waiting AS (
    SELECT id FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo' FOR SHARE
), asked AS (
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args, scheduled_at)
    SELECT %s, %s, %s::int, %s, %s::jsonb, %s::timestamptz WHERE NOT EXISTS (SELECT FROM waiting)
    ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
    RETURNING id
)
SELECT id FROM waiting UNION ALL SELECT id FROM asked
"""


def ask(enrolment_id: int) -> None:
    """Ask, once, whether that enrolment is completed."""
    _once(CONSIDER, f"consider-{enrolment_id}", enrolment_id=enrolment_id)


def ask_about(*people: int, but: int | None = None) -> None:
    """Ask about every course that they completed and that led to no certificate: something of theirs changed."""
    leading = ProgrammeCourse.objects.filter(
        course__translation_key=OuterRef("edition__course__translation_key"), programme__is_active=True
    )  # fmt: skip
    has_one = Certificate.objects.filter(enrolment_id=OuterRef("pk"))
    mine = Enrolment.objects.filter(person__in=people, status=Enrolment.Status.COMPLETED)
    open_ones = mine.filter(Exists(leading), ~Exists(has_one)).exclude(pk=but or 0)
    for pk in open_ones.order_by("pk").values_list("pk", flat=True):
        ask(pk)


def ask_later(enrolment_id: int, moment: datetime) -> None:
    """Ask again a minute after that moment."""
    when = moment + timedelta(minutes=1)
    _once(CONSIDER, f"consider-{enrolment_id}-later", schedule_at=when, enrolment_id=enrolment_id)


def ask_for_document(certificate_id: int) -> None:
    """Ask, once, for the file of that certificate."""
    _once(MAKE_DOCUMENT, f"document-{certificate_id}", certificate_id=certificate_id)


def ask_for_new_document(certificate_id: int) -> None:
    """Ask, once, that the file of that certificate be made again."""
    _once(REMAKE_DOCUMENT, f"new-document-{certificate_id}", certificate_id=certificate_id)


def ask_for_list(list_id: int) -> None:
    """Ask, once, that a status list be signed anew."""
    _once(SIGN_LIST, f"status-list-{list_id}", list_id=list_id)


def ask_for_batch(batch_id: int) -> None:
    """Ask, once, that the certificates of a batch be issued: before the files of those that are issued already."""
    _once(ISSUE_BATCH, f"issue-batch-{batch_id}", priority=10, batch_id=batch_id)


def ask_for_check(list_id: int) -> None:
    """Ask, once, that a list of names be checked."""
    _once(CHECK_NAMES, f"check-names-{list_id}", priority=5, list_id=list_id)


def ask_for_export(plan_id: int) -> None:
    """Ask, once, for a file that comes regularly."""
    _once(MAKE_EXPORT, f"make-export-{plan_id}", plan_id=plan_id)


def _once(
    task: str,
    queueing_lock: str,
    *,
    schedule_at: datetime | None = None,
    priority: int = 0,
    **arguments: int,
) -> None:
    """In the caller's transaction; a job that waits already is enough, and waits on until that transaction ends."""
    job = app.configure_task(task, queueing_lock=queueing_lock, priority=priority).job
    values = [job.queue, task, job.priority, queueing_lock, Jsonb(arguments), schedule_at]
    # Nothing comes back where another asked for the same at this moment: by now its job is there, or is worked on.
    while not answers(ASK_ONCE, [queueing_lock, *values]):
        pass
