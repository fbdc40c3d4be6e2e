"""Who opened whose record, and the names of those who acted."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext as _

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


def names_of(users: Iterable[int | None]) -> dict[int | None, str]:
    """The names of these users by number, for rows that keep a plain number; whoever has gone is said to have gone."""
    numbers = set(users)
    rows = User.objects.select_related("person").filter(
        pk__in=[number for number in numbers if number]
    )
    names = {row.pk: row.person.full_name if row.person else row.email for row in rows}
    return {
        number: names.get(number or 0) or _("somebody who is no longer here") for number in numbers
    }
