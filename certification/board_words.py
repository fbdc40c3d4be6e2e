"""What the board says in words: the finding of a chart, a difference, the names of its columns."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from certification.board import ACT_SOON, LACKING, Board, Figures, Line
from certification.board_sql import DAYS
from certification.county_map import Area
from certification.forms_standing import ends_in
from certification.standing import State

# The order in which the board shows the states: from those that need nothing to those that need most.
SHOWN = (
    State.VALID, State.EXPIRING, State.REVIEW_DUE, State.IN_GRACE, State.IN_PROGRESS, State.NEVER,
    State.EXPIRED, State.SUSPENDED, State.REVOKED,
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A number of the board: its words, how it is counted, and what the list needs to show those people."""

    label: str
    read: Callable[[Figures], int]
    query: dict[str, str]


@dataclass(frozen=True)
class Change:
    """The difference to the other day, with its sign and in words."""

    sign: str
    words: str


def columns() -> Iterator[Column]:
    """Everybody, each state, and those whose certificate ends soon."""
    yield Column(_("People"), lambda figures: figures.total, {})
    for state in SHOWN:
        yield Column(str(state.label), lambda figures, s=state: figures.of(s), {"state": state})
    for days in DAYS:
        yield Column(
            ends_in(days), lambda figures, d=days: figures.within(d), {"within": str(days)}
        )


def parts() -> list[tuple[str, str, tuple[State, ...]]]:
    """The four parts of a bar: kind, words, and the states that it counts."""
    return [
        ("valid", str(State.VALID.label), (State.VALID,)),
        ("soon", _("counts, but something is to be done"), ACT_SOON),
        ("course", str(State.IN_PROGRESS.label), (State.IN_PROGRESS,)),
        ("lacking", _("no certificate that counts"), LACKING),
    ]


def change(now: int, before: int) -> Change:
    """How a number differs from what it was."""
    more = now - before
    if more > 0:
        text = ngettext("%(count)s more", "%(count)s more", more)
        return Change(f"+{more}", text % {"count": more})
    if more < 0:
        text = ngettext("%(count)s fewer", "%(count)s fewer", -more)
        return Change(f"\u2212{-more}", text % {"count": -more})
    return Change("0", _("the same"))


def finding(figures: Figures) -> str:
    """The largest gap in a sentence; without one, that there is none."""
    never, over = figures.of(State.NEVER), figures.lacking - figures.of(State.NEVER)
    words = {"total": figures.total}
    if never:
        text = ngettext(
            "%(count)s person of %(total)s has never been trained",
            "%(count)s people of %(total)s have never been trained",
            never,
        )
        return text % {**words, "count": never}
    if over:
        text = ngettext(
            "%(count)s person of %(total)s no longer has a certificate that counts",
            "%(count)s people of %(total)s no longer have a certificate that counts",
            over,
        )
        return text % {**words, "count": over}
    if waiting := figures.of(State.IN_PROGRESS):
        text = ngettext(
            "%(count)s person of %(total)s is still on a course",
            "%(count)s people of %(total)s are still on a course",
            waiting,
        )
        return text % {**words, "count": waiting}
    return _("Everybody has a certificate that counts")


def finding_of(line: Line) -> str:
    """The same, of a row that is named."""
    said = {"name": label(line), "finding": finding(line.figures)}
    return (
        pgettext("an institution, place or programme and what was found", "%(name)s: %(finding)s")
        % said
    )


def turn(before: int, now: int, month: str) -> str:
    """How many more or fewer lack a certificate than at the end of that month, in a sentence."""
    more = now - before
    if not more:
        return _("As many people without a certificate that counts as at the end of %(month)s") % {
            "month": month
        }
    text = (
        ngettext(
            "%(count)s person more without a certificate that counts than at the end of %(month)s",
            "%(count)s people more without a certificate that counts than at the end of %(month)s",
            more,
        )
        if more > 0
        else ngettext(
            "%(count)s person fewer without a certificate that counts than at the end of %(month)s",
            "%(count)s people fewer without a certificate that counts than at the end of %(month)s",
            -more,
        )
    )
    return text % {"count": abs(more), "month": month}


def said_of(line: Line, percent: int) -> str:
    """A county of the map, as it is read out."""
    return _(
        "%(name)s: %(lacking)s of %(total)s without a certificate that counts, %(percent)s %%"
    ) % {
        "name": label(line),
        "lacking": line.figures.lacking,
        "total": line.figures.total,
        "percent": percent,
    }


def gap_of(areas: Iterable[Area]) -> str:
    """The finding of a map: the county that lacks most, the larger one of two; nothing where nobody lacks any."""
    lacking = [
        (area.share, area.line.figures.total, area.line, area.percent)
        for area in areas
        if area.line and area.line.figures.lacking
    ]
    if not lacking:
        return ""
    _share, _total, line, percent = max(lacking, key=lambda found: found[:2])
    return _("The greatest gap: %(county)s") % {"county": said_of(line, percent)}


def label(line: Line) -> str:
    """The name of a row, or that none is recorded."""
    return line.label or _("Not recorded")


def sheet(board: Board, by: str, at: date, versus: date | None) -> tuple[list[str], list[list]]:
    """The board as a spreadsheet: the numbers of the page, and of the other day below them."""
    shown = list(columns())
    headers = [_("As of"), _("Broken down by"), _("Name"), *(column.label for column in shown)]
    rows = []
    for day, read in ((at, lambda line: line.figures), (versus, lambda line: line.before)):
        if day is None:
            continue
        for kind, lines in ((_("Programme"), board.programmes), (by, board.groups)):
            rows += [
                [day, kind, label(line), *(column.read(read(line)) for column in shown)]
                for line in lines
            ]
    return headers, rows
