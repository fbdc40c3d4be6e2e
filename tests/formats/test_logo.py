"""Logos: pictures only, within limits, and nothing of the file that came is left in what goes out."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from formats import logo
from formats.logo import LogoError, cleaned


def picture(
    kind: str = "PNG", size: tuple[int, int] = (300, 100), mode: str = "RGB", **more
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, more.pop("colour", "navy")).save(out, kind, **more)
    return out.getvalue()


def huge_on_paper() -> bytes:
    """A PNG of a few bytes that says that it is 7,900 × 7,900 pixels, and unpacks to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("size", [(32, 32), (2000, 100), (100, 2000), (700, 700)])
def test_any_picture_becomes_a_small_png(kind: str, size: tuple[int, int]) -> None:
    made = cleaned(picture(kind, size))
    with Image.open(io.BytesIO(made)) as read:
        assert (read.format, read.mode) == ("PNG", "RGB")
        assert read.width <= 472 and read.height <= 236
        assert abs(read.width / read.height - size[0] / size[1]) < 0.6 * size[0] / size[1]
    width, height = logo.size(made)
    assert 0 < width <= logo.WIDE and 0 < height <= logo.HIGH


def test_the_same_picture_gives_the_same_bytes_and_cleaning_twice_changes_nothing() -> None:
    made = cleaned(picture(size=(900, 300)))
    assert made == cleaned(picture(size=(900, 300))) == cleaned(made)


def test_what_is_seen_through_becomes_white() -> None:
    with Image.open(io.BytesIO(cleaned(picture(mode="RGBA", colour=(0, 0, 0, 0))))) as read:
        assert read.getpixel((5, 5)) == (255, 255, 255)


def test_a_picture_that_was_turned_by_the_camera_stands_upright() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    with Image.open(io.BytesIO(cleaned(picture("JPEG", (400, 100), exif=turned)))) as read:
        assert read.height > read.width


def test_nothing_of_the_file_is_kept() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Maria Radu, 0700 000 000")
    made = cleaned(picture(pnginfo=notes) + b"<script>alert(1)</script>")
    assert b"Maria" not in made and b"script" not in made and b"tEXt" not in made


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"x" * (logo.MOST_BYTES + 1), "too_big"),
        (b"%PDF-1.7", "wrong_kind"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "wrong_kind"),
        (picture("TIFF"), "wrong_kind"),
        (picture("BMP"), "wrong_kind"),
        (picture(size=(31, 400)), "too_small"),
        (picture(size=(8001, 32)), "too_large"),
        (huge_on_paper(), "too_large"),
        (picture()[:-30], "damaged"),
    ],
    ids=["nothing", "heavy", "pdf", "svg", "tiff", "bmp", "small", "wide", "bomb", "cut"],
)
def test_what_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(LogoError, match=code):
        cleaned(data)


def test_the_drawing_holds_the_picture_and_its_size() -> None:
    drawn = logo.as_svg(cleaned(picture(size=(300, 100))))
    assert 'viewBox="0 0 300 100"' in drawn and "data:image/png;base64,iVBOR" in drawn
