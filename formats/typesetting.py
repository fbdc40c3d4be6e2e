"""What all papers share: text that is safe to print, its direction, and the compiler that sets a page."""

import json
import re
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import typst

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_LONGEST_UNBROKEN = 34
_UNBROKEN = re.compile(rf"[^\s\u200b-]{{{_LONGEST_UNBROKEN + 1},}}")
# What could disturb the order of the printed line or has no glyph.
_SPACE = re.compile(
    r"[ \t\n\r\v\f\x85\u2000-\u200a\u2028\u2029\u3000]+|\u202f"
)  # the no-break space stays
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_UNSHOWN = re.compile(r'(?:the text|codepoint) `"(.*?)"`')
_local = threading.local()


class UnprintableText(ValueError):
    """A name or line holds a letter that the font of papers cannot print; `text` is that letter."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"The paper cannot print {text!r}; write the name in Latin, Cyrillic or Arabic letters."
        )


def direction(language: str) -> str:
    """ "rtl" for a language that is written from right to left."""
    return "rtl" if language.split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def plain(text: str) -> str:
    """One line of printable text in which even an endless word can be broken."""
    text = unicodedata.normalize("NFC", _SPACE.sub(" ", _UNPRINTABLE.sub("", text)).strip())
    return _UNBROKEN.sub(lambda match: "\u200b".join(re.findall(".{1,12}", match[0])), text)


def own(text: str) -> dict[str, Any]:
    """Somebody's own words with the direction of their first letter."""
    text = plain(text)
    letters = (unicodedata.bidirectional(c) for c in text)
    first = next((kind for kind in letters if kind in {"L", "R", "AL"}), "L")
    return {"text": text, "rtl": first != "L"}


def pdf(
    template: str,
    data: Mapping[str, Any],
    *,
    fonts: Path,
    timestamp: datetime,
    standards: Sequence[str] = ("ua-1",),
) -> bytes:
    """The PDF of a template of this folder. All text is data: nothing of it is ever Typst source.

    `fonts` is the folder of `fonts.typst_fonts`; `timestamp` (aware) is the document's only clock.
    """
    try:
        made = _compiler(template, fonts).compile(
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            format="pdf",
            pdf_standards=cast(Any, list(standards)),
            timestamp=timestamp.astimezone(UTC),
        )
    except typst.TypstError as error:
        if found := _UNSHOWN.search(str(error)):
            raise UnprintableText(found[1]) from error
        raise
    return cast(bytes, made)


def picture(
    template: str, data: Mapping[str, Any], *, fonts: Path, kind: str, ppi: float = 144
) -> bytes:
    """The one page of a template as "png" or "svg"; of more pages the first."""
    try:
        made = _compiler(template, fonts).compile(
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            format=cast(Any, kind),
            ppi=ppi,
        )
    except typst.TypstError as error:
        if found := _UNSHOWN.search(str(error)):
            raise UnprintableText(found[1]) from error
        raise
    return cast(bytes, made[0] if isinstance(made, list) else made)


def _compiler(template: str, fonts: Path) -> typst.Compiler:
    """One compiler per thread, template and font folder: it keeps the fonts and the parsed template."""
    compilers: dict[tuple[str, Path], typst.Compiler] = _local.__dict__.setdefault("compilers", {})
    if (template, fonts) not in compilers:
        here = Path(__file__).parent
        compilers[template, fonts] = typst.Compiler(
            here / template, root=here, font_paths=[fonts], ignore_system_fonts=True
        )
    return compilers[template, fonts]
