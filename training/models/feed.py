"""Calendar addresses: secrets that can be given up and made anew."""

import secrets
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.models import Person
from people.permissions import Permission
from training.models.venue import Room

if TYPE_CHECKING:
    from people.models import User


def feed_token() -> str:
    """128 random bits."""
    return secrets.token_urlsafe(16)


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.SCHEDULE
    ) -> "CalendarFeedQuerySet":
        """One's own, and those of the rooms of branches where the user may schedule."""
        of_rooms = grants_of(user).within("room__venue__organisation__path", permission)
        return self.filter(Q(person=user.person_id or 0) | Q(of_rooms, room__isnull=False))

    def open(self) -> "CalendarFeedQuerySet":
        """Those that answer."""
        return self.filter(revoked_at=None)


class CalendarFeed(models.Model):
    """Whoever knows the token reads the calendar of a person, of what they lead, or of a room; a revoked one is 404."""

    class Kind(models.TextChoices):
        PERSON = "person", _("all sessions of a person")
        TRAINER = "trainer", _("the sessions that a trainer leads")
        ROOM = "room", _("the sessions in a room")

    kind = models.CharField(_("what it shows"), max_length=8, choices=Kind, default=Kind.PERSON)
    person = models.ForeignKey(
        Person,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="feeds",
        verbose_name=_("person"),
    )
    room = models.ForeignKey(
        Room,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="feeds",
        verbose_name=_("room"),
    )
    token = models.CharField(max_length=40, unique=True, default=feed_token, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(revoked_at__isnull=True),
                name="feed_one_open",
            ),
            models.UniqueConstraint(
                fields=["room"],
                condition=Q(revoked_at__isnull=True),
                name="feed_one_open_of_a_room",
            ),
            models.CheckConstraint(
                condition=Q(kind="room", room__isnull=False, person__isnull=True)
                | (~Q(kind="room") & Q(room__isnull=True, person__isnull=False)),
                name="feed_of_a_person_or_a_room",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id or self.room_id}"
