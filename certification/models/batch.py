"""Issuing for a whole edition, person by person; and what waits for a second person's yes."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.models.certificate import Certificate
from certification.models.numbers import Authority
from certification.models.programme import Programme
from people.access import grants_of
from people.permissions import Permission
from training.models import Edition, Enrolment

if TYPE_CHECKING:
    from people.models import User

ANSWER_WITHIN = timedelta(days=14)


class IssueBatchQuerySet(models.QuerySet["IssueBatch"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.ISSUE
    ) -> "IssueBatchQuerySet":
        """Those of the authorities for which the user may issue."""
        return self.filter(grants_of(user).within("authority__organisation__path", permission))


class IssueBatch(models.Model):
    """That the certificates of an edition are issued together. Each is its own transaction: it can be resumed."""

    class Status(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("issuing", "waits for a second person")
        RUNNING = "running", pgettext_lazy("issuing", "under way")
        STOPPED = "stopped", pgettext_lazy("issuing", "stopped")
        DONE = "done", pgettext_lazy("issuing", "done")
        REFUSED = "refused", pgettext_lazy("issuing", "refused")

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="+", verbose_name=_("edition")
    )
    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="batches", verbose_name=_("authority")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status)
    stopped_because = models.CharField(_("why it stopped"), max_length=40, blank=True)
    by = models.BigIntegerField(_("user"), null=True)
    made_at = models.DateTimeField(_("asked for"), default=timezone.now)
    worked_at = models.DateTimeField(_("last worked on"), default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True)

    objects = IssueBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("issue of many certificates")
        verbose_name_plural = _("issues of many certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["edition"],
                condition=Q(status__in=["waiting", "running", "stopped"]),
                name="issue_batch_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status="stopped") ^ Q(stopped_because=""),
                name="issue_batch_stopped_says_why",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["done", "refused"]) ^ Q(done_at__isnull=True),
                name="issue_batch_done_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.status}"


class IssueItem(models.Model):
    """One person's certificate in a batch: still to come, issued, or refused with the reason's code."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("certificate to be issued", "still to come")
        ISSUED = "issued", pgettext_lazy("certificate to be issued", "issued")
        REFUSED = "refused", pgettext_lazy("certificate to be issued", "not issued")

    batch = models.ForeignKey(
        IssueBatch, models.CASCADE, related_name="items", verbose_name=_("issue")
    )
    enrolment = models.ForeignKey(
        Enrolment, models.CASCADE, related_name="+", verbose_name=_("enrolment")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="+", verbose_name=_("programme")
    )
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    problem = models.CharField(_("why not"), max_length=60, blank=True)
    certificate = models.ForeignKey(
        Certificate, models.PROTECT, null=True, related_name="+", verbose_name=_("certificate")
    )

    class Meta:
        verbose_name = _("certificate to be issued")
        verbose_name_plural = _("certificates to be issued")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "enrolment", "programme"], name="issue_item_once"
            ),
            models.CheckConstraint(
                condition=Q(state="issued") ^ Q(certificate__isnull=True),
                name="issue_item_issued_has_certificate",
            ),
            models.CheckConstraint(
                condition=Q(state="refused") ^ Q(problem=""), name="issue_item_refused_says_why"
            ),
        ]
        indexes = [models.Index("batch", name="issue_item_to_come", condition=Q(state="waiting"))]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.state}"


def answer_until() -> datetime:
    """Until when somebody may say yes to what is asked now."""
    return timezone.now() + ANSWER_WITHIN


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def visible_to(self, user: "User") -> "ApprovalQuerySet":
        """Those that the user's roles let them answer, and so their own too."""
        issue = grants_of(user).within("authority__organisation__path", Permission.ISSUE)
        revoke = grants_of(user).within("authority__organisation__path", Permission.REVOKE)
        return self.filter(Q(batch__isnull=False) & issue | Q(certificate__isnull=False) & revoke)

    def open(self, at: datetime | None = None) -> "ApprovalQuerySet":
        """Not answered, and still in time."""
        return self.filter(answer="", expires_at__gt=at or timezone.now())


class Approval(models.Model):
    """A question to a second person: may these certificates be issued, may this one be revoked?"""

    class Answer(models.TextChoices):
        CONFIRMED = "confirmed", pgettext_lazy("answer", "confirmed")
        REFUSED = "refused", pgettext_lazy("answer", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("answer", "taken back")
        EXPIRED = "expired", pgettext_lazy("answer", "not answered in time")

    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="approvals", verbose_name=_("authority")
    )
    batch = models.OneToOneField(
        IssueBatch, models.CASCADE, null=True, related_name="approval", verbose_name=_("issue")
    )
    certificate = models.ForeignKey(
        Certificate,
        models.PROTECT,
        null=True,
        related_name="approvals",
        verbose_name=_("certificate"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    on = models.DateField(_("from which day"), null=True)
    asked_by = models.BigIntegerField(_("asked by user"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    expires_at = models.DateTimeField(_("can be answered until"), default=answer_until)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    answered_by = models.BigIntegerField(_("answered by user"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to a second person")
        verbose_name_plural = _("questions to a second person")
        constraints = [
            models.CheckConstraint(
                condition=Q(batch__isnull=True) ^ Q(certificate__isnull=True),
                name="approval_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(certificate__isnull=True) | (~Q(reason="") & Q(on__isnull=False)),
                name="approval_of_revocation_has_reason_and_day",
            ),
            models.CheckConstraint(
                condition=Q(answer="") ^ Q(answered_at__isnull=False),
                name="approval_answer_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(answer__in=["confirmed", "refused"])
                | (Q(answered_by__isnull=False) & ~Q(answered_by=F("asked_by"))),
                name="approval_by_a_second_person",
            ),
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(answer=""), name="approval_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id or self.certificate_id} {self.answer}"
