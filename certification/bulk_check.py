"""Checking many certificates at once, from a spreadsheet with numbers and family names, as employers do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from certification import verification
from certification.verification import Finding, Verdict
from formats.sheets import Limits, Row, Sheet, read

MOST_ROWS = 200
LIMITS = Limits(file_bytes=2**20, unpacked_bytes=8 * 2**20, rows=MOST_ROWS, columns=20)
# Titles of the two columns that we look for, in every language of ours.
NUMBER = ("number", "number of the certificate", "certificate", "număr", "numărul certificatului", "nr.", "номер",
          "номер сертифіката", "номер на удостоверението", "رقم الشهادة", "الرقم")  # fmt: skip
FAMILY = ("family name", "surname", "last name", "nume de familie", "nume", "прізвище", "фамилно име", "фамилия",
          "اسم العائلة", "اللقب")  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A row of the spreadsheet and what became of it; no finding where it was not looked at."""

    line: int
    number: str
    family_name: str
    finding: Finding | None = None


class ColumnMissing(Exception):
    """The spreadsheet has no column for "number" or "family_name"; `name` says which."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


def check(
    name: str, data: bytes, at: date, *, may_go_on: Callable[[], bool], missed: Callable[[], None]
) -> list[Line]:
    """Every row with its answer. `missed` is called for each that does not exist, `may_go_on` asked before each.

    Once it says no, the rest is left unchecked: nobody guesses numbers by the hundred.
    Raises `SheetError` (formats.sheets) or `ColumnMissing`.
    """
    sheet = read(name, data, limits=LIMITS)
    number, family = _column(sheet, "number", NUMBER), _column(sheet, "family_name", FAMILY)
    found = []
    for row in sheet.rows:
        line = Line(row.line, row.text(number).strip(), row.text(family).strip())
        if not may_go_on():
            found.append(line)
            continue
        finding = _looked_up(line, row, at)
        if finding.verdict == Verdict.NOT_FOUND:
            missed()
        found.append(Line(line.line, line.number, line.family_name, finding))
    return found


def _looked_up(line: Line, row: Row, at: date) -> Finding:
    if row.problem or not line.number or not line.family_name:
        return verification.not_found()
    entry = verification.by_number(line.number[:80], line.family_name[:160])
    return verification.examine(entry, at) if entry else verification.not_found()


def _column(sheet: Sheet, name: str, titles: Iterable[str]) -> int:
    found = sheet.column(*titles)
    if found is None:
        raise ColumnMissing(name)
    return found
