"""The waiting list moves up: at once, or by an offer with a deadline."""

from datetime import datetime, timedelta

from django.utils import timezone

from training import notices
from training.actions.conditions import waiting_may_move_up
from training.actions.placing import Status, audit_place
from training.actions.seats import path_of, seats_of
from training.actions.urgency import ask_for_urgency
from training.models import Edition, Enrolment


def move_up(edition: Edition) -> list[Enrolment]:
    """Give or offer free places to the waiting list by its rule. The caller holds the lock on the edition.

    Offers that ran out are free places. Whoever asked together moves together: where not all of them fit, the next in
    the list are tried.
    """
    _let_run_out(edition)
    if not waiting_may_move_up(edition):
        return []
    seats = seats_of(edition)
    rows = Enrolment.objects.filter(edition=edition).waiting()
    if not seats.empty or not rows.exists():
        return []
    ask_for_urgency(edition)
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
    until = _deadline(edition)
    for enrolment in moved:
        enrolment.edition = edition
        _promote(enrolment, until)
    return moved


def _deadline(edition: Edition) -> datetime | None:
    """Until when an offer made now can be answered: never after the course begins. None: no offers here."""
    if not edition.offer_hours:
        return None
    now = timezone.now()
    until = now + timedelta(hours=edition.offer_hours)
    return min(until, edition.starts) if edition.starts and edition.starts > now else until


def _promote(enrolment: Enrolment, until: datetime | None) -> None:
    enrolment.status = Status.OFFERED if until else Status.CONFIRMED
    enrolment.offer_until = until
    enrolment.save(update_fields=["status", "offer_until"])
    if until:
        audit_place(None, "enrolment.offered", enrolment, until=until.isoformat())
        notices.place_offered(enrolment)
    else:
        audit_place(None, "enrolment.moved_up", enrolment)
        notices.moved_up(enrolment)


def _let_run_out(edition: Edition) -> None:
    """Offers that nobody answered in time end by the clock, whoever looks first."""
    over = Enrolment.objects.filter(edition=edition).offer_ran_out().select_related("person")
    for enrolment in over.select_for_update(no_key=True, of=("self",)).order_by("pk"):
        enrolment.edition = edition
        enrolment.status, enrolment.cancelled_at = Status.CANCELLED, timezone.now()
        enrolment.save(update_fields=["status", "cancelled_at"])
        audit_place(None, "enrolment.offer_ran_out", enrolment)
        notices.offer_ran_out(enrolment)
