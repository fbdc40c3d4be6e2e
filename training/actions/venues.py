"""Buildings and their rooms."""

from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from people import audit
from people.access import require
from people.models import Organisation, User
from people.permissions import Permission
from training.actions.errors import RoomNameTaken
from training.models import Room, Venue

# Latitude and longitude, where known.
Position = tuple[Decimal, Decimal] | None
CHANGEABLE = frozenset({"name", "address", "directions", "access"})


@transaction.atomic
def add_venue(
    *,
    by: User | None,
    organisation: Organisation,
    name: str,
    address: str,
    directions: str = "",
    access: str = "",
    position: Position = None,
) -> Venue:
    """Put a building on record for an institution; it is in the county that the institution covers."""
    require(by, Permission.SCHEDULE, organisation=organisation)
    venue = Venue.objects.create(
        organisation=organisation,
        name=name.strip(),
        address=address.strip(),
        directions=directions.strip(),
        access=access.strip(),
        latitude=position and position[0],
        longitude=position and position[1],
        region=organisation.covers.order_by("path").first(),
    )
    _audit(by, "venue.added", venue, organisation)
    return venue


@transaction.atomic
def change_venue(
    *, by: User | None, venue: Venue, position: Position = None, **facts: str
) -> Venue:
    """Correct what is known of a building: name, address, directions, access, position."""
    venue = (
        Venue.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=venue.pk)
    )
    require(by, Permission.SCHEDULE, organisation=venue.organisation)
    unknown = facts.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"Not changeable: {sorted(unknown)}")
    new: dict[str, Any] = {name: value.strip() for name, value in facts.items()}
    new |= dict(zip(("latitude", "longitude"), position or (None, None), strict=True))
    changed = sorted(name for name, value in new.items() if getattr(venue, name) != value)
    if changed:
        for name in changed:
            setattr(venue, name, new[name])
        venue.save(update_fields=changed)
        _audit(by, "venue.changed", venue, venue.organisation, fields=changed)
    return venue


@transaction.atomic
def change_room(*, by: User | None, room: Room, name: str, capacity: int, access: str = "") -> Room:
    """Correct a room. Raises `RoomNameTaken` where the building has one of that name."""
    rooms = Room.objects.select_for_update(of=("self",)).select_related("venue__organisation")
    room = rooms.get(pk=room.pk)
    organisation = room.venue.organisation
    require(by, Permission.SCHEDULE, organisation=organisation)
    new = {"name": name.strip(), "capacity": capacity, "access": access.strip()}
    changed = sorted(field for field, value in new.items() if getattr(room, field) != value)
    if not changed:
        return room
    for field in changed:
        setattr(room, field, new[field])
    try:
        with transaction.atomic():
            room.save(update_fields=changed)
    except IntegrityError as error:
        raise RoomNameTaken from error
    _audit(by, "room.changed", room, organisation, fields=changed)
    return room


@transaction.atomic
def add_room(*, by: User | None, venue: Venue, name: str, capacity: int, access: str = "") -> Room:
    """Put a room on record; one of that name in the building is found again."""
    require(by, Permission.SCHEDULE, organisation=venue.organisation)
    room, is_new = Room.objects.get_or_create(
        venue=venue, name=name.strip(), defaults={"capacity": capacity, "access": access.strip()}
    )
    if is_new:
        _audit(by, "room.added", room, venue.organisation)
    return room


def _audit(
    by: User | None, verb: str, target: Venue | Room, organisation: Organisation, **data: Any
) -> None:
    audit.record(by=by, verb=verb, target=target, organisation=organisation, **data)
