"""Two records that look alike and are two people: said once, never asked again."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.person import Person
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models.user import User


class ApartQuerySet(models.QuerySet["Apart"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.EDIT_PEOPLE
    ) -> "ApartQuerySet":
        """Those of two people whom the user's roles both let them correct."""
        seen = Person.objects.visible_to(user, permission)
        return self.filter(first__in=seen, second__in=seen)

    def of(self, one: Person, other: Person) -> "ApartQuerySet":
        """The row of these two, in whatever order they come."""
        first, second = sorted([one.pk, other.pk])
        return self.filter(first=first, second=second)


class Apart(models.Model):
    """Not the same person. The smaller number stands first, so that a pair has one row."""

    first = models.ForeignKey(
        Person, models.PROTECT, related_name="apart_first", verbose_name=_("one record")
    )
    second = models.ForeignKey(
        Person, models.PROTECT, related_name="apart_second", verbose_name=_("the other record")
    )
    by = models.ForeignKey(
        "people.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("said by"),
    )
    at = models.DateTimeField(_("said"), default=timezone.now)

    objects = ApartQuerySet.as_manager()

    class Meta:
        verbose_name = _("two different people")
        verbose_name_plural = _("pairs of different people")
        constraints = [
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="apart_smaller_number_first"
            ),
            models.UniqueConstraint(fields=["first", "second"], name="apart_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.first_id} ≠ #{self.second_id}"
