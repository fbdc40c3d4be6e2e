"""The ledger of hours: lines are added, never changed; a correction is another line."""

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certification.models.requirement import Requirement
from courses.models import Topic
from people.access import grants_of
from people.models import Person
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models import User


class HoursEntryQuerySet(models.QuerySet["HoursEntry"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_STANDING
    ) -> "HoursEntryQuerySet":
        """Of the people that the user may see with that permission."""
        if grants_of(user).everywhere(permission):
            return self
        return self.filter(person__in=Person.objects.visible_to(user, permission).values("pk"))


class HoursEntry(models.Model):
    """Minutes of one kind that a person did on a day, with the source that proves them. Negative minutes correct."""

    class Source(models.TextChoices):
        SESSION = "session", _("session")
        LESSON = "lesson", _("online lesson")
        EXTERNAL = "external", _("external evidence")
        CORRECTION = "correction", _("correction")

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="hours", verbose_name=_("person")
    )
    on = models.DateField(_("day"))
    minutes = models.IntegerField(_("minutes"))
    kind = models.CharField(_("kind"), max_length=12, choices=Requirement.Kind)
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    source = models.CharField(_("source"), max_length=12, choices=Source)
    # What made the line, as "enrolment:12:session:7:theory": the same fact is never counted twice.
    reference = models.CharField(_("reference"), max_length=120, unique=True)
    note = models.CharField(_("note"), max_length=250, blank=True)
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)
    # A plain number: deleting a log-in must not have to change a line that never changes.
    recorded_by = models.BigIntegerField(_("recorded by user"), null=True, blank=True)

    objects = HoursEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("hours entry")
        verbose_name_plural = _("hours")
        indexes = [models.Index("person", "on", name="hours_of_person_by_day")]
        constraints = [
            models.CheckConstraint(condition=~Q(minutes=0), name="hours_not_zero"),
            models.CheckConstraint(
                condition=Q(minutes__gt=0) | Q(source="correction"),
                name="hours_negative_only_corrects",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.on} {self.minutes}"
