"""Keys of the seal that never leave where they are: in a device (PKCS#11) or with a signing service (CSC API 2.0).

Only the hash of what is sealed goes there. What comes back is checked against the certificate before it is used.
"""

import base64
import json
import threading
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from formats.seal_errors import SealDeviceFailed, SealKeyMissing, SealKeyWrong
from formats.seal_keys import HASHES, certificates_of, check_use

try:  # an extra that only deployments with a device need: pip install tutela[hsm]
    import pkcs11
except ImportError:
    pkcs11 = None

# DER of DigestInfo up to the hash itself (RFC 8017, 9.2).
_DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
_HASH_OIDS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_LONGEST_ANSWER = 65_536
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class HeldSigner(ABC):
    """A signer whose key lies elsewhere."""

    def __init__(self, cert_pem: bytes) -> None:
        certificates = certificates_of(cert_pem)
        self.certificate: x509.Certificate = certificates[0]
        self.chain = tuple(certificates[1:])
        check_use(self.certificate)

    def sign(self, data: bytes, digest: str) -> bytes:
        """The raw signature of the data; proved with the certificate, so that a wrong key seals nothing."""
        algorithm = HASHES[digest]()
        hasher = hashes.Hash(algorithm)
        hasher.update(data)
        hashed = hasher.finalize()
        signature = self._signed(hashed, digest)
        key = self.certificate.public_key()
        try:
            if isinstance(key, ec.EllipticCurvePublicKey):
                signature = _as_der(signature, key)
                key.verify(signature, hashed, ec.ECDSA(utils.Prehashed(algorithm)))
            elif isinstance(key, rsa.RSAPublicKey):
                key.verify(signature, hashed, padding.PKCS1v15(), utils.Prehashed(algorithm))
            else:
                raise SealKeyWrong("The key of the seal must be an elliptic curve or an RSA key.")
        except (InvalidSignature, ValueError) as error:
            raise SealKeyWrong(
                "The key that signed does not belong to the certificate of the seal."
            ) from error
        return signature

    @abstractmethod
    def _signed(self, hashed: bytes, digest: str) -> bytes:
        """The signature of that hash, as the holder of the key gives it."""


class DeviceKey(Protocol):
    """What we use of a private key of python-pkcs11."""

    def sign(self, data: bytes, *, mechanism: Any) -> bytes:
        """The signature of data that is hashed already."""


class Pkcs11Signer(HeldSigner):
    """A key in a device. `opened` gives it, and is asked again once when the device has lost its session."""

    def __init__(self, cert_pem: bytes, opened: Callable[[], DeviceKey]) -> None:
        super().__init__(cert_pem)
        self._open, self._key = opened, cast("DeviceKey | None", None)
        self._lock = threading.Lock()  # a session serves one at a time

    def _signed(self, hashed: bytes, digest: str) -> bytes:
        is_curve = isinstance(self.certificate.public_key(), ec.EllipticCurvePublicKey)
        data = hashed if is_curve else _DIGEST_INFO[digest] + hashed
        mechanism = "ECDSA" if is_curve else "RSA_PKCS"
        with self._lock:
            try:
                return self._once(data, mechanism)
            except Exception:
                self._key = None
                return self._twice(data, mechanism)

    def _once(self, data: bytes, mechanism: str) -> bytes:
        if self._key is None:
            self._key = self._open()
        named = pkcs11.Mechanism[mechanism] if pkcs11 else mechanism
        return bytes(self._key.sign(data, mechanism=named))

    def _twice(self, data: bytes, mechanism: str) -> bytes:
        try:
            return self._once(data, mechanism)
        except SealKeyMissing:
            raise
        except Exception as error:  # drivers raise what they like
            self._key = None
            raise SealDeviceFailed(
                "The device that holds the key of the seal does not answer."
            ) from error


def device_key(module: str, token: str, label: str, pin: str) -> DeviceKey:
    """The private key of that label in that token; the session stays open with it."""
    if pkcs11 is None:
        raise SealKeyMissing("The package python-pkcs11 is not installed.")
    held = pkcs11.lib(module).get_token(token_label=token)
    try:
        session = held.open(user_pin=pin)
    except pkcs11.exceptions.UserAlreadyLoggedIn:  # by an earlier session of this process
        session = held.open()
    try:
        found = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)
    except pkcs11.exceptions.NoSuchKey as error:
        raise SealKeyMissing("The device holds no key of that name.") from error
    return cast(DeviceKey, found)


@dataclass(frozen=True)
class Service:
    """Where a signing service is asked, for which key, and with what."""

    url: str
    credential: str
    token: str = ""
    pin: str = ""
    timeout: float = 20.0


class RemoteSigner(HeldSigner):
    """A key held by a signing service that speaks the API of the Cloud Signature Consortium."""

    def __init__(self, cert_pem: bytes, service: Service) -> None:
        super().__init__(cert_pem)
        parts = urlsplit(service.url)
        if parts.scheme != "https" and parts.hostname not in _LOCAL:
            raise SealKeyMissing("The signing service must be asked through https.")
        self._service = service

    def _signed(self, hashed: bytes, digest: str) -> bytes:
        text = base64.b64encode(hashed).decode()
        common = {
            "credentialID": self._service.credential,
            "hashes": [text],
            "hashAlgorithmOID": _HASH_OIDS[digest],
        }
        request: dict[str, Any] = {**common, "signAlgo": self._algorithm(digest)}
        if self._service.pin:
            code = [{"id": "PIN", "value": self._service.pin}]
            answer = self._ask(
                "credentials/authorize", {**common, "numSignatures": 1, "authData": code}
            )
            request["SAD"] = answer.get("SAD")
        signatures = self._ask("signatures/signHash", request).get("signatures")
        try:
            return base64.b64decode(cast(list[str], signatures)[0], validate=True)
        except (TypeError, IndexError, ValueError) as error:
            raise SealDeviceFailed("The signing service gave no signature.") from error

    def _algorithm(self, digest: str) -> str:
        """The OID of the signature: ECDSA or RSA with that hash."""
        is_curve = isinstance(self.certificate.public_key(), ec.EllipticCurvePublicKey)
        last = {"sha256": (2, 11), "sha384": (3, 12), "sha512": (4, 13)}[digest]
        return f"1.2.840.10045.4.3.{last[0]}" if is_curve else f"1.2.840.113549.1.1.{last[1]}"

    def _ask(self, what: str, body: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._service.token:
            headers["Authorization"] = f"Bearer {self._service.token}"
        address = f"{self._service.url.rstrip('/')}/{what}"
        # The address is the deployment's own setting, https or this machine (see above).
        request = urllib.request.Request(address, json.dumps(body).encode(), headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=self._service.timeout) as answer:  # noqa: S310
                found = json.loads(answer.read(_LONGEST_ANSWER))
        except urllib.error.HTTPError as error:
            refusal = "The signing service refused to sign."
            raise SealDeviceFailed(refusal) from error
        except (OSError, ValueError) as error:
            raise SealDeviceFailed("The signing service does not answer.") from error
        if not isinstance(found, dict):
            raise SealDeviceFailed("The signing service gave no signature.")
        return found


def _as_der(signature: bytes, key: ec.EllipticCurvePublicKey) -> bytes:
    """Devices give the two numbers side by side, services either so or as DER."""
    half = (key.curve.key_size + 7) // 8
    if len(signature) != 2 * half:
        return signature
    first, second = signature[:half], signature[half:]
    return utils.encode_dss_signature(int.from_bytes(first, "big"), int.from_bytes(second, "big"))
