"""Photos and PDFs from strangers: what is kept is made anew or sound, what is not is refused by its bytes."""

import io
import struct
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from formats.scans import CODES, Limits, Scan, ScanError, tidy
from tests.factories.evidence import pdf, photo, zipped


def refused(data: bytes, **limits) -> str:
    """The code of the refusal."""
    with pytest.raises(ScanError) as caught:
        tidy(data, limits=Limits(**limits))
    assert set(caught.value.params) == set(CODES[caught.value.code])
    return caught.value.code


def huge_png(width: int, height: int) -> bytes:
    """A picture of a few hundred bytes that unpacks to width × height dots."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


class TestPictures:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
    def test_of_every_kind_of_a_phone_becomes_a_jpeg(self, kind):
        found = tidy(photo("red", kind=kind))
        assert found.kind == "jpg"
        picture = Image.open(io.BytesIO(found.data))
        assert (picture.format, picture.size) == ("JPEG", (60, 40))
        red, green, blue = picture.getpixel((30, 20))
        assert red > 200 > 60 > max(green, blue)

    def test_loses_place_and_phone(self):
        data = photo(place=True)
        assert b"Telefonul Anei" in data
        assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
        found = tidy(data)
        assert b"Telefonul" not in found.data and b"Exif" not in found.data
        assert dict(Image.open(io.BytesIO(found.data)).getexif()) == {}

    def test_loses_comments_and_what_hangs_behind(self):
        data = photo(comment=b"<script>alert(1)</script>") + zipped() + b"<html>"
        found = tidy(data)
        assert b"script" not in found.data and b"PK\x03\x04" not in found.data

    def test_stands_upright_as_the_phone_showed_it(self):
        hidden = Image.Exif()
        hidden[0x0112] = 6  # turned by a quarter
        found = tidy(photo(exif=hidden.tobytes()))
        assert Image.open(io.BytesIO(found.data)).size == (40, 60)

    def test_is_not_larger_than_a_page_needs(self):
        out = io.BytesIO()
        Image.new("RGB", (6000, 3000), "white").save(out, "JPEG")
        assert Image.open(io.BytesIO(tidy(out.getvalue()).data)).size == (2400, 1200)

    def test_what_is_clear_becomes_white(self):
        out = io.BytesIO()
        Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
        found = Image.open(io.BytesIO(tidy(out.getvalue()).data))
        assert found.getpixel((10, 10)) == (255, 255, 255)

    def test_has_one_hash_however_its_hidden_data_differ(self):
        assert tidy(photo()).sha256 == tidy(photo(place=True)).sha256
        assert tidy(photo()).sha256 != tidy(photo("black")).sha256

    def test_a_bomb_is_refused_before_it_is_unpacked(self):
        began = time.monotonic()
        assert refused(huge_png(50_000, 50_000)) == "too_large_picture"
        assert refused(huge_png(9_000, 7_000)) == "too_large_picture"
        assert time.monotonic() - began < 1

    def test_a_broken_one_is_damaged(self):
        whole = photo(kind="PNG")
        assert refused(whole[: len(whole) // 2]) == "damaged"
        assert refused(b"\xff\xd8\xff" + b"no picture at all") == "damaged"


class TestDocuments:
    def test_a_pdf_stays_as_it_came(self):
        assert tidy(pdf()) == Scan("pdf", pdf())

    @pytest.mark.parametrize(
        "inside",
        [
            b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
            b"/AA << /O << /S /Launch /F (cmd.exe) >> >>",
            b"/Names << /EmbeddedFiles 3 0 R >>",
            b"/AcroForm << /XFA 5 0 R >>",
            b"/OpenAction << /S /J#61vaScript >>",  # the same name, written otherwise
        ],
        ids=["script", "launch", "embedded", "xfa", "escaped"],
    )
    def test_what_could_run_is_refused(self, inside):
        assert refused(pdf(inside)) == "active"

    @pytest.mark.parametrize("inside", [b"/JSomething 1", b"/LaunchDate 1", b"/Title (JavaScript)"])
    def test_names_that_only_begin_alike_are_fine(self, inside):
        assert tidy(pdf(inside)).kind == "pdf"

    def test_a_locked_one_is_refused(self):
        assert refused(pdf(b"/Encrypt 9 0 R")) == "password"

    @pytest.mark.parametrize(
        "data",
        [b"%PDF-1.7 and nothing else", pdf(after=b"<html><script>alert(1)</script>")],
        ids=["no end", "a page behind it"],
    )
    def test_one_that_does_not_end_as_it_should_is_damaged(self, data):
        assert refused(data) == "damaged"

    def test_one_that_is_a_zip_as_well_is_none(self):
        both = pdf().replace(b"%%EOF\n", b"") + zipped() + b"%%EOF"
        # The zip's last record says how long a comment follows it.
        both = both[:-7] + struct.pack("<H", 5) + b"%%EOF"
        assert refused(both) == "wrong_type"


class TestEverythingElse:
    @pytest.mark.parametrize(
        "data",
        [
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<html><script>alert(1)</script></html>",
            b"GIF89a" + b"\0" * 40,
            zipped(),
            b"RIFF\x24\0\0\0WAVEfmt ",
            b"MZ\x90\0 an exe",
            b" %PDF-1.7 after a space",
            b"text",
        ],
        ids=["svg", "html", "gif", "zip", "sound", "program", "shifted pdf", "text"],
    )
    def test_is_refused_by_its_bytes(self, data):
        assert refused(data) == "wrong_type"

    @pytest.mark.parametrize("data", [b"", b"\0\0\0", b" \r\n"], ids=["0 bytes", "zeros", "space"])
    def test_nothing_is_said_to_be_empty(self, data):
        assert refused(data) == "empty_file"

    def test_fifty_megabytes_are_too_many(self):
        assert refused(b"\xff\xd8\xff" + b"\0" * (50 * 2**20)) == "too_big"

    @given(
        st.binary(max_size=400), st.sampled_from([b"", b"\xff\xd8\xff", b"%PDF-", b"RIFFxxxxWEBP"])
    )
    def test_anything_is_kept_or_refused_by_name(self, data, head):
        try:
            assert tidy(head + data).kind in ("jpg", "pdf")
        except ScanError as error:
            assert error.code in CODES
