"""What a spreadsheet is once it is read: headers, rows with their line numbers, or one named reason why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from formats.names import clean, fold

Cell = str | int | float | bool | date | datetime | time | None

# Every code that SheetError (and Row.problem, marked *) can have, with its parameters and what it means.
CODES: dict[str, tuple[str, ...]] = {
    "empty_file": (),  # nothing in it
    "too_big": ("megabytes",),  # more bytes than are accepted
    "unpacked_too_big": ("megabytes",),  # a workbook that unpacks to more than is accepted
    "too_many_parts": ("limit",),  # a workbook of too many parts, such as thousands of sheets
    "wrong_type": ("name",),  # neither CSV nor XLSX: a PDF, a picture, OpenDocument, a web page
    "old_excel": (),  # .xls: save it as .xlsx
    "password": (),  # locked by a password
    "macros": (),  # holds program code: save it as .xlsx
    "damaged": (),  # cannot be opened
    "encoding": (),  # text in an encoding that we do not know
    "binary": ("line",),  # a zero byte: not a text file
    "quotes": ("line",),  # a quotation mark that is not closed, or stands in the middle
    "no_sheet": (),  # a workbook without a visible sheet
    "no_headers": (),  # the first line has no column names
    "no_rows": (),  # headers only
    "nameless_column": ("column",),  # data under a column without a name
    "duplicate_header": ("name", "column"),  # two columns of one name
    "too_many_rows": ("limit",),
    "too_many_columns": ("limit",),
    "cell_too_long": ("line", "column", "limit"),
    "row_too_wide": ("line",),  # * more cells than columns: often a comma inside a name
}


class SheetError(Exception):
    """Why a spreadsheet was refused: `code` is a key of CODES, `params` its numbers and names."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(code, params)


@dataclass(frozen=True)
class Limits:
    """What is accepted. The sizes are checked before anything is parsed."""

    file_bytes: int = 5 * 2**20
    unpacked_bytes: int = 30 * 2**20
    parts: int = 200
    rows: int = 5_000
    columns: int = 40
    cell: int = 5_000


@dataclass(frozen=True)
class Row:
    """One row: its line in the file (as a spreadsheet program counts) and as many cells as there are headers."""

    line: int
    cells: tuple[Cell, ...]
    problem: str = ""  # a code of CODES, or nothing

    def text(self, column: int) -> str:
        """The cell as people would type it: 12.0 is "12", a date is 2026-03-07, nothing is ""."""
        return text_of(self.cells[column])


@dataclass(frozen=True)
class Sheet:
    """A table that passed every limit."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, *names: str) -> int | None:
        """Where the first of these headers stands, whatever its case, marks and spaces; None when nowhere."""
        folded = [fold(header) for header in self.headers]
        return next((folded.index(fold(name)) for name in names if fold(name) in folded), None)


def text_of(cell: Cell) -> str:
    """A cell as text."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def build(lines: Iterable[tuple[int, Sequence[Cell]]], limits: Limits) -> Sheet:
    """Checks and tidies the raw lines of either format: headers, empty rows, limits."""
    headers: tuple[str, ...] = ()
    rows: list[Row] = []
    for line, raw in lines:
        cells = _tidy(line, raw, limits)
        if not cells:
            continue
        if not headers:
            headers = _headers(cells, limits)
            continue
        if len(rows) >= limits.rows:
            raise SheetError("too_many_rows", limit=limits.rows)
        rows.append(_row(line, cells, headers, limits))
    if not headers:
        raise SheetError("empty_file")
    if not rows:
        raise SheetError("no_rows")
    return Sheet(headers, tuple(rows))


def _tidy(line: int, raw: Sequence[Cell], limits: Limits) -> list[Cell]:
    """The cells with clean text and without the empty ones at the end."""
    cells: list[Cell] = []
    for column, cell in enumerate(raw, 1):
        if isinstance(cell, str):
            if len(cell) > limits.cell:
                raise SheetError("cell_too_long", line=line, column=column, limit=limits.cell)
            cell = unguarded(clean(cell)) or None
        elif isinstance(cell, float) and cell != cell:
            cell = None
        cells.append(cell)
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _headers(cells: list[Cell], limits: Limits) -> tuple[str, ...]:
    if len(cells) > limits.columns:
        raise SheetError("too_many_columns", limit=limits.columns)
    headers = tuple(text_of(cell) for cell in cells)
    if not any(fold(header) for header in headers):
        raise SheetError("no_headers")
    seen: dict[str, int] = {}
    for column, header in enumerate(headers, 1):
        if header and seen.setdefault(fold(header) or header, column) != column:
            raise SheetError("duplicate_header", name=header, column=column)
    return headers


def _row(line: int, cells: list[Cell], headers: tuple[str, ...], limits: Limits) -> Row:
    if len(cells) > limits.columns:
        raise SheetError("too_many_columns", limit=limits.columns)
    width = len(headers)
    for column, (header, cell) in enumerate(zip(headers, cells, strict=False), 1):
        if not header and cell is not None:
            raise SheetError("nameless_column", column=column)
    padded = tuple(cells[:width]) + (None,) * (width - len(cells))
    return Row(line, padded, "row_too_wide" if len(cells) > width else "")


FORMULA_STARTS = "=+-@＝＋－＠﹢﹣﹦﹫"


def unguarded(text: str) -> str:
    """Takes back the apostrophe that our own exports put before what could be a formula."""
    behind = text[1:].strip()
    return behind if text.startswith("'") and behind.startswith(tuple(FORMULA_STARTS)) else text
