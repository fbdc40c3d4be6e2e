"""Saying that two records are two people, and taking that back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people import audit
from people.actions.people import home_of, require_answering
from people.models import Apart, Person, User


@transaction.atomic
def keep_apart(*, by: User | None, one: Person, other: Person) -> Apart:
    """These two are not the same person: the list of duplicates leaves them out. The same again finds it said."""
    first, second = _locked(one, other)
    for person in (first, second):
        require_answering(by, person)
    if any(person.merged_into_id or person.erased_at for person in (first, second)):
        raise ValidationError(_("One of the two records is no longer there."))
    found, made = Apart.objects.get_or_create(first=first, second=second, defaults={"by": by})
    if made:
        _tell(by, "person.kept_apart", found)
    return found


@transaction.atomic
def take_back(*, by: User | None, one: Person, other: Person) -> None:
    """They may be one person after all. A second call finds nothing left to do."""
    for person in _locked(one, other):
        require_answering(by, person)
    found = Apart.objects.of(one, other).first()
    if found:
        _tell(by, "person.maybe_same", found)
        found.delete()


def _locked(one: Person, other: Person) -> tuple[Person, Person]:
    """Both for this transaction alone, by number: whoever merges them waits, and the other way round."""
    rows = Person.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk, other.pk])
    people = list(rows.order_by("pk"))
    if len(people) != 2:
        raise ValidationError(_("Choose two different records."))
    return people[0], people[1]


def _tell(by: User | None, verb: str, apart: Apart) -> None:
    for person, other in ((apart.first, apart.second), (apart.second, apart.first)):
        audit.record(
            by=by, verb=verb, target=apart, person=person, organisation=home_of(person), other=other.pk
        )  # fmt: skip
