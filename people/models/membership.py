"""Who belongs where, in which role, from when to when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.dated import HeldQuerySet, ends_after_it_begins, open_once
from people.models.organisation import Organisation
from people.models.person import Person
from people.roles import ROLE_CHOICES, role


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
    # The institution's own sign-in said so, and ends it when it no longer does; empty: somebody gave it here.
    given_by = models.ForeignKey(
        "people.SignInProvider",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("given by"),
    )

    objects = HeldQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        indexes = [
            models.Index("organisation", "role", "person", name="membership_of_organisation")
        ]
        constraints = [
            ends_after_it_begins("membership"),
            open_once("membership", "person", "organisation", "role"),
        ]

    def __str__(self) -> str:
        return f"{role(self.role).name} – {self.organisation}"
