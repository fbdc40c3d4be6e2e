"""Writing the audit trail."""

from typing import Any

from django.db import models

from people.models import AuditEvent, Organisation, Person, User
from people.statements import insert


def record(
    *,
    by: User | None,
    verb: str,
    target: models.Model,
    person: Person | int | None = None,
    organisation: Organisation | None = None,
    **data: Any,
) -> AuditEvent:
    """Write one deed into the trail. `data` holds plain values, never names, addresses, codes or numbers of people."""
    event = deed(by=by, verb=verb, target=target, person=person, organisation=organisation, **data)
    insert(event)
    return event


def deed(
    *,
    by: User | None,
    verb: str,
    target: models.Model,
    person: Person | int | None = None,
    organisation: Organisation | None = None,
    **data: Any,
) -> AuditEvent:
    """One deed as `record` writes it, for whoever writes it together with what was done."""
    return AuditEvent(
        actor_id=by.pk if by else None,
        verb=verb,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        person_id=person.pk if isinstance(person, Person) else person,
        organisation_path=organisation.path if organisation else "",
        data=data,
    )
