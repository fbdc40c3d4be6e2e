"""One record: moved to another institution, verified, its authorisations; and the list of those to look at."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people.access import grants_of
from people.actions import authorisations, checks, moves
from people.forms.records import AuthorisationForm, MoveForm, StaleForm
from people.models import Authorisation, Membership, Organisation, Person, User
from people.permissions import Permission as P
from people.queries import jurisdiction
from people.stale import stale as stale_records
from people.views.register import narrowed

PER_PAGE = 50


def _person(user: User, pk: int) -> Person:
    seen = Person.objects.visible_to(user, P.EDIT_PEOPLE).filter(erased_at=None)
    return get_object_or_404(seen.exclude(pk=user.person_id), pk=pk)


@login_required
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a person over to another institution, from a day on."""
    seen = Membership.objects.visible_to(request.user, P.EDIT_PEOPLE).current()
    held = get_object_or_404(
        seen.filter(role=moves.ROLE).exclude(person=request.user.person_id).select_related("person", "organisation"),
        pk=pk,
    )  # fmt: skip
    where = Organisation.objects.filter(jurisdiction=jurisdiction()).exclude(
        pk=held.organisation_id
    )
    form = MoveForm(request.POST if request.method == "POST" else None, where=where)
    if request.method == "POST" and form.is_valid():
        try:
            moves.move(by=request.user, membership=held, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The move is recorded."))
            still = Person.objects.visible_to(request.user).filter(pk=held.person_id).exists()
            return (
                redirect("people:person", held.person_id) if still else redirect("people:register")
            )
    return render(request, "people/move.html", {"form": form, "held": held})


@login_required
@require_POST
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """The record is right today; back to where the button stood."""
    found = _person(request.user, pk)
    checks.verify(by=request.user, person=found)
    messages.success(request, _("Verified today: %(name)s") % {"name": found.list_name})
    back = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(back, None) and back.startswith("/")
    return redirect(back if inside else reverse("people:person", args=[pk]))


@login_required
def stale(request: HttpRequest) -> HttpResponse:
    """Records that were not verified for long, the oldest first, with a button for each: a list to work down."""
    if not grants_of(request.user).anywhere(P.EDIT_PEOPLE):
        raise PermissionDenied("no records to verify")
    allowed = Organisation.objects.visible_to(request.user, P.EDIT_PEOPLE)
    form = StaleForm(request.GET or None, allowed=allowed)
    asked = narrowed(form, allowed)
    months = asked.get("months") or 12
    found = stale_records(request.user, months, asked.get("organisation"))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "active": bool(asked.get("organisation"))}
    return render(request, "people/stale.html", context)


@login_required
def new_authorisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a right to care that another body gave."""
    found = _person(request.user, pk)
    return _authorisation(request, found, None)


@login_required
def authorisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct it, or write down that it was suspended, withdrawn or given for longer."""
    held = get_object_or_404(
        Authorisation.objects.filter(
            person__in=Person.objects.visible_to(request.user, P.EDIT_PEOPLE)
        )
        .exclude(person=request.user.person_id)
        .select_related("person"),
        pk=pk,
    )
    return _authorisation(request, held.person, held)


def _authorisation(
    request: HttpRequest, person: Person, held: Authorisation | None
) -> HttpResponse:
    form = AuthorisationForm(request.POST if request.method == "POST" else None, held=held)
    if request.method == "POST" and form.is_valid():
        try:
            if held:
                authorisations.change(by=request.user, authorisation=held, **form.cleaned_data)
            else:
                authorisations.record(by=request.user, person=person, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The authorisation is recorded."))
            return redirect("people:person", person.pk)
    context: dict[str, Any] = {"form": form, "person": person, "held": held}
    return render(request, "people/authorisation_form.html", context)
