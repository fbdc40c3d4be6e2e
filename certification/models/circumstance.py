"""Dated facts about a carer on which the law's conditions turn. They say nothing about any child."""

from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField
from django.db import models
from django.db.models import Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.functions import Days, Int8Range
from people.models import Person
from people.models.dated import DatedQuerySet, ends_after_it_begins
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models import User


class Condition(models.TextChoices):
    """The closed vocabulary of conditions; `presets/vocabulary.json` has the same codes."""

    CHILD_PLACED = "child-placed", _("a child is placed with the carer")
    NO_CHILD_PLACED = "no-child-placed", _("no child is placed with the carer")
    PLACEMENT_ENDED = "placement-ended", _("a placement has ended")
    PROFILE_CHANGED = "profile-changed", _("what the carer is approved for has changed")
    PROFESSIONAL = "professional", _("cares as a profession")
    VOLUNTARY = "voluntary", _("cares as a volunteer")
    APPROVED_0_3 = "approved-0-3", _("approved for children up to 3 years")
    APPROVED_3_7 = "approved-3-7", _("approved for children of 3 to 7 years")
    APPROVED_7_14 = "approved-7-14", _("approved for children of 7 to 14 years")
    APPROVED_14_18 = "approved-14-18", _("approved for young people of 14 to 18 years")
    APPROVED_DISABILITY = "approved-disability", _("approved for children with disabilities")


# True exactly while no spell of the other is running: it is never recorded.
DERIVED = {Condition.NO_CHILD_PLACED: Condition.CHILD_PLACED}
# Something happens, and what is asked is asked afresh from that day on.
EVENTS = (Condition.PLACEMENT_ENDED, Condition.PROFILE_CHANGED)


class WordRange(Func):
    """int8range over the hash of a word: equality of words inside an exclusion constraint without btree_gist."""

    template = "int8range(hashtextextended(%(expressions)s, 0), hashtextextended(%(expressions)s, 0), '[]')"
    output_field = BigIntegerRangeField()


class CircumstanceQuerySet(DatedQuerySet):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_STANDING
    ) -> "CircumstanceQuerySet":
        """Of the people that the user may see with that permission."""
        if grants_of(user).everywhere(permission):
            return self
        return self.filter(person__in=Person.objects.visible_to(user, permission).values("pk"))


class Circumstance(models.Model):
    """That a condition of the law holds for a carer, from one day to another (both included)."""

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="circumstances", verbose_name=_("person")
    )
    condition = models.CharField(_("condition"), max_length=20, choices=Condition)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)
    recorded_by = models.BigIntegerField(_("recorded by user"), null=True)

    objects = CircumstanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("circumstance of a carer")
        verbose_name_plural = _("circumstances of carers")
        ordering = ["-since", "-pk"]
        constraints = [
            ends_after_it_begins("circumstance"),
            models.CheckConstraint(
                condition=Q(condition__in=[c.value for c in Condition if c not in DERIVED]),
                name="circumstance_of_the_vocabulary",
            ),
            ExclusionConstraint(
                name="circumstance_once_at_a_time",
                index_type="GIST",
                expressions=[
                    (Int8Range("person"), "&&"),
                    (WordRange("condition"), "&&"),
                    (Days("since", "until"), "&&"),
                ],
            ),
        ]
        indexes = [models.Index("person", "condition", "since", name="circumstance_of_person")]

    def __str__(self) -> str:
        return self.get_condition_display()
