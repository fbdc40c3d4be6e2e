"""Several sessions at once, and an edition copied: first the days are shown, then they are written."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.permissions import Permission
from training import planning
from training.actions import series as actions
from training.actions.errors import Refused
from training.forms.series import CopyForm, SeriesForm
from training.models import Edition
from training.planning import Meeting
from training.queries import clashes
from training.queries.editions import for_cards


@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Days by a rhythm: asked for, shown with what speaks against each, and written when they are confirmed."""
    mine = Edition.objects.visible_to(request.user, Permission.SCHEDULE)
    mine = for_cards(mine).exclude(status=Edition.Status.CANCELLED)
    edition = get_object_or_404(mine, pk=pk)
    form = SeriesForm(request.POST or None, user=request.user, edition=edition)
    step = request.POST.get("step", "")
    context: dict[str, Any] = {"form": form, "edition": edition, "title": edition.name}
    if request.method != "POST" or not form.is_valid() or step == "change":
        return render(request, "training/series_form.html", context)
    meetings, skipped = form.plan()
    problem = None
    if step == "save":
        kept = set(request.POST.getlist("keep"))
        chosen = [one for one in meetings if one.day.isoformat() in kept]
        try:
            if chosen:
                made = actions.add_all(by=request.user, edition=edition, meetings=chosen)
                messages.success(request, _added(len(made)))
                return redirect("training:manage", edition.pk)
            problem = Refused(_("Choose at least one day."))
        except Refused as refused:
            problem = refused
    refused_days = clashes.hard(meetings, by=request.user)
    context |= {"rows": _rows(meetings, refused_days), "skipped": skipped, "problem": problem}
    return render(request, "training/series_check.html", context)


@login_required
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft like this edition from another day on. What is not free then is left out and said."""
    mine = Edition.objects.visible_to(request.user, Permission.SCHEDULE)
    edition = get_object_or_404(for_cards(mine), pk=pk)
    pattern = actions.pattern_of(edition)
    form = CopyForm(request.POST or None, initial={"title": edition.title})
    step = request.POST.get("step", "")
    context: dict[str, Any] = {"form": form, "edition": edition, "title": edition.name}
    if request.method != "POST" or not form.is_valid() or step == "change":
        return render(request, "training/copy_form.html", {**context, "pattern": pattern})
    if step == "save":
        made = actions.copy(by=request.user, edition=edition, **form.cleaned_data)
        messages.success(request, _copied(made))
        return redirect("training:manage", made.edition.pk)
    meetings = _as_new(edition, pattern, form.cleaned_data)
    context |= {"rows": _rows(meetings, clashes.hard(meetings, by=request.user)), "is_copy": True}
    return render(request, "training/series_check.html", context)


def _as_new(edition: Edition, pattern: list[Meeting], data: dict[str, Any]) -> list[Meeting]:
    """The meetings of a new edition, in which nobody has a place yet."""
    new = Edition(organiser=edition.organiser, course=edition.course, capacity=edition.capacity)
    return [
        replace(
            one,
            edition=new,
            session=None,
            room=one.room if data["with_rooms"] else None,
            trainers=one.trainers if data["with_trainers"] else (),
        )
        for one in planning.moved(pattern, data["first_day"])
    ]


def _rows(meetings: list[Meeting], refused: list[Refused | None]) -> list[dict[str, Any]]:
    soft = clashes.soft(meetings)
    return [
        {"meeting": one, "value": one.day.isoformat(), "refused": why_not, "clashes": against}
        for one, why_not, against in zip(meetings, refused, soft, strict=True)
    ]


def _added(count: int) -> str:
    text = ngettext("%(count)s session is planned.", "%(count)s sessions are planned.", count)
    return text % {"count": count}


def _copied(made: actions.Copied) -> str:
    said = [_("The copy is a draft: nobody sees it before you announce or open it.")]
    if made.without_room:
        text = ngettext(
            "%(count)s session has no room: it is taken then.",
            "%(count)s sessions have no room: it is taken then.",
            made.without_room,
        )
        said.append(text % {"count": made.without_room})
    if made.without_trainer:
        text = ngettext(
            "%(count)s session lacks a trainer who leads another one then.",
            "%(count)s sessions lack a trainer who leads another one then.",
            made.without_trainer,
        )
        said.append(text % {"count": made.without_trainer})
    return " ".join(said)
