"""CSV from any office program: encodings of five countries, three delimiters, quotes."""

import csv
import io
import re
from collections.abc import Iterator

from formats.sheets_model import Limits, Sheet, SheetError, build

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DELIMITERS = ";,\t"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)

# The letters beyond ASCII that are frequent in each old Windows code page's languages.
_FREQUENT = {
    "cp1250": "ăâîşţáéíóöőüúűĂÂÎŞŢÁÉ„”“’–",
    "cp1251": "оаеинтсрвлкпмдузяіїєґйьбгчшщюхжцъыфё„”“’–№",
    "cp1256": "ابتةثجحخدذرزسشصضطظعغفقكلمنهويىأإآءئؤ،؛؟",
}
_LOWER_THEN_UPPER = re.compile(r"[а-яіїєґё][А-ЯІЇЄҐЁ]")
# Before 2007 Windows had no ș and ț: old Romanian files hold the cedilla letters of code page 1250.
_COMMA_BELOW = str.maketrans("şţŞŢ", "șțȘȚ")


def read_csv(data: bytes, limits: Limits) -> Sheet:
    """The table of a CSV file."""
    text = decode(data)
    if "\x00" in text:
        raise SheetError("binary", line=text.count("\n", 0, text.index("\x00")) + 1)
    skipped = 0
    if separator := _SEPARATOR_LINE.match(text):
        text, skipped, delimiter = text[separator.end() :], 1, separator[1]
    else:
        delimiter = _delimiter(text)
    return build(_lines(text, delimiter, skipped), limits)


def decode(data: bytes) -> str:
    """The text of a file: by its byte order mark, as UTF-8, as bare UTF-16, else by the likeliest old code page."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strictly(data[len(bom) :], encoding)
    if encoding := _bare_utf16(data):
        return _strictly(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _old_code_page(data)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SheetError("encoding") from error


def _bare_utf16(data: bytes) -> str:
    """UTF-16 without a mark: nearly every second byte of a table's ASCII characters is zero."""
    sample = data[:2000]
    if len(sample) < 4 or len(data) % 2:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > len(sample) * 0.15 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > len(sample) * 0.15 and odd == 0 else ""


def _old_code_page(data: bytes) -> str:
    best, best_score = "", -1.0
    for encoding, frequent in _FREQUENT.items():
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        beyond = [c for c in text if c > "\x7f"]
        score = sum(c.lower() in frequent or c in frequent for c in beyond) / max(len(beyond), 1)
        score -= len(_LOWER_THEN_UPPER.findall(text)) / max(len(beyond), 1)
        if score > best_score:
            best, best_score = encoding, score
    if best_score < 0.5:
        raise SheetError("encoding")
    text = data.decode(best)
    return text.translate(_COMMA_BELOW) if best == "cp1250" else text


def _delimiter(text: str) -> str:
    """The delimiter that the first line with words uses most, outside its quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside = re.sub(r'"[^"]*"', "", first)
    return max(_DELIMITERS, key=outside.count)


def _lines(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1 + skipped
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SheetError("quotes", line=line) from error
        yield line, row
