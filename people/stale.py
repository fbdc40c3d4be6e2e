"""Records that nobody has looked at for long."""

from datetime import date

from django.db.models import DateField, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from people.access import grants_of
from people.models import Membership, Organisation, Person, User
from people.permissions import Permission


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 - months, 12)
    year, month = day.year + years, month + 1
    for last in range(day.day, day.day - 4, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise ValueError(day)


def stale(user: User, months: int, organisation: Organisation | None = None) -> QuerySet[Person]:
    """People of the user's branches whose record was last verified (else: made) longer ago, the oldest first."""
    places = Membership.objects.current().filter(
        grants_of(user).within("organisation__path", Permission.EDIT_PEOPLE)
    )
    if organisation:
        places = places.filter(organisation__path__startswith=organisation.path)
    seen = Person.objects.filter(
        pk__in=places.values("person"), erased_at=None, merged_into=None
    ).exclude(pk=user.person_id)
    checked = Coalesce("verified_on", TruncDate("created_at"), output_field=DateField())
    return (
        seen.annotate(checked=checked)
        .filter(checked__lt=months_before(timezone.localdate(), months))
        .order_by("checked", "sort_key", "pk")
    )
