"""The right to be forgotten and to have a copy. Both walk the privacy register; neither has a list of its own."""

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from people import audit, privacy
from people.access import may
from people.actions.people import home_of
from people.models import Membership, Organisation, Person, User
from people.permissions import Permission
from people.privacy import walk


class Reason(models.TextChoices):
    """Why somebody is erased. A choice, not words: what is typed about a person would outlive them in the trail."""

    REQUEST = "request", _("they asked for it")
    RETENTION = "retention", _("the record was kept as long as the law asks")
    MISTAKE = "mistake", _("they were put on record by mistake")


class NotErasable(ValidationError):
    """What has to end before the person can be erased, one sentence each."""


@transaction.atomic
def erase(*, person: Person, by: User | None, reason: str) -> Person:
    """Forget a person: their row stays as a number that certificates, hours and the trail refer to (decision 2).

    Raises `NotErasable` while they work here or attend a running course. Called again it clears what came since.
    """
    reason = Reason(reason).value
    _require(by, Permission.EDIT_PEOPLE, person)
    for room in privacy.rooms():
        room.prepare(person, by)
    # A second erasure, and whoever is about to issue a certificate, wait here for this one to end.
    person = Person.objects.select_for_update().get(pk=person.pk)
    already = person.erased_at is not None
    if not already:
        _refuse_while_active(person)
    home = home_of(person)
    rows = _forget(person)
    if not already:
        audit.record(
            by=by, verb="person.erased", target=person, person=person, organisation=home, ground=reason, rows=rows
        )  # fmt: skip
        later = app.configure_task("people.erase_again", schedule_in={"minutes": 15})
        later.defer(person_id=person.pk)
    return Person.objects.get(pk=person.pk)


@transaction.atomic
def export(*, person: Person, by: User | None) -> dict[str, Any]:
    """Everything on record about a person, as plain data; asked for by themselves or by their institution."""
    if by is None or by.person_id != person.pk:
        _require(by, Permission.EXPORT_PEOPLE, person)
    copy = {
        "site": settings.SITE_NAME,
        "made_at": timezone.now(),
        "person": person.pk,
        "records": walk.copy_rows(walk.subject_of(person)),
        "older_records": [
            walk.copy_rows(walk.subject_of(old)) for old in person.merged_here.order_by("pk")
        ],
    }
    audit.record(
        by=by, verb="person.copied", target=person, person=person, organisation=home_of(person)
    )
    return json.loads(json.dumps(copy, cls=DjangoJSONEncoder))


def _forget(person: Person) -> dict[str, int]:
    """The rows of the person, and those that stayed with records which became part of theirs."""
    for old in person.merged_here.order_by("pk"):
        _forget(old)
    return walk.erase_rows(walk.subject_of(person))


def _refuse_while_active(person: Person) -> None:
    reasons = [str(words) for room in privacy.rooms() for words in room.blockers(person)]
    if reasons:
        raise NotErasable(reasons)


def _require(by: User | None, permission: Permission, person: Person) -> None:
    """Every institution where the person belongs today must let the user, or the last one where they belonged."""
    if by is None or by.is_superuser:
        return
    places = _places(person)
    if not places or not all(may(by, permission, organisation=place) for place in places):
        raise PermissionDenied(f"{permission} of person {person.pk}")


def _places(person: Person) -> list[Organisation]:
    current = Membership.objects.current().filter(person=person).select_related("organisation")
    last = home_of(person)
    return [held.organisation for held in current] or ([last] if last else [])
