"""The conditions of a place, one by one. The same list serves the page that explains and the action that decides."""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from people.models import Person
from training.actions.errors import (
    EditionCancelled,
    EditionOver,
    EnrolmentClosed,
    EnrolmentNotOpenYet,
    Refused,
)
from training.models import Edition

Condition = Callable[[Edition, Person | None, datetime], Refused | None]
Status = Edition.Status


def not_cancelled(edition: Edition, person: Person | None, at: datetime) -> Refused | None:
    """The edition takes place."""
    return EditionCancelled(edition) if edition.status == Status.CANCELLED else None


def not_over(edition: Edition, person: Person | None, at: datetime) -> Refused | None:
    """There is still something to attend."""
    over = edition.status == Status.DONE or (edition.ends is not None and edition.ends <= at)
    return EditionOver() if over else None


def already_open(edition: Edition, person: Person | None, at: datetime) -> Refused | None:
    """Enrolment has begun."""
    if edition.status in (Status.DRAFT, Status.ANNOUNCED):
        later = edition.enrolment_opens and edition.enrolment_opens > at
        return EnrolmentNotOpenYet(edition.enrolment_opens if later else None)
    if edition.enrolment_opens is not None and edition.enrolment_opens > at:
        return EnrolmentNotOpenYet(edition.enrolment_opens)
    return None


def not_closed(edition: Edition, person: Person | None, at: datetime) -> Refused | None:
    """Enrolment has not ended."""
    return None if edition.takes_enrolments(at) else EnrolmentClosed()


CONDITIONS: tuple[Condition, ...] = (not_cancelled, not_over, already_open, not_closed)


def why_not(
    edition: Edition, person: Person | None = None, *, at: datetime | None = None
) -> Refused | None:
    """The first condition of a place that is not met, or None. A full edition is no refusal: it has a waiting list."""
    now = at or timezone.now()
    for condition in CONDITIONS:
        refusal = condition(edition, person, now)
        if refusal:
            return refusal
    return None


def waiting_may_move_up(edition: Edition, *, at: datetime | None = None) -> bool:
    """A free place goes to the waiting list until the first session begins, and as long as enrolment is open."""
    now = at or timezone.now()
    if edition.status in (Status.DRAFT, Status.DONE, Status.CANCELLED):
        return False
    return edition.starts is None or edition.starts > now or edition.takes_enrolments(now)
