"""Who belongs where, in which role, from when to when."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.models.organisation import Organisation
from people.models.person import DatedQuerySet, Person
from people.permissions import Permission
from people.roles import ROLE_CHOICES, role

if TYPE_CHECKING:
    from people.models.user import User


class MembershipQuerySet(DatedQuerySet):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_PEOPLE
    ) -> "MembershipQuerySet":
        """One's own, and those of the branches where the user's roles hold that permission."""
        grants = grants_of(user)
        return self.filter(
            grants.within("organisation__path", permission)
            | grants.own("person", user.person_id, permission)
        )


class Membership(models.Model):
    """A person's role in an institution; it reaches down the branch below it."""

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=30, choices=ROLE_CHOICES)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        "people.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = [
            models.Index("organisation", "role", "person", name="membership_of_organisation")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="membership_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(until__isnull=True),
                name="membership_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{role(self.role).name} – {self.organisation}"
