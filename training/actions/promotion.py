"""The waiting list moves up."""

from training import notices
from training.actions.conditions import waiting_may_move_up
from training.actions.placing import Status, audit_place
from training.actions.seats import path_of, seats_of
from training.models import Edition, Enrolment


def move_up(edition: Edition) -> list[Enrolment]:
    """Give free places to the waiting list in its order. The caller holds the lock on the edition.

    Whoever asked together moves together: where not all of them fit, the next in the list are tried.
    """
    if not waiting_may_move_up(edition):
        return []
    seats = seats_of(edition)
    if not seats.empty:
        return []
    rows = Enrolment.objects.filter(edition=edition).waiting()
    rows = rows.select_related("person", "institution")
    if not seats.kept and not rows.filter(party__isnull=False).exists():
        rows = rows[: seats.empty]  # nobody is passed over: the first ones are enough
    waiting = list(rows.select_for_update(no_key=True, of=("self",)))
    moved: list[Enrolment] = []
    tried: set[int] = set()
    for first in waiting:
        if first.pk in tried or not seats.empty:
            continue
        party = [w for w in waiting if first.party and w.party == first.party] or [first]
        tried.update(enrolment.pk for enrolment in party)
        paths = [path_of(enrolment.institution) for enrolment in party]
        if seats.take_all(paths):
            moved += party
    for enrolment in moved:
        enrolment.edition = edition
        enrolment.status = Status.CONFIRMED
        enrolment.save(update_fields=["status"])
        audit_place(None, "enrolment.moved_up", enrolment)
        notices.moved_up(enrolment)
    return moved
