"""Editions of a branch, for those who answer for them."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.queries import source_of
from people.access import grants_of
from people.permissions import Permission
from training import cards
from training.actions import editions as actions
from training.actions.errors import Refused
from training.actions.waiting_errors import RuleInUse
from training.forms.editions import ChangeForm, ListFilter, ScheduleForm, StatusForm
from training.models import Edition, Session
from training.planning import meeting_of
from training.queries import editions_of_branch, group_counts
from training.queries.clashes import soft
from training.queries.editions import for_cards, may_schedule

PER_PAGE = 50
Status = Edition.Status
# What each change is called on its button, and whether people are told why.
VERBS = {
    Status.ANNOUNCED: gettext_lazy("Announce"),
    Status.OPEN: gettext_lazy("Open for enrolment"),
    Status.CLOSED: gettext_lazy("Close enrolment"),
    Status.RUNNING: gettext_lazy("Mark as running"),
    Status.DONE: gettext_lazy("Mark as done"),
    Status.CANCELLED: gettext_lazy("Cancel the edition"),
}


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """The editions that the user may see: the coming ones first; by status and by words."""
    if not _may_look(request):
        raise Http404
    form = ListFilter(request.GET)
    found = form.cleaned_data if form.is_valid() else {}
    wanted = {"status": found.get("status", ""), "words": found.get("q", "")}
    editions = editions_of_branch(request.user, **wanted)
    page = Paginator(editions, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter_form": form,
        "active": sum(1 for value in wanted.values() if value),
        "page": page,
        "cards": [cards.staff_card(edition) for edition in page],
        "may_schedule": grants_of(request.user).anywhere(Permission.SCHEDULE),
    }
    return render(request, "training/editions.html", context)


def _may_look(request: HttpRequest) -> bool:
    grants = grants_of(request.user)
    return grants.anywhere(Permission.VIEW_EDITIONS) or "trainer" in grants.roles


@login_required
def schedule(request: HttpRequest) -> HttpResponse:
    """A new edition in few fields. It stays a draft until it has sessions and is opened."""
    if not grants_of(request.user).anywhere(Permission.SCHEDULE):
        raise Http404
    form = ScheduleForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        course = source_of(form.cleaned_data["course"])
        made = actions.schedule(by=request.user, course=course, status=Status.DRAFT, **form.facts())
        return redirect("training:session-add", made.pk)
    return render(request, "training/edition_form.html", {"form": form})


@login_required
def manage(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition with its sessions, its places and what can be done now."""
    edition = _seen(request, pk)
    sessions = list(
        edition.sessions.select_related("room__venue").prefetch_related("trainers__trainer")
    )
    may_change = may_schedule(request.user, edition)
    if may_change:
        _mark_clashes(edition, sessions)
    context = {
        "edition": edition,
        "title": edition.name,
        "card": cards.staff_card(edition),
        "rows": _rows(edition),
        "sessions": sessions,
        "counts": group_counts(edition),
        "may_change": may_change,
        "may_nominate": grants_of(request.user).anywhere(Permission.NOMINATE),
        "buttons": _buttons(edition, bool(edition.starts)) if may_change else [],
    }
    return render(request, "training/manage.html", context)


@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of an edition."""
    edition = _changeable(request, pk)
    form = ChangeForm(request.POST or None, edition=edition)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update(by=request.user, edition=edition, **form.facts())
            return redirect("training:manage", edition.pk)
        except Refused as refused:
            field = "queue_rule" if isinstance(refused, RuleInUse) else "capacity"
            form.add_error(field, refused.message)
    context = {"form": form, "edition": edition, "title": edition.name}
    return render(request, "training/edition_form.html", context)


@login_required
def status(request: HttpRequest, pk: int, status: str) -> HttpResponse:
    """Ask once, then announce, open, close, end or cancel. Cancelling and going back need a reason."""
    edition = _changeable(request, pk)
    if status not in VERBS:
        raise Http404
    # Bound even when the post is empty: a reason that is missing is said so.
    posted = request.POST if request.method == "POST" else None
    is_needed = actions.needs_reason(edition.status, status)
    form = StatusForm(posted, is_needed=is_needed)
    refusal = None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.change_status(by=request.user, edition=edition, status=status, reason=reason)
            return redirect("training:manage", edition.pk)
        except Refused as refused:
            refusal = refused
    context = {
        "edition": edition,
        "title": edition.name,
        "status": status,
        "verb": VERBS[Status(status)],
        "form": form,
        "refusal": refusal,
        "is_danger": status == Status.CANCELLED,
        "counts": group_counts(edition),
    }
    return render(request, "training/edition_status.html", context)


def _mark_clashes(edition: Edition, sessions: list[Session]) -> None:
    """Put to each session still to come what speaks against it."""
    coming = [one for one in sessions if not one.is_cancelled and one.ends > timezone.now()]
    for one in coming:
        one.edition = edition
    meetings = [meeting_of(one, [row.trainer for row in one.trainers.all()]) for one in coming]
    for one, found in zip(coming, soft(meetings), strict=True):
        one.clashes = found  # type: ignore[attr-defined]


def _buttons(edition: Edition, has_sessions: bool) -> list[dict[str, Any]]:
    """The changes of status that make sense now, the most likely one first."""
    found = []
    for target in actions.NEXT[edition.status]:
        if target in (Status.OPEN, Status.ANNOUNCED) and not has_sessions:
            continue
        kind = "secondary" if found else ""
        if target == Status.CANCELLED:
            kind = "quiet"
        href = reverse("training:status", args=[edition.pk, target.value])
        found.append({"text": VERBS[target], "href": href, "kind": kind})
    return found


def _rows(edition: Edition) -> list[dict[str, Any]]:
    found = [
        {"key": _("Dates"), "value": cards.when(edition) or _("No session yet")},
        {"key": _("Place"), "value": cards.where(edition) or "–"},
        {"key": _("Language"), "value": cards.LANGUAGES[edition.language]},
        {"key": _("Organiser"), "value": str(edition.organiser)},
        {"key": _("Enrolment"), "value": cards.window(edition)},
        {"key": _("Waiting list"), "value": cards.rule(edition)},
    ]
    if edition.status_reason:
        found.append({"key": _("Reason"), "value": edition.status_reason})
    if edition.notes:
        found.append({"key": _("Good to know"), "value": edition.notes})
    return found


def _seen(request: HttpRequest, pk: int) -> Edition:
    return get_object_or_404(for_cards(Edition.objects.visible_to(request.user)), pk=pk)


def _changeable(request: HttpRequest, pk: int) -> Edition:
    mine = Edition.objects.visible_to(request.user, Permission.SCHEDULE)
    return get_object_or_404(for_cards(mine), pk=pk)
