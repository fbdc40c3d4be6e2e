"""Runs of a course: scheduled, changed, opened, closed, cancelled."""

from datetime import datetime
from typing import Any

from django.db import transaction

from courses.models import Course
from people import audit
from people.access import require
from people.models import Organisation, Region, User
from people.permissions import Permission
from training.actions import enrolments, promotion
from training.actions.errors import CapacityTooLow, ReasonNeeded, StatusNotPossible
from training.actions.refusals import SeatsAreReserved
from training.actions.sessions import cancel_all
from training.actions.waiting_errors import RuleInUse
from training.models import Edition
from training.models.edition_status import NEXT

Status = Edition.Status
CHANGEABLE = frozenset(
    {
        "title",
        "language",
        "region",
        "is_online",
        "capacity",
        "enrolment_opens",
        "enrolment_closes",
        "notes",
        "queue_rule",
        "offer_hours",
        "approval",
        "audience_only",
        "region_only",
        "prerequisite",
        "institution_quota",
        "cancel_hours",
        "trainers_needed",
        "link_minutes",
    }
)
# Going back on what people were told needs a reason as cancelling does.
BACK = frozenset({(Status.DONE, Status.RUNNING)})


@transaction.atomic
def schedule(
    *,
    by: User | None,
    course: Course,
    organiser: Organisation,
    language: str,
    capacity: int,
    region: Region | None = None,
    title: str = "",
    is_online: bool = False,
    enrolment_opens: datetime | None = None,
    enrolment_closes: datetime | None = None,
    notes: str = "",
    status: str = "open",
    **rules: Any,
) -> Edition:
    """Plan a run of a course. Without a county it is in the one that the organiser covers.

    `rules`: how places are given, such as queue_rule and offer_hours of the waiting list.
    """
    require(by, Permission.SCHEDULE, organisation=organiser)
    edition = Edition.objects.create(
        course=course,
        organiser=organiser,
        region=region or (None if is_online else organiser.covers.order_by("path").first()),
        title=title.strip(),
        language=language,
        status=status,
        is_online=is_online,
        capacity=capacity,
        enrolment_opens=enrolment_opens,
        enrolment_closes=enrolment_closes,
        notes=notes.strip(),
        **rules,
    )
    audit.record(
        by=by, verb="edition.scheduled", target=edition, organisation=organiser,
        status=status, capacity=capacity,
    )  # fmt: skip
    return edition


@transaction.atomic
def update(*, by: User | None, edition: Edition, **changes: Any) -> Edition:
    """Change what is known of an edition. More places go to the waiting list at once; fewer than taken are refused."""
    unknown = changes.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"Not changeable: {sorted(unknown)}")
    edition = _locked(edition, by)
    before = {field: getattr(edition, field) for field in changes}
    changed = sorted(field for field, value in changes.items() if before[field] != value)
    if not changed:
        return edition
    for field in changed:
        setattr(edition, field, changes[field])
    taken = edition.enrolments.taking_a_place().count()
    if edition.capacity < taken:
        raise CapacityTooLow(taken)
    if "queue_rule" in changed and edition.enrolments.waiting().exists():
        raise RuleInUse
    reserved = sum(edition.seat_reservations.values_list("seats", flat=True))
    if edition.capacity < reserved:
        raise SeatsAreReserved(reserved)
    edition.save(update_fields=changed)
    audit.record(
        by=by,
        verb="edition.changed",
        target=edition,
        organisation=edition.organiser,
        fields=changed,
    )
    promotion.move_up(edition)
    return edition


@transaction.atomic
def change_status(*, by: User | None, edition: Edition, status: str, reason: str = "") -> Edition:
    """Announce, open, close, end or cancel. Cancelling frees rooms and trainers and tells everybody why."""
    edition = _locked(edition, by)
    before = edition.status
    if status == before:
        return edition
    if status not in NEXT[before]:
        raise StatusNotPossible
    reason = reason.strip()
    if needs_reason(before, status) and not reason:
        raise ReasonNeeded
    edition.status, edition.status_reason = status, reason
    edition.save(update_fields=["status", "status_reason"])
    audit.record(
        by=by,
        verb="edition.status",
        target=edition,
        organisation=edition.organiser,
        before=before,
        after=status,
    )
    if status == Status.CANCELLED:
        enrolments.cancel_all(edition=edition, by=by, reason=reason)
        cancel_all(edition=edition, reason=reason)
    elif status == Status.OPEN:
        promotion.move_up(edition)
    return edition


def needs_reason(before: str, after: str) -> bool:
    """Whether people must be told why."""
    return after == Status.CANCELLED or (before, after) in BACK


def _locked(edition: Edition, by: User | None) -> Edition:
    rows = Edition.objects.select_for_update(no_key=True, of=("self",))
    edition = rows.select_related("organiser", "course").get(pk=edition.pk)
    require(by, Permission.SCHEDULE, organisation=edition.organiser)
    return edition
