"""The electronic seal on a PDF: an invisible PAdES signature that certifies it and allows no change (formats.md B).

`Signer` is the small interface behind which a key file stands, a PKCS#11 device or a remote service (seal_devices).
"""

import io
import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, TimestampDSSContentSettings
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from formats.seal_check import SealReport, certificates_from, check
from formats.seal_errors import (
    SealDeviceFailed,
    SealDocumentWrong,
    SealError,
    SealKeyExpired,
    SealKeyMissing,
    SealKeyNotYetValid,
    SealKeyWrong,
    SealRevocationUnknown,
    SealTimestampFailed,
)
from formats.seal_keys import (
    HASHES,
    certificates_of,
    check_in_force,
    check_use,
    make_development_key,
)

__all__ = [
    "FileSigner",
    "LongTerm",
    "SealDeviceFailed",
    "SealDocumentWrong",
    "SealError",
    "SealKeyExpired",
    "SealKeyMissing",
    "SealKeyNotYetValid",
    "SealKeyWrong",
    "SealReport",
    "SealRevocationUnknown",
    "SealTimestampFailed",
    "Signer",
    "check",
    "make_development_key",
    "seal",
]

# It warns at every seal that lists come from files and not from the network: so we want it.
logging.getLogger("pyhanko.sign.signers.pdf_signer").setLevel(logging.ERROR)
# Room for the signature besides its certificates, and for a time stamp with the certificates of its authority.
_SIGNATURE_BYTES, _STAMP_BYTES = 2_048, 12_288


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
        certificates = certificates_of(cert_pem)
        try:
            secret = password.encode() if password else None
            key = serialization.load_pem_private_key(key_pem, password=secret)
        except (ValueError, TypeError) as error:
            raise SealKeyWrong(
                "The key of the seal cannot be opened: wrong password or damaged file."
            ) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise SealKeyWrong("The key of the seal must be an elliptic curve or an RSA key.")
        if key.public_key() != certificates[0].public_key():
            raise SealKeyWrong("The key of the seal does not belong to its certificate.")
        check_use(certificates[0])
        self._key = key
        self.certificate = certificates[0]
        self.chain = tuple(certificates[1:])

    def sign(self, data: bytes, digest: str) -> bytes:
        """The raw signature of the data."""
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(HASHES[digest]()))
        return self._key.sign(data, padding.PKCS1v15(), HASHES[digest]())


@dataclass(frozen=True)
class LongTerm:
    """What makes a seal provable years later: roots (PEM or DER) and lists of revoked certificates (DER).

    With `fetch` lists and answers that are missing are asked for where the certificates say.
    """

    roots: tuple[bytes, ...]
    lists: tuple[bytes, ...] = ()
    fetch: bool = False

    def context(self) -> ValidationContext:
        """In pyHanko's words. What cannot be known counts as a refusal."""
        return ValidationContext(
            trust_roots=certificates_from(self.roots),
            crls=list(self.lists),
            allow_fetching=self.fetch,
            revocation_mode="require",
        )


def seal(
    pdf: bytes,
    signer: Signer,
    *,
    reason: str,
    location: str = "",
    timestamper: timestamps.TimeStamper | None = None,
    long_term: LongTerm | None = None,
) -> bytes:
    """The same PDF with the seal appended: PAdES B-B; B-T with a time-stamp authority; B-LTA with revocation data too.

    It names no new thing on the page: a visible seal would break PDF/UA-1.
    """
    check_in_force(signer.certificate)
    meta = signers.PdfSignatureMetadata(
        field_name="Seal",
        md_algorithm="sha256",
        reason=reason,
        location=location or None,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        **_proofs(timestamper, long_term),
    )
    out = io.BytesIO()
    try:
        _sign(pdf, signer, meta, timestamper, out)
    except timestamps.TimestampRequestError as error:
        raise SealTimestampFailed(
            "The time-stamp authority did not answer; try again later."
        ) from error
    except (PdfError, SigningError, ValueError) as error:
        if isinstance(error.__cause__, PathError | ValidationError):
            raise SealRevocationUnknown(
                "The lists of revoked certificates are missing or too old, or the key of the seal stands in one."
            ) from error
        raise SealDocumentWrong(
            "This file cannot be sealed: it is no proper PDF, or it is sealed already."
        ) from error
    return out.getvalue()


def _sign(
    pdf: bytes,
    signer: Signer,
    meta: signers.PdfSignatureMetadata,
    timestamper: timestamps.TimeStamper | None,
    out: io.BytesIO,
) -> None:
    adapter = _adapter(signer)
    room = _SIGNATURE_BYTES + adapter.certificate_bytes + (_STAMP_BYTES if timestamper else 0)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signers.PdfSigner(meta, adapter, timestamper=timestamper).sign_pdf(
        writer, bytes_reserved=2 * room, output=out
    )


def _proofs(
    timestamper: timestamps.TimeStamper | None, long_term: LongTerm | None
) -> dict[str, Any]:
    if long_term is None or timestamper is None:
        return {}
    return {
        "embed_validation_info": True,
        "use_pades_lta": True,
        "validation_context": long_term.context(),
        # The time stamp comes last: nothing stands behind it that it does not cover.
        "dss_settings": DSSContentSettings(
            include_vri=False,
            next_ts_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
        ),
    }


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
