"""Checking many certificates from a spreadsheet: answered on the page, or as a file. Nothing is kept."""

from collections.abc import Iterator
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from certification import misses
from certification.bulk_check import LIMITS, MOST_ROWS, ColumnMissing, Line, check
from certification.days import today
from certification.exports import CSV, XLSX
from certification.views.files import attachment
from certification.views.verify import unlisted
from formats.dates import long_date
from formats.sheets import SheetError, write_csv, write_xlsx
from people.import_words import reason


class ListForm(forms.Form):
    """The spreadsheet."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy("XLSX or CSV with the columns «Number» and «Family name», up to 200 rows."),
        max_length=255,
        allow_empty_file=True,  # our own words are plainer
        error_messages={"required": gettext_lazy("Choose a file.")},
        widget=forms.FileInput({"accept": ".xlsx,.csv,.tsv,.txt"}),
    )  # fmt: skip


@unlisted
@require_http_methods(["GET", "POST"])
def check_list(request: HttpRequest) -> HttpResponse:
    """Upload, and the answer for each row on the same address."""
    address = get_adapter(request).get_client_ip(request)
    if request.method == "POST" and (misses.too_many(address) or misses.too_many_files(address)):
        return render(request, "certification/verify_slow_down.html", status=429)
    sent = request.method == "POST"
    form = ListForm(request.POST, request.FILES) if sent else ListForm()
    if not form.is_valid():
        return render(request, "certification/verify_list.html", {"form": form, "most": MOST_ROWS})
    misses.add_file(address)
    file = form.cleaned_data["file"]
    try:
        lines = check(
            file.name,
            file.read(LIMITS.file_bytes + 1),
            today(),
            may_go_on=lambda: not misses.too_many(address),
            missed=lambda: misses.add(address),
        )
    except SheetError as error:
        form.add_error("file", reason(error.code, error.params))
    except ColumnMissing as error:
        form.add_error("file", _missing(error.name))
    else:
        return _answer(request, lines)
    return render(request, "certification/verify_list.html", {"form": form, "most": MOST_ROWS})


@unlisted
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty list with the two columns."""
    return _file([_("Number"), _("Family name")], iter(()), kind, "certificates-template")


def _answer(request: HttpRequest, lines: list[Line]) -> HttpResponse:
    kind = request.POST.get("as", "")
    if kind in ("csv", "xlsx"):
        return _file(
            [_("Line"), _("Number"), _("Family name"), _("Result"), _("Valid until"), _("Explanation")],
            (list(row.values())[:6] for row in map(_row, lines)),
            kind,
            "certificates-checked",
        )  # fmt: skip
    context = {
        "rows": [_row(line) for line in lines],
        "left": sum(not line.finding for line in lines),
    }
    return render(request, "certification/verify_list_result.html", context)


def _row(line: Line) -> dict[str, Any]:
    found = line.finding
    until = found.valid_until if found else None
    return {
        "line": line.line,
        "number": line.number,
        "family_name": line.family_name,
        "result": found.title if found else _("Not looked at"),
        "until": long_date(until, get_language() or "en") if until else "",
        "text": found.text if found else _("Too many rows before it were wrong. Try again later."),
        "tone": found.tone if found else "neutral",
    }


def _file(headers: list[str], rows: Iterator[list[Any]], kind: str, name: str) -> HttpResponse:
    if kind == "csv":
        return attachment(write_csv(headers, rows), f"{name}.csv", CSV)
    sheet = write_xlsx(headers, rows, title=_("Certificates"), rtl=get_language_bidi())
    return attachment(sheet, f"{name}.xlsx", XLSX)


def _missing(name: str) -> str:
    if name == "number":
        return _("The spreadsheet has no column «Number».")
    return _("The spreadsheet has no column «Family name».")
