"""Looking into a PDF that somebody hands in: never more than it may unpack to, never an exception for a bad file."""

import io
import re
import zlib
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

MOST_BYTES = 3 * 2**20
_MOST_UNPACKED = 48 * 2**20
_MOST_STREAMS = 3_000
_STREAM = re.compile(rb"stream\r?\n")
_DEEPEST = 3


def is_modest(pdf: bytes) -> bool:
    """Whether everything in the file that can be unpacked stays small.

    What a stream says about itself is not believed: whatever looks packed is unpacked here, up to the limit.
    """
    left = _MOST_UNPACKED
    for number, found in enumerate(_STREAM.finditer(pdf)):
        left -= _unpacked(pdf[found.end() :], left, _DEEPEST)
        if left <= 0 or number >= _MOST_STREAMS:
            return False
    return True


def _unpacked(data: bytes, most: int, deep: int) -> int:
    """To how many bytes it unpacks, counting what is packed within as well."""
    try:
        found = zlib.decompressobj().decompress(data, most)
    except zlib.error:
        return 0
    within = _unpacked(found, most - len(found), deep - 1) if deep and len(found) < most else 0
    return len(found) + within


def attached(pdf: bytes, name: str) -> bytes | None:
    """The file of that name that travels inside the PDF; None where there is none that can be read."""
    try:
        root = PdfFileReader(io.BytesIO(pdf)).root
        for one in root.get("/AF", ()):
            held = one.get_object()
            if _name(held) == name:
                return bytes(held["/EF"]["/F"].get_object().data)
    except Exception:  # a damaged or hostile file can make the reader raise anything
        return None
    return None


def _name(held: Any) -> str:
    return str(held.get("/UF") or held.get("/F") or "")
