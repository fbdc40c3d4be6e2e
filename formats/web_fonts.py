"""FiraGO for pages: one small woff2 file per script and weight, chosen by the browser through `unicode-range`."""

import io
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from pymupdf_fonts import myfont

from formats.fonts import write_once

WEIGHTS = {400: "figo", 700: "figbo"}

# What the style sheet (static/css/tokens.css) writes into unicode-range, and what the subsets hold; a test compares
# the two. Neighbouring ranges must not overlap: the face declared last would win, without its script's features.
LATIN_RANGE = (
    "U+0000-024F, U+02C6-02DD, U+0300-0304, U+0306-0308, U+030C, U+0326, U+1E9E, U+2000-200B, U+2010-203A, U+2044, "
    "U+20AC, U+20B4, U+2116, U+2122, U+2190-2193, U+2212, U+2215"
)
CYRILLIC_RANGE = "U+02BC, U+0400-045F, U+0490-0491"
ARABIC_RANGE = "U+0600-06FF, U+200C-200F"
RANGES = {"latin": LATIN_RANGE, "cyrillic": CYRILLIC_RANGE, "arabic": ARABIC_RANGE}

# Letters of these ranges that our languages and their neighbours do not write (Vietnamese and African letters, Urdu
# and Koranic signs) stay out of the files, which halves them; the next font of the style sheet shows them.
_LEFT_OUT = {
    "latin": "U+0000-001F, U+007F-009F, U+0108-010B, U+0114-0115, U+011C-0121, U+0124-0129, U+012C-012D, U+0132-0135, "
    "U+0138, U+0149-014F, U+0156-0157, U+0166-0169, U+0174-0177, U+017F-0217, U+021C-024F",
    "cyrillic": "",
    "arabic": "U+0600-0605, U+060E-061A, U+0656-065F, U+0672-0678, U+067A-067D, U+067F-0685, U+0687-0697, U+0699-06A3, "
    "U+06A5-06A8, U+06AA-06AE, U+06B0-06BD, U+06BF-06CB, U+06CD-06EF, U+06FA-06FF",
}

_FEATURES = {
    "latin": ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"],
    "cyrillic": ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"],
    "arabic": [
        "kern",
        "mark",
        "mkmk",
        "ccmp",
        "locl",
        "curs",
        "init",
        "medi",
        "fina",
        "isol",
        "rlig",
        "liga",
        "calt",
    ],
}


def web_fonts(folder: Path) -> None:
    """Writes `firago-{latin,cyrillic,arabic}-{400,700}.woff2` into the folder, those that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for weight, code in WEIGHTS.items():
        missing = [script for script in RANGES if not web_font(folder, script, weight).exists()]
        source = myfont(code) if missing else b""
        for script in missing:
            write_once(web_font(folder, script, weight), _subset(source, script))


def web_font(folder: Path, script: str, weight: int) -> Path:
    """Where the subset of one script and weight lies."""
    return folder / f"firago-{script}-{weight}.woff2"


def code_points(unicode_range: str) -> set[int]:
    """The code points of a CSS `unicode-range`."""
    points: set[int] = set()
    for part in filter(None, unicode_range.split(",")):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return points


def _subset(source: bytes, script: str) -> bytes:
    options = subset.Options(
        flavor="woff2",
        hinting=False,
        desubroutinize=True,
        layout_features=_FEATURES[script],
        name_IDs=[0, 1, 2, 13, 14],  # the licence must stay with the font
        notdef_outline=True,
        glyph_names=False,
    )
    font = TTFont(io.BytesIO(source), lazy=True, recalcTimestamp=False)
    worker = subset.Subsetter(options)
    worker.populate(unicodes=code_points(RANGES[script]) - code_points(_LEFT_OUT[script]))
    worker.subset(font)
    font.flavor = "woff2"
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()
