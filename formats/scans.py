"""Photos and PDFs of papers from strangers: told apart by their bytes, pictures made anew, nothing of them ever run.

A refusal is a `ScanError` with a stable code; the caller makes a translated sentence of it. See CODES.
"""

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass

import pillow_heif
from PIL import Image, ImageOps

# What ScanError can say, with its parameters.
CODES: dict[str, tuple[str, ...]] = {
    "empty_file": (),
    "too_big": ("megabytes",),
    "wrong_type": (),  # neither a photo that we read nor a PDF, whatever its name says
    "damaged": (),
    "too_large_picture": ("megapixels",),
    "password": (),  # a PDF that needs one
    "active": (),  # a PDF with program code or files inside
}

# Only these readers are tried: no format with scripts, fonts, layers or other files inside.
_PICTURES = ("JPEG", "PNG", "WEBP", "HEIF")
_LONGEST_SIDE, _QUALITY = 2400, 82
_SIGNS = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP|....ftyp(?:hei[cxms]|hev[cx]|mif1|msf1)",
    re.DOTALL,
)
_PDF = b"%PDF-"
_ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")
# Names are matched whole: /JS is code, /JSomething is not.
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|ImportData|SubmitForm)(?![A-Za-z0-9])"
)
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")

pillow_heif.register_heif_opener(thumbnails=False)


class ScanError(Exception):
    """Why a file was refused: `code` is a key of CODES, `params` its numbers."""

    def __init__(self, code: str, **params: int) -> None:
        self.code, self.params = code, params
        super().__init__(code, params)


@dataclass(frozen=True)
class Limits:
    """What is accepted; checked before anything is unpacked."""

    file_bytes: int = 10 * 2**20
    pixels: int = 60_000_000


@dataclass(frozen=True)
class Scan:
    """What may be kept: a fresh JPEG without any data about camera or place, or a PDF as it came."""

    kind: str  # "jpg" or "pdf"
    data: bytes

    @property
    def sha256(self) -> str:
        """The same paper sent again has the same one, however its name or its hidden data changed."""
        return hashlib.sha256(self.data).hexdigest()


def tidy(data: bytes, *, limits: Limits | None = None) -> Scan:
    """The file as it may be kept. Raises ScanError, and nothing else, for anything that may not."""
    limits = limits or Limits()
    if len(data) > limits.file_bytes:
        raise ScanError("too_big", megabytes=limits.file_bytes // 2**20)
    if not data.strip(b"\x00 \t\r\n"):
        raise ScanError("empty_file")
    if data.startswith(_PDF):
        return Scan("pdf", _sound_pdf(data))
    if _SIGNS.match(data):
        return Scan("jpg", _fresh_picture(data, limits))
    raise ScanError("wrong_type")


def _fresh_picture(data: bytes, limits: Limits) -> bytes:
    """The pixels alone, upright, not larger than a page needs: what else was in the file stays behind."""
    try:
        picture = Image.open(io.BytesIO(data), formats=_PICTURES)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ScanError("too_large_picture", megapixels=limits.pixels // 1_000_000) from error
    except Exception as error:  # a broken picture makes its reader raise almost anything
        raise ScanError("damaged") from error
    if picture.width * picture.height > limits.pixels:
        raise ScanError("too_large_picture", megapixels=limits.pixels // 1_000_000)
    try:
        # A JPEG is unpacked at the size that is wanted; others whole.
        picture.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
        picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        upright = ImageOps.exif_transpose(picture)
        fresh = Image.new("RGB", upright.size, "white")
        seen = upright.convert("RGBA")
        fresh.paste(seen, mask=seen.getchannel("A"))
        out = io.BytesIO()
        fresh.save(out, "JPEG", quality=_QUALITY, optimize=True)
    except Exception as error:
        raise ScanError("damaged") from error
    return out.getvalue()


def _sound_pdf(data: bytes) -> bytes:
    """A PDF from its first to its last byte, without a lock and without anything that runs."""
    if not data.rstrip(b"\x00 \t\r\n").endswith(b"%%EOF") or b"startxref" not in data:
        raise ScanError("damaged")
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise ScanError("wrong_type")
    names = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)
    if _LOCKED.search(names):
        raise ScanError("password")
    if _ACTIVE.search(names):
        raise ScanError("active")
    return data
