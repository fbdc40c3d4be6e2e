"""The roll call of a session, for a phone in one hand. Works without JavaScript."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from people.permissions import Permission
from training.actions.attendance import RollMark, roll_opens, take_roll
from training.actions.errors import Refused
from training.models import Attendance, Edition, Session
from training.queries import RollRow, roll, sessions_led

Mark = Attendance.Mark
# The two most used first, as the component wants them.
OPTIONS = (
    (Mark.PRESENT, pgettext_lazy("roll call", "Present"), "positive"),
    (Mark.ABSENT, pgettext_lazy("roll call", "Absent"), "negative"),
    (Mark.LATE, pgettext_lazy("roll call", "Late"), "warning"),
    (Mark.LEFT_EARLY, pgettext_lazy("roll call", "Left early"), "warning"),
    (Mark.EXCUSED, pgettext_lazy("roll call", "Excused"), "neutral"),
)


@login_required
def my_sessions(request: HttpRequest) -> HttpResponse:
    """The sessions that one leads, the next first."""
    person = request.user.person
    sessions = sessions_led(person) if person else []
    return render(request, "training/my_sessions.html", {"sessions": sessions})


@login_required
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody with a place, five answers each; save as often as needed, then finish."""
    mine = Session.objects.visible_to(request.user, Permission.TAKE_ROLL)
    session = get_object_or_404(mine.select_related("edition__organiser", "room__venue"), pk=pk)
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
    return render(request, "training/roll.html", context)


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
        marks.append(RollMark(row.enrolment_id, mark, minutes))
    return marks, errors


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
    for row in people:
        marked = posted.get(f"mark_{row.enrolment_id}", "") if posted else row.mark
        typed = posted.get(f"minutes_{row.enrolment_id}", "") if posted else row.minutes
        partly = marked in (Mark.LATE, Mark.LEFT_EARLY)
        rows.append(
            {
                "name": row.name,
                "field": f"mark_{row.enrolment_id}",
                "options": [
                    {"value": value.value, "text": text, "tone": tone, "checked": marked == value}
                    for value, text, tone in OPTIONS
                ],
                "minutes_name": f"minutes_{row.enrolment_id}",
                "minutes": typed if partly else "",
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
        "opens": None if roll_opens(session) <= timezone.now() else session.starts,
    }
