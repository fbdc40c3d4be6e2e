"""What the trainer says of a person at the end, where the programme asks for it."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.permissions import Permission
from training.models.enrolment import Enrolment

if TYPE_CHECKING:
    from people.models import User


class TrainerResultQuerySet(models.QuerySet["TrainerResult"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_EDITIONS
    ) -> "TrainerResultQuerySet":
        """One's own, and those of the branches' editions."""
        grants = grants_of(user)
        return self.filter(
            grants.within("enrolment__edition__organiser__path", permission)
            | grants.own("enrolment__person", user.person_id, permission)
        )

    def positive(self) -> "TrainerResultQuerySet":
        """Those with which a certificate can follow."""
        return self.exclude(result=TrainerResult.Result.FAILED)


class TrainerResult(models.Model):
    """Passed, failed or recommended, with the trainer's words. A change leaves its trail."""

    class Result(models.TextChoices):
        PASSED = "passed", _("passed")
        RECOMMENDED = "recommended", _("passed and recommended")
        FAILED = "failed", _("not passed yet")

    enrolment = models.OneToOneField(
        Enrolment, models.CASCADE, related_name="result", verbose_name=_("enrolment")
    )
    result = models.CharField(_("result"), max_length=12, choices=Result)
    text = models.TextField(_("the trainer's words"), max_length=1000, blank=True)
    given_by = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("given by")
    )
    given_at = models.DateTimeField(_("given at"), default=timezone.now)

    objects = TrainerResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("trainer's result")
        verbose_name_plural = _("trainers' results")
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=["passed", "recommended", "failed"]),
                name="result_is_one_of_three",
            ),
        ]

    def __str__(self) -> str:
        return self.get_result_display()
