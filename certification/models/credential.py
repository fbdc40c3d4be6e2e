"""What digital credentials are signed and taken back with: issuers, their keys, each certificate's bit in a list."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certification.models.certificate import APPEND_ONLY, Certificate
from certification.models.numbers import Authority
from formats.multikey import did_web
from formats.status_list import SIZE

UNCHANGING = pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update | pgtrigger.Delete)


class Issuer(models.Model):
    """An authority as verifiers know it. The address outlives every renaming: credentials out there bear it."""

    authority = models.OneToOneField(
        Authority, models.PROTECT, related_name="issuer", verbose_name=_("authority")
    )
    code = models.SlugField(_("code"), max_length=40, unique=True)
    address = models.URLField(_("address"), unique=True)
    time_zone = models.CharField(_("time zone"), max_length=40)

    class Meta:
        verbose_name = _("issuer of credentials")
        verbose_name_plural = _("issuers of credentials")
        triggers = [UNCHANGING]

    def __str__(self) -> str:
        return self.code

    @property
    def did(self) -> str:
        """Its did:web."""
        return did_web(self.address)


class IssuerKey(models.Model):
    """A key pair. The private half is encrypted; a retired key stays published, for what it signed goes on counting."""

    class Kind(models.TextChoices):
        PROOF = "ed25519", "Ed25519"
        JWT = "p256", "P-256"

    issuer = models.ForeignKey(
        Issuer, models.PROTECT, related_name="keys", verbose_name=_("issuer of credentials")
    )
    kind = models.CharField(max_length=8, choices=Kind)
    public = models.CharField(_("public key"), max_length=100, unique=True)
    secret = models.TextField(editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    retired_at = models.DateTimeField(_("retired"), null=True)
    # Lost or stolen: it is no longer published, and nothing that it signed counts (docs/decisions/0014).
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("key of an issuer")
        verbose_name_plural = _("keys of issuers")
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "kind"],
                condition=Q(retired_at=None),
                name="issuer_key_one_in_use",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["ed25519", "p256"]), name="issuer_key_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(retired_at__isnull=False),
                name="issuer_key_withdrawn_is_retired",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="never_exchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("issuer", "kind", "public", "secret", "made_at"),
            ),
            pgtrigger.Protect(
                name="stays_retired",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.retired_at IS NOT NULL AND OLD.retired_at IS DISTINCT FROM NEW.retired_at"
                ),
            ),
            pgtrigger.Protect(
                name="stays_withdrawn",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.public

    @property
    def method(self) -> str:
        """Its address in the issuer's document."""
        return f"{self.issuer.did}#{self.public}"


class StatusList(models.Model):
    """A list of bits, one a certificate, as it was last signed. It is made of the events and can be made again."""

    issuer = models.ForeignKey(
        Issuer, models.PROTECT, related_name="lists", verbose_name=_("issuer of credentials")
    )
    number = models.PositiveIntegerField(_("number"))
    revocation = models.TextField(_("signed list of revocations"), blank=True)
    suspension = models.TextField(_("signed list of suspensions"), blank=True)
    signed_at = models.DateTimeField(_("signed"), null=True)

    class Meta:
        verbose_name = _("status list")
        verbose_name_plural = _("status lists")
        constraints = [
            models.UniqueConstraint(fields=["issuer", "number"], name="status_list_once")
        ]

    def __str__(self) -> str:
        return f"{self.issuer.code}/{self.number}"

    def address(self, purpose: str) -> str:
        """Where the list of that purpose is published."""
        return f"{self.issuer.address}/status/{self.number}/{purpose}"


class Credential(models.Model):
    """With what a certificate's credential is signed, and its bit: enough to make the same bytes again."""

    certificate = models.OneToOneField(
        Certificate,
        models.PROTECT,
        primary_key=True,
        related_name="credential",
        verbose_name=_("certificate"),
    )
    status_list = models.ForeignKey(
        StatusList, models.PROTECT, related_name="credentials", verbose_name=_("status list")
    )
    # Drawn by lot: neighbours in time are no neighbours in the list.
    index = models.PositiveIntegerField(_("place in the list"))
    key = models.ForeignKey(IssuerKey, models.PROTECT, related_name="+", verbose_name=_("key"))
    jwt_key = models.ForeignKey(
        IssuerKey, models.PROTECT, related_name="+", verbose_name=_("key for JWT")
    )

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        constraints = [
            models.UniqueConstraint(fields=["status_list", "index"], name="credential_place_once"),
            models.CheckConstraint(
                condition=Q(index__gte=0, index__lt=SIZE), name="credential_place_in_list"
            ),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.status_list_id}#{self.index}"
