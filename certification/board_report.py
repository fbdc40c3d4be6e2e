"""The board as a report to print: the numbers, charts and tables of the page, in the reader's language."""

from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from certification import board_words as words
from certification.board import Board, Line
from certification.days import today
from formats import board_report as paper
from formats.dates import long_date
from formats.fonts import typst_fonts

# More rows than this are in the spreadsheet only.
MOST_ROWS = 500


def printed(
    found: Board, *, organisation: str, by: str, at: date, versus: date | None, facts: list[tuple[str, str]]
) -> bytes:  # fmt: skip
    """The PDF of a board. `facts`: what narrowed it, as words and value."""
    language = get_language() or "en"
    content = paper.Report(
        language=language,
        organisation=organisation,
        title=_("Board"),
        lede=long_date(at, language),
        facts=facts,
        finding=words.finding(found.chosen.figures) if found.chosen else _("No one is listed yet"),
        figures=_figures(found.chosen, versus),
        legend=[(kind, text) for kind, text, _states in words.parts()],
        sections=_sections(found, by),
        printed=_("Printed on %(day)s") % {"day": long_date(today(), language)},
    )
    fonts = typst_fonts(settings.FONT_DIR)
    return paper.report(content, fonts=fonts, timestamp=timezone.now().replace(microsecond=0))


def _figures(chosen: Line | None, versus: date | None) -> list[tuple[str, str, str]]:
    if chosen is None:
        return []
    rows = []
    for column in words.columns():
        before = ""
        if versus and chosen.before is not None:
            said = {
                "day": long_date(versus, get_language() or "en"),
                "number": column.read(chosen.before),
            }
            before = _("%(day)s: %(number)s") % said
        rows.append((column.label, str(column.read(chosen.figures)), before))
    return rows


def _sections(found: Board, by: str) -> list[paper.Section]:
    if found.chosen is None:
        return []
    sections = []
    if len(found.programmes) > 1:
        largest = max(found.programmes, key=lambda one: one.figures.lacking)
        sections.append(_section(_("By programme"), _("Programme"), found.programmes, largest))
    title = _("Broken down by: %(what)s") % {"what": by}
    if found.groups:
        sections.append(_section(title, by, found.groups, found.groups[0]))
    return sections


def _section(title: str, head: str, lines: tuple[Line, ...], largest: Line) -> paper.Section:
    columns = list(words.columns())
    shown, left = lines[:MOST_ROWS], len(lines) - MOST_ROWS
    note = ngettext(
        "%(counter)s more row is in the file.",
        "%(counter)s more rows are in the file.",
        max(left, 0),
    )
    return paper.Section(
        title=title,
        finding=words.finding_of(largest),
        bars=[
            paper.Bar(
                words.label(line),
                [(kind, line.figures.of(*states)) for kind, _text, states in words.parts()],
            )
            for line in shown
        ],
        columns=[head, *(column.label for column in columns)],
        rows=[
            [words.label(line), *(str(column.read(line.figures)) for column in columns)]
            for line in shown
        ],
        note=note % {"counter": left} if left > 0 else "",
    )
