"""Seats of an edition that are kept for an institution until a day."""

from datetime import datetime
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.models import Organisation
from people.permissions import Permission
from training.models.edition import Edition
from training.models.totals import PLACES_OF_EDITION, SEATS_WITHIN_CAPACITY

if TYPE_CHECKING:
    from people.models import User


class SeatReservationQuerySet(models.QuerySet["SeatReservation"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_EDITIONS
    ) -> "SeatReservationQuerySet":
        """Those of editions that the user's branches organise, and those kept for institutions one nominates for."""
        grants = grants_of(user)
        kept_for_us = grants.within("institution__path", Permission.NOMINATE)
        organised = grants.within("edition__organiser__path", permission)
        return self.filter(
            organised | kept_for_us if permission == Permission.VIEW_EDITIONS else organised
        )

    def in_force(self, at: datetime | None = None) -> "SeatReservationQuerySet":
        """Not yet released: after that moment the seats are for everybody, without anybody doing anything."""
        return self.filter(release_at__gt=at or timezone.now())


class SeatReservation(models.Model):
    """So many seats for the people of an institution and its branch, until they are released."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="seat_reservations", verbose_name=_("edition")
    )
    institution = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    seats = models.PositiveSmallIntegerField(_("seats"))
    release_at = models.DateTimeField(_("kept until"))

    objects = SeatReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reserved seats")
        verbose_name_plural = _("reserved seats")
        ordering = ["edition", "institution__path"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "institution"], name="seats_once_for_institution"
            ),
            models.CheckConstraint(condition=Q(seats__gt=0), name="seats_are_positive"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="within_capacity",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.After,
                declare=[("places", "integer")],
                func=PLACES_OF_EDITION
                + SEATS_WITHIN_CAPACITY.format(edition="NEW.edition_id", capacity="places"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution}: {self.seats}"
