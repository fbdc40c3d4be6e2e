"""The picture of a certificate with its credential baked in, as Open Badges 3.0 section 5.3 has it: PNG and SVG.

The picture shows course, issuer and number; the holder's name is only in the credential inside.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zlib import crc32

from formats import typesetting
from formats.fitting import MM, block_height

KEYWORD = b"openbadgecredential"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_PNG = b"\x89PNG\r\n\x1a\n"
_END = struct.pack(">I", 0) + b"IEND"
_COURSE_SIZES, _AUTHORITY_SIZES = (22, 19, 16, 14, 12, 10, 8), (12, 10.5, 9, 7.5)
_PPI = 128  # about 600 pixels a side


@dataclass(frozen=True)
class Badge:
    """The words on the picture, in the language of the paper."""

    language: str
    title: str
    course: str
    authority: str
    number: str


def png(badge: Badge, credential: bytes, *, fonts: Path) -> bytes:
    """The picture as PNG with the credential in an iTXt chunk."""
    picture = typesetting.picture(
        "credential_badge.typ", _data(badge, fonts), fonts=fonts, kind="png", ppi=_PPI
    )
    return bake_png(picture, credential)


def svg(badge: Badge, credential: bytes, *, fonts: Path) -> bytes:
    """The picture as SVG with the credential in an element of its own."""
    picture = typesetting.picture(
        "credential_badge.typ", _data(badge, fonts), fonts=fonts, kind="svg"
    )
    name = f"{badge.title} {badge.number}: {badge.course}"
    return bake_svg(picture, credential, title=name)


def bake_png(picture: bytes, credential: bytes) -> bytes:
    """The PNG with the credential as its last chunk but one."""
    end = picture.rfind(_END)
    if not picture.startswith(_PNG) or end < 0:
        raise ValueError("This is no PNG.")
    # Not compressed, no language, no translated keyword.
    chunk = b"iTXt" + KEYWORD + b"\0\0\0\0\0" + credential
    packed = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", crc32(chunk))
    return picture[:end] + packed + picture[end:]


def bake_svg(picture: bytes, credential: bytes, *, title: str) -> bytes:
    """The SVG with a name for screen readers and the credential, right after its first tag."""
    begin = picture.find(b"<svg")
    end = picture.find(b">", begin) + 1
    if begin < 0 or not end:
        raise ValueError("This is no SVG.")
    # These three signs would end the section; inside JSON they can only stand in a text.
    data = credential.decode().replace("]]>", "]]\\u003e")
    words = (
        f'<openbadges:credential xmlns:openbadges="{NAMESPACE}"><![CDATA[{data}]]></openbadges:credential>'
        f"<title>{escape(typesetting.plain(title))}</title>"
    )
    return picture[:end] + words.encode() + picture[end:]


def _data(badge: Badge, fonts: Path) -> dict[str, Any]:
    course, authority = typesetting.own(badge.course), typesetting.own(badge.authority)
    return {
        "language": badge.language.split("-")[0],
        "direction": typesetting.direction(badge.language),
        "course": course,
        "authority": authority,
        "number": typesetting.plain(badge.number),
        "sizes": {
            "course": _size(course["text"], _COURSE_SIZES, 78 * MM, 40 * MM, fonts),
            "authority": _size(authority["text"], _AUTHORITY_SIZES, 58 * MM, 14 * MM, fonts),
        },
    }


def _size(text: str, sizes: tuple[float, ...], width: float, height: float, fonts: Path) -> float:
    """The largest of the sizes at which the words fit, else the smallest."""
    fitting = (
        size for size in sizes if block_height(text, size, width, fonts, bold=True) <= height
    )
    return next(fitting, sizes[-1])
