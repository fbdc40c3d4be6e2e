"""Who on a waiting list is urgent. Training cannot know: it asks by signal, and whoever knows certificates writes."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from training.models import Edition, Enrolment
from training.signals import waiting_list_asked

Status = Enrolment.Status


def ask_for_urgency(edition: Edition) -> None:
    """Say that the list is about to be read, where its rule prefers somebody."""
    if edition.has_priority:
        waiting = Enrolment.objects.filter(edition=edition, status=Status.WAITLISTED)
        keys = list(waiting.values_list("pk", flat=True))
        waiting_list_asked.send(Edition, edition_id=edition.pk, enrolment_ids=keys)


@transaction.atomic
def set_urgency(urgencies: Mapping[int, str]) -> None:
    """Write how urgent people on a waiting list are (enrolment → Urgency). Who asked together is so if all are."""
    rows = Enrolment.objects.filter(pk__in=urgencies, status=Status.WAITLISTED)
    found = list(rows.order_by("pk").only("pk", "party", "urgency"))
    of_party: dict[UUID, set[str]] = {}
    for row in found:
        if row.party:
            of_party.setdefault(row.party, set()).add(urgencies[row.pk])
    changed = []
    for row in found:
        is_mixed = row.party is not None and len(of_party[row.party]) > 1
        wanted = Enrolment.Urgency.NONE if is_mixed else urgencies[row.pk]
        if row.urgency != wanted:
            row.urgency = wanted
            changed.append(row)
    Enrolment.objects.bulk_update(changed, ["urgency"], batch_size=500)
