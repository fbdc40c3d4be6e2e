"""Walking the register: erasing, copying and counting the rows of one person."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from functools import partial
from typing import Any

import pgtrigger
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from people import privacy
from people.models import Person, User
from people.privacy.kinds import Deed, OnErase, Subject, Table

# In GO tables all files go; elsewhere those whose field is emptied.
FORGOTTEN = (Deed.BLANK, Deed.GOES)


def subject_of(person: Person) -> Subject:
    """The person's keys, addresses and names as they are now: an erasure needs them after they are gone."""
    users = User.objects.filter(person=person)
    addresses = {person.email.lower(), *(user.email.lower() for user in users)}
    addresses |= {
        email.lower()
        for email in EmailAddress.objects.filter(user__in=users).values_list("email", flat=True)
    }
    addresses -= {""} | _shared(addresses, person)
    # Somebody may have asked for a code with this address and never finished: that log-in is the person's too.
    mine = Q(person=person) | Q(person=None, is_superuser=False, email__in=addresses)
    return Subject(
        person_id=person.pk,
        user_ids=tuple(User.objects.filter(mine).values_list("pk", flat=True)),
        addresses=frozenset(addresses),
        names=tuple(name for name in (person.family_name, person.given_name) if name),
    )


def _shared(addresses: set[str], person: Person) -> set[str]:
    """Addresses that another person on record has as well: what was written there may be theirs."""
    others = Person.objects.filter(email__in=addresses - {""}).exclude(pk=person.pk)
    return {email.lower() for email in others.values_list("email", flat=True)}


def erase_rows(subject: Subject) -> dict[str, int]:
    """Do to every row of the person what the register says; how many rows of which table.

    From the last room to the first, and within a room from the end: what refers goes before what is referred to.
    """
    done = {}
    for table in reversed(privacy.tables()):
        with _past_trigger(table):
            count = _erase(table, subject) if table.rows else 0
            _unlink(table, subject)
        if count:
            done[table.model] = count
    return done


def _past_trigger(table: Table) -> AbstractContextManager[None]:
    return pgtrigger.ignore(table.past_trigger) if table.past_trigger else nullcontext()


def _unlink(table: Table, subject: Subject) -> None:
    model = apps.get_model(table.model)
    for name in table.fields_that(Deed.UNLINK):
        model._base_manager.filter(**{f"{name}__in": subject.user_ids}).update(**{name: None})


def _erase(table: Table, subject: Subject) -> int:
    rows = rows_of(table, subject)
    keys = list(rows.values_list("pk", flat=True))
    rows = rows.model._base_manager.filter(pk__in=keys)
    _forget_files(table, rows)
    if table.on_erase == OnErase.GO:
        rows.delete()
        return len(keys)
    if table.on_erase == OnErase.END:
        _end(rows)
    changes = _changes(table)
    if changes:
        rows.update(**changes)
    return len(keys) if changes or table.on_erase == OnErase.END else 0


def _end(rows: models.QuerySet) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    rows.filter(since__gt=yesterday).delete()
    rows.filter(Q(until=None) | Q(until__gt=yesterday)).update(until=yesterday)


def _changes(table: Table) -> dict[str, Any]:
    """In one statement, because constraints look at several fields."""
    model = apps.get_model(table.model)
    blanks = {name: empty(model._meta.get_field(name)) for name in table.fields_that(Deed.BLANK)}
    return blanks | {name: erase.value for name, erase in table.fields_that(Deed.SET).items()}


def empty(field: Any) -> Any:
    """What an emptied field holds: NULL where it may, else its default, else no characters."""
    return None if field.null else field.get_default()


def _forget_files(table: Table, rows: models.QuerySet) -> None:
    names = {name for deed in FORGOTTEN for name in table.fields_that(deed)}
    for field in rows.model._meta.local_fields:
        if isinstance(field, models.FileField) and field.name in names:
            for name in rows.exclude(**{field.name: ""}).values_list(field.name, flat=True):
                if name:
                    transaction.on_commit(partial(field.storage.delete, name))


def rows_of(table: Table, subject: Subject) -> models.QuerySet:
    """The person's rows of a table, in the order in which they came."""
    assert table.rows is not None
    return apps.get_model(table.model)._base_manager.filter(table.rows(subject)).order_by("pk")


def tables_of(subject: Subject) -> Iterator[tuple[Table, int]]:
    """The tables that hold something of the person, with the number of rows."""
    for table in privacy.tables():
        if table.rows and (count := rows_of(table, subject).count()):
            yield table, count


def copy_rows(subject: Subject) -> dict[str, list[dict[str, Any]]]:
    """Every exported field of every row of the person, by table."""
    found = {}
    for table in privacy.tables():
        names = table.exported()
        if table.rows and names:
            fields = (apps.get_model(table.model)._meta.get_field(name) for name in names)
            links = [f.name for f in fields if f.is_relation and not f.many_to_many]
            rows = (
                rows_of(table, subject).select_related(*links) if links else rows_of(table, subject)
            )
            copies = [{name: _plain(getattr(row, name)) for name in names} for row in rows]
            if copies:
                found[table.model] = copies
    return found


def _plain(value: Any) -> Any:
    """Names in place of numbers for related records, names of files in place of files."""
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, models.Manager):
        return [str(one) for one in value.all()]
    return value.name if isinstance(value, models.fields.files.FieldFile) else value
