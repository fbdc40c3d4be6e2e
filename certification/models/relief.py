"""What is not asked of somebody for a time, and dates that are moved: one person asks, another one confirms."""

from datetime import date
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.models.certificate import Certificate
from certification.models.earlier import EarlierCertificate
from certification.models.programme import Programme
from people.access import grants_of
from people.models import Person
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models import User


class ReliefQuerySet(models.QuerySet["Relief"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.REVIEW_EVIDENCE
    ) -> "ReliefQuerySet":
        """Those of the people of one's branch: to decide about them."""
        if grants_of(user).everywhere(permission):
            return self
        people = Person.objects.visible_to(user, permission).values("pk")
        return self.filter(person__in=people)

    def readable_by(self, user: "User") -> "ReliefQuerySet":
        """Those, and one's own. Nobody else: a reason may tell more than somebody's standing does."""
        if grants_of(user).everywhere(Permission.REVIEW_EVIDENCE):
            return self
        people = Person.objects.visible_to(user, Permission.REVIEW_EVIDENCE).values("pk")
        return self.filter(Q(person__in=people) | Q(person=user.person_id or 0))

    def counting(self, at: date) -> "ReliefQuerySet":
        """Confirmed, begun by that day, and not ended by then."""
        return self.filter(
            Q(ended_on=None) | Q(ended_on__gt=at), status=Relief.Status.CONFIRMED, since__lte=at
        )


class Relief(models.Model):
    """An exemption from what a programme asks, or a later last day for a certificate."""

    class Kind(models.TextChoices):
        EXEMPTION = "exemption", _("exemption")
        EXTENSION = "extension", _("extension")

    class Reason(models.TextChoices):
        """Why, in words that say nothing about anybody's health or family."""

        UNFIT = "unfit", _("not able to work for a time")
        PARENTAL = "parental", _("parental leave")
        SERVICE = "service", _("military or public service")
        ABROAD = "abroad", _("away for a long time")
        NO_COURSE = "no_course", _("no course was offered in time")
        OTHER = "other", _("another reason that the law allows")

    class Status(models.TextChoices):
        ASKED = "asked", pgettext_lazy("exemption", "waits for a second person")
        CONFIRMED = "confirmed", pgettext_lazy("exemption", "confirmed")
        REFUSED = "refused", pgettext_lazy("exemption", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("exemption", "taken back")

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="reliefs", verbose_name=_("person")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="reliefs", verbose_name=_("programme")
    )
    kind = models.CharField(_("type"), max_length=10, choices=Kind)
    # The code of a requirement, which lives on from one rule version to the next; empty: all of them.
    requirement = models.CharField(_("requirement"), max_length=60, blank=True)
    certificate = models.ForeignKey(
        Certificate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reliefs",
        verbose_name=_("certificate"),
    )
    earlier = models.ForeignKey(
        EarlierCertificate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reliefs",
        verbose_name=_("earlier certificate on paper"),
    )
    since = models.DateField(_("from"))
    until = models.DateField(_("until"))
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    document = models.CharField(_("number and date of the paper that says so"), max_length=200)
    words = models.CharField(_("remark"), max_length=300, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.ASKED)
    asked_by = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    decided_by = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # Why it was refused, or why it ended early.
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    ended_on = models.DateField(_("ended early on"), null=True, blank=True)

    objects = ReliefQuerySet.as_manager()

    class Meta:
        verbose_name = _("exemption or extension")
        verbose_name_plural = _("exemptions and extensions")
        indexes = [models.Index("person", "programme", name="relief_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="relief_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(kind="exemption", certificate=None, earlier=None)
                | (
                    Q(kind="extension", requirement="")
                    & (
                        Q(certificate__isnull=False, earlier=None)
                        | Q(certificate=None, earlier__isnull=False)
                    )
                ),
                name="relief_extension_is_of_one_certificate",
            ),
            models.CheckConstraint(condition=~Q(document=""), name="relief_names_its_document"),
            models.CheckConstraint(
                condition=~Q(decided_by=F("asked_by")), name="relief_second_person"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["confirmed", "refused"], decided_at__isnull=False)
                | (~Q(status__in=["confirmed", "refused"]) & Q(decided_at__isnull=True)),
                name="relief_decided_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True)
                | Q(status="confirmed", ended_on__gte=F("since")),
                name="relief_only_a_confirmed_one_ends",
            ),
            models.UniqueConstraint(
                fields=["person", "programme", "kind", "requirement", "certificate", "earlier", "since", "until"],
                condition=Q(status__in=["asked", "confirmed"]),
                nulls_distinct=False,
                name="relief_same_once",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            # What was asked for is what was confirmed: only the answer and an early end are added.
            pgtrigger.Protect(
                name="never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "person", "programme", "kind", "requirement", "certificate", "earlier", "since", "until",
                    "reason", "document", "asked_at",
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.since}–{self.until}"

    @property
    def last_day(self) -> date:
        """The last day on which it holds."""
        if self.ended_on is None:
            return self.until
        return min(self.until, date.fromordinal(self.ended_on.toordinal() - 1))
