"""Writing down the right to care that another body gave, took or suspended."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from formats import names
from people import audit
from people.actions.people import home_of, require_answering
from people.models import Authorisation, Person, User


@transaction.atomic
def record(
    *, by: User | None, person: Person, kind: str, since: date, **facts: Any
) -> Authorisation:
    """A new authorisation of a person (`facts`: number, body, until, review_due, status). The same again finds it."""
    Person.objects.select_for_update().get(pk=person.pk)
    require_answering(by, person)
    home = home_of(person)
    values = _values(kind=kind, since=since, **facts)
    same = {name: values[name] for name in ("kind", "number", "since") if name in values}
    if found := Authorisation.objects.filter(person=person, **same).first():
        return found
    made = Authorisation.objects.create(person=person, organisation=home, **values)
    audit.record(
        by=by, verb="authorisation.recorded", target=made, person=person, organisation=home,
        since=str(made.since), status=made.status,
    )  # fmt: skip
    return made


@transaction.atomic
def change(
    *, by: User | None, authorisation: Authorisation, kind: str, since: date, **facts: Any
) -> Authorisation:
    """Correct an authorisation, or write down that it was suspended, withdrawn or given for longer."""
    held = (
        Authorisation.objects.select_for_update(of=("self",))
        .select_related("person")
        .get(pk=authorisation.pk)
    )
    require_answering(by, held.person)
    values = _values(kind=kind, since=since, **facts)
    changed = sorted(name for name, value in values.items() if getattr(held, name) != value)
    if held.kind == values["kind"]:  # what a preset calls it in five languages stays
        changed = [name for name in changed if name != "kind_name"]
    for name in changed:
        setattr(held, name, values[name])
    if changed:
        held.save(update_fields=changed)
        audit.record(
            by=by, verb="authorisation.changed", target=held, person=held.person,
            organisation=home_of(held.person), fields=changed, status=held.status,
        )  # fmt: skip
    return held


def _values(*, kind: str, since: date, until: date | None = None, **facts: Any) -> dict[str, Any]:
    if until and until < since:
        raise ValidationError({"until": _("The last day is before the first.")})
    words = {
        name: names.clean(value) if isinstance(value, str) else value
        for name, value in facts.items()
    }
    plain = names.clean(kind)
    named = {"kind": plain, "kind_name": {get_language() or "en": plain}}
    return {**named, **words, "since": since, "until": until}
