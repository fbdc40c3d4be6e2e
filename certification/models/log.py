"""The public log: what was issued and what happened since, in a tree that can only grow (RFC 9162)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certification.models.certificate import APPEND_ONLY, Certificate, CertificateEvent


class LogEntry(models.Model):
    """One record of the log: that a certificate was issued, or that something happened to it. Names nobody."""

    position = models.BigIntegerField(_("position"), primary_key=True)
    certificate = models.ForeignKey(
        Certificate,
        models.PROTECT,
        related_name="log_entries",
        verbose_name=_("certificate"),
    )
    event = models.OneToOneField(
        CertificateEvent,
        models.PROTECT,
        null=True,
        related_name="log_entry",
        verbose_name=_("event"),
    )
    added_at = models.DateTimeField(_("recorded"), default=timezone.now)

    class Meta:
        verbose_name = _("record of the log")
        verbose_name_plural = _("records of the log")
        constraints = [
            models.CheckConstraint(
                condition=Q(position__gte=0), name="log_entry_counts_from_nought"
            ),
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(event=None), name="log_entry_once_issued"
            ),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return str(self.position)


class LogNode(models.Model):
    """The hash of a complete subtree (formats.merkle); level 0 holds the hashes of the records."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("hash of the log")
        verbose_name_plural = _("hashes of the log")
        constraints = [
            models.UniqueConstraint(fields=["level", "index"], name="log_node_once"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class LogHead(models.Model):
    """How the log stood on a day: its size and root, signed with the key of the seal and published."""

    day = models.DateField(_("day"), unique=True)
    size = models.BigIntegerField(_("records"))
    root = models.CharField(_("root hash"), max_length=64)
    words = models.TextField(_("signed words"))
    signature = models.TextField(_("signature"))
    signer = models.TextField(_("certificate of the key"))
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("head of the log")
        verbose_name_plural = _("heads of the log")
        indexes = [models.Index("size", name="log_head_by_size")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.day}: {self.size}"
