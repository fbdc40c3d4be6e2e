"""What a trainer may teach, in which languages, where, and when they have time. The trainer keeps it themselves."""

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    BigIntegerRangeField,
    DateRangeField,
)
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Topic
from people.access import grants_of
from people.functions import Int8Range
from people.models import Membership, Organisation, Person, Region
from people.models.dated import DatedQuerySet, ends_after_it_begins
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models import User

DAY_MINUTES = 24 * 60
WEEK_HOURS = 168


class MinuteRange(Func):
    """int8range(starts, ends, '[)'): times may touch but not overlap."""

    function = "INT8RANGE"
    output_field = BigIntegerRangeField()

    def __init__(self, start: str, end: str, **extra: object) -> None:
        super().__init__(F(start), F(end), Value("[)"), **extra)


class DaySpan(Func):
    """daterange(first, last, '[]'): both days belong to it."""

    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self, first: str, last: str, **extra: object) -> None:
        super().__init__(F(first), F(last), Value("[]"), **extra)


def trainers_of(user: "User", permission: Permission = Permission.SCHEDULE) -> Q:
    """People who hold the trainer's role in a branch of the user's, or above one: those that may be put down there."""
    grants = grants_of(user)
    held = Membership.objects.current().filter(role="trainer")
    if grants.everywhere(permission):
        return Q(pk__in=held.values("person_id"))
    within = grants.within("organisation__path", permission)
    for path in grants.branches(permission):
        steps = range(len(path), 0, -Organisation.steplen)
        within |= Q(organisation__path__in=[path[:end] for end in steps])
    return Q(pk__in=held.filter(within).values("person_id"))


class TrainerQuerySet(DatedQuerySet):
    def visible_to(
        self, user: "User", permission: Permission = Permission.SCHEDULE
    ) -> "TrainerQuerySet":
        """One's own, and those of the trainers whom the user may put down for a session."""
        people = Person.objects.filter(trainers_of(user, permission)).values("pk")
        return self.filter(Q(trainer__in=people) | Q(trainer=user.person_id or 0))


class TrainerProfile(models.Model):
    """Languages, territory and how much a trainer wants to teach in a week."""

    trainer = models.OneToOneField(
        Person, models.CASCADE, related_name="trainer_profile", verbose_name=_("trainer")
    )
    languages = ArrayField(
        models.CharField(max_length=5, choices=settings.LANGUAGES),
        default=list,
        blank=True,
        verbose_name=_("languages"),
    )
    # None: wherever they are asked. A region holds all that lies in it.
    regions = models.ManyToManyField(
        Region, blank=True, related_name="+", verbose_name=_("where you teach")
    )
    weekly_hours = models.PositiveSmallIntegerField(
        _("most hours in a week"), null=True, blank=True
    )
    # The wall clock by which the weekly hours are meant.
    time_zone = models.CharField(_("time zone"), max_length=40)

    objects = TrainerQuerySet.as_manager()

    class Meta:
        verbose_name = _("trainer")
        verbose_name_plural = _("trainers")
        constraints = [
            models.CheckConstraint(
                condition=Q(weekly_hours__isnull=True) | Q(weekly_hours__range=(1, WEEK_HOURS)),
                name="trainer_week_has_hours",
            ),
            models.CheckConstraint(
                condition=Q(languages__contained_by=[code for code, _name in settings.LANGUAGES]),
                name="trainer_languages_are_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.trainer)


class Qualification(models.Model):
    """That a trainer may teach a course, or a topic in any course, with the paper that says so."""

    trainer = models.ForeignKey(
        Person, models.CASCADE, related_name="qualifications", verbose_name=_("trainer")
    )
    course = models.ForeignKey(
        Course,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="qualifications",
        verbose_name=_("course"),
    )
    topic = models.ForeignKey(
        Topic,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="qualifications",
        verbose_name=_("topic"),
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    document = models.CharField(_("document"), max_length=160)

    objects = TrainerQuerySet.as_manager()

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")
        ordering = ["-since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(course__isnull=True) ^ Q(topic__isnull=True),
                name="qualification_for_a_course_or_a_topic",
            ),
            ends_after_it_begins("qualification"),
            models.CheckConstraint(
                condition=~Q(document=""), name="qualification_names_its_document"
            ),
            models.UniqueConstraint(
                fields=["trainer", "course", "topic", "since"],
                nulls_distinct=False,
                name="qualification_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.course or self.topic)

    def holds(self, at: date) -> bool:
        """Does it count on that day?"""
        return self.since <= at and (self.until is None or self.until >= at)


class Weekday(models.IntegerChoices):
    """ISO numbers."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class WeeklyHours(models.Model):
    """When a trainer has time in an ordinary week, in minutes of the day by their own wall clock."""

    trainer = models.ForeignKey(
        Person, models.CASCADE, related_name="weekly_hours", verbose_name=_("trainer")
    )
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=Weekday)
    starts = models.PositiveSmallIntegerField(_("from"))
    ends = models.PositiveSmallIntegerField(_("to"))

    objects = TrainerQuerySet.as_manager()

    class Meta:
        verbose_name = _("weekly hours")
        verbose_name_plural = _("weekly hours")
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__range=(1, 7)), name="weekly_hours_of_a_weekday"
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts"), ends__lte=DAY_MINUTES),
                name="weekly_hours_within_a_day",
            ),
            ExclusionConstraint(
                name="weekly_hours_no_overlap",
                index_type="GIST",
                expressions=[
                    (Int8Range("trainer"), "&&"),
                    (Int8Range("weekday"), "&&"),
                    (MinuteRange("starts", "ends"), "&&"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.starts}–{self.ends}"


class DatedTime(models.Model):
    """Days that differ from the ordinary week: away, or there all the same. It gives no reason: nobody need say it."""

    trainer = models.ForeignKey(
        Person, models.CASCADE, related_name="dated_times", verbose_name=_("trainer")
    )
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    is_available = models.BooleanField(_("has time"), default=False)
    starts = models.PositiveSmallIntegerField(_("from"), default=0)
    ends = models.PositiveSmallIntegerField(_("to"), default=DAY_MINUTES)

    objects = TrainerQuerySet.as_manager()

    class Meta:
        verbose_name = _("dated exception")
        verbose_name_plural = _("dated exceptions")
        ordering = ["first", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=F("first")), name="dated_time_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts"), ends__lte=DAY_MINUTES),
                name="dated_time_within_a_day",
            ),
            # Away and there at once would say nothing.
            ExclusionConstraint(
                name="dated_time_no_overlap",
                index_type="GIST",
                expressions=[
                    (Int8Range("trainer"), "&&"),
                    (DaySpan("first", "last"), "&&"),
                    (MinuteRange("starts", "ends"), "&&"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"
