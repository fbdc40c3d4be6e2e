"""An institution's logo: read with every limit checked before it is unpacked, and written anew as a plain PNG.

What comes out holds pixels only: no metadata, no scripts, no second picture, nothing of the file that came.
"""

import base64
import io
import struct
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 4 * 2**20
MOST_SIDE = 8_000  # pixels of either side
LEAST_SIDE = 32
KINDS = ("PNG", "JPEG", "WEBP", "GIF")
# As printed: at 300 dots an inch it fills the room that the paper gives it.
WIDE, HIGH = 40.0, 20.0  # mm
_PIXELS = (472, 236)


class LogoError(Exception):
    """Why a picture was refused: `code` is one of empty, too_big, wrong_kind, too_large, too_small, damaged."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def cleaned(data: bytes) -> bytes:
    """The picture as a small PNG on white. The same picture gives the same bytes."""
    if not data:
        raise LogoError("empty")
    if len(data) > MOST_BYTES:
        raise LogoError("too_big")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # Pillow only warns of pictures that unpack to gigabytes
            with Image.open(io.BytesIO(data), formats=KINDS) as picture:
                _measure(picture)
                return _drawn(picture)
    except UnidentifiedImageError as error:
        raise LogoError("wrong_kind") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise LogoError("too_large") from error
    except (OSError, ValueError, SyntaxError, Warning) as error:
        raise LogoError("damaged") from error


def size(png: bytes) -> tuple[float, float]:
    """How wide and high it is printed, in mm."""
    width, height = struct.unpack(">II", png[16:24])
    scale = min(WIDE / width, HIGH / height)
    return round(width * scale, 2), round(height * scale, 2)


def as_svg(png: bytes) -> str:
    """A drawing that holds the picture: text, so that it travels to the typesetter as text."""
    width, height = struct.unpack(">II", png[16:24])
    data = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" xlink:href="data:image/png;base64,{data}"/></svg>'
    )


def _measure(picture: Image.Image) -> None:
    """From the head of the file, before anything is unpacked."""
    if max(picture.size) > MOST_SIDE:
        raise LogoError("too_large")
    if min(picture.size) < LEAST_SIDE:
        raise LogoError("too_small")


def _drawn(picture: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail(_PIXELS, Image.Resampling.LANCZOS)
    ground = Image.new("RGB", upright.size, "white")
    ground.paste(upright, mask=upright.getchannel("A"))
    out = io.BytesIO()
    ground.save(out, "PNG", optimize=True)
    return out.getvalue()
