"""Nothing on a paper is cut off or printed over something else: every word's box is measured, in every language."""

import dataclasses
import io
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from formats import logo
from formats.certificate import CertificateContent, render
from tests.formats.papers import CLOCK, LABELS, PAPERS

pytestmark = pytest.mark.pdf
# The frame inside the border, in points from the upper corner.
LEFT, TOP, RIGHT, BOTTOM = 70, 55, 772, 548
WORD = re.compile(
    r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
)
MORE = {"total": "In all", "rule": "By the rules since", "replaces": "Replaces certificate no."}


@dataclass(frozen=True)
class Box:
    """A word on the page."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    def covers(self, other: "Box") -> bool:
        """Do they share more than the edge? Boxes of letters are higher than their ink."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 1 and down > 0.45 * min(self.bottom - self.top, other.bottom - other.top)


def boxes(pdf: bytes, folder: Path) -> list[list[Box]]:
    """The words of each page, as poppler finds them."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True)
    pages = done.stdout.decode().split("<page ")[1:]
    return [
        [Box(*map(float, found[:4]), found[4]) for found in WORD.findall(page)] for page in pages
    ]


def emblem(wide: int, high: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (wide, high), "navy").save(out, "PNG")
    return logo.cleaned(out.getvalue())


def full(language: str, second: str = "", **changes: object) -> CertificateContent:
    """With everything that a layout can show."""
    paper = dataclasses.replace(
        PAPERS[language], labels=LABELS[language] | MORE, total="62 h 30 min", rule="1.01.2024",
        replaces="TM/2026/00041", logo=emblem(400, 200),
    )  # fmt: skip
    if second:
        people = zip(paper.signatories, PAPERS[second].signatories, strict=False)
        also = tuple((name, post) for (name, _), (_, post) in people)
        paper = dataclasses.replace(
            paper, second=dataclasses.replace(PAPERS[second], signatories=also)
        )
    return dataclasses.replace(paper, **changes)


HOLDERS = {
    "short": "Ana Pop",
    "two surnames": "Ștefania-Brândușa Ștefănescu-Țepeș Constantinescu",
    "apostrophe": "М’ясоїд-Щербаківська Ґалина Її-В’ячеславівна",
    "hyphens": "Александра-Мария Димитрова-Кюстендилиева-Пловдивска",
    "four names": "محمد أحمد عبد الرحمن السيد إبراهيم عبد القادر الأنصاري",
    "mixed": "محمد Ștefan Популеску",
    "long": "Maria Magdalena Alexandrina-Constantinescu von Hohenzollern-Exemplaringen Ștefănescu-Țepeș",
    "unbroken": "W" * 90,
}
PAIRS = [("ro", ""), ("ro", "en"), ("uk", "ar"), ("bg", "ro"), ("ar", "en")]


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
@pytest.mark.parametrize("who", HOLDERS)
def test_every_word_stands_inside_the_frame_and_none_on_another(
    fonts: Path, tmp_path: Path, pair: tuple[str, str], who: str
) -> None:
    paper = full(*pair, holder=HOLDERS[who])
    pages = boxes(render(paper, fonts=fonts, timestamp=CLOCK), tmp_path)
    assert 1 <= len(pages) <= 2
    for page in pages:
        assert [box for box in page if not inside(box)] == []
        assert [
            (one.text, other.text)
            for number, one in enumerate(page)
            for other in page[number + 1 :]
            if one.covers(other)
        ] == []


TITLES = {
    "preset": "Посвідчення про успішне проходження навчання",
    "arabic": "شهادة اجتياز التدريب الإلزامي للأسر الراغبة في الكفالة",
    "longest": "Certificat de absolvire a cursului de formare inițială, nivel",
}


@pytest.mark.parametrize("pair", [("ro", ""), ("uk", "ar"), ("ar", "en")], ids="-".join)
@pytest.mark.parametrize("name", TITLES)
def test_the_long_name_of_a_certificate_runs_neither_into_the_logo_nor_off_the_page(
    fonts: Path, tmp_path: Path, pair: tuple[str, str], name: str
) -> None:
    language, second = pair
    paper = full(*pair, title=TITLES[name])
    if second and paper.second:
        twice = dataclasses.replace(paper.second, title=TITLES["arabic"])
        paper = dataclasses.replace(paper, second=twice)
    (page,) = boxes(render(paper, fonts=fonts, timestamp=CLOCK), tmp_path)
    assert [box for box in page if not inside(box)] == []
    pairs = ((one, other) for number, one in enumerate(page) for other in page[number + 1 :])
    assert [(one.text, other.text) for one, other in pairs if one.covers(other)] == []
    width, high = (side * 72 / 25.4 for side in logo.size(paper.logo))
    head = [box for box in page if box.top < TOP + high - 3]
    edge = 85 + width
    assert head and all(
        box.right <= 842 - edge if language == "ar" else box.left >= edge for box in head
    )


def inside(box: Box) -> bool:
    return box.left >= LEFT and box.right <= RIGHT and box.top >= TOP and box.bottom <= BOTTOM


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_an_ordinary_paper_stands_on_one_page_with_everything_shown(
    fonts: Path, tmp_path: Path, pair: tuple[str, str]
) -> None:
    assert len(boxes(render(full(*pair), fonts=fonts, timestamp=CLOCK), tmp_path)) == 1


@pytest.mark.parametrize("shape", [(400, 200), (200, 400), (470, 40)], ids=["wide", "high", "band"])
def test_a_long_institution_does_not_run_into_the_logo(
    fonts: Path, tmp_path: Path, shape: tuple[int, int]
) -> None:
    name = "Direcția Generală de Asistență Socială și Protecția Copilului a Județului Exemplu, Serviciul Management"
    paper = full("ro", authority=name, logo=emblem(*shape))
    width = logo.size(paper.logo)[0] * 72 / 25.4
    (page,) = boxes(render(paper, fonts=fonts, timestamp=CLOCK), tmp_path)
    head = [box for box in page if box.top < 55 + logo.HIGH * 72 / 25.4]
    assert head and all(box.left >= 85 + width for box in head)


def test_the_boxes_would_be_seen(fonts: Path, tmp_path: Path) -> None:
    """The measure itself: words that lie on each other, and words outside, are found."""
    one = Box(100, 100, 150, 112, "a")
    assert one.covers(Box(140, 102, 180, 114, "b")) and not one.covers(Box(100, 113, 150, 125, "c"))
    assert not inside(Box(60, 100, 90, 112, "d")) and not inside(Box(100, 540, 150, 552, "e"))


def test_both_languages_say_the_same_facts(fonts: Path, tmp_path: Path) -> None:
    (page,) = boxes(render(full("ro", "en"), fonts=fonts, timestamp=CLOCK), tmp_path)
    said = " ".join(box.text for box in page)
    for words in (
        "Perioada / Period",
        "Asistent maternal profesionist",
        "Foster carer",
        "7 martie 2026",
        "7 March 2026",
    ):
        assert words in said
    # What both would say alike stands once.
    assert said.count("10 h") == 1
