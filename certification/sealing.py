"""The key of the seal: opened once and kept, made by ourselves for development and demonstrations only."""

import fcntl
import os
import time
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from django.conf import settings
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper

from certification.errors import SealUnavailable
from certification.models import SealCertificate
from formats import seal
from formats.seal_devices import HeldSigner, Pkcs11Signer, RemoteSigner, Service, device_key
from formats.seal_keys import check_in_force

NO_KEY = "seal_key_missing"
Files = tuple[tuple[Path, int], ...]  # each with when it was changed


def signer() -> seal.Signer:
    """Whoever signs for this deployment. A changed file is noticed; the key is otherwise opened once.

    Raises `SealUnavailable` with the reason as its code.
    """
    try:
        if settings.SEAL_SERVICE["url"]:
            return _service(_dated(settings.SEAL_CERT_FILE), *settings.SEAL_SERVICE.values())
        if settings.SEAL_DEVICE["module"]:
            return _device(_dated(settings.SEAL_CERT_FILE), *settings.SEAL_DEVICE.values())
        return _opened(_dated(*map(str, _files())), settings.SEAL_KEY_PASSWORD)
    except OSError as error:
        raise SealUnavailable(NO_KEY) from error
    except seal.SealError as error:
        raise SealUnavailable(reason(error)) from error


def check_ready() -> None:
    """Raise `SealUnavailable` while nothing could be sealed: before numbers are given that would wait for a key."""
    with_key = signer()
    try:
        check_in_force(with_key.certificate)
        if isinstance(with_key, HeldSigner):
            _answers(with_key, int(time.monotonic() // 60))
    except seal.SealError as error:
        raise SealUnavailable(reason(error)) from error


def apply(pdf: bytes, *, why: str) -> tuple[bytes, x509.Certificate]:
    """The sealed PDF, and the certificate of its seal. Raises `SealUnavailable`: nothing leaves this room unsealed."""
    with_key = signer()
    try:
        sealed = seal.seal(
            pdf, with_key, reason=why, timestamper=_timestamper(), long_term=_long_term()
        )
    except OSError as error:
        raise SealUnavailable("seal_revocation_unknown") from error
    except seal.SealError as error:
        raise SealUnavailable(reason(error)) from error
    return sealed, with_key.certificate


def reason(error: seal.SealError) -> str:
    """SealKeyExpired becomes seal_key_expired."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in type(error).__name__).lstrip("_")


def examine(pdf: bytes, at: datetime | None = None) -> seal.SealReport:
    """The seal of a file: good only when a key of ours made it. At a moment, such as that when it was sealed.

    Only certificates that sealed here are trusted as sealers, not whoever their issuer issues for as well.
    """
    own = [text.encode() for text in SealCertificate.objects.values_list("pem", flat=True)]
    clocks = [Path(settings.SEAL_ROOTS_FILE).read_bytes()] if settings.SEAL_ROOTS_FILE else []
    return seal.check(pdf, own, clocks, at=at)


def _timestamper() -> TimeStamper | None:
    return _clock(settings.SEAL_TIMESTAMP_URL) if settings.SEAL_TIMESTAMP_URL else None


def _long_term() -> seal.LongTerm | None:
    """Lists of revoked certificates are read anew: they are good for hours or days only."""
    if not settings.SEAL_ROOTS_FILE or not (settings.SEAL_LIST_FILES or settings.SEAL_FETCH_LISTS):
        return None
    return seal.LongTerm(
        roots=(Path(settings.SEAL_ROOTS_FILE).read_bytes(),),
        lists=tuple(Path(name).read_bytes() for name in settings.SEAL_LIST_FILES),
        fetch=settings.SEAL_FETCH_LISTS,
    )


@lru_cache(maxsize=8)
def _answers(held: HeldSigner, _minute: int) -> None:
    """A device or a service is asked for a signature once a minute, to know that it is there."""
    held.sign(b"Is anybody there?", "sha256")


@lru_cache(maxsize=2)
def _clock(url: str) -> HTTPTimeStamper:
    return HTTPTimeStamper(url, timeout=20)


@lru_cache(maxsize=4)
def _opened(files: Files, password: str) -> seal.FileSigner:
    (key, _), (certificate, _) = files
    return seal.FileSigner(key.read_bytes(), certificate.read_bytes(), password or None)


@lru_cache(maxsize=4)
def _device(files: Files, module: str, token: str, label: str, pin: str) -> Pkcs11Signer:
    return Pkcs11Signer(files[0][0].read_bytes(), lambda: device_key(module, token, label, pin))


@lru_cache(maxsize=4)
def _service(files: Files, url: str, credential: str, token: str, pin: str) -> RemoteSigner:
    return RemoteSigner(files[0][0].read_bytes(), Service(url, credential, token, pin))


def _dated(*names: str) -> Files:
    return tuple((Path(name), Path(name).stat().st_mtime_ns) for name in names)


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
