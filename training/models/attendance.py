"""Who was there, for how many minutes."""

from typing import TYPE_CHECKING

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
