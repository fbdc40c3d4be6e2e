"""The dated meetings of an edition, and who leads them. The database refuses to book a room or a trainer twice."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.functions import Int8Range, TsTzRange
from people.models import Person
from people.permissions import Permission
from training.models.edition import FOR_TRAINERS, Edition, acting_trainer
from training.models.venue import Room

if TYPE_CHECKING:
    from people.models import User


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_EDITIONS
    ) -> "SessionQuerySet":
        """Sessions of the user's branches, and to look at and take the roll of, those they lead."""
        in_branch = grants_of(user).within("edition__organiser__path", permission)
        led = Q(
            pk__in=SessionTrainer.objects.filter(trainer=acting_trainer(user)).values("session_id")
        )
        return self.filter(in_branch | led if permission in FOR_TRAINERS else in_branch)

    def taking_place(self) -> "SessionQuerySet":
        """Without the cancelled ones."""
        return self.filter(is_cancelled=False)

    def short_of_trainers(self, at: datetime | None = None) -> "SessionQuerySet":
        """Those still to come that have fewer trainers than their edition asks for, with `led`."""
        rows = self.taking_place().filter(starts__gt=at or timezone.now())
        rows = rows.annotate(led=models.Count("trainers"))
        return rows.filter(led__lt=F("edition__trainers_needed")).order_by("starts", "pk")


class Session(models.Model):
    """One meeting: start, end, time zone, a room or a link. `sequence` counts its changes for calendars (RFC 5546)."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="sessions", verbose_name=_("edition")
    )
    starts = models.DateTimeField(_("starts"))
    ends = models.DateTimeField(_("ends"))
    time_zone = models.CharField(_("time zone"), max_length=40)
    title = models.CharField(_("what it is about"), max_length=120, blank=True)
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("room")
    )
    link = models.URLField(_("link for online participants"), blank=True)
    is_cancelled = models.BooleanField(_("cancelled"), default=False)
    cancel_reason = models.CharField(_("reason"), max_length=250, blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    roll_closed_at = models.DateTimeField(_("roll finished"), null=True, blank=True, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="session_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(is_cancelled=False) | ~Q(cancel_reason=""),
                name="session_cancelled_with_a_reason",
            ),
            # What the copy in SessionTrainer refers to.
            models.UniqueConstraint(
                fields=["id", "starts", "ends", "is_cancelled"], name="session_times"
            ),
            ExclusionConstraint(
                name="session_room_no_overlap",
                index_type="GIST",
                expressions=[(Int8Range("room"), "&&"), (TsTzRange("starts", "ends"), "&&")],
                condition=Q(is_cancelled=False, room__isnull=False),
                violation_error_message=_("This room is already booked at that time."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.edition)

    def clean(self) -> None:
        if self.starts and self.ends and self.ends <= self.starts:
            raise ValidationError({"ends": _("The end must be after the start.")})

    @property
    def minutes(self) -> int:
        """Planned length."""
        return int((self.ends - self.starts).total_seconds() // 60)

    @property
    def roll_opens(self) -> datetime:
        """Midnight of its day, where it takes place: trainers may begin before people arrive."""
        day = self.starts.astimezone(ZoneInfo(self.time_zone))
        return day.replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def is_due(self) -> bool:
        """Has its day come? Before that nobody misses a roll."""
        return self.roll_opens <= timezone.now()

    @property
    def link_opens(self) -> datetime:
        """When the link appears to people with a place and trainers."""
        return self.starts - timedelta(minutes=self.edition.link_minutes)

    def shows_link(self, at: datetime | None = None) -> bool:
        """Is it time to join? Until the session is over."""
        now = at or timezone.now()
        return bool(self.link) and not self.is_cancelled and self.link_opens <= now < self.ends


class SessionTrainer(models.Model):
    """Who leads a session. The times are a copy that a foreign key keeps equal, so that overlaps can be excluded."""

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="trainers", verbose_name=_("session")
    )
    trainer = models.ForeignKey(
        Person, models.PROTECT, related_name="sessions_led", verbose_name=_("trainer")
    )
    starts = models.DateTimeField(editable=False)
    ends = models.DateTimeField(editable=False)
    is_cancelled = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("trainer of a session")
        verbose_name_plural = _("trainers of sessions")
        constraints = [
            models.UniqueConstraint(fields=["session", "trainer"], name="trainer_once_in_session"),
            ExclusionConstraint(
                name="session_trainer_no_overlap",
                index_type="GIST",
                expressions=[(Int8Range("trainer"), "&&"), (TsTzRange("starts", "ends"), "&&")],
                condition=Q(is_cancelled=False),
                violation_error_message=_("This trainer already leads a session at that time."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.trainer)
