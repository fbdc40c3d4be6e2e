"""What other programs say of a certificate: poppler, qpdf, zbar, and the eye of a code reader at half size."""

import dataclasses
import re
import subprocess
import unicodedata
from pathlib import Path

import pytest

from formats import qr
from formats.certificate import Attachment, render
from formats.seal import FileSigner, make_development_key, seal
from tests.formats.papers import CLOCK, PAPERS, URL

pytestmark = pytest.mark.pdf

KEY, CERT = make_development_key("Sigiliu de probă", "Instituție de probă")
CREDENTIAL = '{"name": "Ștefan", "العربية": true}'.encode()


def run(*command: str | Path) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
    )
    return done.stdout + done.stderr


def code_on(image: Path) -> str:
    """What a code reader finds; its complaints about the machine are left out."""
    done = subprocess.run(
        ["zbarimg", "-q", "--raw", str(image)], capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def files(fonts: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Sealed certificates in all languages, with something attached."""
    folder = tmp_path_factory.mktemp("papers")
    signer = FileSigner(KEY, CERT)
    attached = (Attachment("credential.json", CREDENTIAL, "application/vc", "Credential"),)
    made = {}
    for language, content in PAPERS.items():
        pdf = render(
            dataclasses.replace(content, attachments=attached), fonts=fonts, timestamp=CLOCK
        )
        made[language] = folder / f"{language}.pdf"
        made[language].write_bytes(seal(pdf, signer, reason="x"))
    return made


@pytest.mark.parametrize("language", PAPERS)
def test_pdfsig_finds_one_valid_seal_over_everything(files: dict[str, Path], language: str) -> None:
    said = run("pdfsig", files[language])
    assert "Signature is Valid" in said and "Total document signed" in said
    assert "Signature #2" not in said
    assert "ETSI.CAdES.detached" in said


def test_pdfsig_sees_a_changed_byte(files: dict[str, Path], tmp_path: Path) -> None:
    changed = bytearray(files["ro"].read_bytes())
    changed[3_000] ^= 1
    path = tmp_path / "changed.pdf"
    path.write_bytes(changed)
    assert "Signature is Valid" not in run("pdfsig", path)


@pytest.mark.parametrize("language", PAPERS)
def test_qpdf_finds_no_fault(files: dict[str, Path], language: str) -> None:
    assert "No syntax or stream encoding errors found" in run("qpdf", "--check", files[language])


@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg"])
def test_pdftotext_reads_the_words(files: dict[str, Path], language: str) -> None:
    text = re.sub(r"\s+", " ", run("pdftotext", files[language], "-"))
    content = PAPERS[language]
    for said in (content.holder, content.number, content.title, content.course, content.authority):
        assert said in text


def test_pdftotext_reads_arabic_letters(files: dict[str, Path]) -> None:
    """The order of lam-alef is not tested: programs disagree (formats.md B4.5); the letters are."""
    text = unicodedata.normalize("NFKC", run("pdftotext", files["ar"], "-"))
    assert PAPERS["ar"].number in text
    assert "محمد أحمد عبد الرحمن السيد" in text


@pytest.mark.parametrize("language", PAPERS)
def test_only_firago_is_embedded(files: dict[str, Path], language: str) -> None:
    lines = run("pdffonts", files[language]).splitlines()[2:]
    assert lines and all("FiraGO" in line for line in lines)
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in lines)


def test_the_attachment_comes_out_as_it_went_in(files: dict[str, Path], tmp_path: Path) -> None:
    run("pdfdetach", "-save", "1", "-o", tmp_path / "out.json", files["ar"])
    assert (tmp_path / "out.json").read_bytes() == CREDENTIAL


@pytest.mark.parametrize("language", PAPERS)
@pytest.mark.parametrize("dpi", [150, 75])
def test_the_code_is_read_from_the_page_also_at_half_size(
    files: dict[str, Path], tmp_path: Path, language: str, dpi: int
) -> None:
    run("pdftoppm", "-r", str(dpi), "-png", "-singlefile", files[language], tmp_path / "page")
    assert code_on(tmp_path / "page.png") == URL


def test_the_code_of_a_web_page_is_read(tmp_path: Path) -> None:
    (tmp_path / "code.png").write_bytes(qr.png(URL, scale=4))
    assert code_on(tmp_path / "code.png") == URL


@pytest.mark.parametrize("language", PAPERS)
def test_the_tags_follow_the_reading_order(files: dict[str, Path], language: str) -> None:
    said = run("pdfinfo", "-struct-text", files[language])
    content = PAPERS[language]
    order = [said.find(text[:12]) for text in (content.authority, content.labels["intro"])]
    if language != "ar":
        assert 0 <= order[0] < order[1] < said.find(content.labels["verify"])
    assert "H1" in said and "Figure" in said
