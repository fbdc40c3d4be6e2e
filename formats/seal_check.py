"""Is a sealed PDF still what was sealed? Anything that cannot be proved counts as no."""

import io
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

# It writes a stack trace for every paper that is not trusted; our report says it already.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class SealReport:
    """What was found. A paper is good only when `good` is true."""

    sealed: bool = False  # there is exactly one seal
    intact: bool = False  # what it covers is unchanged
    covers_whole_file: bool = False  # and nothing was added behind it
    trusted: bool = False  # its key belongs to one of the roots that were given
    timestamped: bool = (
        False  # the time below is a time-stamp authority's, not the sealer's own clock
    )
    signed_at: datetime | None = None
    signer_name: str = ""

    @property
    def good(self) -> bool:
        """Sealed by somebody trusted, whole and unchanged."""
        return self.sealed and self.intact and self.covers_whole_file and self.trusted


def check(pdf: bytes, trust_roots: Iterable[bytes]) -> SealReport:
    """Examines the seal against the given root certificates (PEM or DER); asks no network.

    Never raises for a bad file: a file that cannot be read has no seal.
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        signatures = reader.embedded_regular_signatures
        if len(signatures) != 1:
            return SealReport()
        return _examined(pdf, signatures[0], trust_roots)
    except Exception:  # a damaged or hostile file can make the reader raise anything
        return SealReport()


def _examined(
    pdf: bytes, signature: EmbeddedPdfSignature, trust_roots: Iterable[bytes]
) -> SealReport:
    context = ValidationContext(trust_roots=_certificates(trust_roots), allow_fetching=False)
    status = validate_pdf_signature(
        signature, signer_validation_context=context, ts_validation_context=context
    )
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.intact and stamp.valid
    return SealReport(
        sealed=True,
        intact=bool(
            status.intact
            and status.valid
            and status.docmdp_ok
            and _canonical(pdf, signature)
            and _plain(signature)
        ),
        covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        trusted=bool(status.trusted),
        timestamped=stamped,
        signed_at=stamp.timestamp if stamped and stamp else status.signer_reported_dt,
        signer_name=_name(status.signing_cert),
    )


def _canonical(pdf: bytes, signature: EmbeddedPdfSignature) -> bool:
    """The one gap that no signature covers holds ours as pyHanko writes it: capital hexadecimal letters, then zeros.

    Without this a letter in the gap could become a small one, or a zero to something, unseen.
    """
    before, length, after, _ = (int(number) for number in signature.byte_range)
    gap = pdf[before + length : after]
    wrapped = (
        cms.ContentInfo({"content_type": "signed_data", "content": signature.signed_data})
        .dump()
        .hex()
        .upper()
        .encode()
    )
    return bool(gap == b"<" + wrapped + b"0" * (len(gap) - len(wrapped) - 2) + b">")


def _plain(signature: EmbeddedPdfSignature) -> bool:
    """The envelope's own fields, which no signature covers, say what they say in every seal of ours."""
    data = signature.signed_data
    signer, digests = data["signer_infos"][0], data["digest_algorithms"]
    return bool(
        len(data["signer_infos"]) == len(digests) == 1
        and data["version"].native == signer["version"].native == "v1"
        # Names are compared without regard to case; here every letter counts.
        and signer["sid"].chosen["issuer"].dump() == signature.signer_cert.issuer.dump()
        and digests[0].dump() == signer["digest_algorithm"].dump()
        and signer["digest_algorithm"]["parameters"].native is None
    )


def _certificates(raw: Iterable[bytes]) -> list[asn1_x509.Certificate]:
    found = []
    for data in raw:
        ders = (
            [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        )
        found += [asn1_x509.Certificate.load(der) for der in ders]
    return found


def _name(certificate: asn1_x509.Certificate) -> str:
    subject = certificate.subject.native
    return str(subject.get("common_name") or subject.get("organization_name") or "")
