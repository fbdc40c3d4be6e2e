"""Whether people say that they come. It changes no place: the coordinator sees it."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from people import audit
from people.models import User
from training.models import Enrolment, Session, SessionAnswer


@transaction.atomic
def record(
    *,
    by: User | None,
    enrolment: Enrolment,
    sessions: Iterable[Session],
    answer: str,
    via: str,
    said_at: datetime | None = None,
) -> int:
    """Write down what somebody said about these sessions; how many of their answers changed.

    `by` is None where the secret of the place let them in. An older answer that arrives late changes nothing.
    """
    if by is not None and by.person_id != enrolment.person_id:
        raise PermissionDenied
    now = timezone.now()
    said = min(said_at or now, now)
    enrolment = Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
    if not enrolment.has_place:
        return 0
    known = {row.session_id: row for row in enrolment.answers.all()}
    changed = 0
    for session in sessions:
        if session.edition_id != enrolment.edition_id or session.is_cancelled or session.ends < now:
            continue
        row = known.get(session.pk) or SessionAnswer(session=session, enrolment=enrolment)
        if row.pk and row.said_at > said:
            continue
        is_new = (row.answer, row.about) != (answer, session.starts)
        row.answer, row.via, row.about, row.said_at = answer, via, session.starts, said
        row.save()
        changed += is_new
    if changed:
        audit.record(
            by=by, verb="answer.recorded", target=enrolment, person=enrolment.person_id,
            organisation=enrolment.edition.organiser, edition=enrolment.edition_id,
            answer=answer, via=via,
        )  # fmt: skip
    return changed
