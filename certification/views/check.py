"""Checking a list of people: upload, watch how far it is, choose where several fit, take the file home."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certification import queries
from certification.actions import checks as actions
from certification.check_words import reason, titles
from certification.days import today
from certification.exports import CSV, XLSX
from certification.forms_check import CheckForm
from certification.models import CheckList, CheckRow
from certification.name_check import PERMISSION, people_to_export
from certification.views.files import attachment
from certification.views.standing import require_anywhere
from formats.sheets import SheetError, write_csv, write_xlsx
from people import audit
from people.models import Person

PER_PAGE = 50
State = CheckRow.State
TONES = {
    State.FOUND: "positive", State.UNSURE: "warning", State.MISSING: "negative", State.REFUSED: "negative",
    State.WAITING: "info",
}  # fmt: skip


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose the file; the worker reads it. Beneath, one's own lists of the last day."""
    require_anywhere(request.user, PERMISSION)
    form = CheckForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            made = actions.start(
                by=request.user, programme=asked["programme"], at=asked["at"] or today(),
                file_name=asked["file"].name, data=asked["file"].read(actions.LIMITS.file_bytes + 1),
            )  # fmt: skip
            return redirect("certification:check-list", made.pk)
        except SheetError as error:
            form.add_error("file", reason(error.code, error.params))
    context = {
        "form": form,
        "titles": titles(get_language() or ""),
        "lists": CheckList.objects.visible_to(request.user).order_by("-created_at")[:10],
    }
    return render(request, "certification/check.html", context)


@login_required
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty list with our column names, in the reader's language."""
    require_anywhere(request.user, PERMISSION)
    return _file(titles(get_language() or ""), iter(()), kind, "people-template")


@never_cache
@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; then what was found, whom to choose, and the file."""
    found = _list(request, pk)
    counts = dict(found.rows.values_list("state").annotate(n=Count("pk")).order_by())
    total = sum(counts.values())
    done = total - counts.get(State.WAITING, 0)
    wrong = found.rows.filter(state__in=[State.MISSING, State.REFUSED])
    context = {
        "list": found,
        "problem": reason(found.problem, found.params) if found.problem else "",
        "total": total,
        "done": done,
        "progress_text": _("%(done)s of %(all)s") % {"done": done, "all": total},
        "stats": [
            {"value": counts.get(state, 0), "label": state.label, "tone": TONES[state]}
            for state in (State.FOUND, State.UNSURE, State.MISSING, State.REFUSED)
        ],
        "questions": _questions(request, found),
        "page": Paginator(wrong, PER_PAGE).get_page(request.GET.get("page")),
    }
    for row in context["page"]:  # type: ignore[attr-defined]
        row.why = reason(row.code, row.params)
        row.shown = " ".join(str(actions.unpacked(cell)) for cell in row.cells if cell is not None)[
            :120
        ]
    part = "parts/check_progress.html" if "part" in request.GET else "check_list.html"
    return render(request, f"certification/{part}", context)


@login_required
@require_POST
def choose(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """One click: whom the row means, or none of them."""
    found = _list(request, pk)
    row = get_object_or_404(found.rows.filter(line=line))
    value = request.POST.get("person", "")
    if value == "none":
        actions.choose(by=request.user, row=row, person=None)
    elif value.isascii() and value.isdigit() and len(value) < 19:
        actions.choose(by=request.user, row=row, person=int(value))
    return redirect("certification:check-list", pk)


@never_cache
@login_required
@require_GET
def result(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The list as it came, with standing, dates and reasons in new columns. That it was taken is in the trail."""
    found = _list(request, pk)
    if found.status != CheckList.Status.DONE:
        raise Http404
    rows = list(found.rows.select_related("person"))
    people = {row.person_id for row in rows if row.person_id}
    reach = set(people_to_export(request.user).filter(pk__in=people).values_list("pk", flat=True))
    places = queries.institutions_of(reach, request.user, found.at, PERMISSION)
    headers = [
        *found.headers, _("Result"), _("Name on record"), _("Institution"), _("Programme"), _("Standing"),
        _("Since"), _("Certificate"), _("Valid until"), _("Next review"), _("Why"),
    ]  # fmt: skip
    lines = (
        [*map(actions.unpacked, row.cells), *_answer(found, row, reach, places)] for row in rows
    )
    audit.record(by=request.user, verb="check.exported", target=found, file=kind, rows=len(rows))
    return _file(headers, lines, kind, "people-checked")


def _answer(found: CheckList, row: CheckRow, reach: set[int], places: dict[int, str]) -> list[Any]:
    """The new columns of a row."""
    label = str(State(row.state).label)
    if row.person is None:
        return [label, *[None] * 8, reason(row.code, row.params)]
    if row.person_id not in reach:
        return [str(State.MISSING.label), *[None] * 8, reason("out_of_reach", {})]
    shown = [label, row.person.list_name, places.get(row.person.pk, ""), str(found.programme.name)]
    standing = actions.standing_in(row)
    if standing is None:
        return [*shown, *[None] * 5, reason("not_asked", {})]
    return [
        *shown, str(standing.state.label), standing.since, standing.number, standing.valid_until,
        standing.review_due, standing.reason,
    ]  # fmt: skip


def _questions(request: HttpRequest, found: CheckList) -> list[dict[str, Any]]:
    """The first rows that may mean several people, each with those people."""
    rows = list(found.rows.filter(state=State.UNSURE)[:PER_PAGE])
    numbers = {pk for row in rows for pk in row.candidates}
    people: dict[int, Person] = people_to_export(request.user).in_bulk(numbers)
    places = queries.institutions_of(set(people), request.user, found.at, PERMISSION)

    def told(one: Person) -> dict[str, Any]:
        home = one.locality or (str(one.region) if one.region else "")
        return {"pk": one.pk, "name": one.list_name, "place": home, "at": places.get(one.pk, "")}

    return [
        {
            "line": row.line,
            "cells": [str(actions.unpacked(cell)) for cell in row.cells if cell is not None],
            "why": reason(row.code, row.params),
            "options": [told(people[pk]) for pk in row.candidates if pk in people],
        }
        for row in rows
    ]


def _list(request: HttpRequest, pk: int) -> CheckList:
    require_anywhere(request.user, PERMISSION)
    mine = CheckList.objects.visible_to(request.user).select_related("programme")
    return get_object_or_404(mine.defer("data"), pk=pk)


def _file(headers: list[str], rows: Iterator[list[Any]], kind: str, name: str) -> HttpResponse:
    if kind == "csv":
        return attachment(write_csv(headers, rows), f"{name}.csv", CSV)
    sheet = write_xlsx(headers, rows, title=_("People"), rtl=get_language_bidi())
    return attachment(sheet, f"{name}.xlsx", XLSX)
