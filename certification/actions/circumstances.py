"""Recording from when to when a condition of the law holds for a carer."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from certification import queue
from certification.errors import CertificationError
from certification.models import Circumstance
from people import audit
from people.actions.people import home_of
from people.models import Person, User
from people.permissions import Permission


class CircumstanceRefused(CertificationError):
    """Why it cannot be recorded; `field` is the form's."""

    field: str | None = None


class OverlapsAnother(CircumstanceRefused):
    code, field = "overlaps_another", "since"
    message = _(
        "The same is on record for some of these days. End that first, or choose other days."
    )


class EndsBeforeItBegins(CircumstanceRefused):
    code, field = "ends_before_it_begins", "until"
    message = _("The last day must not be before the first.")


@transaction.atomic
def record(
    *, person: Person, condition: str, since: date, until: date | None = None, by: User | None
) -> Circumstance:
    """Put it on record; sent again it is the same one."""
    _locked(person, by)
    if until and until < since:
        raise EndsBeforeItBegins
    rows = person.circumstances.filter(condition=condition)
    same = rows.filter(since=since, until=until).first()
    if same:
        return same
    touching = rows.filter(Q(until=None) | Q(until__gte=since))
    if (touching.filter(since__lte=until) if until else touching).exists():
        raise OverlapsAnother
    made = Circumstance.objects.create(
        person=person, condition=condition, since=since, until=until, recorded_by=by.pk if by else None
    )  # fmt: skip
    _note(made, by, "circumstance.recorded")
    return made


@transaction.atomic
def end(*, circumstance: Circumstance, until: date, by: User | None) -> Circumstance:
    """Set its last day, also where another one was set by mistake."""
    _locked(circumstance.person, by)
    found = Circumstance.objects.get(pk=circumstance.pk)
    if until < found.since:
        raise EndsBeforeItBegins
    others = Circumstance.objects.filter(person=found.person_id, condition=found.condition)
    if others.filter(since__gt=found.since, since__lte=until).exists():
        raise OverlapsAnother
    found.until = until
    found.save(update_fields=["until"])
    _note(found, by, "circumstance.ended")
    return found


def _locked(person: Person, by: User | None) -> None:
    """Two who record for the same person take turns."""
    people = Person.objects.filter(erased_at=None)
    if by is not None:
        people = people.visible_to(by, Permission.EDIT_PEOPLE)
        if by.person_id == person.pk:
            raise PermissionDenied
    if not people.select_for_update(no_key=True, of=("self",)).filter(pk=person.pk).exists():
        raise PermissionDenied


def _note(found: Circumstance, by: User | None, verb: str) -> None:
    queue.ask_about(found.person_id)
    audit.record(
        by=by, verb=verb, target=found, person=found.person_id, organisation=home_of(found.person),
        condition=found.condition,
    )  # fmt: skip
