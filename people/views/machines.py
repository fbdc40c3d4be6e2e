"""Machines: the tokens with which programs of an institution use the API. For administrators."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.access import grants_of
from people.actions import tokens as actions
from people.forms.machines import TokenForm
from people.models import ApiToken, Organisation, User
from people.permissions import Permission as P

PER_PAGE = 50


@login_required
@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of one's branch with their use, the newest first."""
    _require_somewhere(request.user)
    rows = ApiToken.objects.visible_to(request.user).select_related("organisation")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/machines.html", {"page": page})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Make a token. Its key is on the answer, once, and nowhere else."""
    _require_somewhere(request.user)
    allowed = Organisation.objects.visible_to(request.user, P.MANAGE_MACHINES)
    sent = request.method == "POST"
    form = TokenForm(request.POST if sent else None, allowed=allowed)
    if sent and form.is_valid():
        try:
            with transaction.atomic():
                token, key = actions.make(by=request.user, **form.cleaned_data)
        except IntegrityError:  # the same form, sent twice at once
            messages.info(request, _("There is a token of that name already."))
            return redirect("people:machines")
        return render(request, "people/machine_key.html", {"token": token, "key": key})
    return render(request, "people/machine_add.html", {"form": form})


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


def _require_somewhere(user: User) -> None:
    if not grants_of(user).anywhere(P.MANAGE_MACHINES):
        raise PermissionDenied("no machines to look after")


def _fetched(user: User, pk: int) -> ApiToken:
    rows = ApiToken.objects.visible_to(user).select_related("organisation", "made_by__person")
    return get_object_or_404(rows, pk=pk)
