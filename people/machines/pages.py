"""What the pages of all machinery do the same way: who may open them, lists, and a secret that is shown once."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from people.access import grants_of
from people.models import Organisation, User
from people.permissions import Permission as P

PER_PAGE = 50


def listed(request: HttpRequest, rows: QuerySet, template: str, **more: Any) -> HttpResponse:
    """A page of the rows, for whoever looks after machines somewhere."""
    _require_somewhere(request.user)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, template, {"page": page, **more})


def made_once(
    request: HttpRequest,
    form_class: Callable[..., Form],
    make: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    templates: tuple[str, str],
    taken: tuple[str, str],
) -> HttpResponse:
    """The form of one of the user's institutions, and what `make` makes of it: its secret is on this answer alone.

    `taken`: at which field what is said where there is one already, as when the same form is sent twice at once.
    """
    _require_somewhere(request.user)
    allowed = Organisation.objects.visible_to(request.user, P.MANAGE_MACHINES)
    sent = request.method == "POST"
    form = form_class(request.POST if sent else None, allowed=allowed)
    asks, shows = templates
    if sent and form.is_valid():
        try:
            with transaction.atomic():
                return render(request, shows, make(form.cleaned_data))
        except IntegrityError:
            form.add_error(*taken)
    return render(request, asks, {"form": form})


def _require_somewhere(user: User) -> None:
    if not grants_of(user).anywhere(P.MANAGE_MACHINES):
        raise PermissionDenied("no machines to look after")
