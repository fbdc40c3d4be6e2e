"""Sealing as a deployment sets it up: levels, rotation, which files were issued, and nothing while there is no key."""

import io
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import DatabaseError, transaction
from pyhanko.sign.timestamps import DummyTimeStamper
from pypdf import PdfReader

from certification import errors, sealing
from certification.actions import documents
from certification.actions.certificates import issue
from certification.models import Certificate, IssuedFile, SealCertificate
from formats.seal import FileSigner, make_development_key, seal
from tests.cast import Cast
from tests.formats.seal_world import TrustService, pem, trust_service

from .conftest import Training

WORLD = trust_service()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def certificate(cast: Cast, training: Training) -> Certificate:
    return issue(enrolment=training.completed(cast.ana.person), programme=training.programme)


def use(settings, folder: Path, key: bytes, certificate: bytes) -> None:
    for name, text, setting in (
        ("k.pem", key, "SEAL_KEY_FILE"),
        ("c.pem", certificate, "SEAL_CERT_FILE"),
    ):
        (folder / name).write_bytes(text)
        setattr(settings, setting, str(folder / name))


def made(certificate: Certificate) -> bytes:
    with documents.make(certificate=certificate).pdf.open("rb") as file:
        return file.read()


def again(certificate: Certificate) -> bytes:
    """As after the loss of a file: it is made anew."""
    certificate = Certificate.objects.get(pk=certificate.pk)
    certificate.document.delete()
    return made(Certificate.objects.get(pk=certificate.pk))


def test_every_file_that_leaves_is_written_down(certificate: Certificate) -> None:
    data = made(certificate)
    key = SealCertificate.objects.get()
    pdf, credential = IssuedFile.objects.order_by("-kind")
    assert (pdf.kind, pdf.sha256, pdf.sealed_by) == ("pdf", sha256(data).hexdigest(), key)
    inside = PdfReader(io.BytesIO(data)).attachments["credential.json"][0]
    assert credential.sha256 == documents.credential_fingerprint(inside)
    assert credential.sealed_by is None and "CN=" in key.subject


def test_a_file_that_is_made_again_is_written_down_beside_the_first(
    certificate: Certificate,
) -> None:
    first, second = made(certificate), again(certificate)
    known = set(IssuedFile.objects.filter(kind="pdf").values_list("sha256", flat=True))
    assert known == {sha256(data).hexdigest() for data in (first, second)}
    assert IssuedFile.objects.filter(kind="credential").count() == 1


def test_what_an_earlier_key_sealed_stays_good_and_a_strangers_seal_is_not(
    certificate: Certificate, settings, folder: Path
) -> None:
    use(settings, folder, *make_development_key("First", "DGASPC"))
    first = made(certificate)
    use(settings, folder, *make_development_key("Second", "DGASPC"))
    second = again(certificate)
    assert sealing.examine(first).good and sealing.examine(second).good
    assert [row.subject.split(",")[1][:9] for row in SealCertificate.objects.order_by("pk")] == [
        "CN=First ",
        "CN=Second",
    ]
    strangers = FileSigner(*make_development_key("Second", "DGASPC"))
    assert not sealing.examine(seal(documents.printed(certificate), strangers, reason="x")).good


@pytest.mark.parametrize("table", ["sealcertificate", "issuedfile"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET id = id + 1", "DELETE FROM {}"], ids=["change", "delete"]
)
def test_what_was_sealed_is_never_changed(
    certificate: Certificate, table: str, statement: str
) -> None:
    made(certificate)
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        transaction.get_connection().cursor() as cursor,
    ):
        cursor.execute(statement.format(f"certification_{table}"))


@pytest.mark.parametrize(
    ("days", "starts", "code"),
    [(1, -9, "seal_key_expired"), (9, 2, "seal_key_not_yet_valid"), (9, -1, "")],
    ids=["expired", "early", "good"],
)
def test_whether_sealing_is_possible_is_known_before(
    settings, folder: Path, days: int, starts: int, code: str
) -> None:
    begins = datetime.now(UTC) + timedelta(days=starts)
    use(settings, folder, *make_development_key("x", "x", days=days, starts=begins))
    if not code:
        sealing.check_ready()
        return
    with pytest.raises(errors.SealUnavailable, match=code):
        sealing.check_ready()


class Clock(BaseHTTPRequestHandler):
    """A time-stamp authority (RFC 3161) over pyHanko's clock for tests; under it lies the list of revoked ones."""

    clock: DummyTimeStamper
    is_broken = False
    asked_for_lists = 0

    def do_GET(self) -> None:
        type(self).asked_for_lists += 1
        found = WORLD.revoked()
        self.send_response(200)
        self.send_header("Content-Type", "application/pkix-crl")
        self.send_header("Content-Length", str(len(found)))
        self.end_headers()
        self.wfile.write(found)

    def do_POST(self) -> None:
        request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
        if self.is_broken:
            self.send_error(503)
            return
        answer = self.clock.request_tsa_response(request).dump()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def clock() -> Iterator[str]:
    Clock.clock = WORLD.timestamper()
    server = HTTPServer(("127.0.0.1", 0), Clock)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def trusted_key(settings, folder: Path, world: TrustService, list_at: str = "") -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    own = world.certificate(key, "Seal", list_at=list_at)
    use(settings, folder, pem(key), pem(own) + pem(world.root))
    (folder / "roots.pem").write_bytes(pem(world.root))
    (folder / "gone.crl").write_bytes(world.revoked())


def test_with_a_clock_the_seal_is_time_stamped(
    certificate: Certificate, settings, folder: Path, clock: str
) -> None:
    trusted_key(settings, folder, WORLD)
    settings.SEAL_TIMESTAMP_URL, settings.SEAL_ROOTS_FILE = clock, str(folder / "roots.pem")
    data = made(certificate)
    report = sealing.examine(data)
    assert report.good and report.timestamped and b"/DocTimeStamp" not in data


def test_with_lists_of_revoked_certificates_too_it_lasts(
    certificate: Certificate, settings, folder: Path, clock: str
) -> None:
    trusted_key(settings, folder, WORLD)
    settings.SEAL_TIMESTAMP_URL, settings.SEAL_ROOTS_FILE = clock, str(folder / "roots.pem")
    settings.SEAL_LIST_FILES = [str(folder / "gone.crl")]
    data = made(certificate)
    assert sealing.examine(data).good and b"/DSS" in data and b"/DocTimeStamp" in data


def test_lists_are_asked_for_where_the_certificate_says(
    certificate: Certificate, settings, folder: Path, clock: str, monkeypatch
) -> None:
    monkeypatch.setattr(Clock, "asked_for_lists", 0)
    trusted_key(settings, folder, WORLD, list_at=f"{clock}gone.crl")
    settings.SEAL_TIMESTAMP_URL, settings.SEAL_ROOTS_FILE = clock, str(folder / "roots.pem")
    settings.SEAL_FETCH_LISTS = True
    data = made(certificate)
    assert Clock.asked_for_lists > 0
    assert sealing.examine(data).good and b"/DSS" in data and b"/DocTimeStamp" in data


def test_a_list_that_is_not_where_the_certificate_says_makes_no_seal(
    certificate: Certificate, settings, folder: Path, clock: str
) -> None:
    nowhere = "http://127.0.0.1:9/gone.crl"
    trusted_key(settings, folder, WORLD, list_at=nowhere)
    settings.SEAL_TIMESTAMP_URL, settings.SEAL_ROOTS_FILE = clock, str(folder / "roots.pem")
    settings.SEAL_FETCH_LISTS = True
    with pytest.raises(errors.SealUnavailable, match="seal_revocation_unknown"):
        documents.make(certificate=certificate)
    assert not IssuedFile.objects.exists()


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ("clock", "seal_timestamp_failed"),
        ("list", "seal_revocation_unknown"),
        ("file", "seal_revocation_unknown"),
    ],
    ids=["clock-down", "list-too-old", "no-list-file"],
)
def test_half_a_seal_is_none(
    certificate: Certificate,
    settings,
    folder: Path,
    clock: str,
    monkeypatch,
    trouble: str,
    code: str,
) -> None:
    trusted_key(settings, folder, WORLD)
    settings.SEAL_TIMESTAMP_URL, settings.SEAL_ROOTS_FILE = clock, str(folder / "roots.pem")
    settings.SEAL_LIST_FILES = [str(folder / "gone.crl")]
    if trouble == "clock":
        monkeypatch.setattr(Clock, "is_broken", True)
    elif trouble == "list":
        (folder / "gone.crl").write_bytes(WORLD.revoked(age=timedelta(days=9)))
    else:
        (folder / "gone.crl").unlink()
    with pytest.raises(errors.SealUnavailable, match=code):
        documents.make(certificate=certificate)
    assert not IssuedFile.objects.exists()


def test_a_device_that_is_not_there_is_named(settings, folder: Path) -> None:
    use(settings, folder, *make_development_key("x", "x"))
    settings.SEAL_DEVICE = {"module": "/nowhere.so", "token": "t", "label": "l", "pin": "1"}
    with pytest.raises(errors.SealUnavailable):
        sealing.apply(b"%PDF-1.7", why="x")


def test_a_service_is_chosen_by_its_address(settings, folder: Path) -> None:
    use(settings, folder, *make_development_key("x", "x"))
    settings.SEAL_SERVICE = {
        "url": "http://sign.example.org",
        "credential": "c",
        "token": "",
        "pin": "",
    }
    with pytest.raises(errors.SealUnavailable, match="seal_key_missing"):
        sealing.signer()  # not https
    settings.SEAL_SERVICE["url"] = "https://sign.example.org"
    assert sealing.signer() is sealing.signer()


def test_a_service_that_does_not_answer_is_known_before_a_number_is_taken(
    settings, folder: Path
) -> None:
    use(settings, folder, *make_development_key("x", "x"))
    nowhere = {"url": "http://127.0.0.1:9", "credential": "c", "token": "", "pin": ""}
    settings.SEAL_SERVICE = nowhere
    for _time in range(2):
        with pytest.raises(errors.SealUnavailable, match="seal_device_failed"):
            sealing.check_ready()
