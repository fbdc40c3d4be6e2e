"""Who opened whose record."""

from django.db import models

from people import audit
from people.access import grants_of
from people.models import Organisation, Person, User
from people.permissions import Permission


def opened(user: User, target: models.Model, person: Person, verb: str) -> None:
    """Write down that somebody opened a record of another person; one's own leaves no trace."""
    if user.person_id != person.pk:
        audit.record(
            by=user, verb=verb, target=target, person=person, organisation=where(user, person)
        )


def where(user: User, person: Person) -> Organisation | None:
    """The institution of a person, as the user's branch knows it: the lowest one."""
    memberships = person.memberships.current().select_related("organisation")
    if not grants_of(user).everywhere(Permission.VIEW_STANDING) and user.person_id != person.pk:
        memberships = memberships.filter(
            grants_of(user).within("organisation__path", Permission.VIEW_STANDING)
        )
    found = [membership.organisation for membership in memberships]
    return max(found, key=lambda organisation: len(organisation.path), default=None)
