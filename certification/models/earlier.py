"""Certificates on paper that others issued before this system: recorded here, issued by them, and said to be so."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certification.models.programme import Programme
from people.access import grants_of
from people.functions import Fold
from people.models import Organisation, Person
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models import User

KEPT = timedelta(hours=24)


class EarlierCertificateQuerySet(models.QuerySet["EarlierCertificate"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_CERTIFICATES
    ) -> "EarlierCertificateQuerySet":
        """One's own, and those of the people of one's branch."""
        if grants_of(user).everywhere(permission):
            return self
        people = Person.objects.visible_to(user, permission).values("pk")
        return self.filter(person__in=people)

    def counting(self, at: date) -> "EarlierCertificateQuerySet":
        """Those that stand on that day: begun, and not struck from the record by then."""
        return self.filter(Q(struck_on=None) | Q(struck_on__gt=at), valid_from__lte=at)


class EarlierCertificate(models.Model):
    """A paper certificate of somebody else. It counts for standing; it cannot be verified as ours can."""

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="earlier_certificates", verbose_name=_("holder")
    )
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        related_name="earlier_certificates",
        verbose_name=_("programme"),
    )
    number = models.CharField(_("number"), max_length=60)
    issuer = models.CharField(_("issued on paper by"), max_length=200)
    valid_from = models.DateField(_("issued on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("recorded at")
    )
    recorded_on = models.DateField(_("recorded on"))
    # A plain number: deleting a log-in must not change a line that never changes.
    recorded_by = models.BigIntegerField(_("recorded by user"), null=True)
    # Recorded by mistake: it does not count from that day on, and says why.
    struck_on = models.DateField(_("struck on"), null=True, blank=True)
    struck_reason = models.CharField(_("reason"), max_length=300, blank=True)
    struck_by = models.BigIntegerField(_("struck by user"), null=True, blank=True)
    number_key = models.GeneratedField(
        expression=Fold(F("number")), output_field=models.CharField(max_length=240), db_persist=True
    )
    issuer_key = models.GeneratedField(
        expression=Fold(F("issuer")), output_field=models.CharField(max_length=800), db_persist=True
    )

    objects = EarlierCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("earlier certificate on paper")
        verbose_name_plural = _("earlier certificates on paper")
        indexes = [
            models.Index(
                "person", "programme", F("valid_from").desc(), name="earlier_certificate_of_person"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="earlier_certificate_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__lte=F("recorded_on")),
                name="earlier_certificate_issued_before_recorded",
            ),
            models.UniqueConstraint(
                fields=["number_key", "issuer_key", "programme"],
                condition=Q(struck_on__isnull=True),
                name="earlier_certificate_number_once",
            ),
            models.CheckConstraint(
                condition=Q(struck_on__isnull=True, struck_reason="")
                | (
                    Q(struck_on__isnull=False, struck_on__gte=F("recorded_on"))
                    & ~Q(struck_reason="")
                ),
                name="earlier_certificate_struck_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "person", "programme", "number", "issuer", "valid_from", "valid_until", "organisation",
                    "recorded_on", "recorded_by",
                ),
            ),
            pgtrigger.Protect(
                name="stays_struck",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__struck_on__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class EarlierListQuerySet(models.QuerySet["EarlierList"]):
    def visible_to(self, user: "User") -> "EarlierListQuerySet":
        """One's own lists of the last day; nobody else's, whatever one's role."""
        return self.filter(owner=user.pk, created_at__gt=timezone.now() - KEPT)

    def expired(self) -> "EarlierListQuerySet":
        """Lists whose day is over."""
        return self.filter(created_at__lte=timezone.now() - KEPT)


class EarlierList(models.Model):
    """A spreadsheet of paper certificates that was checked and waits for a yes. Gone after a day."""

    owner = models.ForeignKey(
        "people.User", models.CASCADE, related_name="+", verbose_name=_("uploaded by")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", verbose_name=_("institution")
    )
    file_name = models.CharField(_("file"), max_length=200)
    known = models.JSONField(_("rows whose holder is known"), default=list)
    unsure = models.JSONField(_("rows that several people may hold"), default=list)
    rejected = models.JSONField(_("rejected rows"), default=list)
    recorded = models.PositiveIntegerField(_("recorded"), default=0)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    applied_at = models.DateTimeField(_("written"), null=True, blank=True)

    objects = EarlierListQuerySet.as_manager()

    class Meta:
        verbose_name = _("list of earlier certificates")
        verbose_name_plural = _("lists of earlier certificates")
        indexes = [models.Index("created_at", name="earlier_list_by_age")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def expires_at(self) -> datetime:
        """When the list is deleted; what was recorded stays."""
        return self.created_at + KEPT
