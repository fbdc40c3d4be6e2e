"""Certificates: an immutable record, the words printed on it, its files, and what happened afterwards."""

import secrets
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certification.models.numbers import Authority
from certification.models.programme import Programme, RuleVersion
from people.access import grants_of
from people.models import Person
from people.permissions import Permission

if TYPE_CHECKING:
    from people.models import User

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


def verification_token() -> str:
    """128 random bits in the letters of a web address."""
    return secrets.token_urlsafe(16)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_CERTIFICATES
    ) -> "CertificateQuerySet":
        """One's own, those one's branch issued, and those of the people of one's branch."""
        grants = grants_of(user)
        if grants.everywhere(permission):
            return self
        people = Person.objects.visible_to(user, permission).values("pk")
        return self.filter(
            grants.within("authority__organisation__path", permission) | Q(person__in=people)
        )

    def held_by(self, person: Person) -> "CertificateQuerySet":
        """Of that person."""
        return self.filter(person=person)


class Certificate(models.Model):
    """That somebody completed a training. Never changed, never deleted; it names nobody by itself."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    token = models.CharField(max_length=40, unique=True, default=verification_token, editable=False)
    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="certificates", verbose_name=_("issued by")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    serial = models.PositiveIntegerField(_("serial number"))
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="certificates", verbose_name=_("holder")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="certificates", verbose_name=_("programme")
    )
    rule_version = models.ForeignKey(
        RuleVersion, models.PROTECT, related_name="certificates", verbose_name=_("rule version")
    )
    # Plain numbers, not foreign keys: the record outlives the course and the edition.
    course_key = models.UUIDField(_("course"))
    enrolment_id = models.BigIntegerField(_("enrolment"), null=True)
    # A misspelt name is put right by a new certificate for the same enrolment; the old one then says "replaced".
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    language = models.CharField(_("language"), max_length=5)
    issued_on = models.DateField(_("issued on"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True)
    review_due = models.DateField(_("next review"), null=True)
    # HMAC of the folded family name with this salt: the number + family name check works after an erasure.
    name_salt = models.CharField(max_length=32, editable=False)
    name_proof = models.CharField(max_length=64, editable=False)
    content_sha256 = models.CharField(max_length=64, editable=False)
    issued_at = models.DateTimeField(default=timezone.now, editable=False)
    issued_by = models.BigIntegerField(_("issued by user"), null=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        indexes = [
            models.Index(
                "person", "programme", F("valid_from").desc(), name="certificate_of_person"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "year", "serial"], name="certificate_serial_once"
            ),
            models.UniqueConstraint(
                fields=["enrolment_id", "programme"],
                condition=Q(enrolment_id__isnull=False, replaces__isnull=True),
                name="certificate_once_for_enrolment",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="certificate_valid_until_after_from",
            ),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.number


class CertificateContent(models.Model):
    """What is printed: names, hours, titles as of that day. Deleted when the person is erased, never changed."""

    certificate = models.OneToOneField(
        Certificate,
        models.PROTECT,
        primary_key=True,
        related_name="content",
        verbose_name=_("certificate"),
    )
    holder_name = models.CharField(_("holder's name"), max_length=400)
    snapshot = models.JSONField(_("content"))

    class Meta:
        verbose_name = _("content of a certificate")
        verbose_name_plural = _("contents of certificates")
        triggers = [pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.holder_name


class CertificateDocument(models.Model):
    """The sealed PDF made from the content. It can be made again from the record."""

    certificate = models.OneToOneField(
        Certificate,
        models.PROTECT,
        primary_key=True,
        related_name="document",
        verbose_name=_("certificate"),
    )
    pdf = models.FileField(_("PDF"), upload_to="certificates/%Y/")
    sha256 = models.CharField(max_length=64)
    sealed_with = models.CharField(_("sealed with"), max_length=200)
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("file of a certificate")
        verbose_name_plural = _("files of certificates")

    def __str__(self) -> str:
        return self.pdf.name


class CertificateEvent(models.Model):
    """What happened to a certificate after it was issued: with reason, actor and day. Lines are only added."""

    class Kind(models.TextChoices):
        REVOKED = "revoked", _("revoked")
        SUSPENDED = "suspended", _("suspended")
        REPLACED = "replaced", _("replaced")
        REINSTATED = "reinstated", _("reinstated")
        REVIEWED = "reviewed", _("reviewed")

    certificate = models.ForeignKey(
        Certificate, models.PROTECT, related_name="events", verbose_name=_("certificate")
    )
    kind = models.CharField(_("what happened"), max_length=12, choices=Kind)
    on = models.DateField(_("on"))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.BigIntegerField(_("user"), null=True)
    at = models.DateTimeField(_("recorded"), default=timezone.now)
    # Only of a review: without it the certificate would be due for ever, for it never changes itself.
    next_review = models.DateField(_("next review"), null=True, blank=True)

    class Meta:
        verbose_name = _("event of a certificate")
        verbose_name_plural = _("events of certificates")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="certificate_event_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind="reviewed") | Q(next_review__isnull=True),
                name="certificate_event_only_a_review_has_a_next",
            ),
            models.CheckConstraint(
                condition=Q(next_review__isnull=True) | Q(next_review__gt=F("on")),
                name="certificate_event_next_review_later",
            ),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.kind}"
