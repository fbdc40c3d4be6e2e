"""The file of a certificate: sealed, whole, the same from the same record; and what happens while there is no key."""

import re
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as site
from django.core.files.storage import default_storage

from certification import errors, sealing
from certification.actions import documents
from certification.actions.certificates import issue
from certification.models import Certificate, CertificateContent, CertificateDocument
from formats.seal import check, make_development_key
from people.models import AuditEvent
from tests.cast import Cast

from .conftest import Training

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)
LANGUAGES = ["en", "ro", "uk", "bg", "ar"]


@pytest.fixture(autouse=True)
def key(settings, tmp_path: Path) -> Path:
    """A key folder of this test's own."""
    settings.DATA_DIR = tmp_path
    return tmp_path / "seal"


@pytest.fixture
def certificate(cast: Cast, training: Training) -> Certificate:
    with time_machine.travel(NOW, tick=False):
        return issue(enrolment=training.completed(cast.ana.person), programme=training.programme)


def own_key(folder: Path, settings, **made) -> None:
    texts = make_development_key("Test", "Test", **made)
    for name, text, setting in zip(
        ("k.pem", "c.pem"), texts, ("SEAL_KEY_FILE", "SEAL_CERT_FILE"), strict=True
    ):
        (folder / name).write_bytes(text)
        setattr(settings, setting, str(folder / name))


def read(document: CertificateDocument) -> bytes:
    with document.pdf.open("rb") as file:
        return file.read()


def test_the_file_is_sealed_whole_and_recorded(certificate: Certificate, key: Path) -> None:
    document = documents.make(certificate=certificate)
    data = read(document)
    assert document.sha256 == sha256(data).hexdigest() and "CN=" in document.sealed_with
    assert check(data, [(key / "certificate.pem").read_bytes()]).good
    assert AuditEvent.objects.get(verb="certificate.sealed").data == {"sha256": document.sha256}


def test_making_it_twice_makes_one_file(certificate: Certificate) -> None:
    assert documents.make(certificate=certificate) == documents.make(certificate=certificate)
    assert AuditEvent.objects.filter(verb="certificate.sealed").count() == 1


def test_the_same_record_prints_the_same_bytes(certificate: Certificate) -> None:
    assert documents.printed(certificate) == documents.printed(
        Certificate.objects.get(pk=certificate.pk)
    )


def test_the_name_of_the_file_tells_nothing_and_cannot_be_guessed(certificate: Certificate) -> None:
    name = documents.make(certificate=certificate).pdf.name
    assert (
        certificate.token not in name and "TM" not in Path(name).name and len(Path(name).stem) >= 32
    )


def test_nothing_is_printed_of_an_erased_content(certificate: Certificate) -> None:
    CertificateContent.objects.all().delete()
    assert documents.make(certificate=certificate) is None
    assert not CertificateDocument.objects.exists()


def test_nothing_is_printed_of_a_changed_content(certificate: Certificate, monkeypatch) -> None:
    monkeypatch.setattr(documents.content, "fingerprint", lambda _said: "0" * 64)
    with pytest.raises(errors.ContentChanged):
        documents.make(certificate=certificate)


def test_the_development_key_is_made_once_and_is_its_owners(key: Path) -> None:
    first = sealing.signer()
    assert sealing.signer() is first  # opened once, kept
    assert stat.S_IMODE((key / "key.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(key.stat().st_mode) == 0o700


def test_a_new_key_file_is_noticed_without_a_restart(tmp_path: Path, settings) -> None:
    own_key(tmp_path, settings)
    first = sealing.signer()
    own_key(tmp_path, settings)
    assert sealing.signer().certificate != first.certificate


def no_key_file(folder: Path, settings) -> None:
    settings.SEAL_KEY_FILE, settings.SEAL_CERT_FILE = (
        str(folder / "none.pem"),
        str(folder / "none.pem"),
    )


def public_site_without_key(folder: Path, settings) -> None:
    settings.HTTPS, settings.DEMO = True, False


def expired_key(folder: Path, settings) -> None:
    own_key(folder, settings, days=1, starts=datetime.now(UTC) - timedelta(days=9))


def key_of_the_future(folder: Path, settings) -> None:
    own_key(folder, settings, starts=datetime.now(UTC) + timedelta(days=9))


def damaged_key(folder: Path, settings) -> None:
    own_key(folder, settings)
    Path(settings.SEAL_KEY_FILE).write_text("nothing")


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (no_key_file, "seal_key_missing"),
        (public_site_without_key, "seal_key_missing"),
        (expired_key, "seal_key_expired"),
        (key_of_the_future, "seal_key_not_yet_valid"),
        (damaged_key, "seal_key_wrong"),
    ],
)
def test_without_a_good_key_nothing_is_stored_and_the_reason_has_a_name(
    certificate: Certificate, tmp_path: Path, settings, trouble, code: str
) -> None:
    trouble(tmp_path, settings)
    with pytest.raises(errors.SealUnavailable, match=code):
        documents.make(certificate=certificate)
    assert not CertificateDocument.objects.exists()
    settings.HTTPS = False
    own_key(tmp_path, settings)  # somebody mends it: the same job succeeds
    assert documents.make(certificate=certificate)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.pdf
def test_the_pdf_opens_is_sealed_and_its_code_leads_to_the_check(
    cast: Cast, training: Training, language: str, tmp_path: Path
) -> None:
    """With the tools of others: pdfsig, qpdf, pdftotext, and a reader of QR codes at 150 dpi."""
    made = issue(
        enrolment=training.completed(cast.ana.person),
        programme=training.programme,
        language=language,
    )
    path = tmp_path / "certificate.pdf"
    path.write_bytes(read(documents.make(certificate=made)))
    sealed = run("pdfsig", "-nocert", str(path))
    assert "Signature is Valid" in sealed and "Total document signed" in sealed
    run("qpdf", "--check", str(path))
    if language != "ar":  # formats.md B4.5: Arabic comes out of a PDF in another order
        text = run("pdftotext", "-layout", str(path), "-")
        assert made.number in text and "Ana Popescu" in text
    # As a copy shop prints it, and on a page that was shrunk to half its size.
    for dots in ("150", "75"):
        run("pdftoppm", "-r", dots, "-png", str(path), str(tmp_path / f"page{dots}"))
        (picture,) = tmp_path.glob(f"page{dots}*.png")
        assert (
            run("zbarimg", "-q", "--raw", str(picture)).strip()
            == f"{site.SITE_URL}/v/{made.token}/"
        )


@pytest.mark.pdf
def test_a_changed_byte_is_seen(certificate: Certificate, tmp_path: Path, key: Path) -> None:
    data = bytearray(read(documents.make(certificate=certificate)))
    place = re.search(rb"/Title", data).start()
    data[place + 10] ^= 1
    (tmp_path / "bad.pdf").write_bytes(data)
    assert "Signature is Valid" not in run("pdfsig", "-nocert", str(tmp_path / "bad.pdf"))
    assert not check(bytes(data), [(key / "certificate.pem").read_bytes()]).good


def test_the_file_lies_in_the_storage_of_the_deployment(certificate: Certificate) -> None:
    assert default_storage.exists(documents.make(certificate=certificate).pdf.name)


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode in (0, 3), done.stderr.decode()  # qpdf says 3 for a warning
    return done.stdout.decode(errors="replace")
