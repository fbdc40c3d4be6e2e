"""XLSX: a zip of XML from a stranger. Its parts are counted and measured before openpyxl may look at it."""

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import islice

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

from formats.sheets_model import Cell, Limits, Sheet, SheetError, build

_CHUNK = 2**20
_OVERLAP = 64  # a tag may lie across two chunks
_TAGS = re.compile(rb"<(?:\w{1,20}:)?(row|c|si)[\s/>]")
_REFERENCE = re.compile(rb'\sr="([A-Z]{1,3})\d')
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WIDEST = 256  # cells farther out than this are formatting, not data
_SPARE_ROWS = 1_000  # empty lines that may stand between the rows


def read_xlsx(data: bytes, limits: Limits) -> Sheet:
    """The table of a workbook's first visible sheet: values, never formulas; links to other files are ignored."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            widest = _check(archive, limits)
        return build(_lines(data, limits, widest), limits)
    except SheetError:
        raise
    except Exception as error:  # a broken workbook makes openpyxl raise almost anything
        raise SheetError("damaged") from error


def _check(archive: zipfile.ZipFile, limits: Limits) -> int:
    """Refuses what is too much or too clever; gives the number of columns worth reading."""
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if len(parts) > limits.parts:
        raise SheetError("too_many_parts", limit=limits.parts)
    if any(part.flag_bits & 1 for part in parts):
        raise SheetError("password")
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise SheetError("unpacked_too_big", megabytes=limits.unpacked_bytes // 2**20)
    if "[content_types].xml" not in names or not any(
        name.endswith("workbook.xml") for name in names
    ):
        raise SheetError("wrong_type", name=parts[0].filename if parts else "")
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise SheetError("macros")
    return max(
        (_scan(archive, part, limits) for part in parts if part.filename.lower().endswith(".xml")),
        default=1,
    )


def _scan(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits) -> int:
    """Counts the rows, cells and strings of one part as it unpacks, without parsing; gives its last column."""
    counts = {b"row": 0, b"c": 0, b"si": 0}
    letters: set[bytes] = set()
    most_cells = (limits.rows + _SPARE_ROWS) * limits.columns
    tail, ended = b"", False
    with archive.open(part) as stream:
        while not ended:
            fresh = stream.read(_CHUNK)
            ended = not fresh
            chunk = tail + fresh
            # What begins in the last bytes is counted with the next chunk, where it is whole.
            tail = b"" if ended else chunk[-_OVERLAP:]
            for match in _TAGS.finditer(chunk):
                if match.start() < len(chunk) - len(tail):
                    counts[match[1]] += 1
            letters.update(_REFERENCE.findall(chunk))
            if _ENTITIES.search(chunk):
                raise SheetError("damaged")
            _enough(counts, most_cells, limits)
    return max((column_index_from_string(found.decode()) for found in letters), default=1)


def _enough(counts: dict[bytes, int], most_cells: int, limits: Limits) -> None:
    if counts[b"row"] > limits.rows + _SPARE_ROWS:
        raise SheetError("too_many_rows", limit=limits.rows)
    if counts[b"c"] > most_cells or counts[b"si"] > most_cells:
        raise SheetError("unpacked_too_big", megabytes=limits.unpacked_bytes // 2**20)


def _lines(data: bytes, limits: Limits, widest: int) -> Iterator[tuple[int, list[Cell]]]:
    workbook = load_workbook(
        io.BytesIO(data), read_only=True, data_only=True, keep_links=False, keep_vba=False
    )
    sheet = next((sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"), None)
    if sheet is None:
        raise SheetError("no_sheet")
    sheet.reset_dimensions()  # the file's own word for its size may be wrong
    rows = sheet.iter_rows(values_only=True, max_col=min(widest, _WIDEST))
    most = limits.rows + _SPARE_ROWS
    for line, row in enumerate(islice(rows, most), 1):
        yield line, list(row)
    if any(cell is not None for row in rows for cell in row):
        raise SheetError("too_many_rows", limit=limits.rows)
