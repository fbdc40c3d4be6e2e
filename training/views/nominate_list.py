"""A town hall nominates the people of a spreadsheet: upload, look at every row, confirm, see what became of each."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from formats.sheets import Limits, SheetError
from people.access import grants_of
from people.models import Person
from people.permissions import Permission
from people.queries import categories, empty_sheet, sheet_known, sheet_reason, sheet_titles
from training import cards
from training.actions import nominations as actions
from training.actions.conditions import why_not
from training.actions.errors import Refused
from training.actions.households import units
from training.forms.nominations import ListForm
from training.models import Enrolment, NominationList
from training.views.nominate import edition_to_nominate, institutions_of
from training.views.public import rows as rows_of_edition

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@login_required
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the file; nothing is written yet."""
    edition = edition_to_nominate(request, pk)
    form = ListForm(
        request.POST or None, request.FILES or None, institutions=institutions_of(request.user)
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = actions.draft(
                by=request.user,
                edition=edition,
                organisation=form.cleaned_data["organisation"],
                file_name=file.name,
                data=file.read(Limits().file_bytes + 1),
                together=form.cleaned_data["together"] == "together",
            )
            return redirect("training:nominate-review", made.pk)
        except SheetError as error:
            form.add_error("file", sheet_reason(error.code, error.params))
        except Refused as refused:
            form.add_error("file", f"{refused.message} {refused.next_step}")
    context = {
        "edition": edition,
        "title": edition.name,
        "form": form,
        "refusal": why_not(edition),
        "titles": sheet_titles(get_language() or ""),
        "categories": categories(),
    }
    return render(request, "training/nominate_upload.html", context)


@login_required
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty list with our column names, in the reader's language."""
    if kind not in KINDS or not grants_of(request.user).anywhere(Permission.NOMINATE):
        raise Http404
    sheet = empty_sheet(kind, get_language() or "", _("People"))
    answer = HttpResponse(sheet, content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="people-template.{kind}"'
    return answer


@login_required
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row and what would become of it; the button nominates. Afterwards, what became of it."""
    mine = NominationList.objects.visible_to(request.user).select_related("organisation")
    draft = get_object_or_404(mine, pk=pk)
    edition = edition_to_nominate(request, draft.edition_id)
    refusal = None if draft.applied_at else why_not(edition)
    if request.method == "POST" and not refusal:
        try:
            actions.apply(by=request.user, draft=draft)
            return redirect("training:nominate-review", draft.pk)
        except Refused as refused:
            refusal = refused
    context = {
        "draft": draft,
        "edition": edition,
        "title": edition.name,
        "summary": rows_of_edition(edition),
        "refusal": refusal,
        "rows": _rows(draft),
        "count": len(draft.new) + len(draft.known),
        "households": _households(draft),
        "places": _places(draft) if draft.applied_at else [],
    }
    return render(request, "training/nominate_review.html", context)


def _rows(draft: NominationList) -> list[dict[str, Any]]:
    """All rows in the order of the file, each with what it is taken for and why."""
    people = [row["person"] for row in draft.known]
    there = Enrolment.objects.active().filter(edition=draft.edition_id, person__in=people)
    enrolled = set(there.values_list("person_id", flat=True))
    found = [
        *({**row, "state": "rejected", "reason": _reason(row)} for row in draft.rejected),
        *(
            {**row, "state": "enrolled" if row["person"] in enrolled else "known",
             "reason": sheet_known(row["by"])}
            for row in draft.known
        ),
        *(
            {"line": row["line"], "name": f"{row['family_name']} {row['given_name']}".strip(),
             "state": "new", "reason": "", "email": row["email"]}
            for row in draft.new
        ),
    ]  # fmt: skip
    return sorted(found, key=lambda row: row["line"])


def _households(draft: NominationList) -> list[list[Person]]:
    """Those of the list who are on record as one household."""
    known = Person.objects.filter(pk__in=[row["person"] for row in draft.known]).by_name()
    return [unit for unit in units(known) if len(unit) > 1]


def _reason(row: dict[str, Any]) -> str:
    return row["params"].get("said") or sheet_reason(row["code"], row["params"])


def _places(draft: NominationList) -> list[Enrolment]:
    """The places of an applied list, in the order of the file."""
    lines = {row["place"]: row["line"] for row in [*draft.new, *draft.known]}
    found = Enrolment.objects.filter(pk__in=lines).with_own_rank().select_related("person")
    places = sorted(found, key=lambda place: lines[place.pk])
    for place in places:
        place.state = cards.place_state(place)  # type: ignore[attr-defined]
    return places
