"""Somebody looked at a record and found it right."""

from django.db import transaction
from django.utils import timezone

from people import audit
from people.actions.people import home_of, require_answering
from people.models import Person, User


@transaction.atomic
def verify(*, by: User | None, person: Person) -> Person:
    """The record is right today. On the same day by the same user it is said once."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    require_answering(by, person)
    today = timezone.localdate()
    if person.verified_on == today and person.verified_by == by:
        return person
    person.verified_on, person.verified_by = today, by
    person.save(update_fields=["verified_on", "verified_by"])
    audit.record(
        by=by, verb="person.verified", target=person, person=person, organisation=home_of(person)
    )
    return person
