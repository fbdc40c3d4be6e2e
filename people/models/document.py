"""Papers about a person that their institution keeps: a contract, an attestation, a decision. Never about a child."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.person import Person
from people.permissions import Permission
from people.scans import private_files

if TYPE_CHECKING:
    from people.models.user import User


class DocumentQuerySet(models.QuerySet["PersonDocument"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.EDIT_PEOPLE
    ) -> "DocumentQuerySet":
        """One's own, and those of people whose records the user keeps: nobody else opens a contract."""
        kept = Person.objects.visible_to(user, permission)
        return self.filter(Q(person__in=kept) | Q(person=user.person_id or 0))


class PersonDocument(models.Model):
    """A photo or PDF of a paper, and what stands on it."""

    class Kind(models.TextChoices):
        CONTRACT = "contract", _("contract")
        ATTESTATION = "attestation", _("attestation or licence")
        DECISION = "decision", _("decision of a court or authority")
        IDENTITY = "identity", _("proof of identity or residence")
        OTHER = "other", _("other paper")

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="documents", verbose_name=_("person")
    )
    kind = models.CharField(_("type"), max_length=12, choices=Kind)
    body = models.CharField(_("issued by"), max_length=200, blank=True)
    issued_on = models.DateField(_("date of the paper"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    file = models.FileField(
        _("file"), upload_to="documents/%Y/", storage=private_files, max_length=200
    )
    # What the bytes are, whatever the file was called.
    format = models.CharField(_("format"), max_length=3, choices=[("jpg", "JPEG"), ("pdf", "PDF")])
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveIntegerField(_("bytes"), editable=False)
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now)
    recorded_by = models.ForeignKey(
        "people.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document of a person")
        verbose_name_plural = _("documents of people")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("issued_on")),
                name="person_document_ends_after_its_date",
            ),
            models.CheckConstraint(
                condition=Q(format__in=["jpg", "pdf"]), name="person_document_photo_or_pdf"
            ),
            models.CheckConstraint(condition=~Q(file=""), name="person_document_has_a_file"),
            # The same file sent again is the same document.
            models.UniqueConstraint(fields=["person", "sha256"], name="person_document_once"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def is_over(self) -> bool:
        """Did it run out before today?"""
        return self.valid_until is not None and self.valid_until < timezone.localdate()
