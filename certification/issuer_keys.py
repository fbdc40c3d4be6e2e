"""The private keys of issuers: encrypted with the data key where they lie, opened once and kept."""

import base64
import hashlib
from functools import lru_cache
from typing import cast

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from django.conf import settings

from certification.errors import CredentialUnavailable
from certification.models import IssuerKey
from formats.multikey import multikey

PrivateKey = Ed25519PrivateKey | ec.EllipticCurvePrivateKey


def made(kind: str) -> dict[str, str]:
    """A new pair as the table holds it."""
    key: PrivateKey = (
        Ed25519PrivateKey.generate()
        if kind == IssuerKey.Kind.PROOF
        else ec.generate_private_key(ec.SECP256R1())
    )
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return {
        "public": multikey(key.public_key()),
        "secret": _fernet(settings.DATA_KEY).encrypt(der).decode(),
    }


def proof_key(row: IssuerKey) -> Ed25519PrivateKey:
    """The key that signs proofs. Raises `CredentialUnavailable` when the data key is not the one it was locked with."""
    return cast(Ed25519PrivateKey, _opened(row.secret, settings.DATA_KEY))


def jwt_key(row: IssuerKey) -> ec.EllipticCurvePrivateKey:
    """The key that signs JWT."""
    return cast(ec.EllipticCurvePrivateKey, _opened(row.secret, settings.DATA_KEY))


@lru_cache(maxsize=64)
def _opened(secret: str, data_key: str) -> PrivateKey:
    try:
        der = _fernet(data_key).decrypt(secret)
    except InvalidToken as error:
        raise CredentialUnavailable("issuer_key_unreadable") from error
    return cast(PrivateKey, load_der_private_key(der, password=None))


def _fernet(data_key: str) -> Fernet:
    key = hashlib.sha256(b"issuer key:" + data_key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
