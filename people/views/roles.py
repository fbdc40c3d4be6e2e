"""Roles: who may do what in which institution. For administrators."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from people.access import grants_of
from people.actions import memberships
from people.forms.roles import EndForm, GrantForm
from people.models import Membership, Organisation, User
from people.permissions import Permission as P
from people.queries import institutions as in_order
from people.queries import members_of, register_rows
from people.roles import ROLES, STAFF_ROLES, role

PER_PAGE = 50
FOUND = 20


@login_required
def institutions(request: HttpRequest) -> HttpResponse:
    """The institutions where this user gives out roles, as a tree, and what each role is for."""
    if not grants_of(request.user).anywhere(P.MANAGE_ROLES):
        raise PermissionDenied("no roles to manage")
    allowed = in_order(Organisation.objects.visible_to(request.user, P.MANAGE_ROLES))
    page = Paginator(allowed, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/roles.html", {"page": page, "roles": ROLES.values()})


@login_required
def members(request: HttpRequest, pk: int) -> HttpResponse:
    """Who holds a role at one institution."""
    organisation = _institution(request.user, pk)
    rows = [
        {
            "membership": m,
            "role": role(m.role).name,
            "is_own": m.person_id == request.user.person_id,
        }
        for m in members_of(organisation, STAFF_ROLES)
    ]
    context = {
        "organisation": organisation,
        "rows": rows,
        "ancestors": organisation.get_ancestors(),
    }
    return render(request, "people/roles_members.html", context)


@login_required
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Two steps on one page: find the person, then say which role and from when."""
    organisation = _institution(request.user, pk)
    text = (request.POST.get("q") or request.GET.get("q") or "").strip()
    found = list(register_rows(request.user, text=text)[:FOUND]) if text else []
    chosen = register_rows(request.user).filter(pk__in=[person.pk for person in found])
    form = GrantForm(
        request.POST or None,
        candidates=chosen,
        initial={"person": found[0] if len(found) == 1 else None},
    )
    if request.method == "POST" and form.is_valid():
        try:
            memberships.grant(by=request.user, organisation=organisation, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The role is given."))
            return redirect("people:roles-members", organisation.pk)
    context: dict[str, Any] = {
        "organisation": organisation, "q": text, "found": found, "form": form if found else None,
        "roles": ROLES.values(),
    }  # fmt: skip
    return render(request, "people/roles_grant.html", context)


@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role, at once or on a day to come."""
    found = Membership.objects.visible_to(request.user, P.MANAGE_ROLES).select_related(
        "person", "organisation"
    )
    membership = get_object_or_404(found, pk=pk)
    if not grants_of(request.user).allows(P.MANAGE_ROLES, membership.organisation):
        raise PermissionDenied("one's own role in another branch")
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        memberships.end(by=request.user, membership=membership, until=form.cleaned_data["until"])
        messages.success(request, _("The role is ended."))
        return redirect("people:roles-members", membership.organisation_id)
    context = {"form": form, "membership": membership, "role": role(membership.role).name}
    return render(request, "people/roles_end.html", context)


def _institution(user: User, pk: int) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(user, P.MANAGE_ROLES), pk=pk)
