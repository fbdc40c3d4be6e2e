"""Is a sealed PDF still what was sealed? Anything that cannot be proved counts as no."""

import io
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
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


def check(
    pdf: bytes,
    trust_roots: Iterable[bytes],
    stamp_roots: Iterable[bytes] | None = None,
    *,
    at: datetime | None = None,
) -> SealReport:
    """Examines the seal against the given root certificates (PEM or DER), as of that moment (now); asks no network.

    `stamp_roots` are those above time-stamp authorities; without them the same roots serve for both.
    Never raises for a bad file: a file that cannot be read has no seal.
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        signatures = reader.embedded_regular_signatures
        if len(signatures) != 1:
            return SealReport()
        sealers = certificates_from(trust_roots)
        clocks = sealers if stamp_roots is None else certificates_from(stamp_roots)
        # Finding the seal reads its whole envelope: once is enough.
        return _examined(pdf, reader, signatures[0], _context(sealers, at), _context(clocks, at))
    except Exception:  # a damaged or hostile file can make the reader raise anything
        return SealReport()


def _context(roots: list[asn1_x509.Certificate], at: datetime | None) -> ValidationContext:
    return ValidationContext(trust_roots=roots, allow_fetching=False, moment=at)


def _examined(
    pdf: bytes,
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    sealers: ValidationContext,
    clocks: ValidationContext,
) -> SealReport:
    status = validate_pdf_signature(
        signature, signer_validation_context=sealers, ts_validation_context=clocks
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
        covers_whole_file=_nothing_behind(pdf, reader, status, clocks),
        trusted=bool(status.trusted),
        timestamped=stamped,
        signed_at=stamp.timestamp if stamped and stamp else status.signer_reported_dt,
        signer_name=_name(status.signing_cert),
    )


def _nothing_behind(
    pdf: bytes, reader: PdfFileReader, status: PdfSignatureStatus, clocks: ValidationContext
) -> bool:
    """The seal covers the file to its end; or what follows is only what proves it for years, itself time-stamped.

    That is how a B-LTA seal looks: revocation data, then a time stamp over everything before it.
    """
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return True
    stamps = reader.embedded_timestamp_signatures
    if status.modification_level != ModificationLevel.LTA_UPDATES or len(stamps) != 1:
        return False
    stamp = validate_pdf_timestamp(stamps[0], validation_context=clocks)
    return bool(
        stamp.coverage == SignatureCoverageLevel.ENTIRE_FILE
        and stamp.intact
        and stamp.valid
        and stamp.trusted
        and _canonical(pdf, stamps[0])
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


def certificates_from(raw: Iterable[bytes]) -> list[asn1_x509.Certificate]:
    """From PEM texts (of one or more) and DER."""
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
