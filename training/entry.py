"""What is typed into the fast grid, one cell a person: a letter, minutes, or a letter with minutes."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from training.models import Attendance

Mark = Attendance.Mark
_CELL = re.compile(r"(?P<letter>[^\W\d_]*)\s*(?P<minutes>\d{0,5})")
# Letters that work on every keyboard and in every language.
LETTERS = {
    "p": Mark.PRESENT, "a": Mark.ABSENT, "l": Mark.LATE, "d": Mark.LEFT_EARLY, "e": Mark.EXCUSED,
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """What a cell means; `error` says how to mend one that means nothing."""

    mark: str = ""
    minutes: int | None = None
    error: str = ""


def own_letters() -> dict[Mark, str]:
    """The letters in the reader's language: the first letters of the words on the sheet."""
    return {
        Mark.PRESENT: pgettext("letter for the mark, grid", "p"),
        Mark.ABSENT: pgettext("letter for the mark, grid", "a"),
        Mark.LATE: pgettext("letter for the mark, grid", "l"),
        Mark.LEFT_EARLY: pgettext("letter for the mark, grid", "d"),
        Mark.EXCUSED: pgettext("letter for the mark, grid", "e"),
    }


def read(text: str, planned: int) -> Cell:
    """A cell. The reader's own letters win over the common ones; minutes alone are present or late."""
    typed = unicodedata.normalize("NFKC", text).strip().casefold()
    if not typed:
        return Cell()
    found = _CELL.fullmatch(typed)
    if not found:
        return Cell(error=_not_understood())
    minutes = int(found["minutes"]) if found["minutes"] else None
    letters = LETTERS | {letter.casefold(): mark for mark, letter in own_letters().items()}
    if not found["letter"]:
        return Cell(Mark.PRESENT if minutes == planned else Mark.LATE, minutes)
    mark = letters.get(found["letter"])
    if mark is None:
        return Cell(error=_not_understood())
    if mark in (Mark.ABSENT, Mark.EXCUSED) and minutes:
        return Cell(error=_("Somebody who was not there has no minutes."))
    if mark in (Mark.LATE, Mark.LEFT_EARLY) and minutes is None:
        return Cell(error=_("Enter how many minutes the person was there."))
    return Cell(mark, None if mark in (Mark.ABSENT, Mark.EXCUSED) else minutes)


def shown(mark: str, minutes: int | None, planned: int) -> str:
    """A mark as it would be typed."""
    if not mark:
        return ""
    letter = own_letters()[Mark(mark)]
    full = mark == Mark.PRESENT and minutes == planned
    return letter if full or mark in (Mark.ABSENT, Mark.EXCUSED) else f"{letter} {minutes}"


def _not_understood() -> str:
    return _("Type one of the letters above, or the minutes as a number.")
