"""The trend: the board's numbers at the end of each of the last months, as lines and as a table beneath."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from certification import board_words as words
from certification.board import ACT_SOON, LACKING
from certification.charts import lines
from certification.days import today
from certification.forms_standing import TrendFilter
from certification.standing import State
from certification.trend import Month, Trend, trend
from certification.views.standing import require_anywhere
from formats import dates
from people.permissions import Permission


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Whose certificate counts, who is on a course and who lacks one, month by month."""
    require_anywhere(request.user, Permission.VIEW_STANDING)
    form = TrendFilter(request.GET, user=request.user, today=today())
    found = trend(request.user, form.filters(form.today), form.known["programme"].values())
    drawn, levels = lines(
        [(kind, text, [one.figures.of(*states) for one in found.months]) for kind, text, states in _series()],
        rtl=get_language_bidi(),
    )  # fmt: skip
    context = {
        "form": form,
        "active": form.active(),
        "clear_href": reverse("certification:trend"),
        "programme": found.programme,
        "finding": _finding(found),
        "lines": drawn,
        "levels": levels,
        "rtl": get_language_bidi(),
        "ends": [_name(one) for one in found.months[:: max(len(found.months) - 1, 1)]],
        "columns": _columns(),
        "rows": [_row(request, found, one) for one in reversed(found.months)],
        "board_href": _board(request),
    }
    return render(request, "certification/trend.html", context)


def _series() -> list[tuple[str, str, tuple[State, ...]]]:
    """The three lines: they add up to everybody of whom the programme is asked."""
    return [
        ("good", _("certificate that counts"), (State.VALID, *ACT_SOON)),
        ("course", str(State.IN_PROGRESS.label), (State.IN_PROGRESS,)),
        ("lacking", _("no certificate that counts"), LACKING),
    ]


def _name(month: Month) -> str:
    return dates.month(month.day, get_language() or "en")


def _finding(found: Trend) -> str:
    """From the first month in which anybody was asked to the last."""
    months = [one for one in found.months if one.figures.total]
    if not months:
        return ""
    return words.turn(months[0].figures.lacking, months[-1].figures.lacking, _name(months[0]))


def _columns() -> list[str]:
    return [_("People"), *(text for _kind, text, _states in _series())]


def _row(request: HttpRequest, found: Trend, month: Month) -> dict[str, Any]:
    """A month of the table; its name opens the board of its last day, which opens the lists."""
    numbers = [month.figures.total, *(month.figures.of(*states) for _k, _t, states in _series())]
    cells = [{"label": text, "number": n} for text, n in zip(_columns(), numbers, strict=True)]
    href = _board(request, at=month.day.isoformat(), programme=str(found.programme.pk))  # type: ignore[union-attr]
    return {"label": _name(month), "href": href if month.figures.total else "", "cells": cells}


def _board(request: HttpRequest, **more: str) -> str:
    """The board with the same filters."""
    kept = {name: request.GET.get(name, "") for name in ("programme", "category", "organisation")}
    query = {name: value for name, value in {**kept, **more}.items() if value}
    return reverse("certification:board") + (f"?{urlencode(query)}" if query else "")
