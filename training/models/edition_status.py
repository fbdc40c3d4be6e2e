"""The states of an edition and the ways between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EditionStatus(models.TextChoices):
    """Where an edition stands."""

    DRAFT = "draft", _("draft")
    ANNOUNCED = "announced", _("announced")
    OPEN = "open", _("open for enrolment")
    CLOSED = "closed", _("enrolment closed")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


# From which status to which; the action says so in words and a trigger in the database makes sure.
# A cancelled edition stays cancelled: people were told.
NEXT: dict[str, tuple[EditionStatus, ...]] = {
    EditionStatus.DRAFT: (EditionStatus.ANNOUNCED, EditionStatus.OPEN, EditionStatus.CANCELLED),
    EditionStatus.ANNOUNCED: (EditionStatus.OPEN, EditionStatus.CLOSED, EditionStatus.CANCELLED),
    EditionStatus.OPEN: (
        EditionStatus.CLOSED,
        EditionStatus.RUNNING,
        EditionStatus.DONE,
        EditionStatus.CANCELLED,
    ),
    EditionStatus.CLOSED: (
        EditionStatus.OPEN,
        EditionStatus.RUNNING,
        EditionStatus.DONE,
        EditionStatus.CANCELLED,
    ),
    EditionStatus.RUNNING: (
        EditionStatus.OPEN,
        EditionStatus.CLOSED,
        EditionStatus.DONE,
        EditionStatus.CANCELLED,
    ),
    EditionStatus.DONE: (EditionStatus.RUNNING,),
    EditionStatus.CANCELLED: (),
}
STATUS_WAYS = [(old.value, new.value) for old in EditionStatus for new in NEXT[old]]
