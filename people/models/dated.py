"""Rows that hold from a day to a day: both days included, an open end until somebody writes one."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from people.access import grants_of
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models.user import User


class DatedQuerySet(models.QuerySet):
    def current(self, at: date | None = None) -> "DatedQuerySet":
        """Rows in force on that day (today without one)."""
        day = at or timezone.localdate()
        return self.filter(since__lte=day).not_over(day)

    def not_over(self, at: date | None = None) -> "DatedQuerySet":
        """Rows in force on that day (today without one) or from a later day on."""
        day = at or timezone.localdate()
        return self.filter(Q(until__isnull=True) | Q(until__gte=day))


class HeldQuerySet(DatedQuerySet):
    """Dated rows of a person (`person`) at an institution (`organisation`)."""

    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_PEOPLE
    ) -> "HeldQuerySet":
        """One's own, and those of the branches where the user's roles hold that permission."""
        grants = grants_of(user)
        return self.filter(
            grants.within("organisation__path", permission)
            | grants.own("person", user.person_id, permission)
        )


def ends_after_it_begins(name: str) -> models.CheckConstraint:
    """No row of the model, called so, ends before its first day."""
    return models.CheckConstraint(
        condition=Q(until__isnull=True) | Q(until__gte=F("since")),
        name=f"{name}_ends_after_it_begins",
    )


def open_once(name: str, *fields: str) -> models.UniqueConstraint:
    """Of one thing (`fields`) one row of the model, called so, is open."""
    return models.UniqueConstraint(
        fields=fields, condition=Q(until__isnull=True), name=f"{name}_open_once"
    )
