"""Duplicates: records that may be one person, side by side, made one, and parted again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people.access import grants_of
from people.actions import apart as apart_actions
from people.actions import merges
from people.duplicates import pairs
from people.forms.merges import LABELS, MergeForm, shown
from people.models import Apart, Merge, Person, User
from people.permissions import Permission as P

PER_PAGE = 50


@login_required
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs of records of one's branch that may be one person, with what is the same."""
    _require_somewhere(request.user)
    words = {
        "email": _("same e-mail address"),
        "phone": _("same telephone"),
        "name": _("same name"),
    }
    found = pairs(request.user)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"pair": pair, "same": [words[by] for by in pair.by]} for pair in page]
    return render(request, "people/duplicates.html", {"page": page, "rows": rows})


@login_required
def merge(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Two records side by side: what differs is chosen, what moves is said, then they are one."""
    kept, merged = _two(request.user, pk, other)
    form = MergeForm(request.POST if request.method == "POST" else None, kept=kept, merged=merged)
    if request.method == "POST" and form.is_valid():
        try:
            merges.merge(by=request.user, kept=kept, merged=merged, take=form.take())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The two records are one now."))
            return redirect("people:person", kept.pk)
    context = {
        "form": form, "kept": kept, "merged": merged, "facts": _side_by_side(kept, merged),
        **merges.preview(by=request.user, kept=kept, merged=merged),
    }  # fmt: skip
    return render(request, "people/merge.html", context)


@login_required
@require_POST
def keep_apart(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """The two records are of two people; on to the next pair."""
    one, two = _two(request.user, pk, other)
    try:
        apart_actions.keep_apart(by=request.user, one=one, other=two)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Written down: these are two people."))
    return redirect("people:duplicates")


@login_required
def apart(request: HttpRequest) -> HttpResponse:
    """Pairs that somebody said to be two people, each with a way back."""
    _require_somewhere(request.user)
    rows = Apart.objects.visible_to(request.user).select_related("first", "second", "by__person")
    page = Paginator(rows.order_by("-at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/apart.html", {"page": page})


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """They may be one person after all."""
    one, two = _two(request.user, pk, other)
    apart_actions.take_back(by=request.user, one=one, other=two)
    messages.success(request, _("The two records stand among the possible duplicates again."))
    return redirect("people:apart")


@login_required
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Part two records again."""
    found = get_object_or_404(Merge.objects.visible_to(request.user), pk=pk)
    try:
        merges.undo(by=request.user, merge=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("people:person", found.kept_id)
    messages.success(request, _("The two records are two again."))
    return redirect("people:person", found.merged_id)


def _require_somewhere(user: User) -> None:
    if not grants_of(user).anywhere(P.EDIT_PEOPLE):
        raise PermissionDenied("no people to merge")


def _two(user: User, pk: int, other: int) -> tuple[Person, Person]:
    seen = Person.objects.visible_to(user, P.EDIT_PEOPLE).filter(erased_at=None)
    return get_object_or_404(seen, pk=pk), get_object_or_404(seen.exclude(pk=pk), pk=other)


def _side_by_side(kept: Person, merged: Person) -> list[dict[str, Any]]:
    first, second = shown(kept), shown(merged)
    return [
        {"label": label, "kept": first[name], "merged": second[name]}
        for name, label in LABELS.items()
        if first[name] or second[name]
    ]
