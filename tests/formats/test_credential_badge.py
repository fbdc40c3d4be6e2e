"""Pictures: the credential comes out as it went in, long names fit, the same words give the same bytes."""

import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st
from openbadgeslib.ob3 import OB3Verifier
from PIL import Image

from formats import credential_badge as badges
from formats.credential_badge import Badge
from formats.fonts import typst_fonts

LONG = "Підготовка вихователів до догляду за дитиною з особливими освітніми потребами та інвалідністю, частина друга"
BADGES = [
    Badge("ro", "Certificat", "Bazele îngrijirii", "Direcția Timiș", "TM/2026/00001"),
    Badge("uk", "Сертифікат", LONG, "Служба у справах дітей " * 4, "ОД/2026/00001"),
    Badge("ar", "شهادة", "أساسيات رعاية الأطفال", "وزارة التضامن الاجتماعي", "CAI/2026/00001"),
    Badge("en", "Certificate", 'A "B" <c> & ]]>', "X" * 90, "A/2026/1"),
]


@pytest.fixture(scope="module")
def fonts(tmp_path_factory) -> Path:
    return typst_fonts(tmp_path_factory.mktemp("fonts"))


@pytest.mark.parametrize("badge", BADGES, ids=lambda badge: badge.language)
def test_both_pictures_hold_the_credential(badge: Badge, fonts: Path) -> None:
    data = json.dumps({"name": badge.course, "x": "]]>"}, ensure_ascii=False).encode()
    png, svg = badges.png(badge, data, fonts=fonts), badges.svg(badge, data, fonts=fonts)
    assert OB3Verifier.extract_token_from_png(png).encode() == data
    assert json.loads(OB3Verifier.extract_token_from_svg(svg)) == json.loads(data)
    assert badges.png(badge, data, fonts=fonts) == png
    assert badges.svg(badge, data, fonts=fonts) == svg


def test_the_png_is_a_picture_that_others_open(fonts: Path) -> None:
    picture = Image.open(io.BytesIO(badges.png(BADGES[0], b"{}", fonts=fonts)))
    picture.load()
    assert picture.size == (605, 605) and picture.text == {"openbadgecredential": "{}"}
    corner, middle = picture.getpixel((2, 2)), picture.getpixel((302, 302))
    assert corner[3] == 0 and middle[3] == 255


def test_the_svg_has_a_name_and_neither_script_nor_foreign_address(fonts: Path) -> None:
    text = badges.svg(BADGES[3], b"{}", fonts=fonts)
    root = ElementTree.fromstring(text)
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None and title.text.startswith("Certificate A/2026/1:")
    assert b"<script" not in text and b'href="http' not in text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
@budget(max_examples=60)
def test_any_text_survives_the_baking(text: str) -> None:
    data = json.dumps({"t": text}, ensure_ascii=True).encode()
    plain = b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'
    baked = badges.bake_svg(plain, data, title=text)
    assert json.loads(OB3Verifier.extract_token_from_svg(baked)) == {"t": text}


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n"])
def test_other_files_are_not_baked(data: bytes) -> None:
    with pytest.raises(ValueError):
        badges.bake_png(data, b"{}")
    with pytest.raises(ValueError):
        badges.bake_svg(data, b"{}", title="")
