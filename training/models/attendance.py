"""Who was there, for how many minutes; and every mark as it was made."""

from typing import TYPE_CHECKING
from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.permissions import Permission
from training.models.enrolment import Enrolment
from training.models.session import Session

if TYPE_CHECKING:
    from people.models import User


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_EDITIONS
    ) -> "AttendanceQuerySet":
        """One's own, and those of the branches' editions."""
        grants = grants_of(user)
        return self.filter(
            grants.within("session__edition__organiser__path", permission)
            | grants.own("enrolment__person", user.person_id, permission)
        )


class Attendance(models.Model):
    """Minutes present of one person in one session, how it was recorded and by whom."""

    class Mark(models.TextChoices):
        PRESENT = "present", _("present")
        LATE = "late", _("came late")
        LEFT_EARLY = "left_early", _("left early")
        ABSENT = "absent", _("absent")
        EXCUSED = "excused", _("excused")

    class Method(models.TextChoices):
        ROLL_CALL = "roll_call", _("roll call")
        SELF = "self", _("self check-in")
        SCAN = "scan", _("own code, scanned")
        PAPER = "paper", _("paper sheet")
        IMPORT = "import", _("import")

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="attendance", verbose_name=_("session")
    )
    enrolment = models.ForeignKey(
        Enrolment, models.CASCADE, related_name="attendance", verbose_name=_("enrolment")
    )
    mark = models.CharField(_("mark"), max_length=10, choices=Mark)
    minutes = models.PositiveSmallIntegerField(_("minutes present"))
    reason = models.CharField(_("reason"), max_length=250, blank=True)
    method = models.CharField(
        _("how it was recorded"), max_length=10, choices=Method, default=Method.ROLL_CALL
    )
    recorded_by = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    # Which entry of the roll stands here; who marks again says which one they saw.
    key = models.UUIDField(default=uuid4, editable=False)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(minutes=0) | ~Q(mark__in=["absent", "excused"]),
                name="attendance_absent_is_zero_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.mark} {self.minutes}"


class RollEntryQuerySet(models.QuerySet["RollEntry"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.TAKE_ROLL
    ) -> "RollEntryQuerySet":
        """Those of the rolls that the user may take, and what was marked of oneself."""
        mine = Q(enrolment__person=user.person_id or 0)
        sessions = Session.objects.visible_to(user, permission)
        return self.filter(mine | Q(session__in=sessions))

    def disputed(self) -> "RollEntryQuerySet":
        """Those that contradict the mark that stands, and that nobody has decided yet."""
        return self.filter(outcome=RollEntry.Outcome.DISPUTED, settled_at__isnull=True)


class RollEntry(models.Model):
    """One mark as somebody made it, in the order in which the server got them: the history of Attendance.

    `key` is made where the mark is made, on the phone: however often a mark arrives, it is one entry.
    A mark made without having seen another that says something else is not written: it is disputed until somebody
    chooses. An empty mark takes back the one before it.
    """

    class Outcome(models.TextChoices):
        WRITTEN = "written", _("written")
        SAME = "same", _("changed nothing")
        DISPUTED = "disputed", _("contradicts another mark")

    key = models.UUIDField(unique=True, editable=False)
    session = models.ForeignKey(
        Session, models.CASCADE, related_name="roll_entries", verbose_name=_("session")
    )
    enrolment = models.ForeignKey(
        Enrolment, models.CASCADE, related_name="roll_entries", verbose_name=_("enrolment")
    )
    mark = models.CharField(_("mark"), max_length=10, choices=Attendance.Mark, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes present"))
    reason = models.CharField(_("reason"), max_length=250, blank=True)
    correction = models.CharField(_("why it was corrected"), max_length=250, blank=True)
    method = models.CharField(
        _("how it was recorded"), max_length=10, choices=Attendance.Method, default="roll_call"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    recorded_by = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    # How long the phone kept the mark before it could send it, by the phone's own clock at both ends.
    held_seconds = models.PositiveIntegerField(_("seconds on the phone"), default=0)
    settled_by = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    settled_at = models.DateTimeField(_("decided at"), null=True)

    objects = RollEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark of a roll")
        verbose_name_plural = _("marks of rolls")
        ordering = ["pk"]
        indexes = [models.Index("session", "enrolment", name="roll_entry_of_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes=0) | ~Q(mark__in=["", "absent", "excused"]),
                name="roll_entry_absent_is_zero_minutes",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | Q(outcome="disputed"),
                name="roll_entry_only_disputes_are_settled",
            ),
        ]
        triggers = [
            # What was marked, when it came and what became of it stay; words and names can be erased.
            pgtrigger.ReadOnly(
                name="as_it_was_made",
                fields=[
                    *("key", "session", "enrolment", "mark", "minutes"),
                    *("method", "outcome", "recorded_at", "held_seconds"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.mark} {self.minutes} {self.outcome}"
