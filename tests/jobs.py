"""The worker, for tests: what waits in the queue is done now, in its order, in this process."""

from django.db import connection
from django.db.models import QuerySet
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from notifications.models import Message

TELL = "training.tell_of_place"


def waiting(name: str = TELL) -> QuerySet[ProcrastinateJob]:
    """The jobs of that name that nobody has done yet, in their order."""
    return ProcrastinateJob.objects.filter(task_name=name, status="todo").order_by("id")


def run(name: str = TELL) -> int:
    """Do them; how many there were. Each is gone afterwards."""
    found = list(waiting(name))
    for job in found:
        app.tasks[name](**job.args)
    with connection.cursor() as cursor:
        keys = [job.id for job in found]
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [keys])
    return len(found)


def messages() -> QuerySet[Message]:
    """The messages, once the worker has written what waits to be told of places."""
    run()
    return Message.objects.all()
