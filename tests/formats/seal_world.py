"""A little trust service for tests: a root, a sealer, a time-stamp authority, and the root's list of revoked ones."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
SIGNING, AUTHORITY = "signing", "authority"


def pem(thing: x509.Certificate | Key) -> bytes:
    if isinstance(thing, x509.Certificate):
        return thing.public_bytes(serialization.Encoding.PEM)
    kind = serialization.PrivateFormat.PKCS8
    return thing.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())


def der(thing: x509.Certificate | x509.CertificateRevocationList) -> bytes:
    return thing.public_bytes(serialization.Encoding.DER)


@dataclass
class TrustService:
    """Issues certificates and lists; times count from the moment it was set up."""

    root_key: ec.EllipticCurvePrivateKey
    root: x509.Certificate
    now: datetime

    def certificate(
        self, key: Key, name: str, *, stamps: bool = False, days: int = 100, list_at: str = ""
    ) -> x509.Certificate:
        """For signing, or for time stamps; `list_at` is where it says that the list of revoked ones lies."""
        builder = _begun(key, name, self.root.subject, self.now, days).add_extension(
            _usage(SIGNING), critical=True
        )
        if stamps:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(purpose, critical=True)
        if list_at:
            place = x509.DistributionPoint(
                [x509.UniformResourceIdentifier(list_at)], None, None, None
            )
            builder = builder.add_extension(x509.CRLDistributionPoints([place]), critical=False)
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.root_key.public_key())
        return builder.add_extension(above, critical=False).sign(self.root_key, hashes.SHA256())

    def revoked(self, *gone: x509.Certificate, age: timedelta = timedelta(hours=1)) -> bytes:
        """The list as of `age` ago, good for a day."""
        made = self.now - age
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(made)
            .next_update(made + timedelta(days=1))
        )
        for one in gone:
            entry = (
                x509.RevokedCertificateBuilder()
                .serial_number(one.serial_number)
                .revocation_date(made)
                .build()
            )
            builder = builder.add_revoked_certificate(entry)
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.root_key.public_key())
        return der(
            builder.add_extension(above, critical=False).sign(self.root_key, hashes.SHA256())
        )

    def timestamper(self) -> DummyTimeStamper:
        key = rsa.generate_private_key(65_537, 2_048)  # pyHanko's clock for tests knows RSA only
        own = asn1_x509.Certificate.load(der(self.certificate(key, "Clock", stamps=True)))
        store = SimpleCertificateStore()
        store.register_multiple([own, asn1_x509.Certificate.load(der(self.root))])
        secret = key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return DummyTimeStamper(own, asn1_keys.PrivateKeyInfo.load(secret), certs_to_embed=store)


def trust_service() -> TrustService:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC).replace(microsecond=0)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Root of tests")])
    begun = _begun(key, "Root of tests", name, now, 1000)
    authority = begun.add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
    root = authority.add_extension(_usage(AUTHORITY), critical=True).sign(key, hashes.SHA256())
    return TrustService(key, root, now)


def _begun(
    key: Key, name: str, issuer: x509.Name, now: datetime, days: int
) -> x509.CertificateBuilder:
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = now - timedelta(days=2)
    return (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(kind: str) -> x509.KeyUsage:
    signs = kind == SIGNING
    return x509.KeyUsage(signs, signs, False, False, False, not signs, not signs, False, False)
