"""What trainers keep about themselves: languages, territory, times, qualifications. Only they write it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction

from courses.models import Course, Topic
from people import audit
from people.models import Membership, Person, Region, User
from training.actions.trainer_errors import NotATrainer, TimesOverlap
from training.models import DatedTime, Qualification, TrainerProfile, WeeklyHours
from training.models.trainer import DAY_MINUTES


def is_trainer(person: Person) -> bool:
    """Does the person hold the trainer's role today?"""
    return Membership.objects.current().filter(person=person, role="trainer").exists()


@transaction.atomic
def keep_profile(
    *,
    by: User | None,
    trainer: Person,
    languages: Sequence[str],
    regions: Sequence[Region] = (),
    weekly_hours: int | None = None,
) -> TrainerProfile:
    """Say in which languages and where somebody teaches, and how much in a week. No region means everywhere."""
    _require_own(by, trainer)
    profile, _new = TrainerProfile.objects.get_or_create(
        trainer=trainer, defaults={"time_zone": _zone(trainer)}
    )
    profile.languages, profile.weekly_hours = sorted(set(languages)), weekly_hours
    profile.save(update_fields=["languages", "weekly_hours"])
    profile.regions.set(regions)
    _audit(by, "trainer.profile", profile, trainer)
    return profile


@transaction.atomic
def add_hours(
    *, by: User | None, trainer: Person, weekdays: Sequence[int], starts: int, ends: int
) -> list[WeeklyHours]:
    """Add a stretch to some days of the ordinary week, in minutes of the day. What is there already stays once."""
    _require_own(by, trainer)
    made = []
    for weekday in sorted(set(weekdays)):
        same = {"trainer": trainer, "weekday": weekday, "starts": starts, "ends": ends}
        row = WeeklyHours.objects.filter(**same).first()
        if row is None:
            with _no_overlap("weekly_hours_no_overlap"):
                row = WeeklyHours.objects.create(**same)
            _audit(by, "trainer.hours_added", row, trainer)
        made.append(row)
    return made


@transaction.atomic
def add_days(
    *,
    by: User | None,
    trainer: Person,
    first: date,
    last: date,
    is_available: bool = False,
    starts: int = 0,
    ends: int = DAY_MINUTES,
) -> DatedTime:
    """Say that some days differ from the ordinary week. Said again it is the same row."""
    _require_own(by, trainer)
    same = {
        "trainer": trainer,
        "first": first,
        "last": last,
        "is_available": is_available,
        "starts": starts,
        "ends": ends,
    }
    row = DatedTime.objects.filter(**same).first()
    if row is None:
        with _no_overlap("dated_time_no_overlap"):
            row = DatedTime.objects.create(**same)
        _audit(by, "trainer.days_added", row, trainer)
    return row


@transaction.atomic
def add_qualification(
    *,
    by: User | None,
    trainer: Person,
    since: date,
    document: str,
    course: Course | None = None,
    topic: Topic | None = None,
    until: date | None = None,
) -> Qualification:
    """Record what somebody may teach and the paper that says so. The same one again replaces its last day and paper."""
    _require_own(by, trainer)
    row, is_new = Qualification.objects.update_or_create(
        trainer=trainer,
        course=course,
        topic=topic,
        since=since,
        defaults={"until": until, "document": document.strip()},
    )
    _audit(by, "trainer.qualified" if is_new else "trainer.qualification_changed", row, trainer)
    return row


@transaction.atomic
def remove(*, by: User | None, row: WeeklyHours | DatedTime | Qualification) -> None:
    """Take back a stretch of time or a qualification."""
    _require_own(by, row.trainer)
    _audit(by, "trainer.removed", row, row.trainer)
    row.delete()


def _zone(trainer: Person) -> str:
    held = Membership.objects.current().filter(person=trainer, role="trainer")
    first = held.select_related("organisation__jurisdiction").order_by("organisation__path").first()
    if first is None:
        raise NotATrainer
    return first.organisation.jurisdiction.time_zone


def _require_own(by: User | None, trainer: Person) -> None:
    if by is not None and by.person_id != trainer.pk:
        raise PermissionDenied
    if not is_trainer(trainer):
        raise NotATrainer


@contextmanager
def _no_overlap(constraint: str) -> Iterator[None]:
    """The database refuses two stretches that overlap; say so in words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", "") != constraint:
            raise
        raise TimesOverlap from error


def _audit(by: User | None, verb: str, target: models.Model, trainer: Person, **data: Any) -> None:
    audit.record(by=by, verb=verb, target=target, person=trainer, **data)
