"""Data Integrity proofs with the cryptosuite eddsa-rdfc-2022 (W3C vc-di-eddsa), and the same content as a VC-JWT."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from formats.linked_data import canonical
from formats.multikey import base58, base64url, from_base58

SUITE = "eddsa-rdfc-2022"


def stamp(moment: datetime) -> str:
    """A moment (aware) to the second, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sign(
    document: Mapping[str, Any], key: Ed25519PrivateKey, *, method: str, created: datetime
) -> dict[str, Any]:
    """The document with its proof, the same bytes whenever it is made: Ed25519 leaves nothing to chance.

    `method` is the address of the key. Raises `NotSignable` when a word would stay outside the signature.
    """
    proof = {
        "type": "DataIntegrityProof",
        "created": stamp(created),
        "verificationMethod": method,
        "cryptosuite": SUITE,
        "proofPurpose": "assertionMethod",
    }
    value = base58(key.sign(_hashes(document, proof)))
    # A list of one: 1EdTech's schema asks for a list, and every verifier takes it.
    return {**document, "proof": [{**proof, "proofValue": value}]}


def proof_of(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """The one proof of a document, if it is of our kind."""
    found = document.get("proof")
    proof = found[0] if isinstance(found, list) and len(found) == 1 else found
    if not isinstance(proof, dict) or not all(isinstance(value, str) for value in proof.values()):
        return None
    kind = (proof.get("type"), proof.get("cryptosuite"), proof.get("proofPurpose"))
    fits = kind == ("DataIntegrityProof", SUITE, "assertionMethod")
    return proof if fits and {"verificationMethod", "proofValue"} <= set(proof) else None


def is_signed(document: Mapping[str, Any], key: Ed25519PublicKey) -> bool:
    """Whether the proof of the document is that key's. Raises `NotSignable` for what no signature covers."""
    proof = proof_of(document)
    if proof is None:
        return False
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    data = _hashes(unsigned, options)
    try:
        key.verify(from_base58(proof["proofValue"]), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _hashes(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    """What is signed: the hash of the proof's options in the document's context, then that of the document."""
    options = {"@context": document["@context"], **proof}
    return sha256(canonical(options)).digest() + sha256(canonical(document)).digest()


def jwt(document: Mapping[str, Any], key: ec.EllipticCurvePrivateKey, *, kid: str) -> str:
    """The document as a VC-JWT under ES256; `kid` is the address of the key. The same text whenever it is made."""
    claims: dict[str, Any] = {"iss": document["issuer"]["id"], "jti": document["id"]}
    for claim, name in (("nbf", "validFrom"), ("exp", "validUntil")):
        if name in document:
            claims[claim] = int(datetime.fromisoformat(document[name]).timestamp())
    header = {"alg": "ES256", "kid": kid, "typ": "JWT"}
    words = ".".join(base64url(_compact(part)) for part in (header, {**document, **claims}))
    # Deterministic (RFC 6979): no chance in it either.
    algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    r, s = decode_dss_signature(key.sign(words.encode(), algorithm))
    return f"{words}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def _compact(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
