"""The key of the seal: opened once and kept, made by ourselves for development and demonstrations only."""

import fcntl
import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from certification.errors import SealUnavailable
from formats import seal

NO_KEY = "seal_key_missing"


def signer() -> seal.FileSigner:
    """Whoever signs for this deployment. A changed file is noticed; the key is otherwise opened once.

    Raises `SealUnavailable` with the reason as its code.
    """
    key, certificate = _files()
    try:
        return _opened(key, certificate, key.stat().st_mtime_ns, certificate.stat().st_mtime_ns)
    except OSError as error:
        raise SealUnavailable(NO_KEY) from error
    except seal.SealError as error:
        raise SealUnavailable(reason(error)) from error


def apply(pdf: bytes, *, why: str) -> tuple[bytes, str]:
    """The sealed PDF, and whose seal it is. Raises `SealUnavailable`: nothing leaves this room unsealed."""
    with_key = signer()
    try:
        sealed = seal.seal(pdf, with_key, reason=why)
    except seal.SealError as error:
        raise SealUnavailable(reason(error)) from error
    return (
        sealed,
        f"{with_key.certificate.subject.rfc4514_string()} #{with_key.certificate.serial_number:x}"[
            :200
        ],
    )


def reason(error: seal.SealError) -> str:
    """SealKeyExpired becomes seal_key_expired."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in type(error).__name__).lstrip("_")


@lru_cache(maxsize=4)
def _opened(
    key: Path, certificate: Path, _key_changed: int, _certificate_changed: int
) -> seal.FileSigner:
    return seal.FileSigner(
        key.read_bytes(), certificate.read_bytes(), settings.SEAL_KEY_PASSWORD or None
    )


def _files() -> tuple[Path, Path]:
    if settings.SEAL_KEY_FILE:
        return Path(settings.SEAL_KEY_FILE), Path(settings.SEAL_CERT_FILE)
    if settings.HTTPS and not settings.DEMO:
        # A public site must not seal with a key that nobody vouches for.
        raise SealUnavailable(NO_KEY)
    return _development_key()


def _development_key() -> tuple[Path, Path]:
    """Made once, readable by its owner only; two processes may start at once."""
    folder = Path(settings.DATA_DIR) / "seal"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not certificate.exists():
            texts = seal.make_development_key(
                f"{settings.SITE_NAME} (demonstration)", settings.SITE_NAME
            )
            for path, text in zip((key, certificate), texts, strict=True):
                path.touch(mode=0o600)
                os.chmod(path, 0o600)
                path.write_bytes(text)
    return key, certificate
