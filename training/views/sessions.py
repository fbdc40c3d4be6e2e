"""Sessions of an edition: added one by one, moved, cancelled; the sheet to sign."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from people.permissions import Permission
from training import codes
from training.actions import sessions as actions
from training.actions.errors import Refused
from training.actions.sheets import note_printed
from training.forms.enrolments import ReasonForm
from training.forms.sessions import MoveForm, SessionForm
from training.models import Edition, Session
from training.queries import roll
from training.queries.clashes import Clash, fingerprint, hard, soft
from training.queries.editions import for_cards


@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """One more meeting; the page shows those that are planned already."""
    edition = _changeable(request, pk)
    form = SessionForm(request.POST or None, user=request.user, edition=edition)
    against: list[Clash] = []
    if request.method == "POST" and form.is_valid():
        against = _against(request, form)
        if not against and form.is_valid():
            try:
                actions.add(by=request.user, edition=edition, **form.facts())
                more = "add_another" in request.POST
                return redirect("training:session-add" if more else "training:manage", edition.pk)
            except Refused as refused:
                form.add_error(_field_of(refused), _said(refused))
    context = {
        "form": form,
        "edition": edition,
        "clashes": against,
        "seen": fingerprint(against),
        "title": edition.name,
        "planned": edition.sessions.taking_place().select_related("room__venue"),
    }
    return render(request, "training/session_form.html", context)


@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time, place, title or trainers, with the reason."""
    session, edition = _session(request, pk)
    form = MoveForm(request.POST or None, user=request.user, edition=edition, session=session)
    against: list[Clash] = []
    if request.method == "POST" and form.is_valid():
        against = _against(request, form, session)
        if not against and form.is_valid():
            try:
                reason = form.cleaned_data["reason"]
                actions.move(by=request.user, session=session, reason=reason, **form.facts())
                return redirect("training:manage", edition.pk)
            except Refused as refused:
                form.add_error(_field_of(refused), _said(refused))
    context = {
        "form": form,
        "edition": edition,
        "session": session,
        "title": edition.name,
        "clashes": against,
        "seen": fingerprint(against),
    }
    return render(request, "training/session_form.html", context)


@login_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then cancel and tell everybody."""
    session, edition = _session(request, pk)
    if session.is_cancelled:
        return redirect("training:manage", edition.pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.cancel(by=request.user, session=session, reason=form.cleaned_data["reason"])
        return redirect("training:manage", edition.pk)
    context = {"form": form, "edition": edition, "session": session, "title": edition.name}
    return render(request, "training/session_cancel.html", context)


@login_required
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet to sign, in the language of the edition; that it was printed is in the trail."""
    mine = Session.objects.visible_to(request.user, Permission.TAKE_ROLL)
    session = get_object_or_404(mine.select_related("room__venue", "edition__organiser"), pk=pk)
    language = session.edition.language
    edition = (
        Edition.objects.with_name(language).select_related("organiser").get(pk=session.edition_id)
    )
    note_printed(by=request.user, session=session)
    context = {
        "session": session,
        "edition": edition,
        "title": edition.name,
        "people": roll(session),
        "trainers": [row.trainer for row in session.trainers.select_related("trainer")],
        "spare": range(3),
    }
    with translation.override(language):
        context["code"] = codes.picture(
            reverse("entry-short", args=[session.pk]),
            title=_("QR code that opens the page in which this sheet is entered"),
        )
        return render(request, "training/sheet.html", context)


def _against(
    request: HttpRequest, form: SessionForm, session: Session | None = None
) -> list[Clash]:
    """What speaks against it and was not shown yet. Where it cannot be at all, the form says so instead."""
    meeting = form.meeting(session)
    refused = hard([meeting], by=request.user)[0]
    if refused:
        form.add_error(_field_of(refused), _said(refused))
        return []
    found = soft([meeting])[0]
    return [] if request.POST.get("seen") == fingerprint(found) else found


def _said(refused: Refused) -> str:
    return f"{refused.message} {refused.next_step}"


def _field_of(refused: Refused) -> str | None:
    """The field that the error stands at."""
    return {"room_taken": "room", "trainer_taken": "trainers"}.get(refused.code)


def _changeable(request: HttpRequest, pk: int) -> Edition:
    mine = Edition.objects.visible_to(request.user, Permission.SCHEDULE)
    mine = for_cards(mine).exclude(status=Edition.Status.CANCELLED)
    return get_object_or_404(mine, pk=pk)


def _session(request: HttpRequest, pk: int) -> tuple[Session, Edition]:
    mine = Session.objects.visible_to(request.user, Permission.SCHEDULE)
    session = get_object_or_404(mine.select_related("room__venue"), pk=pk)
    edition = for_cards(Edition.objects.visible_to(request.user, Permission.SCHEDULE)).get(
        pk=session.edition_id
    )
    return session, edition
