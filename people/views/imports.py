"""The import of a spreadsheet of people: upload, look at every row, confirm."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from formats.sheets import Limits, SheetError, write_csv, write_xlsx
from people.access import grants_of
from people.actions import imports as imports_actions
from people.forms.imports import UploadForm
from people.import_words import known, reason, titles
from people.models import ImportDraft, Organisation
from people.permissions import Permission as P
from people.queries import categories

PER_PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Choose the institution and the file; nothing is written to people yet."""
    if not grants_of(request.user).anywhere(P.IMPORT_PEOPLE):
        raise PermissionDenied("nowhere to import people")
    allowed = Organisation.objects.visible_to(request.user, P.IMPORT_PEOPLE)
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        allowed=allowed,
        initial={"organisation": allowed.first()},
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            data = file.read(Limits().file_bytes + 1)
            made = imports_actions.draft(
                by=request.user,
                organisation=form.cleaned_data["organisation"],
                file_name=file.name,
                data=data,
            )
        except SheetError as error:
            form.add_error("file", reason(error.code, error.params))
        else:
            return redirect("people:import-review", made.pk)
    context = {"form": form, "categories": categories(), "titles": titles(get_language() or "")}
    return render(request, "people/import_upload.html", context)


@login_required
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty list with our column names, in the reader's language."""
    if not grants_of(request.user).anywhere(P.IMPORT_PEOPLE):
        raise PermissionDenied("nowhere to import people")
    language = get_language() or ""
    if kind == "csv":
        answer = HttpResponse(
            write_csv(titles(language), []), content_type="text/csv; charset=utf-8"
        )
    elif kind == "xlsx":
        sheet = write_xlsx(titles(language), [], title=_("People"), rtl=language == "ar")
        answer = HttpResponse(sheet, content_type=XLSX)
    else:
        raise Http404(kind)
    answer["Content-Disposition"] = f'attachment; filename="people-template.{kind}"'
    return answer


@login_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row and what would become of it; the button writes the accepted ones."""
    draft = get_object_or_404(
        ImportDraft.objects.visible_to(request.user).select_related("organisation"), pk=pk
    )
    if request.method == "POST":
        imports_actions.apply(by=request.user, draft=draft)
        return redirect("people:import-review", draft.pk)
    rows = list(_rows(draft))
    wrong = [row for row in rows if row["state"] == "rejected"]
    context = {
        "draft": draft,
        "accepted": len(draft.accepted),
        "known": len(draft.known),
        "rejected": len(wrong),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "people/import_review.html", context)


@login_required
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """The same rows as a file, to correct the list by it."""
    draft = get_object_or_404(ImportDraft.objects.visible_to(request.user), pk=pk)
    words = {
        "accepted": _("recorded") if draft.applied_at else _("can be recorded"),
        "known": _("already on record"),
        "rejected": _("refused"),
    }
    headers = [_("Line"), _("Name"), _("Result"), _("Column"), _("Reason")]
    rows = (
        [row["line"], row["name"], words[row["state"]], row["column"], row["reason"]]
        for row in _rows(draft)
    )
    answer = HttpResponse(write_csv(headers, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="people-import-{draft.pk}.csv"'
    return answer


def _rows(draft: ImportDraft) -> Iterator[dict[str, Any]]:
    """All rows in the order of the file, refused ones first on the same line."""
    rows = [
        *({**row, "state": "rejected", "reason": reason(row["code"], row["params"])} for row in draft.rejected),
        *({**row, "state": "known", "column": "", "reason": known(row["by"])} for row in draft.known),
        *(
            {"line": row["line"], "name": f"{row['family_name']} {row['given_name']}".strip(), "state": "accepted",
             "column": "", "reason": "", "person": row.get("person")}
            for row in draft.accepted
        ),
    ]  # fmt: skip
    yield from sorted(rows, key=lambda row: row["line"])
