"""Keys of the seal and their certificates: read, checked, and made for those who only try it."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from formats.seal_errors import (
    SealKeyExpired,
    SealKeyMissing,
    SealKeyNotYetValid,
    SealKeyWrong,
)

HASHES: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


def certificates_of(cert_pem: bytes) -> list[x509.Certificate]:
    """The certificate of the key, and after it those above it."""
    if not cert_pem.strip():
        raise SealKeyMissing("The key of the seal or its certificate is missing.")
    try:
        return x509.load_pem_x509_certificates(cert_pem)
    except ValueError as error:
        raise SealKeyWrong("The certificate of the seal cannot be read.") from error


def check_use(certificate: x509.Certificate) -> None:
    """Refuse a certificate whose key is for something else than signing."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise SealKeyWrong("The certificate of the seal does not allow its key to sign.")


def check_in_force(certificate: x509.Certificate, at: datetime | None = None) -> None:
    """Refuse a certificate before its first and after its last moment."""
    now = at or datetime.now(UTC)
    if now > certificate.not_valid_after_utc:
        day = certificate.not_valid_after_utc.date().isoformat()
        raise SealKeyExpired(
            f"The certificate of the seal expired on {day}; a new one must be set up."
        )
    if now < certificate.not_valid_before_utc:
        day = certificate.not_valid_before_utc.date().isoformat()
        raise SealKeyNotYetValid(f"The certificate of the seal is valid only from {day}.")


def make_development_key(
    common_name: str, organisation: str, *, days: int = 3_650, starts: datetime | None = None
) -> tuple[bytes, bytes]:
    """A self-signed EC P-256 key and certificate, (key_pem, cert_pem), for development and demonstrations only."""
    key = ec.generate_private_key(ec.SECP256R1())
    starts = starts or datetime.now(UTC) - timedelta(minutes=5)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
        ]
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(starts + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signing_only(), critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return key_pem, certificate.public_bytes(serialization.Encoding.PEM)


def _signing_only() -> x509.KeyUsage:
    """digitalSignature and nonRepudiation, as a seal needs them, and nothing else."""
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
