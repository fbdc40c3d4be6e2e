"""Calendar addresses: made, made anew, revoked. A person's by themselves, a room's by whoever may schedule in it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from people import audit
from people.access import require
from people.models import Person, User
from people.permissions import Permission
from training.models import CalendarFeed, Room

Kind = CalendarFeed.Kind


@transaction.atomic
def make(*, by: User | None, person: Person, kind: str = Kind.PERSON) -> CalendarFeed:
    """A new secret address; the one before it answers no more."""
    _require_own(by, person)
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    CalendarFeed.objects.open().filter(person=person, kind=kind).update(revoked_at=timezone.now())
    feed = CalendarFeed.objects.create(person=person, kind=kind)
    audit.record(by=by, verb="feed.made", target=feed, person=person)
    return feed


@transaction.atomic
def revoke(*, by: User | None, person: Person, kind: str = Kind.PERSON) -> None:
    """The address answers no more. Repeatable."""
    _require_own(by, person)
    for feed in CalendarFeed.objects.open().filter(person=person, kind=kind).select_for_update():
        _close(feed)
        audit.record(by=by, verb="feed.revoked", target=feed, person=person)


@transaction.atomic
def make_for_room(*, by: User | None, room: Room) -> CalendarFeed:
    """A new secret address of a room; the one before it answers no more."""
    room = Room.objects.select_for_update(no_key=True, of=("self",)).get(pk=room.pk)
    organisation = room.venue.organisation
    require(by, Permission.SCHEDULE, organisation=organisation)
    CalendarFeed.objects.open().filter(room=room).update(revoked_at=timezone.now())
    feed = CalendarFeed.objects.create(room=room, kind=Kind.ROOM)
    audit.record(by=by, verb="feed.made", target=feed, organisation=organisation, room=room.pk)
    return feed


@transaction.atomic
def revoke_for_room(*, by: User | None, room: Room) -> None:
    """The room's address answers no more. Repeatable."""
    organisation = room.venue.organisation
    require(by, Permission.SCHEDULE, organisation=organisation)
    for feed in CalendarFeed.objects.open().filter(room=room).select_for_update():
        _close(feed)
        audit.record(
            by=by, verb="feed.revoked", target=feed, organisation=organisation, room=room.pk
        )


def _close(feed: CalendarFeed) -> None:
    feed.revoked_at = timezone.now()
    feed.save(update_fields=["revoked_at"])


def _require_own(by: User | None, person: Person) -> None:
    if by is not None and by.person_id != person.pk:
        raise PermissionDenied
