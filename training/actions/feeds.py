"""A person's calendar address: made, made anew, revoked."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from people import audit
from people.models import Person, User
from training.models import CalendarFeed


@transaction.atomic
def make(*, by: User | None, person: Person) -> CalendarFeed:
    """A new secret address; the one before it answers no more."""
    _require_own(by, person)
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    _revoke(person)
    feed = CalendarFeed.objects.create(person=person)
    audit.record(by=by, verb="feed.made", target=feed, person=person)
    return feed


@transaction.atomic
def revoke(*, by: User | None, person: Person) -> None:
    """The address answers no more. Repeatable."""
    _require_own(by, person)
    feed = CalendarFeed.objects.filter(person=person, revoked_at=None).first()
    if feed and _revoke(person):
        audit.record(by=by, verb="feed.revoked", target=feed, person=person)


def _revoke(person: Person) -> int:
    return CalendarFeed.objects.filter(person=person, revoked_at=None).update(
        revoked_at=timezone.now()
    )


def _require_own(by: User | None, person: Person) -> None:
    if by is not None and by.person_id != person.pk:
        raise PermissionDenied
