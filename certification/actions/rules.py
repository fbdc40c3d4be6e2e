"""Writing the next version of a programme's rules, and publishing it: for a later day, with a second person if asked.

A draft is nobody's rule. What is published is never changed: another version comes after it.
"""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from certification import rule_errors as errors
from certification.days import today
from certification.models import Equivalence, Programme, Requirement, RuleVersion
from people import audit
from people.access import grants_of
from people.models import User
from people.permissions import Permission

Status = RuleVersion.Status
# What a new version takes over from the one before it. Who keeps the former rule is asked afresh each time.
COPIED = (
    "legal_basis",
    "validity",
    "validity_months",
    "review_interval_months",
    "renewal_window_days",
    "grace_days",
    "attendance_percent",
    "unknown",
)
OF_REQUIREMENT = (
    "code",
    "position",
    "category",
    "condition",
    "path",
    "kind",
    "topic",
    "minutes",
    "count",
    "period",
    "months",
    "is_separate",
    "unknown",
    "source",
    "as_of",
    "is_verified",
)
OF_EQUIVALENCE = ("topic", "course", "programme", "minutes")


@transaction.atomic
def draft(*, programme: Programme, effective_from: date, by: User | None) -> RuleVersion:
    """Begin the next version: a copy of the newest published one, in force from that day once it is published."""
    _locked(programme, by)
    if programme.versions.drafts().exists():
        raise errors.AnotherDraft
    newest = programme.versions.published().order_by("-effective_from").first()
    values = {name: getattr(newest, name) for name in COPIED} if newest else {}
    made = RuleVersion.objects.create(
        programme=programme, status=Status.DRAFT, effective_from=effective_from, **values
    )
    for row in newest.requirements.all() if newest else ():
        _copy(row, made)
    _note(made, by, "rules.drafted", copied_from=newest.pk if newest else None)
    return made


def _copy(row: Requirement, into: RuleVersion) -> None:
    values = {name: getattr(row, name) for name in OF_REQUIREMENT}
    made = Requirement.objects.create(version=into, **values)
    Equivalence.objects.bulk_create(
        Equivalence(requirement=made, **{name: getattr(one, name) for name in OF_EQUIVALENCE})
        for one in row.equivalences.all()
    )


@transaction.atomic
def change(*, version: RuleVersion, by: User | None, **values: Any) -> RuleVersion:
    """Change the figures of a draft. One that waited for a second person is a draft again: they saw another text."""
    version = _draft(version, by)
    for name, value in values.items():
        setattr(version, name, value)
    if version.transition == RuleVersion.Transition.NONE:
        version.transition_before = version.transition_until = None
    version.save()
    _note(version, by, "rules.changed", fields=sorted(values))
    return version


@transaction.atomic
def put_requirement(
    *,
    version: RuleVersion,
    by: User | None,
    requirement: Requirement | None = None,
    **values: Any,
) -> Requirement:
    """Add a requirement to a draft, or change one."""
    version = _draft(version, by)
    others = version.requirements.exclude(pk=requirement.pk if requirement else 0)
    if others.filter(code=values.get("code")).exists():
        raise errors.CodeIsTaken
    row = requirement or Requirement(version=version, position=version.requirements.count() + 1)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    _note(version, by, "rules.requirement_put", requirement=row.code)
    return row


@transaction.atomic
def add_equal(*, requirement: Requirement, by: User | None, **values: Any) -> Equivalence:
    """Let a topic, a course or another programme's certificate count in its place; said again, with another figure."""
    version = _draft(requirement.version, by)
    things = {name: values.get(name) for name in ("topic", "course", "programme")}
    rows = Equivalence.objects.filter(requirement=requirement)
    found = rows.filter(**{name: thing for name, thing in things.items() if thing}).first()
    found = found or Equivalence(requirement=requirement, **things)
    found.minutes = values.get("minutes")
    found.save()
    _note(version, by, "rules.equal_added", requirement=requirement.code)
    return found


@transaction.atomic
def remove_equal(*, equal: Equivalence, by: User | None) -> None:
    """Let it no longer count."""
    version = _draft(equal.requirement.version, by)
    _note(version, by, "rules.equal_removed", requirement=equal.requirement.code)
    equal.delete()


@transaction.atomic
def remove_requirement(*, requirement: Requirement, by: User | None) -> None:
    """Take a requirement out of a draft."""
    version = _draft(requirement.version, by)
    _note(version, by, "rules.requirement_removed", requirement=requirement.code)
    requirement.delete()


@transaction.atomic
def discard(*, version: RuleVersion, by: User | None) -> None:
    """Delete a draft. What is published stays for ever."""
    version = _draft(version, by)
    _note(version, by, "rules.discarded")
    version.delete()


@transaction.atomic
def publish(*, version: RuleVersion, by: User | None) -> RuleVersion:
    """Publish a draft for its day; where the programme asks for a second person, the first one only proposes it.

    The version before it ends where this one begins, this one where a later one does: nothing changes before its day.
    """
    version = _draft(version, by, keep_proposal=True)
    _check(version)
    first = by if version.programme.second_person else None
    if first and version.status == Status.DRAFT:
        version.status, version.proposed_by = Status.PROPOSED, first.pk
        version.save(update_fields=["status", "proposed_by"])
        _note(version, by, "rules.proposed")
        return version
    if first and version.proposed_by == first.pk:
        raise errors.SecondPublisherNeeded
    published = version.programme.versions.published()
    following = published.filter(effective_from__gt=version.effective_from)
    later = following.order_by("effective_from").first()
    before = published.filter(effective_from__lt=version.effective_from)
    former = before.order_by("-effective_from").first()
    if former and (former.effective_to is None or former.effective_to > version.effective_from):
        former.effective_to = version.effective_from
        former.save(update_fields=["effective_to"])
    version.effective_to = later.effective_from if later else None
    version.status, version.published_at = Status.PUBLISHED, timezone.now()
    version.published_by = by.pk if by else None
    version.save()
    _note(version, by, "rules.published", proposed_by=version.proposed_by)
    return version


def _check(version: RuleVersion) -> None:
    """What a version needs before it can become law here."""
    if version.effective_from <= today():
        raise errors.DayHasCome
    if not any(version.legal_basis.values()):
        raise errors.BasisNeeded
    same_day = version.programme.versions.published().filter(effective_from=version.effective_from)
    if same_day.exists():
        raise errors.DayIsTaken


def _locked(programme: Programme, by: User | None) -> Programme:
    """Whoever writes rules of the same programme waits here."""
    if by is not None and not grants_of(by).at_the_top(Permission.MANAGE_PROGRAMMES):
        raise PermissionDenied
    return Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)


def _draft(version: RuleVersion, by: User | None, *, keep_proposal: bool = False) -> RuleVersion:
    """The version as it is now, under the lock of its programme, if it still is a draft."""
    programme = _locked(version.programme, by)
    found = RuleVersion.objects.filter(pk=version.pk).first()
    if found is None or not found.is_draft:
        raise errors.NotADraft
    found.programme = programme
    if found.status == Status.PROPOSED and not keep_proposal:
        found.status, found.proposed_by = Status.DRAFT, None
        found.save(update_fields=["status", "proposed_by"])
    return found


def _note(version: RuleVersion, by: User | None, verb: str, **data: Any) -> None:
    audit.record(
        by=by, verb=verb, target=version.programme, on=version.effective_from.isoformat(), **data
    )
