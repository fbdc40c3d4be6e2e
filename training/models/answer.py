"""What people say beforehand: whether they come to a session. It takes nobody's place; the roll says who was there."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.access import grants_of
from people.permissions import Permission
from training.models.enrolment import Enrolment
from training.models.session import Session

if TYPE_CHECKING:
    from people.models import User


class SessionAnswerQuerySet(models.QuerySet["SessionAnswer"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_EDITIONS
    ) -> "SessionAnswerQuerySet":
        """One's own, and those of the branches' editions."""
        grants = grants_of(user)
        return self.filter(
            grants.within("session__edition__organiser__path", permission)
            | grants.own("enrolment__person", user.person_id, permission)
        )

    def in_force(self) -> "SessionAnswerQuerySet":
        """Those about the time at which the session is now: a moved session is asked about anew."""
        return self.filter(about=F("session__starts"), session__is_cancelled=False)


class SessionAnswer(models.Model):
    """One person's answer about one session; the latest counts."""

    class Answer(models.TextChoices):
        YES = "yes", pgettext_lazy("answer to an invitation", "comes")
        NO = "no", pgettext_lazy("answer to an invitation", "does not come")
        MAYBE = "maybe", pgettext_lazy("answer to an invitation", "does not know yet")

    class Via(models.TextChoices):
        LINK = "link", _("link in a mail")
        CALENDAR = "calendar", _("calendar program")

    session = models.ForeignKey(
        Session, models.CASCADE, related_name="answers", verbose_name=_("session")
    )
    enrolment = models.ForeignKey(
        Enrolment, models.CASCADE, related_name="answers", verbose_name=_("enrolment")
    )
    answer = models.CharField(_("answer"), max_length=5, choices=Answer)
    via = models.CharField(_("how they answered"), max_length=8, choices=Via)
    about = models.DateTimeField(_("start of the session when they answered"))
    said_at = models.DateTimeField(_("answered at"), default=timezone.now)

    objects = SessionAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to an invitation")
        verbose_name_plural = _("answers to invitations")
        constraints = [models.UniqueConstraint(fields=["session", "enrolment"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.answer}"
