"""The roll call of a session, for a phone in one hand. Works without JavaScript."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from training.actions.attendance import RollMark, take_roll
from training.actions.errors import Refused
from training.actions.marks import Seen
from training.asked import asked_of
from training.models import Attendance, Edition, Session
from training.queries import RollRow, disputes, roll, roll_history, sessions_led, shares
from training.roll_state import KEPT, dispute_words, note_of, outlook_of, roll_state
from training.roll_words import roll_options, words
from training.views.roll_api import LONGEST_TEXT, rolls_of

Mark = Attendance.Mark
EXPLAINED = (Mark.LATE, Mark.LEFT_EARLY, Mark.EXCUSED)
# Rolls that a phone keeps as soon as the list is opened: whoever sets out tomorrow may find no internet there.
KEEP_AHEAD = timedelta(hours=36)


@login_required
def my_sessions(request: HttpRequest) -> HttpResponse:
    """The sessions that one leads, the next first."""
    person = request.user.person
    sessions = sessions_led(person) if person else []
    soon = timezone.now() + KEEP_AHEAD
    context = {
        "sessions": sessions,
        "words": words(),
        "soon": [session.pk for session in sessions if session.starts <= soon],
    }
    return render(request, "training/my_sessions.html", context)


@login_required
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody with a place, five answers each; save as often as needed, then finish."""
    session = get_object_or_404(rolls_of(request), pk=pk)
    people = roll(session)
    errors: dict[int, str] = {}
    refusal: Refused | None = None
    posted = request.POST if request.method == "POST" else None
    if posted is not None:
        marks, errors = _read(people, posted, everybody="all_present" in posted)
        try:
            if not errors:
                take_roll(session=session, by=request.user, marks=marks, finish="finish" in posted)
                done = "?saved=1" if "finish" not in posted else ""
                return redirect(reverse("training:roll", args=[session.pk]) + done)
        except Refused as refused:
            refusal = refused
            if at := getattr(refused, "enrolment_id", None):
                errors[at] = refused.message
    context = _page(session, people, posted, errors)
    context["refusal"] = refusal if refusal and not errors else None
    context["saved"] = "saved" in request.GET
    context["state"] = roll_state(session, request.user)
    context["words"], context["options"] = words(), roll_options()
    return render(request, "training/roll.html", context)


@login_required
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every mark as it was made: who, when, and what became of it."""
    session = get_object_or_404(rolls_of(request), pk=pk)
    edition = Edition.objects.with_name().only("pk").get(pk=session.edition_id)
    rows = [(row, timedelta(seconds=row.entry.held_seconds)) for row in roll_history(session)]
    context = {"session": session, "title": edition.name, "rows": rows, "kept": KEPT}
    return render(request, "training/roll_history.html", context)


def _read(
    people: list[RollRow], posted: Any, *, everybody: bool
) -> tuple[list[RollMark], dict[int, str]]:
    """The marks of the form. `everybody`: whoever has no mark yet is present."""
    marks, errors = [], {}
    for row in people:
        mark = posted.get(f"mark_{row.enrolment_id}", "")
        if not mark and everybody and not row.mark:
            mark = Mark.PRESENT
        if mark not in Mark.values:
            continue
        minutes, error = _minutes(posted.get(f"minutes_{row.enrolment_id}", ""), mark)
        if error:
            errors[row.enrolment_id] = error
        marks.append(
            RollMark(
                row.enrolment_id,
                mark,
                minutes,
                reason=posted.get(f"reason_{row.enrolment_id}", "")[:LONGEST_TEXT]
                if mark in EXPLAINED
                else "",
                correction=posted.get("correction", "")[:LONGEST_TEXT],
                seen=_seen(posted.get(f"seen_{row.enrolment_id}")),
            )  # fmt: skip
        )
    return marks, errors


def _seen(given: str | None) -> UUID | Seen | None:
    """The mark that stood in the form when it was opened."""
    if given is None:
        return Seen.WHAT_STANDS
    try:
        return UUID(given) if given else None
    except ValueError:
        return Seen.WHAT_STANDS


def _minutes(text: str, mark: str) -> tuple[int | None, str]:
    """Only late and left early have minutes of their own; what stands in the box otherwise is left from before."""
    if mark not in (Mark.LATE, Mark.LEFT_EARLY):
        return None, ""
    text = text.strip()
    if not text:
        return None, _("Enter how many minutes the person was there.")
    try:
        return int(text), ""  # int() reads Arabic-Indic digits too
    except ValueError:
        return None, _("Enter the minutes as a number.")


def _page(
    session: Session, people: list[RollRow], posted: Any, errors: dict[int, str]
) -> dict[str, Any]:
    rows = []
    found = shares(session.edition, of=[row.enrolment_id for row in people])
    percent = asked_of(session.edition).percent
    for row in people:
        marked = posted.get(f"mark_{row.enrolment_id}", "") if posted else row.mark
        typed = posted.get(f"minutes_{row.enrolment_id}", "") if posted else row.minutes
        reason = posted.get(f"reason_{row.enrolment_id}", "") if posted else row.reason
        seen = posted.get(f"seen_{row.enrolment_id}", "") if posted else row.key
        partly = marked in (Mark.LATE, Mark.LEFT_EARLY)
        rows.append(
            {
                "name": row.name,
                "note": note_of(row, session),
                "detail": outlook_of(found.get(row.enrolment_id), percent),
                "field": f"mark_{row.enrolment_id}",
                "options": roll_options(marked),
                "minutes_name": f"minutes_{row.enrolment_id}",
                "minutes": typed if partly else "",
                "reason_name": f"reason_{row.enrolment_id}",
                "reason": reason,
                "seen_name": f"seen_{row.enrolment_id}",
                "seen": seen or "",
                "error": errors.get(row.enrolment_id, ""),
            }
        )
    edition = Edition.objects.with_name().only("pk").get(pk=session.edition_id)
    return {
        "session": session,
        "title": edition.name,
        "rows": rows,
        "marked": sum(1 for row in people if row.mark),
        "errors": [{"text": text, "href": f"#id_mark_{key}"} for key, text in errors.items()],
        "disputes": [dispute_words(one, session) for one in disputes(session, people)],
        "correction": posted.get("correction", "") if posted else "",
        "opens": None if session.roll_opens <= timezone.now() else session.starts,
    }
