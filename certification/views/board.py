"""The board: how a branch stands on a day, and how that differs from another day; each number opens its list."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from certification import board_words as words
from certification import exports
from certification.board import Board, Line, board
from certification.charts import stacked
from certification.county_map import STEPS, county_map
from certification.days import today
from certification.forms_standing import BoardFilter
from certification.queries import Filters
from certification.standing import MEANINGS, TONES
from certification.views.files import attachment
from certification.views.standing import require_anywhere
from formats.typesetting import UnprintableText
from people.permissions import Permission

# More rows than this are in the file only.
MOST = 50


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Tiles, comparison, programmes, and the chosen programme broken down; tables under their charts."""
    require_anywhere(request.user, Permission.VIEW_STANDING)
    form = BoardFilter(request.GET, user=request.user, today=(now := today()))
    filters, by, versus = form.chosen()
    found = board(request.user, filters, by=by, versus=versus, known=form.read())
    links = _Links(request, filters, now, found)
    shown = found.groups[:MOST]
    context = {
        "form": form,
        "active": form.active(),
        "clear_href": reverse("certification:board"),
        "at": filters.at,
        "versus": versus,
        "is_today": filters.at == now,
        "is_future": filters.at > now,
        "board": found,
        "by": dict(form.fields["by"].choices)[by],
        "by_place": by in ("county", "locality"),
        "overlaps": sum(one.figures.total for one in found.groups)
        > (found.chosen.figures.total if found.chosen else 0),
        "stats": _stats(found.chosen, links),
        "compared": _compared(found.chosen, links, versus),
        "meanings": [(state.label, MEANINGS[state]) for state in words.SHOWN],
        "columns": [column.label for column in words.columns()],
        "legend": [(kind, text) for kind, text, _states in words.parts()],
        "programmes": [links.row(line, links.board(programme=line.key)) for line in found.programmes],
        "groups": [links.row(line, links.below(line)) for line in shown],
        "finding": _finding(found),
        "map": _map(found, links) if by == "county" else None,
        "trend_href": links.trend(),
        "hidden": len(found.groups) - len(shown),
        "files": _files(request) if found.chosen else [],
    }  # fmt: skip
    return render(request, "certification/board.html", context)


@login_required
@require_GET
def file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same numbers as a spreadsheet or a report to print, without names; that it was taken is in the trail."""
    require_anywhere(request.user, Permission.VIEW_STANDING)
    try:
        made = exports.board_file(request.user, request.GET, kind)
    except UnprintableText as problem:
        page = "certification/passport_unprintable.html"
        return render(request, page, {"letter": problem.text}, status=422)
    return attachment(made.data, made.name, made.content_type)


class _Links:
    """The addresses behind the numbers of one board."""

    def __init__(self, request: HttpRequest, filters: Filters, now: date, found: Board) -> None:
        self.request, self.at, self.now = request, filters.at, now
        kept = {name: request.GET.get(name, "") for name in ("category", "organisation")}
        self.narrowed = {name: value for name, value in kept.items() if value}
        self.programme = found.chosen.key if found.chosen else ""

    def people(self, line: Line, query: dict[str, str], at: date | None = None) -> str:
        """The list of exactly the people whom a number counts."""
        day = at or self.at
        asked = {"programme": self.programme, **self.narrowed, **line.query, **query}
        if day != self.now:
            asked["at"] = day.isoformat()
        return f"{reverse('certification:standing')}?{urlencode(asked)}"

    def board(self, **changes: str) -> str:
        """The same board with something changed."""
        query = self.request.GET.copy()
        for name, value in changes.items():
            query[name] = value
        return f"?{query.urlencode()}"

    def trend(self) -> str:
        """The months of the same people."""
        query = {"programme": self.programme, **self.narrowed}
        return f"{reverse('certification:trend')}?{urlencode(query)}"

    def below(self, line: Line) -> str:
        """The board of the institution, where it has some below it."""
        return self.board(organisation=str(line.below)) if line.below else ""

    def row(self, line: Line, href: str) -> dict[str, Any]:
        """A row of a table with its bar."""
        cells = []
        for column in words.columns():
            number = column.read(line.figures)
            change = words.change(number, column.read(line.before)) if line.before else None
            cells.append({
                "label": column.label, "number": number,
                "href": self.people(line, column.query) if number else "",
                # A column of noughts would hide what changed; the comparison above says «the same».
                "change": change if change and change.sign != "0" else None,
            })  # fmt: skip
        parts = [(kind, text, line.figures.of(*states)) for kind, text, states in words.parts()]
        bars = stacked(parts, rtl=get_language_bidi())
        return {"label": words.label(line), "href": href, "cells": cells, "bars": bars}


def _stats(chosen: Line | None, links: _Links) -> list[dict[str, Any]]:
    if chosen is None:
        return []
    return [
        {
            "value": (number := column.read(chosen.figures)), "label": column.label,
            "tone": TONES.get(column.query.get("state", ""), "warning" if "within" in column.query else "neutral"),
            "href": links.people(chosen, column.query) if number else "",
        }
        for column in words.columns()
    ]  # fmt: skip


def _compared(chosen: Line | None, links: _Links, versus: date | None) -> list[dict[str, Any]]:
    if chosen is None or chosen.before is None:
        return []
    rows = []
    for column in words.columns():
        now, before = column.read(chosen.figures), column.read(chosen.before)
        rows.append({
            "label": column.label, "now": now, "before": before, "change": words.change(now, before),
            "now_href": links.people(chosen, column.query) if now else "",
            "before_href": links.people(chosen, column.query, versus) if before else "",
        })  # fmt: skip
    return rows


def _finding(found: Board) -> dict[str, str]:
    """The titles of the charts: of the chosen programme, and of the row that stands first."""
    return {
        "whole": words.finding(found.chosen.figures) if found.chosen else "",
        "programmes": words.finding_of(max(found.programmes, key=lambda one: one.figures.lacking))
        if found.programmes
        else "",
        "groups": words.finding_of(found.groups[0]) if found.groups else "",
    }


def _map(found: Board, links: _Links) -> dict[str, Any] | None:
    """The counties with their people's list behind each, and what the steps mean."""
    drawn = county_map(settings.JURISDICTION, found.groups)
    if drawn is None:
        return None
    areas = [
        {
            "path": area.path, "step": area.step,
            "href": links.people(area.line, {}) if area.line else "",
            "said": words.said_of(area.line, area.percent) if area.line else "",
        }
        for area in drawn.areas
    ]  # fmt: skip
    bounds = list(zip(STEPS, STEPS[1:], strict=False))
    said = ["0 %", *(f"{low + 1}–{high} %" for low, high in bounds), f"> {STEPS[-1]} %"]
    steps = [{"step": step, "text": text} for step, text in enumerate(said)]
    return {
        "areas": areas, "steps": steps, "view_box": drawn.view_box, "credit": drawn.credit,
        "title": words.gap_of(drawn.areas),
    }  # fmt: skip


def _files(request: HttpRequest) -> list[dict[str, str]]:
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return [
        {"text": text, "href": reverse("certification:board-file", args=[kind]) + query}
        for kind, text in (
            ("xlsx", _("Excel file")),
            ("csv", _("CSV file")),
            ("pdf", _("PDF report")),
        )
    ]
