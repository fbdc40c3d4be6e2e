"""The electronic seal on a PDF: an invisible PAdES signature that certifies it and allows no change (formats.md B).

`Signer` is the small interface behind which a key file stands today, a PKCS#11 device or a remote service tomorrow.
"""

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.general import SigningError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from formats.seal_check import SealReport, check
from formats.seal_keys import make_development_key

__all__ = [
    "FileSigner",
    "SealDocumentWrong",
    "SealError",
    "SealKeyExpired",
    "SealKeyMissing",
    "SealKeyNotYetValid",
    "SealKeyWrong",
    "SealReport",
    "SealTimestampFailed",
    "Signer",
    "check",
    "make_development_key",
    "seal",
]

_HASHES: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
# Room for the signature besides its certificates, and for a time stamp with the certificates of its authority.
_SIGNATURE_BYTES, _STAMP_BYTES = 2_048, 12_288


class SealError(Exception):
    """A paper cannot be sealed; the text says why in one plain sentence."""


class SealKeyMissing(SealError):
    """No key or no certificate was given."""


class SealKeyWrong(SealError):
    """The key cannot be opened, does not belong to the certificate, or may not sign."""


class SealKeyExpired(SealError):
    """The certificate of the key is past its last day."""


class SealKeyNotYetValid(SealError):
    """The certificate of the key begins later."""


class SealTimestampFailed(SealError):
    """The time-stamp authority did not answer or refused."""


class SealDocumentWrong(SealError):
    """What should be sealed is no PDF that can be sealed."""


class Signer(Protocol):
    """Whoever holds the key: makes a raw signature with it, and shows its certificate."""

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate of the key."""

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The certificates between it and a root, to be embedded."""

    def __hash__(self) -> int:
        """What is derived from its certificates is kept per signer."""

    def sign(self, data: bytes, digest: str) -> bytes:
        """The raw signature of the data (ECDSA, or RSA with PKCS#1 v1.5) under "sha256" and the like."""


class FileSigner:
    """A private key and its certificate from PEM texts, opened and checked once.

    The certificate text may go on with the certificates above it.
    """

    def __init__(self, key_pem: bytes, cert_pem: bytes, password: str | None = None) -> None:
        if not key_pem.strip() or not cert_pem.strip():
            raise SealKeyMissing("The key of the seal or its certificate is missing.")
        try:
            secret = password.encode() if password else None
            key = serialization.load_pem_private_key(key_pem, password=secret)
            certificates = x509.load_pem_x509_certificates(cert_pem)
        except (ValueError, TypeError) as error:
            raise SealKeyWrong(
                "The key of the seal cannot be opened: wrong password or damaged file."
            ) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise SealKeyWrong("The key of the seal must be an elliptic curve or an RSA key.")
        if key.public_key() != certificates[0].public_key():
            raise SealKeyWrong("The key of the seal does not belong to its certificate.")
        _may_sign(certificates[0])
        self._key = key
        self.certificate = certificates[0]
        self.chain = tuple(certificates[1:])

    def sign(self, data: bytes, digest: str) -> bytes:
        """The raw signature of the data."""
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(_HASHES[digest]()))
        return self._key.sign(data, padding.PKCS1v15(), _HASHES[digest]())


def seal(
    pdf: bytes,
    signer: Signer,
    *,
    reason: str,
    location: str = "",
    timestamper: timestamps.TimeStamper | None = None,
) -> bytes:
    """The same PDF with the seal appended: PAdES B-B, or B-T when a time-stamp authority is given.

    It names no new thing on the page: a visible seal would break PDF/UA-1.
    """
    _in_force(signer.certificate)
    meta = signers.PdfSignatureMetadata(
        field_name="Seal",
        md_algorithm="sha256",
        reason=reason,
        location=location or None,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    adapter = _adapter(signer)
    room = _SIGNATURE_BYTES + adapter.certificate_bytes + (_STAMP_BYTES if timestamper else 0)
    out = io.BytesIO()
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        signers.PdfSigner(meta, adapter, timestamper=timestamper).sign_pdf(
            writer, bytes_reserved=2 * room, output=out
        )
    except timestamps.TimestampRequestError as error:
        raise SealTimestampFailed(
            "The time-stamp authority did not answer; try again later."
        ) from error
    except (PdfError, SigningError, ValueError) as error:
        raise SealDocumentWrong(
            "This file cannot be sealed: it is no proper PDF, or it is sealed already."
        ) from error
    return out.getvalue()


@dataclass(frozen=True)
class _Certificates:
    """A signer's certificates in the form that pyHanko wants."""

    own: asn1_x509.Certificate
    store: SimpleCertificateStore
    size: int


class _Adapter(signers.Signer):
    """Our small interface in the clothes of pyHanko's large one. Nothing is loaded again for each paper."""

    def __init__(self, signer: Signer, certificates: _Certificates) -> None:
        super().__init__(
            signing_cert=certificates.own, cert_registry=certificates.store, embed_roots=False
        )
        self._signer = signer
        self.certificate_bytes = certificates.size

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        return bytes(512) if dry_run else self._signer.sign(data, digest_algorithm)


@lru_cache(maxsize=32)
def _adapter(signer: Signer) -> _Adapter:
    """The adapter of a signer, made once."""
    raw = [c.public_bytes(serialization.Encoding.DER) for c in (signer.certificate, *signer.chain)]
    parsed = [asn1_x509.Certificate.load(der) for der in raw]
    store = SimpleCertificateStore()
    store.register_multiple(parsed)
    return _Adapter(signer, _Certificates(parsed[0], store, sum(map(len, raw))))


def _may_sign(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise SealKeyWrong("The certificate of the seal does not allow its key to sign.")


def _in_force(certificate: x509.Certificate) -> None:
    now = datetime.now(UTC)
    if now > certificate.not_valid_after_utc:
        day = certificate.not_valid_after_utc.date().isoformat()
        raise SealKeyExpired(
            f"The certificate of the seal expired on {day}; a new one must be set up."
        )
    if now < certificate.not_valid_before_utc:
        day = certificate.not_valid_before_utc.date().isoformat()
        raise SealKeyNotYetValid(f"The certificate of the seal is valid only from {day}.")
