"""Whom an office told that training is due, and what it did for many people at one click."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certification.models.programme import Programme
from people.access import grants_of
from people.models import Person
from people.permissions import Permission
from training.models import Edition

if TYPE_CHECKING:
    from people.models import User

KEPT = timedelta(hours=24)


class DueNoticeQuerySet(models.QuerySet["DueNotice"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_STANDING
    ) -> "DueNoticeQuerySet":
        """Those to the people of one's branch, and those to oneself."""
        if grants_of(user).everywhere(permission):
            return self
        people = Person.objects.visible_to(user, permission).values("pk")
        return self.filter(person__in=people)


class DueNotice(models.Model):
    """That somebody was written to on a day, because training under a programme is due: nobody is written to twice."""

    class Channel(models.TextChoices):
        LETTER = "letter", _("letter")
        EMAIL = "email", _("e-mail")

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="due_notices", verbose_name=_("person")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="+", verbose_name=_("programme")
    )
    channel = models.CharField(_("channel"), max_length=6, choices=Channel)
    on = models.DateField(_("on"))
    by = models.BigIntegerField(_("user"), null=True)

    objects = DueNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice that training is due")
        verbose_name_plural = _("notices that training is due")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme", "channel", "on"], name="due_notice_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.on}"


class DueRunQuerySet(models.QuerySet["DueRun"]):
    def visible_to(self, user: "User") -> "DueRunQuerySet":
        """One's own of the last day; nobody else's, whatever one's role."""
        return self.filter(owner=user.pk, created_at__gt=timezone.now() - KEPT)

    def expired(self) -> "DueRunQuerySet":
        """Those whose day is over."""
        return self.filter(created_at__lte=timezone.now() - KEPT)


class DueRun(models.Model):
    """What became of each of the people for whom an office did something at one click. Gone after a day."""

    class Kind(models.TextChoices):
        NOMINATE = "nominate", _("nomination")
        LETTERS = "letters", _("letters")
        MAILS = "mails", _("e-mails")

    owner = models.ForeignKey(
        "people.User", models.CASCADE, related_name="+", verbose_name=_("done by")
    )
    # Of the form: whoever presses the button twice finds what the first did.
    key = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Kind)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+")
    edition = models.ForeignKey(Edition, models.CASCADE, null=True, related_name="+")
    # [{"person": 7, "outcome": "refused", "said": "…"}] in the order of the list.
    rows = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    objects = DueRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("what an office did for many")
        verbose_name_plural = _("what offices did for many")
        indexes = [models.Index("created_at", name="due_run_by_age")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="due_run_once"),
            models.CheckConstraint(
                condition=Q(kind="nominate") ^ Q(edition__isnull=True),
                name="due_run_nominates_to_an_edition",
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def expires_at(self) -> datetime:
        """When it is deleted; the places and what was sent stay."""
        return self.created_at + KEPT
