"""Spreadsheets in: CSV and XLSX from strangers, read with every limit checked before anything is parsed.

A refusal is a `SheetError` with a stable code; the caller makes a translated sentence of it. See CODES.
Writing lives in `sheets_write`; its two functions are offered here too.
"""

from formats.sheets_csv import read_csv
from formats.sheets_model import CODES, Cell, Limits, Row, Sheet, SheetError
from formats.sheets_write import write_csv, write_xlsx
from formats.sheets_xlsx import read_xlsx

__all__ = [
    "CODES",
    "Cell",
    "Limits",
    "Row",
    "Sheet",
    "SheetError",
    "read",
    "write_csv",
    "write_xlsx",
]

_READABLE = (".csv", ".tsv", ".txt", ".xlsx")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# First bytes of what people send by mistake: PDF, images, RTF, web pages that call themselves Excel.
_OTHER_KINDS = (
    b"%pdf",
    b"\x89png",
    b"\xff\xd8\xff",
    b"gif8",
    b"{\\rtf",
    b"<html",
    b"<!doc",
    b"<table",
    b"<?xml",
)


def read(name: str, data: bytes, *, limits: Limits | None = None) -> Sheet:
    """The headers and rows of a spreadsheet; what it is, its bytes say, whatever the name.

    Raises SheetError, and nothing else, for anything that cannot be read safely.
    """
    limits = limits or Limits()
    if len(data) > limits.file_bytes:
        raise SheetError("too_big", megabytes=limits.file_bytes // 2**20)
    if not data.strip(b"\x00 \t\r\n"):
        raise SheetError("empty_file")
    if data.startswith(b"PK\x03\x04"):
        return read_xlsx(data, limits)
    if data.startswith(_OLE):
        raise SheetError("password" if _ENCRYPTED in data else "old_excel")
    if not name.lower().endswith(_READABLE) or data.lstrip()[:6].lower().startswith(_OTHER_KINDS):
        raise SheetError("wrong_type", name=name)
    if name.lower().endswith(".xlsx"):
        raise SheetError("damaged")
    return read_csv(data, limits)
