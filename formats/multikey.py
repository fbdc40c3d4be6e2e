"""Public keys and the identifiers of issuers as verifiers read them: Multikey, JWK and did:web."""

import base64
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PublicKey = Ed25519PublicKey | ec.EllipticCurvePublicKey

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519, _P256 = b"\xed\x01", b"\x80\x24"  # multicodec numbers as varints
_LONGEST = 200


def base58(data: bytes) -> str:
    """Multibase base58btc, with its "z"."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def from_base58(text: str) -> bytes:
    """What `base58` wrote. Raises ValueError for anything else."""
    if not text.startswith("z") or len(text) > _LONGEST:
        raise ValueError("This is not base58btc.")
    number, digits = 0, text[1:]
    for letter in digits:
        number = number * 58 + _ALPHABET.index(letter)
    zeros = len(digits) - len(digits.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multikey(key: PublicKey) -> str:
    """The key with its kind, as `publicKeyMultibase` holds it."""
    if isinstance(key, Ed25519PublicKey):
        return base58(_ED25519 + key.public_bytes(Encoding.Raw, PublicFormat.Raw))
    return base58(_P256 + key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))


def from_multikey(text: str) -> PublicKey:
    """The key that `multikey` wrote. Raises ValueError for anything else."""
    data = from_base58(text)
    kind, raw = data[:2], data[2:]
    try:
        if kind == _ED25519:
            return Ed25519PublicKey.from_public_bytes(raw)
        if kind == _P256:
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except UnsupportedAlgorithm as error:
        raise ValueError("This key cannot be read.") from error
    raise ValueError("Only Ed25519 and P-256 keys are known here.")


def jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """A P-256 key as a JSON Web Key."""
    numbers = key.public_numbers()
    x, y = (base64url(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def base64url(data: bytes) -> str:
    """Without padding, as JOSE and multibase write it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def did_web(address: str) -> str:
    """The identifier of whoever publishes did.json under that address."""
    parts = urlsplit(address)
    path = [quote(part, safe="") for part in parts.path.split("/") if part]
    return ":".join(["did:web", quote(parts.netloc, safe=""), *path])


def did_document_url(did: str) -> str:
    """Where did:web says that its document is found. Raises ValueError for other identifiers."""
    head, _, rest = did.partition("did:web:")
    host, *path = (unquote(part) for part in rest.split(":"))
    if head or not host or "/" in host:
        raise ValueError("This is no did:web identifier.")
    return f"https://{host}/{'/'.join(path) or '.well-known'}/did.json"


def did_document(did: str, keys: list[PublicKey]) -> dict[str, Any]:
    """The document of an issuer: all its keys, the ones it no longer signs with too."""
    methods = [_method(did, key) for key in keys]
    return {
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/multikey/v1",
            "https://w3id.org/security/jwk/v1",
        ],
        "id": did,
        "verificationMethod": methods,
        # Plain addresses: 1EdTech's validator compares strings.
        "assertionMethod": [method["id"] for method in methods],
    }


def _method(did: str, key: PublicKey) -> dict[str, Any]:
    head = {"id": f"{did}#{multikey(key)}", "controller": did}
    if isinstance(key, Ed25519PublicKey):
        return head | {"type": "Multikey", "publicKeyMultibase": multikey(key)}
    # What libraries for JWT look for.
    return head | {"type": "JsonWebKey", "publicKeyJwk": jwk(key)}
