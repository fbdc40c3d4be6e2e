"""Has somebody done all that a course asks? Then it is completed, the hours are credited and certificates issued."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from certification import queue
from certification.actions import certificates, hours
from certification.days import day_of, today
from certification.errors import NotIssued, RequirementsMissing, WaitsForHand
from certification.models import Certificate, Programme, RuleVersion
from certification.programme_queries import rules_of
from courses.models import LessonProgress, TestAttempt
from courses.queries import CourseProgress, course_progress
from people.models import User
from training.actions.outcomes import complete
from training.models import Enrolment, TrainerResult
from training.queries import attendance_of

# Where no programme says how much attendance it asks for.
USUAL_ATTENDANCE = RuleVersion._meta.get_field("attendance_percent").default
Status = Enrolment.Status


@dataclass(frozen=True)
class Outcome:
    """What came of it: what is still missing (codes), the certificates, why one was not issued, when to look again."""

    completed: bool = False
    missing: tuple[str, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    problems: tuple[str, ...] = ()
    look_again: datetime | None = None


@dataclass(frozen=True)
class _Work:
    present: int
    planned: int
    open_until: (
        datetime | None
    )  # end of the last session whose end or finished roll is still awaited
    is_scheduled: bool
    progress: CourseProgress
    passed: bool  # in the eyes of the trainer
    on: date

    def attended(self, percent: int) -> bool:
        """Was the person there long enough?"""
        return attended(self.present, self.planned, percent)

    def satisfies(self, rule: RuleVersion) -> bool:
        """Does that rule's certificate follow?"""
        return _satisfies(rule, self.present, self.planned, self.passed)


def attended(present: int, planned: int, percent: int) -> bool:
    """Without rounding: 79.9 is less than 80."""
    return present * 100 >= percent * planned


def falls_short(enrolment: Enrolment, programme: Programme) -> bool:
    """Does a completed enrolment miss what the rule of its day asks? Without a rule there is nothing to miss."""
    rules = rules_of(enrolment, enrolment.completed_on)
    asked = [rule for rule in rules if rule.programme_id == programme.pk]
    if not asked:
        return False
    share = attendance_of(enrolment)
    passed = _has_passed(enrolment)
    return not _satisfies(asked[0], share.minutes_present, share.minutes_planned, passed)


def _satisfies(rule: RuleVersion, present: int, planned: int, passed: bool) -> bool:
    return attended(present, planned, rule.attendance_percent) and (passed or not rule.asks_result)


def _has_passed(enrolment: Enrolment) -> bool:
    """In the eyes of the trainer."""
    return TrainerResult.objects.filter(enrolment=enrolment).positive().exists()


@transaction.atomic
def consider(*, enrolment: Enrolment, by: User | None = None) -> Outcome:
    """Look whether an enrolment is complete and do what follows. Repeatable; two at once take turns.

    The rule in force on the day of completion decides about attendance: all planned minutes count, of all sessions that
    take place, once each is over or its roll finished. A certificate that cannot be issued undoes no completion.
    """
    locked = Enrolment.objects.select_for_update(no_key=True, of=("self",))
    enrolment = locked.select_related("person", "edition__organiser", "edition__course").get(
        pk=enrolment.pk
    )
    if enrolment.status not in (Status.CONFIRMED, Status.NOT_COMPLETED, Status.COMPLETED):
        return Outcome(missing=("place",))
    work = _work_of(enrolment)
    on = enrolment.completed_on or work.on
    rules = rules_of(enrolment, on)
    if enrolment.status != Status.COMPLETED:
        missing = _missing(work, rules)
        if missing:
            return Outcome(missing=missing, look_again=work.open_until)
        enrolment = complete(enrolment=enrolment, by=by, on=on)
    lessons_done = 0 < work.progress.lessons_total == work.progress.lessons_done
    if hours.credit(enrolment=enrolment, online_on=on if lessons_done else None, by=by):
        # They may be what another course of the same person still lacked.
        queue.ask_about(enrolment.person_id, but=enrolment.pk)
    issued, problems = _issue(enrolment, [rule for rule in rules if work.satisfies(rule)], by)
    return Outcome(True, (), tuple(issued), tuple(problems))


def _issue(
    enrolment: Enrolment, rules: list[RuleVersion], by: User | None
) -> tuple[list[Certificate], list[str]]:
    issued, problems = [], []
    for rule in rules:
        try:
            issued.append(certificates.issue(enrolment=enrolment, programme=rule.programme, by=by))
        except (WaitsForHand, RequirementsMissing):
            # Somebody will issue it with those of the others; or what is missing comes, and asks again by itself.
            continue
        except NotIssued as problem:
            problems.append(f"{rule.programme.code}: {problem.code}")
    return issued, problems


def _missing(work: _Work, rules: list[RuleVersion]) -> tuple[str, ...]:
    """What is still missing, in the order in which people do it: as little as the mildest of the rules asks."""
    percent = min((rule.attendance_percent for rule in rules), default=USUAL_ATTENDANCE)
    checks = {
        "sessions": work.is_scheduled and work.open_until is None,
        "attendance": work.attended(percent),
        "lessons": work.progress.lessons_finished,
        "result": work.passed or not rules or not all(rule.asks_result for rule in rules),
        "test": work.progress.test_passed or not work.progress.has_test,
    }
    return tuple(name for name, done in checks.items() if not done)


def _work_of(enrolment: Enrolment) -> _Work:
    edition, now = enrolment.edition, timezone.now()
    share = attendance_of(enrolment)
    sessions = list(edition.sessions.taking_place())
    awaited = [s.ends for s in sessions if s.ends > now and s.roll_closed_at is None]
    days = [s.ends.astimezone(ZoneInfo(s.time_zone)).date() for s in sessions]
    return _Work(
        present=share.minutes_present,
        planned=share.minutes_planned,
        open_until=max(awaited, default=None),
        # An edition that meets but has no session yet is not over; one that is online only never has any.
        is_scheduled=bool(sessions) or edition.is_online,
        progress=course_progress(enrolment.person, edition.course),
        passed=_has_passed(enrolment),
        on=min(max([*days, *_coursework_days(enrolment)], default=today()), today()),
    )


def _coursework_days(enrolment: Enrolment) -> list[date]:
    """The day of the last lesson, and that on which the test was first passed."""
    mine = {"person": enrolment.person_id, "course_key": enrolment.edition.course.translation_key}
    lesson = (
        LessonProgress.objects.filter(**mine)
        .order_by("-done_at")
        .values_list("done_at", flat=True)
        .first()
    )
    passed = TestAttempt.objects.filter(**mine, passed=True).order_by("handed_in_at")
    return [
        day_of(moment)
        for moment in (lesson, passed.values_list("handed_in_at", flat=True).first())
        if moment
    ]
