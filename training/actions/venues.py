"""Buildings and their rooms."""

from django.db import transaction

from people import audit
from people.access import require
from people.models import Organisation, User
from people.permissions import Permission
from training.models import Room, Venue


@transaction.atomic
def add_venue(
    *,
    by: User | None,
    organisation: Organisation,
    name: str,
    address: str,
    directions: str = "",
    access: str = "",
) -> Venue:
    """Put a building on record for an institution; it is in the county that the institution covers."""
    require(by, Permission.SCHEDULE, organisation=organisation)
    venue = Venue.objects.create(
        organisation=organisation,
        name=name.strip(),
        address=address.strip(),
        directions=directions.strip(),
        access=access.strip(),
        region=organisation.covers.order_by("path").first(),
    )
    audit.record(by=by, verb="venue.added", target=venue, organisation=organisation)
    return venue


@transaction.atomic
def add_room(*, by: User | None, venue: Venue, name: str, capacity: int) -> Room:
    """Put a room on record; one of that name in the building is found again."""
    require(by, Permission.SCHEDULE, organisation=venue.organisation)
    room, is_new = Room.objects.get_or_create(
        venue=venue, name=name.strip(), defaults={"capacity": capacity}
    )
    if is_new:
        audit.record(by=by, verb="room.added", target=room, organisation=venue.organisation)
    return room
