"""Certificates: archival, accessible, the same bytes each time, nothing cut off, nobody's text is code."""

import dataclasses
import io
import json
import re
import threading
import time
from datetime import timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from formats import border, certificate, fitting
from formats.certificate import LABELS, Attachment, CertificateContent, UnprintableText, render
from tests.formats.papers import CLOCK, PAPERS, URL
from tests.formats.processes import printed

LANGUAGES = list(PAPERS)


def changed(language: str = "en", **changes: object) -> CertificateContent:
    return dataclasses.replace(PAPERS[language], **changes)


@pytest.fixture
def paper(fonts: Path):
    """Renders, and gives the reader too."""

    def make(content: CertificateContent) -> tuple[bytes, PdfReader]:
        pdf = render(content, fonts=fonts, timestamp=CLOCK)
        return pdf, PdfReader(io.BytesIO(pdf))

    return make


def words(reader: PdfReader) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_program_can_know_of_it(paper, language: str) -> None:
    pdf, reader = paper(PAPERS[language])
    content = PAPERS[language]
    catalogue = reader.trailer["/Root"]
    assert pdf.endswith(b"%%EOF\n")
    assert catalogue["/Lang"] == language
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert catalogue["/StructTreeRoot"]
    assert reader.metadata.title == f"{content.title} {content.number}: {content.holder}"
    assert reader.metadata.author == content.authority
    assert len(reader.pages) == 1
    assert (round(reader.pages[0].mediabox.width), round(reader.pages[0].mediabox.height)) == (
        842,
        595,
    )
    xmp = catalogue["/Metadata"].get_data().decode()
    assert (
        "<pdfaid:part>3</pdfaid:part>" in xmp
        and "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    )
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp


@pytest.mark.parametrize("language", ["en", "ro", "uk", "bg"])
def test_every_line_is_on_the_page(paper, language: str) -> None:
    content = PAPERS[language]
    shown = words(paper(content)[1])
    said = [
        content.authority, content.title, content.number, content.holder, content.course, content.programme,
        content.category, content.period, content.result, content.legal_basis, content.verify_hint, content.seal_note,
        *(text for pair in content.hours + content.signatories for text in pair),
        *(text for name, text in content.labels.items() if name not in {"qr_alt", "programme", "result"}),
    ]  # fmt: skip
    squeezed = shown.replace(" ", "")
    assert [text for text in said if re.sub(r"\s", "", text) not in squeezed] == []


def alternative_texts(node: object) -> list[str]:
    """Every /Alt in the tree of tags."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [text for child in node for text in alternative_texts(child)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (alternative_texts(node["/K"]) if "/K" in node else [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_hears_the_code_and_the_heading(paper, language: str) -> None:
    _, reader = paper(PAPERS[language])
    tree = reader.trailer["/Root"]["/StructTreeRoot"]
    assert alternative_texts(tree["/K"]) == [PAPERS[language].labels["qr_alt"]]
    assert sum(obj.get("/S") == "/H1" for obj in objects(reader) if isinstance(obj, dict)) == 1


def objects(reader: PdfReader) -> list[object]:
    return [reader.get_object(number) for number in range(1, int(reader.trailer["/Size"]))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_same_record_same_bytes(fonts: Path, language: str) -> None:
    once = render(PAPERS[language], fonts=fonts, timestamp=CLOCK)
    others = timezone(timedelta(hours=2))
    assert render(PAPERS[language], fonts=fonts, timestamp=CLOCK.astimezone(others)) == once
    assert render(PAPERS[language], fonts=fonts, timestamp=CLOCK + timedelta(seconds=1)) != once


def test_same_record_same_bytes_in_any_process(fonts: Path) -> None:
    """Not by the order in which this process happens to hold things in memory."""
    script = (
        "import hashlib, sys; from pathlib import Path; from formats.certificate import render;"
        "from tests.formats.papers import CLOCK, PAPERS;"
        "pdf = render(PAPERS['ar'], fonts=Path(sys.argv[1]), timestamp=CLOCK);"
        "print(hashlib.sha256(pdf).hexdigest())"
    )
    assert printed(script, str(fonts)) == {
        sha256(render(PAPERS["ar"], fonts=fonts, timestamp=CLOCK)).hexdigest()
    }


def test_threads_share_nothing(fonts: Path) -> None:
    expected = {
        language: render(content, fonts=fonts, timestamp=CLOCK)
        for language, content in PAPERS.items()
    }
    wrong: set[str] = set()

    def work(language: str) -> None:
        for _ in range(3):
            if render(PAPERS[language], fonts=fonts, timestamp=CLOCK) != expected[language]:
                wrong.add(language)

    threads = [threading.Thread(target=work, args=(language,)) for language in LANGUAGES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_missing_label_is_named(fonts: Path) -> None:
    labels = {name: "x" for name in LABELS if name != "verify"}
    with pytest.raises(ValueError, match="verify"):
        render(changed(labels=labels), fonts=fonts, timestamp=CLOCK)


def test_empty_lines_are_left_out(paper) -> None:
    bare = changed(
        programme="", category="", hours=(), period="", result="", legal_basis="", signatories=()
    )
    shown = words(paper(bare)[1])
    assert "Issued on" in shown and "Legal basis" not in shown and "Period" not in shown
    empty = dataclasses.replace(bare, issued_on="", valid_until="")
    assert len(paper(empty)[1].pages) == 1


ATTACKS = [
    '#read("/etc/passwd")', '#include "border.typ"', "$x^2$", "\\#", "*bold* _it_", "= Heading", "[link]",
    "```x```", '#image("x.png")', "@label <label>", "// comment", "~ -- ---", "\\u{202e}", '"; #panic()', "{{ x }}",
]  # fmt: skip


@pytest.mark.parametrize("text", ATTACKS)
def test_text_is_printed_as_it_is(paper, text: str) -> None:
    content = changed(
        holder=text, course=text, authority=text, legal_basis=text, signatories=((text, text),)
    )
    _, reader = paper(content)
    assert words(reader).replace(" ", "").count(text.replace(" ", "")) >= 5
    assert "root:" not in words(reader)


@pytest.mark.parametrize("letter", ["王", "😀", "\ue123"])
def test_a_letter_that_cannot_be_printed_is_named(fonts: Path, letter: str) -> None:
    with pytest.raises(UnprintableText):
        render(changed(holder=f"Ana {letter}"), fonts=fonts, timestamp=CLOCK)


@pytest.mark.parametrize(
    "text",
    [
        "\u202eAna\u202c",
        "Ana\u2066\u2069",
        "A\x00n\x07a",
        "Ana\u202f\u2009x",
        "Ana\ufeff",
        "S\u0326tefan",
    ],
)
def test_controls_and_odd_spaces_do_no_harm(paper, text: str) -> None:
    assert len(paper(changed(holder=text))[1].pages) == 1


LONG = {
    "authority": "Direcția Generală de Asistență Socială și Protecția Copilului a Județului Exemplu, Serviciul "
    "Management de Caz pentru Asistenți Maternali",
    "holder": "Maria Magdalena Alexandrina-Constantinescu von Hohenzollern-Exemplaringen Ștefănescu-Țepeș",
    "course": "Formarea inițială și continuă a asistenților maternali profesioniști pentru copii cu dizabilități și "
    "cu afecțiuni grave, inclusiv comunicare alternativă și îngrijire paliativă la domiciliu",
    "legal_basis": "OUG nr. 27/2024, art. 4 alin. (2); " * 6,
    "signatories": (
        *PAPERS["ro"].signatories,
        (
            "Alexandrina Constantinescu-Exemplarescu",
            "Șefa Serviciului pentru Asistență Maternală și Adopții",
        ),
    ),
}


def test_the_longest_paper_stands_on_one_page(paper) -> None:
    _, reader = paper(changed("ro", hours=(*PAPERS["ro"].hours, ("Supervizare", "6 h")), **LONG))
    assert len(reader.pages) == 1


NAME = st.text(alphabet="aeiouăîștrnlmpcd ", min_size=1, max_size=60).map(
    lambda text: text.strip() or "Ana"
)
POST = st.text(alphabet="aeioutrnl ", min_size=1, max_size=50).map(lambda text: text.strip() or "x")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    holder=NAME,
    course=st.text(alphabet="aeiouăîșt rnlm", min_size=3, max_size=160).map(
        lambda text: text.strip() or "x"
    ),
    authority=st.text(alphabet="aeiou tsr", min_size=3, max_size=110).map(
        lambda text: text.strip() or "x"
    ),
    legal=st.text(alphabet="aeio tsr;", max_size=300),
    category=st.text(alphabet="aeio tsr", max_size=60),
    signatories=st.lists(st.tuples(NAME, POST), max_size=3),
    hours=st.lists(st.tuples(st.just("Teorie"), st.just("12 h")), max_size=4),
)
def test_ordinary_lengths_always_fit_one_page(
    paper, holder, course, authority, legal, category, signatories, hours
) -> None:
    content = changed(
        "ro", holder=holder, course=course, authority=authority, legal_basis=legal, category=category,
        signatories=tuple(signatories), hours=tuple(hours),
    )  # fmt: skip
    _, reader = paper(content)
    assert len(reader.pages) == 1


@pytest.mark.parametrize("text", ["W" * 10_000, "word " * 2_000, "ش" * 3_000, "ж" * 400])
def test_endless_words_go_on_to_more_pages_and_lose_nothing(paper, text: str) -> None:
    _, reader = paper(changed(holder=text))
    letter = text[0]
    shown = "".join(page.extract_text() for page in reader.pages)
    if letter != "ش":  # joined letters are other glyphs in the text of a PDF
        assert shown.count(letter) >= text.count(letter)
    for page in reader.pages:
        places: list[float] = []
        page.extract_text(
            visitor_text=lambda t, cm, tm, f, s, places=places: (
                places.append(tm[4]) if t.strip() else None
            )
        )
        assert all(0 <= x <= 842 for x in places)


def attachments(*items: tuple[str, bytes, str]) -> tuple[Attachment, ...]:
    return tuple(Attachment(name, content, mime, "What it is") for name, content, mime in items)


def test_attachments_travel_byte_for_byte(paper) -> None:
    credential = json.dumps({"name": "Ștefan العربية", "n": 1.0}, ensure_ascii=False).encode()
    binary = bytes(range(256)) * 3
    kept = attachments(
        ("credential.json", credential, "application/vc"),
        ("x.bin", binary, "application/octet-stream"),
    )
    _, reader = paper(changed(attachments=kept))
    assert reader.attachments == {"credential.json": [credential], "x.bin": [binary]}
    associated = reader.trailer["/Root"]["/AF"]
    assert [item.get_object()["/AFRelationship"] for item in associated] == [
        "/Supplement",
        "/Supplement",
    ]


def test_the_border_in_the_folder_is_the_one_that_is_drawn() -> None:
    assert border.FILE.read_text() == border.svg()


def test_the_waves_of_the_border_join() -> None:
    """A tile's waves end at the height and with the slope at which they begin."""
    path = border._wave(6.0, 2.6, 0.0, sideways=False)
    numbers = [float(number) for number in re.findall(r"-?[\d.]+", path)]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    heights = {round(x, 1): round(y, 2) for x, y in points[::3]}
    assert heights[0.0] == heights[6.0] and heights[-1.5] == heights[4.5]


def test_directions_belong_to_the_words() -> None:
    assert certificate._own("محمد Popescu")["rtl"] is True
    assert certificate._own("12 (Ana) محمد")["rtl"] is False
    assert certificate._own("2026")["rtl"] is False
    assert [PAPERS[language].direction for language in LANGUAGES] == [
        "ltr",
        "ltr",
        "ltr",
        "ltr",
        "rtl",
    ]
    assert dataclasses.replace(PAPERS["ar"], language="ar-EG").direction == "rtl"


def test_widths_are_those_of_the_font(fonts: Path) -> None:
    assert fitting.width("", 10, fonts) == 0
    assert (
        fitting.width("WW", 10, fonts)
        == 2 * fitting.width("W", 10, fonts)
        > fitting.width("ii", 10, fonts)
    )
    assert fitting.width("W", 10, fonts, bold=True) > fitting.width("W", 10, fonts)
    assert fitting.width("a\u0301", 10, fonts) == fitting.width("a", 10, fonts)
    assert fitting.lines("a b c", 10, 1000, fonts) == 1
    assert fitting.lines("aaaa bbbb cccc", 10, fitting.width("aaaa bbbb", 10, fonts), fonts) == 2
    assert fitting.fitted("Ana", (40, 30), 1000, 1, fonts) == 40
    assert fitting.fitted("Ana " * 40, (40, 30), 100, 1, fonts) == 30
    assert fitting.even_room(
        "one two three four", 10, fitting.width("one two three", 10, fonts, bold=True), fonts
    ) < (fitting.width("one two three", 10, fonts, bold=True))
    assert [fitting.balanced(n, 4) for n in range(10)] == [1, 1, 2, 3, 4, 3, 3, 4, 4, 3]


def test_a_certificate_costs_milliseconds(fonts: Path) -> None:
    for content in PAPERS.values():
        render(content, fonts=fonts, timestamp=CLOCK)
    started = time.process_time()
    for number in range(20):
        render(
            changed("ro", number=f"TM {number}", verify_url=f"{URL}{number}"),
            fonts=fonts,
            timestamp=CLOCK,
        )
    assert (time.process_time() - started) / 20 < 0.08  # about 0.01 on a quiet machine
