"""Exemptions and extensions: asked for by one person, decided by another, with their trail."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from certification.actions import reliefs as actions
from certification.days import today
from certification.errors import CertificationError
from certification.forms_earlier import AnswerForm, EndForm, ReliefForm
from certification.models import Relief
from certification.relief_words import shown
from certification.views.trail import opened
from people.access import grants_of
from people.models import Person
from people.permissions import Permission

REVIEW = Permission.REVIEW_EVIDENCE


@never_cache
@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for a second person in the user's branches."""
    if not grants_of(request.user).anywhere(REVIEW):
        raise Http404
    rows = _rows(request).filter(status=Relief.Status.ASKED).order_by("asked_at", "pk")
    return render(request, "certification/reliefs.html", {"rows": shown(rows)})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an exemption or extension for a person of one's branch."""
    people = Person.objects.visible_to(request.user, REVIEW).filter(erased_at=None)
    person = get_object_or_404(people, pk=pk)
    if person.pk == request.user.person_id:
        raise Http404
    form = ReliefForm(request.POST or None, person=person, initial={"since": today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask(by=request.user, person=person, **form.facts())
            return redirect("certification:relief", made.pk)
        except CertificationError as error:
            field = getattr(error, "field", None)
            form.add_error(field if field in form.fields else None, str(error.message))
    context = {"form": form, "person": person}
    return render(request, "certification/relief_new.html", context)


@never_cache
@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: what, since when, on which paper it rests, who decided."""
    rows = Relief.objects.readable_by(request.user).select_related("person", "programme")
    relief = get_object_or_404(rows, pk=pk)
    opened(request.user, relief, relief.person, "relief.opened")
    in_reach = _rows(request).filter(pk=pk).exists() and relief.person_id != request.user.person_id
    waits = relief.status == Relief.Status.ASKED
    context = {
        "row": shown(Relief.objects.filter(pk=pk))[0],
        "is_own": relief.person_id == request.user.person_id,
        "may_decide": in_reach and waits and actions.may_decide(relief, request.user),
        "may_withdraw": waits and relief.asked_by_id == request.user.pk,
        "may_end": in_reach and relief.status == Relief.Status.CONFIRMED and not relief.ended_on,
        "asked_it": relief.asked_by_id == request.user.pk,
    }
    return render(request, "certification/relief.html", context)


ACTS = ("confirm", "refuse", "withdraw", "end")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Confirm, refuse, take back or end it: one page each, one effect however often it is sent."""
    relief = get_object_or_404(_rows(request).select_related("person", "programme"), pk=pk)
    if relief.person_id == request.user.person_id:
        raise Http404
    form: Any = {"refuse": AnswerForm, "end": EndForm}.get(act)
    form = form(request.POST or None) if form else None
    refusal = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            _do(request, relief, act, form)
            messages.success(request, str(_done()[act]))
            return redirect("certification:relief", pk)
        except CertificationError as error:
            refusal = str(error.message)
    elif act in ("confirm", "refuse") and not actions.may_decide(relief, request.user):
        refusal = str(actions.SecondPersonNeeded.message)
    title, meaning, button = _words()[act]
    context = {
        "row": shown(Relief.objects.filter(pk=pk))[0],
        "form": form,
        "title": title,
        "meaning": meaning,
        "button": button,
        "refusal": refusal,
    }
    return render(request, "certification/relief_act.html", context, status=409 if refusal else 200)


def _do(request: HttpRequest, relief: Relief, act: str, form: Any) -> None:
    who: dict[str, Any] = {"by": request.user, "relief": relief}
    if act == "confirm":
        actions.confirm(**who)
    elif act == "withdraw":
        actions.withdraw(**who)
    elif act == "refuse":
        actions.refuse(**who, **form.cleaned_data)
    else:
        actions.end(**who, **form.cleaned_data)


def _rows(request: HttpRequest) -> Any:
    return Relief.objects.visible_to(request.user, REVIEW)


def _words() -> dict[str, tuple[str, str, str]]:
    """Title, meaning and button."""
    return {
        "confirm": (
            _("Confirm it"),
            _("You are the second person. From its first day on it counts, and the person gets a message."),
            _("Confirm it"),
        ),
        "refuse": (_("Refuse it"), _("It does not count. Your reason stays on record."), _("Refuse it")),
        "withdraw": (_("Take it back"), _("You asked for it; nobody has decided yet."), _("Take it back")),
        "end": (
            _("End it early"),
            _("From that day on it does not count. The person gets a message."),
            _("End it early"),
        ),
    }  # fmt: skip


def _done() -> dict[str, str]:
    return {
        "confirm": _("It counts now."),
        "refuse": _("It was refused."),
        "withdraw": _("It was taken back."),
        "end": _("It was ended."),
    }
