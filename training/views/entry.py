"""The marks of a paper sheet, typed in fast: one row a person, Enter moves on. Without JavaScript Enter saves."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from people.permissions import Permission
from training import entry
from training.actions.attendance import RollMark, take_roll
from training.actions.errors import Refused
from training.models import Attendance, Edition, Session
from training.queries import RollRow, roll

LONGEST_REASON = Attendance._meta.get_field("reason").max_length


def short(request: HttpRequest, pk: int) -> HttpResponse:
    """The address in the code on the sheet."""
    return redirect("training:entry", pk)


@login_required
def grid(request: HttpRequest, pk: int) -> HttpResponse:
    """All rows at once; what cannot be read stays as it was typed, with a sentence, and nothing is written."""
    mine = Session.objects.visible_to(request.user, Permission.TAKE_ROLL).taking_place()
    session = get_object_or_404(mine.select_related("edition__organiser"), pk=pk)
    people = roll(session)
    posted = request.POST if request.method == "POST" else None
    errors: dict[int, str] = {}
    refusal: Refused | None = None
    if posted is not None:
        marks, errors = _read(people, posted, session.minutes)
        if not errors:
            try:
                take_roll(
                    session=session,
                    by=request.user,
                    marks=marks,
                    finish="finish" in posted,
                    method=Attendance.Method.PAPER,
                )
                return redirect(reverse("training:entry", args=[session.pk]) + "?saved=1")
            except Refused as refused:
                refusal = refused
                if at := getattr(refused, "enrolment_id", None):
                    errors[at] = refused.message
    context = {
        "session": session,
        "title": Edition.objects.with_name()
        .values_list("name", flat=True)
        .get(pk=session.edition_id),
        "rows": _rows(people, posted, errors, session.minutes),
        "errors": [{"text": text, "href": f"#id_m{key}"} for key, text in errors.items()],
        "refusal": None if errors else refusal,
        "correction": posted.get("correction", "") if posted else "",
        "saved": "saved" in request.GET and posted is None,
        "marked": sum(1 for row in people if row.mark),
        "letters": [
            (letter, Attendance.Mark(mark).label) for mark, letter in entry.own_letters().items()
        ],
    }
    return render(request, "training/entry.html", context)


def _read(
    people: list[RollRow], posted: Any, planned: int
) -> tuple[list[RollMark], dict[int, str]]:
    """What differs from what stands. An emptied cell leaves the mark: marks are corrected, never unsaid."""
    marks, errors = [], {}
    why = _line(posted.get("correction", ""))
    for row in people:
        text = posted.get(f"m{row.enrolment_id}", "")
        reason = _line(posted.get(f"r{row.enrolment_id}", ""))
        before = (entry.shown(row.mark, row.minutes, planned), row.reason)
        if (text.strip(), reason) == before:
            continue
        cell = entry.read(text, planned)
        if cell.error:
            errors[row.enrolment_id] = cell.error
        elif cell.mark:
            mark = RollMark(row.enrolment_id, cell.mark, cell.minutes, reason, correction=why)
            marks.append(mark)
    return marks, errors


def _line(text: str) -> str:
    return " ".join(text.split())[:LONGEST_REASON]


def _rows(
    people: list[RollRow], posted: Any, errors: dict[int, str], planned: int
) -> list[dict[str, Any]]:
    return [
        {
            "pk": row.enrolment_id,
            "name": row.name,
            "cell": posted.get(f"m{row.enrolment_id}", "")
            if posted
            else entry.shown(row.mark, row.minutes, planned),
            "reason": posted.get(f"r{row.enrolment_id}", "") if posted else row.reason,
            "error": errors.get(row.enrolment_id, ""),
        }
        for row in people
    ]
