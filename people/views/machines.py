"""Machines: the tokens with which programs of an institution use the API. For administrators."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.actions import tokens as actions
from people.forms.machines import TokenForm
from people.machines.pages import listed, made_once
from people.models import ApiToken, User


@login_required
@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of one's branch with their use, the newest first."""
    rows = ApiToken.objects.visible_to(request.user).select_related("organisation")
    return listed(request, rows, "people/machines.html")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Make a token. Its key is on the answer, once, and nowhere else."""

    def make(given: dict[str, Any]) -> dict[str, Any]:
        token, key = actions.make(by=request.user, **given)
        return {"token": token, "key": key}

    templates = ("people/machine_add.html", "people/machine_key.html")
    taken = ("name", _("There is a token of that name already."))
    return made_once(request, TokenForm, make, templates=templates, taken=taken)


@login_required
@require_GET
def token(request: HttpRequest, pk: int) -> HttpResponse:
    """One token: what it may do, until when, and how much it is used."""
    return render(request, "people/machine.html", {"token": _fetched(request.user, pk)})


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token at once."""
    found = _fetched(request.user, pk)
    actions.end(by=request.user, token=found)
    messages.success(request, _("The token is ended. It opens nothing any more."))
    return redirect("people:machine", found.pk)


def _fetched(user: User, pk: int) -> ApiToken:
    rows = ApiToken.objects.visible_to(user).select_related("organisation", "made_by__person")
    return get_object_or_404(rows, pk=pk)
