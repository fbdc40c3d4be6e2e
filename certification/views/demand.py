"""The demand planner: what each county and language needs in the coming months, and one click that drafts it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from certification.actions.demand import course_for, draft_missing
from certification.demand import DemandRow, demand, groups, organiser_for
from certification.forms_demand import DemandFilter
from certification.views.files import attachment
from formats import dates
from formats.sheets import write_csv, write_xlsx
from people import audit
from people.access import grants_of
from people.models import Region
from people.permissions import Permission
from training.cards import LANGUAGES

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Each county and language in words and by month, those that miss most first."""
    _require(request)
    form = DemandFilter(request.GET)
    programme, wanted = form.chosen()
    found = demand(request.user, programme, **wanted) if programme else []
    course = course_for(programme) if programme else None
    shown = [_shown(request, row, has_course=course is not None) for row in found]
    context = {
        "form": form,
        "active": form.active(),
        "clear_href": reverse("certification:demand"),
        "programme": programme,
        "course": course,
        "rows": shown,
        "may_draft_all": sum(row["drafts"] for row in shown),
        "chosen": wanted,
        "due": sum(row.due for row in found),
        "free": sum(row.free for row in found),
        "missing": sum(row.missing for row in found),
        "query": request.GET.urlencode(),
        "files": [
            {"text": text, "href": reverse("certification:demand-file", args=[kind])}
            for kind, text in (("xlsx", _("Excel file")), ("csv", _("CSV file")))
        ],
    }
    return render(request, "certification/demand.html", context)


@login_required
@require_GET
def file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same numbers as a spreadsheet, one line a month, without names; that it was taken is in the trail."""
    _require(request)
    programme, wanted = DemandFilter(request.GET).chosen()
    if programme is None:
        raise Http404
    rows = demand(request.user, programme, **wanted)
    headers = [
        _("Programme"), _("County"), _("Language"), _("Month"),
        _("People who need a place"), _("Free places"), _("Missing places"),
    ]  # fmt: skip
    lines = [
        [str(programme.name), _county(row), _language(row), line.month, line.due, line.free, line.missing]
        for row in rows
        for line in row.months
    ]  # fmt: skip
    audit.record(
        by=request.user, verb="demand.exported", target=programme, file=kind, rows=len(lines), **wanted
    )  # fmt: skip
    name = f"{_('demand')}.{kind}"
    if kind == "csv":
        return attachment(write_csv(headers, lines), name, CSV)
    return attachment(
        write_xlsx(headers, lines, title=_("Demand"), rtl=get_language_bidi()), name, XLSX
    )


@login_required
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Draft the missing editions of the rows that are shown, or of one. A second click finds nothing missing."""
    _require(request)
    if not grants_of(request.user).anywhere(Permission.SCHEDULE):
        raise Http404
    programme, wanted = DemandFilter(request.POST).chosen()
    if programme is None or course_for(programme) is None:
        raise Http404
    made = 0
    for row in demand(request.user, programme, **wanted):
        if row.missing and row.region and organiser_for(request.user, row.region):
            made += len(
                draft_missing(
                    by=request.user, programme=programme, region=row.region, language=row.language
                )
            )
    if made:
        text = ngettext(
            "%(count)s edition is drafted. Add its sessions next.",
            "%(count)s editions are drafted. Add their sessions next.",
            made,
        )
        messages.success(request, text % {"count": made})
    else:
        messages.info(request, _("Nothing is missing: no edition was drafted."))
    back = reverse("certification:demand")
    query = request.POST.get("query", "")
    return redirect(f"{back}?{query}" if query else back)


def _shown(request: HttpRequest, row: DemandRow, *, has_course: bool) -> dict[str, Any]:
    region: Region | None = row.region
    plan = groups([line.missing for line in row.months])
    may_draft = has_course and bool(plan) and organiser_for(request.user, region) is not None
    return {
        "county": _county(row),
        "region": region.code if region else "",
        "code": row.language,
        "language": _language(row),
        "row": row,
        "said": sentences(row),
        "drafts": len(plan) if may_draft else 0,
        "months": [
            {"month": dates.month(line.month, get_language() or "en"), "line": line}
            for line in row.months
        ],
    }


def sentences(row: DemandRow) -> list[str]:
    """The gap in words."""
    due = ngettext(
        "%(count)s person needs a place in the next 12 months.",
        "%(count)s people need a place in the next 12 months.",
        row.due,
    )
    free = ngettext("%(count)s place is free.", "%(count)s places are free.", row.free)
    found = [due % {"count": row.due}, free % {"count": row.free}]
    first = next((line for line in row.months if line.missing), None)
    if first is None:
        return [*found, _("No place is missing.")]
    text = ngettext(
        "%(count)s place is missing, the first in %(month)s.",
        "%(count)s places are missing, the first in %(month)s.",
        row.missing,
    )
    month = dates.month(first.month, get_language() or "en")
    return [*found, text % {"count": row.missing, "month": month}]


def _county(row: DemandRow) -> str:
    return str(row.region) if row.region else _("County not recorded, or online")


def _language(row: DemandRow) -> str:
    return LANGUAGES.get(row.language, row.language)


def _require(request: HttpRequest) -> None:
    grants = grants_of(request.user)
    needed = (Permission.VIEW_STANDING, Permission.VIEW_EDITIONS)
    if not all(grants.anywhere(permission) for permission in needed):
        raise Http404
