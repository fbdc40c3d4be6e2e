"""Adults of one household who are trained together. Never children: there is no place for them here."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.models import Person
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


class HouseholdMemberQuerySet(models.QuerySet["HouseholdMember"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_PEOPLE
    ) -> "HouseholdMemberQuerySet":
        """Those of one's own household, and those of people whom one's roles let one see."""
        own = self.model.objects.filter(person=user.person_id or 0).values("household")
        if grants_of(user).anywhere(permission):
            seen = models.Q(person__in=Person.objects.visible_to(user, permission))
            return self.filter(seen | models.Q(household__in=own))
        return self.filter(household__in=own)


class HouseholdMember(models.Model):
    """One adult of a household; nobody is in two."""

    household = models.ForeignKey(
        Household, models.CASCADE, related_name="members", verbose_name=_("household")
    )
    person = models.OneToOneField(
        Person, models.CASCADE, related_name="household_member", verbose_name=_("person")
    )

    objects = HouseholdMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a household")
        verbose_name_plural = _("members of households")
        ordering = ["person__sort_key", "pk"]

    def __str__(self) -> str:
        return str(self.person)
