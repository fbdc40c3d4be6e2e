"""The file of a certificate: printed from the stored content, sealed, kept. It can be made again from the record."""

import json
import secrets
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from certification import content, credentials, sealing
from certification.designs import logo_of
from certification.errors import ContentChanged
from certification.models import (
    Certificate,
    CertificateDocument,
    IssuedFile,
    SealCertificate,
)
from formats.certificate import Attachment, render
from formats.credential import MEDIA_TYPE
from formats.fonts import typst_fonts
from people import audit

CREDENTIAL = "credential.json"
Kind = IssuedFile.Kind


@transaction.atomic
def make(*, certificate: Certificate) -> CertificateDocument | None:
    """Print, seal and store the PDF, unless that was done; None where the content was erased.

    Raises `SealUnavailable` while there is no good key: then nothing is stored, and the job tries again.
    """
    rows = Certificate.objects.select_for_update(no_key=True, of=("self",))
    # What is printed is read after the lock is held: an erasure may have taken it away meanwhile.
    certificate = rows.select_related("authority__organisation").get(pk=certificate.pk)
    if hasattr(certificate, "document"):
        return certificate.document
    if not hasattr(certificate, "content"):
        return None
    credential = _credential(certificate)
    sealed, sealer = sealing.apply(printed(certificate, credential), why=certificate.number)
    seal = sealer_of(sealer)
    document = CertificateDocument(
        certificate=certificate, sha256=sha256(sealed).hexdigest(), sealed_with=seal.subject
    )
    # A name that nobody can guess: not every storage asks who is there.
    document.pdf.save(f"{secrets.token_urlsafe(24)}.pdf", ContentFile(sealed), save=False)
    document.save(force_insert=True)
    _write_down(certificate, Kind.PDF, document.sha256, seal)
    _write_down(certificate, Kind.CREDENTIAL, credential_fingerprint(credential.content))
    organisation = certificate.authority.organisation
    audit.record(
        by=None, verb="certificate.sealed", target=certificate, person=certificate.person_id, organisation=organisation,
        sha256=document.sha256,
    )  # fmt: skip
    return document


@transaction.atomic
def remake(*, certificate: Certificate) -> CertificateDocument | None:
    """Make the file anew in place of the one that is there. The old one, where somebody saved it, stays on record."""
    rows = Certificate.objects.select_for_update(no_key=True, of=("self",))
    certificate = rows.get(pk=certificate.pk)
    old = CertificateDocument.objects.filter(certificate=certificate).first()
    if old:
        storage, name = old.pdf.storage, str(old.pdf.name)
        old.delete()
        transaction.on_commit(lambda: storage.delete(name))
    return make(certificate=certificate)


def printed(certificate: Certificate, credential: Attachment | None = None) -> bytes:
    """The PDF before it is sealed, with its credential inside: the same bytes whenever it is made."""
    said = certificate.content.snapshot
    if content.fingerprint(said) != certificate.content_sha256:
        raise ContentChanged
    attached = (credential or _credential(certificate),)
    return render(
        content.paper(said, logo=logo_of(said), attachments=attached),
        fonts=typst_fonts(settings.FONT_DIR),
        timestamp=certificate.issued_at.replace(microsecond=0),
    )


def sealer_of(certificate: x509.Certificate) -> SealCertificate:
    """The row of that certificate of the seal, made when it seals for the first time."""
    subject = f"{certificate.subject.rfc4514_string()} #{certificate.serial_number:x}"
    return SealCertificate.objects.get_or_create(
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        defaults={
            "pem": certificate.public_bytes(Encoding.PEM).decode(),
            "subject": subject[:200],
            "valid_from": certificate.not_valid_before_utc,
            "valid_until": certificate.not_valid_after_utc,
        },
    )[0]


def credential_fingerprint(data: bytes) -> str:
    """Of what the credential says, however a wallet wrote it down."""
    return content.fingerprint(json.loads(data))


def _write_down(
    certificate: Certificate, kind: str, digest: str, seal: SealCertificate | None = None
) -> None:
    IssuedFile.objects.get_or_create(
        sha256=digest, defaults={"certificate": certificate, "kind": kind, "sealed_by": seal}
    )


def _credential(certificate: Certificate) -> Attachment:
    """What the paper says, for machines."""
    data = credentials.file(certificate, CREDENTIAL)
    if data is None:
        raise ContentChanged
    return Attachment(CREDENTIAL, data, MEDIA_TYPE, "Open Badges 3.0, Verifiable Credentials 2.0")
