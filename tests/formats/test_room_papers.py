"""The papers of a room, read back by other programs: every name is there, nothing of it is code, tags and title too."""

import dataclasses
import io
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from formats.room_papers import (
    BADGES_A_PAGE,
    Badges,
    DoorSign,
    PeopleSheet,
    badges,
    door_sign,
    people_sheet,
)
from formats.typesetting import UnprintableText, direction, own, plain

CLOCK = datetime(2026, 3, 7, 12, tzinfo=UTC)
URL = "https://formare.example.org/s/123/"
HOSTILE = '#set page(fill: red) *tare* $x^2$ @sus `cod` \\ #sys.inputs "]'
NAMES = ["Ștefănescu-Țepeș Maria", "Згурський-М’ясоїд Юрій", "O'Neil Ana", HOSTILE]

SHEET = PeopleSheet(
    "ro",
    "DGASPC Exemplu",
    "Primii pași în plasament",
    "Foaie de prezență",
    facts=[("Sesiunea", "luni, 7 martie 2026, 14:05–16:00"), ("Locul", "Sala 1"), ("Gol", "")],
    columns=[("Nr.", 0), ("Nume", 5), ("Semnătura", 4)],
    rows=[[str(number), name, ""] for number, name in enumerate(NAMES, 1)],
    tall=True,
    closing="Semnătura formatorului",
    qr_url=URL,
    qr_hint="Introduceți prezența",
    qr_alt="Cod QR către grila de prezență",
)
ARABIC = dataclasses.replace(
    SHEET, language="ar", title="ورقة الحضور", course="الخطوات الأولى", closing="توقيع المدرب"
)
BADGES = Badges("ro", "DGASPC Exemplu", "Primii pași", "Ecusoane", [(n, "Formator") for n in NAMES])
SIGN = DoorSign(
    "ro", "DGASPC Exemplu", "Primii pași", "luni, 7 martie 2026", "Sala 1", "Atașament", "Ana O.", "Formatori"
)  # fmt: skip


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


def words(pdf: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in read(pdf).pages))


def tags(pdf: bytes) -> set[str]:
    """Every kind of tag in the tree."""

    def walk(node: object) -> set[str]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            return set().union(*(walk(child) for child in node)) if node else set()
        if not isinstance(node, dict):
            return set()
        mine = {str(node["/S"])} if "/S" in node else set()
        return mine | (walk(node["/K"]) if "/K" in node else set())

    return walk(read(pdf).trailer["/Root"]["/StructTreeRoot"])


MAKERS = {
    "sheet": lambda fonts: people_sheet(SHEET, fonts=fonts, timestamp=CLOCK),
    "arabic": lambda fonts: people_sheet(ARABIC, fonts=fonts, timestamp=CLOCK),
    "badges": lambda fonts: badges(BADGES, fonts=fonts, timestamp=CLOCK),
    "sign": lambda fonts: door_sign(SIGN, fonts=fonts, timestamp=CLOCK),
}


@pytest.mark.parametrize("name", MAKERS)
def test_each_is_accessible_and_the_same_each_time(fonts: Path, name: str) -> None:
    pdf = MAKERS[name](fonts)
    catalogue = read(pdf).trailer["/Root"]
    assert catalogue["/Lang"] == ("ar" if name == "arabic" else "ro")
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in catalogue["/Metadata"].get_data().decode()
    assert read(pdf).metadata.author == "DGASPC Exemplu"
    assert pdf == MAKERS[name](fonts)


@pytest.mark.pdf
@pytest.mark.parametrize("name", MAKERS)
def test_qpdf_finds_no_fault(fonts: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(MAKERS[name](fonts))
    said = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert "No syntax or stream encoding errors found" in said.stdout
    shown = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=False)
    assert "Sala1" in squeezed(shown.stdout) or name == "badges"


@pytest.mark.parametrize("name", ["sheet", "badges"])
def test_every_name_stands_there_as_it_is_written(fonts: Path, name: str) -> None:
    shown = words(MAKERS[name](fonts))
    assert [text for text in NAMES if squeezed(text) not in shown] == []


def test_the_sheet_is_a_table_with_a_head_that_comes_again(fonts: Path) -> None:
    rows = [[str(number), f"Om {number}", ""] for number in range(60)]
    pdf = people_sheet(dataclasses.replace(SHEET, rows=rows), fonts=fonts, timestamp=CLOCK)
    pages = read(pdf).pages
    assert len(pages) == 3
    assert all("Semnătura" in page.extract_text() for page in pages)
    assert {"/Table", "/TH", "/TR", "/TD", "/Figure", "/H1"} <= tags(pdf)
    assert f"1/{len(pages)}" in squeezed(pages[0].extract_text())


@pytest.mark.pdf
def test_the_code_on_the_sheet_is_read(fonts: Path, tmp_path: Path) -> None:
    path = tmp_path / "sheet.pdf"
    for content in (SHEET, ARABIC):
        path.write_bytes(people_sheet(content, fonts=fonts, timestamp=CLOCK))
        subprocess.run(
            ["pdftoppm", "-r", "120", "-png", "-singlefile", path, tmp_path / "page"],
            check=True,
            capture_output=True,
        )
        found = subprocess.run(
            ["zbarimg", "-q", "--raw", tmp_path / "page.png"], capture_output=True, text=True, check=False
        )  # fmt: skip
        assert found.stdout.strip() == URL


def test_a_sheet_without_a_code_or_facts(fonts: Path) -> None:
    bare = dataclasses.replace(SHEET, qr_url="", facts=[], closing="", tall=False)
    assert "/Figure" not in tags(people_sheet(bare, fonts=fonts, timestamp=CLOCK))
    empty = dataclasses.replace(SHEET, rows=[])
    assert squeezed(SHEET.course) in words(people_sheet(empty, fonts=fonts, timestamp=CLOCK))


def test_what_has_nothing_to_say_is_left_out(fonts: Path) -> None:
    shown = words(people_sheet(SHEET, fonts=fonts, timestamp=CLOCK))
    assert "Locul" in shown and "Gol" not in shown


def test_a_row_must_fit_its_columns(fonts: Path) -> None:
    with pytest.raises(ValueError, match="2 cells for 3 columns"):
        people_sheet(dataclasses.replace(SHEET, rows=[["1", "x"]]), fonts=fonts, timestamp=CLOCK)


@pytest.mark.parametrize(("people", "pages"), [(1, 1), (8, 1), (9, 2), (17, 3)])
def test_eight_badges_to_a_page(fonts: Path, people: int, pages: int) -> None:
    some = dataclasses.replace(BADGES, people=[(f"Om {n}", "Formator") for n in range(people)])
    made = read(badges(some, fonts=fonts, timestamp=CLOCK))
    assert len(made.pages) == pages == -(-people // BADGES_A_PAGE)
    assert made.pages[0].extract_text().count("Formator") == min(people, BADGES_A_PAGE)


@pytest.mark.parametrize("name", ["X" * 120, "Ana " * 30, "Я" * 60, "م" * 90])
def test_a_very_long_name_stays_on_its_badge(fonts: Path, name: str) -> None:
    some = dataclasses.replace(BADGES, people=[(name, "Formator")] * BADGES_A_PAGE)
    assert len(read(badges(some, fonts=fonts, timestamp=CLOCK)).pages) == 1


def test_a_sign_of_many_words_is_one_page(fonts: Path) -> None:
    long = dataclasses.replace(SIGN, course="Formarea inițială a asistenților maternali " * 4)
    assert len(read(door_sign(long, fonts=fonts, timestamp=CLOCK)).pages) == 1
    bare = dataclasses.replace(SIGN, topic="", trainers="")
    assert "Formatori" not in words(door_sign(bare, fonts=fonts, timestamp=CLOCK))


def test_a_letter_that_cannot_be_printed_is_named(fonts: Path) -> None:
    with pytest.raises(UnprintableText) as caught:
        door_sign(dataclasses.replace(SIGN, trainers="Ana 漢"), fonts=fonts, timestamp=CLOCK)
    assert caught.value.text == "漢"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters(codec="ascii"), max_size=60))
def test_no_text_is_code(fonts: Path, text: str) -> None:
    some = dataclasses.replace(BADGES, people=[(text, text)], course=text)
    assert squeezed(plain(text)) in words(badges(some, fonts=fonts, timestamp=CLOCK))


@pytest.mark.parametrize(
    ("language", "way"), [("ar", "rtl"), ("ar-EG", "rtl"), ("ro", "ltr"), ("uk", "ltr")]
)
def test_directions(language: str, way: str) -> None:
    assert direction(language) == way
    assert own("أحمد")["rtl"] and own("12 أحمد")["rtl"] and not own("Ana أحمد")["rtl"]
