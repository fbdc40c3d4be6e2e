"""The poster: one page, all that it says, and a code that a phone reads; whatever the words are."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from formats.fonts import typst_fonts
from formats.poster import Poster, poster

pytestmark = pytest.mark.pdf
WHEN = datetime(2026, 3, 1, tzinfo=UTC)
GIVEN = {
    "language": "ro",
    "organiser": "DGASPC Timiș",
    "course": "Formare inițială pentru asistenți maternali",
    "facts": [("Date", "7–28 martie 2026"), ("Loc", "Casa Ștefan"), ("Nimic", "")],
    "invitation": "Înscrie-te cu telefonul",
    "hint": "Deschide camera și ține-o deasupra pătratului.",
    "url": "https://tutela.example.org/j/ACDEFGHJ/",
    "code": "ACDEFGHJ",
    "code_label": "Codul tău:",
    "qr_alt": "Cod de scanat",
}
ARABIC = {
    "language": "ar",
    "organiser": "مديرية التضامن الاجتماعي",
    "course": "التدريب الأساسي للأسر البديلة",
    "facts": [("التواريخ", "7–28 مارس 2026")],
}


def made(tmp_path: Path, **fields) -> Path:
    content = Poster(**{**GIVEN, **fields})
    file = tmp_path / "poster.pdf"
    file.write_bytes(poster(content, fonts=typst_fonts(settings.FONT_DIR), timestamp=WHEN))
    return file


def run(*command: object) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.parametrize("fields", [{}, ARABIC, {"course": "Foarte lung " * 14}])
def test_one_page_whose_code_a_phone_reads(tmp_path, fields):
    file = made(tmp_path, **fields)
    assert "Pages:           1" in run("pdfinfo", file)
    run("pdftoppm", "-r", "100", "-png", "-singlefile", file, tmp_path / "page")
    assert GIVEN["url"] in run("zbarimg", "-q", tmp_path / "page.png")


def test_it_says_what_it_is_given_and_leaves_out_what_is_empty(tmp_path):
    text = run("pdftotext", "-layout", made(tmp_path), "-")
    for words in ("DGASPC Timiș", "7–28 martie 2026", "Casa Ștefan", "ACDEFGHJ", "Codul tău:"):
        assert words in text
    assert "Nimic" not in text


def test_words_are_data_never_source(tmp_path):
    evil = '#read("/etc/passwd") $x$ *a* @b'
    text = run("pdftotext", "-layout", made(tmp_path, course=evil), "-")
    assert '#read("/etc/passwd")' in " ".join(text.split())


def test_the_same_content_is_the_same_file(tmp_path):
    assert made(tmp_path).read_bytes() == made(tmp_path).read_bytes()
