"""What a trainer keeps about themselves, on a phone: one page, and a small form for each part of it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from people.access import grants_of
from people.models import Person
from training import trainer_cards as cards
from training.actions import trainers as actions
from training.actions.errors import Refused
from training.cards import when
from training.forms.trainers import DaysForm, HoursForm, ProfileForm, QualificationForm
from training.models import (
    DatedTime,
    Engagement,
    Qualification,
    TrainerProfile,
    WeeklyHours,
)

# What can be removed, by the word in its address.
KINDS = {"hours": WeeklyHours, "days": DatedTime, "qualification": Qualification}


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Languages and territory, the week, the days that differ, the papers, and who waits for an answer."""
    trainer = _me(request)
    today = timezone.localdate()
    questions = (
        Engagement.objects.open()
        .filter(trainer=trainer, origin=Engagement.Origin.ASKED)
        .select_related("edition__course", "edition__organiser__jurisdiction")
    )
    context = {
        "about": cards.about_rows(profile_of(trainer)),
        "week": cards.week_rows(trainer.weekly_hours.all()),
        "days": cards.day_rows(trainer.dated_times.filter(last__gte=today)),
        "papers": cards.paper_rows(trainer.qualifications.select_related("course", "topic"), today),
        "asked": [(question, when(question.edition)) for question in questions],
    }
    return render(request, "training/trainers/own.html", context)


@login_required
def about(request: HttpRequest) -> HttpResponse:
    """Languages, territory, most hours in a week."""
    trainer = _me(request)
    form = ProfileForm(_posted(request), profile=profile_of(trainer))
    if request.method == "POST" and form.is_valid():
        actions.keep_profile(by=request.user, trainer=trainer, **form.cleaned_data)
        return redirect("training:teaching")
    return _form(request, form, _("Languages, places and hours"))


@login_required
def add_hours(request: HttpRequest) -> HttpResponse:
    """A stretch of the ordinary week, for several days at once."""
    trainer, form = _me(request), HoursForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_hours(by=request.user, trainer=trainer, **form.cleaned_data)
            return redirect("training:teaching")
        except Refused as refused:
            form.add_error("starts", f"{refused.message} {refused.next_step}")
    return _form(request, form, _("Add hours to your week"))


@login_required
def add_days(request: HttpRequest) -> HttpResponse:
    """Days away, or there all the same."""
    trainer, form = _me(request), DaysForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_days(by=request.user, trainer=trainer, **form.facts())
            return redirect("training:teaching")
        except Refused as refused:
            form.add_error("first", f"{refused.message} {refused.next_step}")
    return _form(request, form, _("Add days that differ"))


@login_required
def add_qualification(request: HttpRequest) -> HttpResponse:
    """A course or topic with its paper."""
    trainer, form = _me(request), QualificationForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        actions.add_qualification(by=request.user, trainer=trainer, **form.facts())
        return redirect("training:teaching")
    return _form(request, form, _("Add what you may teach"))


@login_required
@require_POST
def remove(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Take a line back. One that is gone already is gone."""
    trainer = _me(request)
    if kind not in KINDS:
        raise Http404
    row = get_object_or_404(KINDS[kind].objects.visible_to(request.user), pk=pk, trainer=trainer)
    actions.remove(by=request.user, row=row)
    return redirect("training:teaching")


def profile_of(trainer: Person) -> TrainerProfile | None:
    """What they have said, if they have."""
    rows = TrainerProfile.objects.filter(trainer=trainer).prefetch_related("regions")
    return rows.first()


def _me(request: HttpRequest) -> Person:
    """For whoever holds the trainer's role; for others there is no such page."""
    person: Person | None = getattr(request.user, "person", None)
    if person is None or "trainer" not in grants_of(request.user).roles:
        raise Http404
    return person


def _posted(request: HttpRequest) -> QueryDict | None:
    """Bound even when nothing is ticked: what is missing is said so."""
    return request.POST if request.method == "POST" else None


def _form(request: HttpRequest, form: Form, heading: Any) -> HttpResponse:
    return render(request, "training/trainers/form.html", {"form": form, "heading": heading})
