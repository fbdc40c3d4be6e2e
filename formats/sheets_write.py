"""Spreadsheets out: a name can never turn into a formula, numbers and dates stay numbers and dates."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain, islice
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from formats.sheets_model import FORMULA_STARTS, Cell, text_of

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_BAD_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
_LONGEST_CELL = 32_767
_SAMPLE = 200  # rows that decide the widths of the columns
# Excel's built-in formats 14 and 22, which every program shows in its reader's own way.
_DATE, _MOMENT, _TIME = "mm-dd-yy", "m/d/yy h:mm", "h:mm"


def write_csv(
    headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, delimiter: str = ";"
) -> bytes:
    """UTF-8 with a byte order mark; semicolons, which spreadsheet programs expect wherever the comma marks decimals."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    for row in chain([headers], rows):
        writer.writerow([guarded(cell) if isinstance(cell, str) else text_of(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def guarded(text: str) -> str:
    """Text that no spreadsheet program takes for a formula: an apostrophe stands before what looks like one."""
    text = _BIDI.sub("", _CONTROLS.sub("", text))
    # White space of any kind and invisible letters do not stop a program from seeing the sign behind them.
    seen = text.lstrip(
        " \t\r\n\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u3000\ufeff"
    ).lstrip()
    return (
        f"'{text}"
        if seen.startswith(tuple(FORMULA_STARTS)) or text.startswith(("\t", "\r", "\n"))
        else text
    )


def write_xlsx(
    headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "", rtl: bool = False
) -> bytes:
    """One sheet with a frozen, filtered header; the rows may be an iterator and are never all in memory.

    Moments must come without a time zone or in the zone in which they should be shown: Excel knows none.
    """
    workbook = Workbook(write_only=True)
    workbook.properties.title = _CONTROLS.sub("", title)
    workbook.properties.creator = "Tutela"
    sheet = workbook.create_sheet(
        _BAD_IN_TITLE.sub(" ", _CONTROLS.sub("", title)).strip(" '")[:31] or "1"
    )
    sheet.sheet_view.rightToLeft = rtl
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    pending = iter(rows)
    sample = list(islice(pending, _SAMPLE))
    for column, width in enumerate(_widths(headers, sample), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.append([_header(sheet, header) for header in headers])
    count = 1
    for row in chain(sample, pending):
        sheet.append(list(_cells(sheet, row)))
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(len(headers), 1))}{count}"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _widths(headers: Sequence[str], sample: Sequence[Sequence[Cell]]) -> Iterator[int]:
    for column, header in enumerate(headers):
        longest = max((len(text_of(row[column])) for row in sample if column < len(row)), default=0)
        yield min(max(len(header) + 3, longest + 2, 8), 60)


def _header(sheet: Any, text: str) -> WriteOnlyCell:
    cell = _text(sheet, text)
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor="12384F")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _cells(sheet: Any, row: Sequence[Cell]) -> Iterator[Any]:
    for value in row:
        if isinstance(value, str):
            yield _text(sheet, value) if value else None
        elif isinstance(value, datetime):
            yield _formatted(sheet, value.replace(tzinfo=None), _MOMENT)
        elif isinstance(value, date):
            yield _formatted(sheet, value, _DATE)
        elif isinstance(value, time):
            yield _formatted(sheet, value.replace(tzinfo=None), _TIME)
        else:
            yield value


def _text(sheet: Any, text: str) -> WriteOnlyCell:
    """A cell that stays text: openpyxl would store "=1+1" as a formula and "#N/A" as an error."""
    cell = WriteOnlyCell(sheet, value="")
    cell.value = _BIDI.sub("", _CONTROLS.sub("", text))[:_LONGEST_CELL] or None
    cell.data_type = "s" if cell.value else "n"
    # Else the text would become a formula as soon as somebody edits the cell.
    cell.quotePrefix = guarded(text) != text
    return cell


def _formatted(sheet: Any, value: date | time, number_format: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = number_format
    return cell
