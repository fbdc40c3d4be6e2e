"""What was sealed with what: certificates of the seal, and the fingerprint of every file that left this room."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certification.models.certificate import APPEND_ONLY, Certificate


class SealCertificate(models.Model):
    """The certificate of a key that sealed here. It stays: what it sealed is checked against it."""

    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    pem = models.TextField(editable=False)
    subject = models.CharField(_("name"), max_length=200)
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    first_used_at = models.DateTimeField(_("first used"), default=timezone.now)

    class Meta:
        verbose_name = _("certificate of the seal")
        verbose_name_plural = _("certificates of the seal")
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.subject


class IssuedFile(models.Model):
    """That these very bytes were issued for a certificate.

    It outlives an erasure and names nobody: the bytes hold a code of 128 random bits, so nobody can guess them.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        CREDENTIAL = "credential", "JSON"

    certificate = models.ForeignKey(
        Certificate, models.PROTECT, related_name="files", verbose_name=_("certificate")
    )
    kind = models.CharField(max_length=10, choices=Kind)
    sha256 = models.CharField(max_length=64, unique=True)
    sealed_by = models.ForeignKey(
        SealCertificate, models.PROTECT, null=True, related_name="+", verbose_name=_("sealed with")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("fingerprint of a file")
        verbose_name_plural = _("fingerprints of files")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["pdf", "credential"]), name="issued_file_known_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="pdf") | models.Q(sealed_by__isnull=True),
                name="issued_file_only_pdf_is_sealed",
            ),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.kind}"
