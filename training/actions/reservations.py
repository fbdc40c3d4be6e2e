"""Seats kept for an institution: never more than are free, released by the clock."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from people import audit
from people.access import require
from people.models import Organisation, User
from people.permissions import Permission
from training.actions import promotion
from training.actions.placing import locked
from training.actions.refusals import ReleaseTooLate, TooManySeats
from training.actions.seats import seats_of
from training.models import Edition, SeatReservation


@transaction.atomic
def reserve(
    *,
    by: User | None,
    edition: Edition,
    institution: Organisation,
    seats: int,
    release_at: datetime,
) -> SeatReservation:
    """Keep so many seats for the people of an institution and its branch until that moment; again to change it.

    From then on they are everybody's, without anybody doing anything: the rule looks at the clock.
    """
    edition = locked(edition)
    require(by, Permission.SCHEDULE, organisation=edition.organiser)
    if release_at <= timezone.now() or (edition.starts and release_at > edition.starts):
        raise ReleaseTooLate
    free = _free_without(edition, institution)
    if seats > free:
        raise TooManySeats(free)
    made, _new = SeatReservation.objects.update_or_create(
        edition=edition,
        institution=institution,
        defaults={"seats": seats, "release_at": release_at},
    )
    audit.record(
        by=by, verb="seats.reserved", target=edition, organisation=edition.organiser,
        institution=institution.pk, seats=seats, until=release_at.isoformat(),
    )  # fmt: skip
    promotion.move_up(edition)
    return made


@transaction.atomic
def release(*, by: User | None, reservation: SeatReservation) -> None:
    """Give the seats free before their day; whoever waits moves up at once. Repeatable."""
    edition = locked(reservation.edition)
    require(by, Permission.SCHEDULE, organisation=edition.organiser)
    deleted, _rows = SeatReservation.objects.filter(pk=reservation.pk).delete()
    if deleted:
        audit.record(
            by=by, verb="seats.released", target=edition, organisation=edition.organiser,
            institution=reservation.institution_id,
        )  # fmt: skip
        promotion.move_up(edition)


def _free_without(edition: Edition, institution: Organisation) -> int:
    """Seats that could be kept: those free for all, what the institution's people have, and what is kept for it now."""
    seats = seats_of(edition)
    own = next((kept for kept in seats.kept if kept.path == institution.path), None)
    used = own.used if own else _used_by(edition, institution)
    others = edition.seat_reservations.exclude(institution=institution)
    # Released ones count too: the database adds up all that is on record.
    unkept = edition.capacity - sum(others.values_list("seats", flat=True))
    return max(min(seats.for_all + used + (own.left if own else 0), unkept), 0)


def _used_by(edition: Edition, institution: Organisation) -> int:
    rows = edition.enrolments.taking_a_place()
    return rows.filter(institution__path__startswith=institution.path).count()
