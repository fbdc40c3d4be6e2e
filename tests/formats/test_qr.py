"""QR codes for pages: readable, named, and nothing that a strict content policy would stop."""

import io
import re
import xml.etree.ElementTree as ElementTree

import pytest
from PIL import Image

from formats import qr

URL = "https://formare.example.org/v/4Q8MKT2ZP7RWB0XH5D3NJ6YCVA"
SVG = "{http://www.w3.org/2000/svg}"


def test_the_svg_is_safe_inside_a_page() -> None:
    svg = qr.svg(URL, title='Cod QR <b>"x"</b> & altele')
    root = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.find(f"{SVG}title").text == 'Cod QR <b>"x"</b> & altele'
    assert {element.tag for element in root.iter()} == {
        f"{SVG}{name}" for name in ("svg", "title", "rect", "path")
    }
    assert not re.search(r"style|script|href|on\w+=|class", svg.replace("<title>", "").lower())


@pytest.mark.parametrize("quiet", [0, 4])
def test_svg_and_png_show_the_same_modules(quiet: int) -> None:
    root = ElementTree.fromstring(qr.svg(URL, title="x", quiet=quiet))
    size = int(root.attrib["viewBox"].split()[-1])
    dark = set()
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1", root.find(f"{SVG}path").attrib["d"]):
        dark |= {(int(x) + step - quiet, int(y) - quiet) for step in range(int(run))}
    image = Image.open(io.BytesIO(qr.png(URL, scale=1))).convert("1")
    assert image.width == size + 2 * (4 - quiet)
    expected = {
        (x - 4, y - 4)
        for x in range(image.width)
        for y in range(image.height)
        if not image.getpixel((x, y))
    }
    assert dark == expected


def test_scale_and_stability() -> None:
    assert (
        Image.open(io.BytesIO(qr.png(URL, scale=3))).width * 8
        == Image.open(io.BytesIO(qr.png(URL))).width * 3
    )
    assert qr.svg(URL, title="x") == qr.svg(URL, title="x")
    assert qr.png(URL) == qr.png(URL)
