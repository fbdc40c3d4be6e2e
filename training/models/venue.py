"""Where sessions take place."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.models import Organisation, Region
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models import User


class VenueQuerySet(models.QuerySet["Venue"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.SCHEDULE
    ) -> "VenueQuerySet":
        """Venues of the branches where the user may schedule."""
        return self.filter(grants_of(user).within("organisation__path", permission))


class Venue(models.Model):
    """A building."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="venues", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=160)
    address = models.CharField(_("address"), max_length=250)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("county")
    )
    directions = models.TextField(_("how to get there"), blank=True)
    access = models.TextField(_("access for people with disabilities"), blank=True)
    # For the travel time between buildings; unknown is better than wrong.
    latitude = models.DecimalField(
        _("latitude"), max_digits=7, decimal_places=5, null=True, blank=True
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=8, decimal_places=5, null=True, blank=True
    )

    objects = VenueQuerySet.as_manager()

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="venue_position_is_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.address}"


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.SCHEDULE
    ) -> "RoomQuerySet":
        """Rooms of the branches where the user may schedule."""
        return self.filter(grants_of(user).within("venue__organisation__path", permission))


class Room(models.Model):
    """A room of a venue; it holds one session at a time."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="rooms", verbose_name=_("venue"))
    name = models.CharField(_("name"), max_length=80)
    capacity = models.PositiveSmallIntegerField(_("seats"))
    # Where it differs from the building: the room upstairs without a lift.
    access = models.TextField(_("access for people with disabilities"), blank=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["venue", "name"]
        constraints = [
            models.UniqueConstraint(fields=["venue", "name"], name="room_name_once_in_venue"),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="room_has_seats"),
        ]

    def __str__(self) -> str:
        return f"{self.venue.name}, {self.name}"

    @property
    def where(self) -> str:
        """Building, room and street, in the order in which one looks for them."""
        return f"{self.venue.name}, {self.name}, {self.venue.address}"
