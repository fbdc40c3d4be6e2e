"""Adults of one household who are trained together. Never children: there is no place for them here."""

from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.functions import Days, Int8Range
from people.models import Person
from people.models.dated import DatedQuerySet, ends_after_it_begins
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models import User


class Household(models.Model):
    """Two or more adults who care together. It has no name and no address: those are the persons' own."""

    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __str__(self) -> str:
        return f"#{self.pk}"


class HouseholdMemberQuerySet(DatedQuerySet):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_PEOPLE
    ) -> "HouseholdMemberQuerySet":
        """Those of one's own household, and those of people whom one's roles let one see."""
        own = self.model.objects.current().filter(person=user.person_id or 0).values("household")
        if grants_of(user).anywhere(permission):
            seen = models.Q(person__in=Person.objects.visible_to(user, permission))
            return self.filter(seen | models.Q(household__in=own))
        return self.filter(household__in=own)


class HouseholdMember(models.Model):
    """One adult of a household, from the first to the last day there; nobody is in two on one day."""

    household = models.ForeignKey(
        Household, models.CASCADE, related_name="members", verbose_name=_("household")
    )
    person = models.ForeignKey(
        Person, models.CASCADE, related_name="households", verbose_name=_("person")
    )
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)

    objects = HouseholdMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a household")
        verbose_name_plural = _("members of households")
        ordering = ["person__sort_key", "pk"]
        constraints = [
            ends_after_it_begins("household_member"),
            ExclusionConstraint(
                name="household_member_one_home_a_day",
                index_type="GIST",
                expressions=[(Int8Range("person"), "&&"), (Days("since", "until"), "&&")],
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)
