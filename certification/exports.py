"""The files of the list and of the board: the same bytes for whoever presses the button and for the worker."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language_bidi, pgettext
from django.utils.translation import gettext as _

from certification import board_report, queries
from certification import board_words as words
from certification.board import board
from certification.days import today
from certification.forms_standing import BoardFilter, StandingFilter
from certification.models import Programme
from certification.queries import Filters, StandingRow
from formats.sheets import write_csv, write_xlsx
from people import audit
from people.access import grants_of
from people.models import Organisation, User
from people.permissions import Permission

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": CSV, "xlsx": XLSX, "pdf": "application/pdf"}
# What somebody needs to have each of them.
NEEDED = {"standing": Permission.EXPORT_PEOPLE, "board": Permission.VIEW_STANDING}


@dataclass(frozen=True)
class Made:
    """A file with its name."""

    name: str
    data: bytes

    @property
    def content_type(self) -> str:
        """By the end of its name."""
        return TYPES[self.name.rpartition(".")[2]]


def make(what: str, user: User, query: QueryDict, kind: str) -> Made:
    """The list ("standing") or the "board", with the filters of that address. That it was made is in the trail."""
    return standing_file(user, query, kind) if what == "standing" else board_file(user, query, kind)


def standing_file(user: User, query: QueryDict, kind: str, *, sort: str = "state") -> Made:
    """Everybody whom the list shows, as far as the user may take people's data out."""
    form = StandingFilter(query, user=user)
    filters = form.filters(today())
    rows = queries.standing_rows(user, filters, sort=sort, permission=Permission.EXPORT_PEOPLE)
    programmes = {one.pk: str(one.name) for one in Programme.objects.all()}
    headers = [
        _("Family name"), _("Given name"), _("Patronymic or father's name"), _("Institution"), _("Programme"),
        _("Standing"), _("Since"), _("Certificate"), _("Valid until"), _("Next review"), _("Why"),
    ]  # fmt: skip
    lines = [_line(row, programmes[row.programme_id]) for row in rows]
    _note_standing(user, filters, kind, len(rows))
    name = f"{_('standing')}-{filters.at.isoformat()}.{kind}"
    return Made(name, _sheet(headers, lines, kind, _("Standing")))


def board_file(user: User, query: QueryDict, kind: str) -> Made:
    """The numbers of the board, without names; as a report with its charts where a PDF is asked for."""
    form = BoardFilter(query, user=user, today=today())
    filters, by, versus = form.chosen()
    found = board(user, filters, by=by, versus=versus, known=form.read())
    label = str(dict(form.fields["by"].choices)[by])
    headers, rows = words.sheet(found, label, filters.at, versus)
    if kind == "pdf":
        place = form.institution() or _own(user)
        data = board_report.printed(
            found, organisation=str(place or ""), by=label, at=filters.at, versus=versus, facts=_facts(form)
        )  # fmt: skip
    else:
        data = _sheet(headers, rows, kind, _("Board"))
    audit.record(
        by=user, verb="board.exported", target=user, organisation=form.institution(),
        file=kind, rows=len(rows), at=filters.at.isoformat(), versus=versus.isoformat() if versus else None,
        broken_down_by=by, programme=filters.programme, category=filters.category,
    )  # fmt: skip
    name = pgettext("name of a file", "board") + f"-{filters.at.isoformat()}.{kind}"
    return Made(name, data)


def _sheet(headers: list[str], rows: list[list[Any]], kind: str, title: str) -> bytes:
    if kind == "csv":
        return write_csv(headers, rows)
    return write_xlsx(headers, rows, title=title, rtl=get_language_bidi())


def _line(row: StandingRow, programme: str) -> list[str | date | None]:
    found = row.standing
    return [
        row.family_name, row.given_name, row.patronymic, row.organisation, programme, str(found.state.label),
        found.since, found.number, found.valid_until, found.review_due, found.reason,
    ]  # fmt: skip


def _note_standing(user: User, filters: Filters, kind: str, number: int) -> None:
    """What was taken out: the filters as numbers, of the search only that there was one."""
    path = filters.branch or next(iter(grants_of(user).branches(Permission.EXPORT_PEOPLE)), "")
    audit.record(
        by=user, verb="standing.exported", target=user, organisation=Organisation.objects.filter(path=path).first(),
        file=kind, rows=number, at=filters.at.isoformat(), state=filters.state, programme=filters.programme,
        category=filters.category, within=filters.within, searched=bool(filters.search),
    )  # fmt: skip


def _own(user: User) -> Organisation | None:
    """The institution whose board it is, where the reader has one."""
    paths = grants_of(user).branches(Permission.VIEW_STANDING)
    return Organisation.objects.filter(path__in=paths).order_by("path").first()


def _facts(form: BoardFilter) -> list[tuple[str, str]]:
    """What narrows the board, in words."""
    found = []
    for name in ("programme", "category", "organisation"):
        chosen = form.known[name].get(str(form.cleaned_data.get(name) or ""))
        if chosen:
            found.append((str(form.fields[name].label), str(getattr(chosen, "name", chosen))))
    return found
