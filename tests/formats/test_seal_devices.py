"""Keys that lie elsewhere: in a device, with a service. Only a hash goes there; a wrong answer seals nothing."""

import base64
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from formats import seal as seals
from formats import seal_devices
from formats.certificate import render
from formats.seal import check, seal
from formats.seal_devices import Pkcs11Signer, RemoteSigner, Service, device_key
from tests.formats.papers import CLOCK, PAPERS
from tests.formats.seal_world import Key, pem, trust_service

CURVE = ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(65_537, 2_048)
WORLD = trust_service()
KEYS = {"curve": CURVE, "rsa": RSA}
CERTS = {name: pem(WORLD.certificate(key, name)) for name, key in KEYS.items()}


@pytest.fixture(scope="module")
def paper(fonts: Path) -> bytes:
    return render(PAPERS["ro"], fonts=fonts, timestamp=CLOCK)


class FakeDevice:
    """Signs as a device does: hashes only, curves as two numbers side by side. It may lose its session."""

    def __init__(self, key: Key, failures: int = 0) -> None:
        self.key, self.failures, self.opened, self.asked = key, failures, 0, []

    def open(self) -> "FakeDevice":
        self.opened += 1
        return self

    def sign(self, data: bytes, *, mechanism: object) -> bytes:
        self.asked.append((len(data), getattr(mechanism, "name", mechanism)))
        if self.failures:
            self.failures -= 1
            raise RuntimeError("CKR_SESSION_HANDLE_INVALID")
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            made = self.key.sign(data, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
            return b"".join(
                number.to_bytes(32, "big") for number in utils.decode_dss_signature(made)
            )
        # What comes is DigestInfo: the device adds the padding only.
        return self.key.sign(data[19:], padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))


@pytest.mark.parametrize(("kind", "asked"), [("curve", (32, "ECDSA")), ("rsa", (51, "RSA_PKCS"))])
def test_a_device_seals_and_sees_a_hash_only(
    paper: bytes, kind: str, asked: tuple[int, str]
) -> None:
    device = FakeDevice(KEYS[kind])
    sealed = seal(paper, Pkcs11Signer(CERTS[kind], device.open), reason="x")
    assert check(sealed, [CERTS[kind]]).good
    assert device.asked == [asked] and device.opened == 1


def test_the_device_is_opened_once_for_many_and_again_after_it_lost_its_session() -> None:
    device = FakeDevice(CURVE)
    signer = Pkcs11Signer(CERTS["curve"], device.open)
    for _time in range(3):
        signer.sign(b"x", "sha256")
    assert device.opened == 1
    device.failures = 1
    assert signer.sign(b"x", "sha256") and device.opened == 2


def test_a_device_that_stays_silent_is_named_and_works_again_later() -> None:
    device = FakeDevice(CURVE, failures=2)
    signer = Pkcs11Signer(CERTS["curve"], device.open)
    with pytest.raises(seals.SealDeviceFailed):
        signer.sign(b"x", "sha256")
    assert signer.sign(b"x", "sha256")


def test_threads_take_turns_at_the_device() -> None:
    """Without the lock two signatures at a time would mix in one session."""
    inside, most, gate = [], [], threading.Lock()

    class Slow(FakeDevice):
        def sign(self, data: bytes, *, mechanism: object) -> bytes:
            with gate:
                inside.append(1)
                most.append(len(inside))
            made = super().sign(data, mechanism=mechanism)
            with gate:
                inside.pop()
            return made

    signer = Pkcs11Signer(CERTS["curve"], Slow(CURVE).open)
    threads = [threading.Thread(target=signer.sign, args=(b"x", "sha256")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1 and len(most) == 8


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_that_is_not_that_of_the_certificate_seals_nothing(paper: bytes, kind: str) -> None:
    other = (
        ec.generate_private_key(ec.SECP256R1())
        if kind == "curve"
        else rsa.generate_private_key(65_537, 2_048)
    )
    with pytest.raises(seals.SealKeyWrong):
        seal(paper, Pkcs11Signer(CERTS[kind], FakeDevice(other).open), reason="x")


@pytest.mark.parametrize(
    ("cert", "error"),
    [
        (b"", seals.SealKeyMissing),
        (b" \n", seals.SealKeyMissing),
        (b"nonsense", seals.SealKeyWrong),
    ],
    ids=["none", "blank", "damaged"],
)
def test_a_device_without_a_certificate(cert: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        Pkcs11Signer(cert, FakeDevice(CURVE).open)


def test_an_expired_certificate_of_a_device(paper: bytes) -> None:
    old = pem(WORLD.certificate(CURVE, "old", days=1))
    with pytest.raises(seals.SealKeyExpired):
        seal(paper, Pkcs11Signer(old, FakeDevice(CURVE).open), reason="x")


def test_without_the_extra_package_the_reason_says_so(monkeypatch) -> None:
    monkeypatch.setattr(seal_devices, "pkcs11", None)
    with pytest.raises(seals.SealKeyMissing, match="python-pkcs11"):
        device_key("/x.so", "token", "label", "1234")


def _softhsm() -> tuple[str, str] | None:
    """The module and the tool of SoftHSM, where Debian's package or one unpacked beside it is there."""
    module = os.environ.get("SOFTHSM2_MODULE", "/usr/lib/softhsm/libsofthsm2.so")
    tool = os.environ.get("SOFTHSM2_UTIL") or shutil.which("softhsm2-util")
    return (module, tool) if tool and Path(module).exists() and seal_devices.pkcs11 else None


@pytest.mark.skipif(_softhsm() is None, reason="needs softhsm2 and python-pkcs11")
@pytest.mark.parametrize("kind", KEYS)
def test_a_real_device_seals(paper: bytes, tmp_path: Path, monkeypatch, kind: str) -> None:
    module, tool = _softhsm() or ("", "")
    (tmp_path / "tokens").mkdir()
    (tmp_path / "conf").write_text(f"directories.tokendir = {tmp_path}/tokens\n")
    (tmp_path / "key.pem").write_bytes(pem(KEYS[kind]))
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "conf"))
    token = f"papers-{kind}"
    for words in (
        ["--init-token", "--free", "--label", token, "--so-pin", "12345678", "--pin", "1234"],
        [
            "--import",
            str(tmp_path / "key.pem"),
            "--token",
            token,
            "--label",
            "seal",
            "--id",
            "01",
            "--pin",
            "1234",
        ],
    ):
        subprocess.run([tool, "--module", module, *words], check=True, capture_output=True)
    seal_devices.pkcs11.lib(module).reinitialize()
    signer = Pkcs11Signer(CERTS[kind], lambda: device_key(module, token, "seal", "1234"))
    assert check(seal(paper, signer, reason="x"), [CERTS[kind]]).good
    with pytest.raises(seals.SealKeyMissing):
        device_key(module, token, "another", "1234")


class SigningService(BaseHTTPRequestHandler):
    """As the Cloud Signature Consortium words it: authorize with a PIN, then sign hashes."""

    key: Key = CURVE
    asked: list[tuple[str, dict]] = []
    broken = ""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, body))
        what = self.path.rpartition("/")[2]
        if self.broken == "refuses" or self.headers["Authorization"] != "Bearer secret":
            self.send_error(401)
            return
        answer = (
            {"SAD": "one-time"} if what == "authorize" else {"signatures": [self._signature(body)]}
        )
        answer = {"empty": {}, "list": [], "odd": {"signatures": ["%%"]}}.get(self.broken, answer)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def _signature(self, body: dict) -> str:
        hashed = base64.b64decode(body["hashes"][0])
        made = self.key.sign(hashed, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
        return base64.b64encode(made).decode()

    def log_message(self, *_words: object) -> None:
        """Quiet."""


@pytest.fixture
def service(monkeypatch) -> Iterator[Service]:
    monkeypatch.setattr(SigningService, "asked", [])
    server = HTTPServer(("127.0.0.1", 0), SigningService)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Service(f"http://127.0.0.1:{server.server_port}/csc/v2/", "seal-1", "secret", "1234", 5)
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_service_seals_after_it_was_shown_the_code(paper: bytes, service: Service) -> None:
    sealed = seal(paper, RemoteSigner(CERTS["curve"], service), reason="x")
    assert check(sealed, [CERTS["curve"]]).good
    (first, authorize), (second, sign) = SigningService.asked
    assert first == "/csc/v2/credentials/authorize" and second == "/csc/v2/signatures/signHash"
    assert authorize["authData"] == [{"id": "PIN", "value": "1234"}] and sign["SAD"] == "one-time"
    assert sign["credentialID"] == "seal-1" and sign["signAlgo"] == "1.2.840.10045.4.3.2"
    assert len(base64.b64decode(sign["hashes"][0])) == 32


@pytest.mark.parametrize("broken", ["refuses", "empty", "list", "odd"])
def test_a_service_that_gives_no_signature_is_named(
    service: Service, broken: str, monkeypatch
) -> None:
    monkeypatch.setattr(SigningService, "broken", broken)
    with pytest.raises(seals.SealDeviceFailed):
        RemoteSigner(CERTS["curve"], service).sign(b"x", "sha256")


def test_a_service_with_another_key_seals_nothing(service: Service, monkeypatch) -> None:
    monkeypatch.setattr(SigningService, "key", ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(seals.SealKeyWrong):
        RemoteSigner(CERTS["curve"], service).sign(b"x", "sha256")


def test_a_service_that_is_not_there_is_named() -> None:
    nowhere = Service("http://127.0.0.1:9/csc/v2", "seal-1", timeout=2)
    with pytest.raises(seals.SealDeviceFailed):
        RemoteSigner(CERTS["curve"], nowhere).sign(b"x", "sha256")


@pytest.mark.parametrize(
    "url", ["http://sign.example.org/csc", "ftp://sign.example.org", "file:///etc/passwd"]
)
def test_a_service_is_asked_through_https_only(url: str) -> None:
    with pytest.raises(seals.SealKeyMissing):
        RemoteSigner(CERTS["curve"], Service(url, "seal-1"))


# B-T and B-LTA


@pytest.fixture(scope="module")
def lasting(paper: bytes) -> bytes:
    """Sealed with everything that proves it for years."""
    proofs = seals.LongTerm((pem(WORLD.root),), (WORLD.revoked(),))
    return seal(paper, _signer(), reason="x", timestamper=WORLD.timestamper(), long_term=proofs)


def _signer() -> seals.FileSigner:
    return seals.FileSigner(pem(CURVE), CERTS["curve"] + pem(WORLD.root))


def test_a_lasting_seal_is_good_whole_and_time_stamped(lasting: bytes) -> None:
    report = check(lasting, [CERTS["curve"]], [pem(WORLD.root)])
    assert report.good and report.timestamped
    assert b"/DSS" in lasting and b"/DocTimeStamp" in lasting


def test_a_colleague_of_the_sealer_is_not_the_sealer(paper: bytes) -> None:
    """The same trust service issues for others too: only our own certificate is trusted to seal."""
    key = ec.generate_private_key(ec.SECP256R1())
    signer = seals.FileSigner(pem(key), pem(WORLD.certificate(key, "Somebody else")))
    assert not check(seal(paper, signer, reason="x"), [CERTS["curve"]], [pem(WORLD.root)]).trusted


def test_what_is_added_behind_a_lasting_seal_is_seen(lasting: bytes) -> None:
    assert not check(lasting + b"\n% more", [CERTS["curve"]], [pem(WORLD.root)]).good


def test_seals_outlive_the_certificates_of_the_key_and_of_the_clock(
    paper: bytes, lasting: bytes
) -> None:
    """The key's: what is trusted is that very certificate. The clock's: it is asked for as of the day of sealing."""
    now, later = datetime.now(UTC), datetime.now(UTC) + timedelta(days=200)
    short = pem(WORLD.certificate(CURVE, "short", days=3))
    sealed = seal(paper, seals.FileSigner(pem(CURVE), short), reason="x")
    assert check(sealed, [short], at=now).good and check(sealed, [short], at=later).good
    own, clocks = [CERTS["curve"]], [pem(WORLD.root)]
    assert check(lasting, own, clocks, at=now).good
    assert not check(lasting, own, clocks, at=later).good


GONE = WORLD.certificate(CURVE, "gone")


@pytest.mark.parametrize(
    "lists",
    [(), (WORLD.revoked(GONE),), (WORLD.revoked(age=timedelta(days=5)),)],
    ids=["none", "revoked", "too-old"],
)
def test_without_knowing_that_the_key_is_good_nothing_lasting_is_made(
    paper: bytes, lists: tuple[bytes, ...]
) -> None:
    signer = seals.FileSigner(pem(CURVE), pem(GONE))
    proofs = seals.LongTerm((pem(WORLD.root),), lists)
    with pytest.raises(seals.SealRevocationUnknown):
        seal(paper, signer, reason="x", timestamper=WORLD.timestamper(), long_term=proofs)


@pytest.mark.pdf
def test_other_programs_see_both_stamps(lasting: bytes, tmp_path: Path) -> None:
    path = tmp_path / "lasting.pdf"
    path.write_bytes(lasting)
    said = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, check=False).stdout
    # The time stamp covers the file to its end; poppler does not go on to verify it.
    assert b"Signature is Valid" in said and b"Timestamp-" in said
    assert said.count(b"Total document signed") == said.count(b"Not total document signed") == 1
    assert subprocess.run(
        ["qpdf", "--check", str(path)], check=False, capture_output=True
    ).returncode in (0, 3)
