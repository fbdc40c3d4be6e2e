"""The people register: officers find, see, add and correct the people of their branch."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from people.access import grants_of, not_there
from people.actions import accounts
from people.actions import people as people_actions
from people.actions.moves import ROLE
from people.forms.people import AccountForm, NewPersonForm, PersonForm, SearchForm
from people.models import Membership, Merge, Organisation, Person, PersonDocument, User
from people.permissions import Permission as P
from people.queries import institutions, register_rows
from people.roles import role
from people.templatetags.words import language_name, long_date

PER_PAGE = 50


@login_required
def people(request: HttpRequest) -> HttpResponse:
    """The people of one's branch, by name; search works in any script, with or without diacritics."""
    if not grants_of(request.user).anywhere(P.VIEW_PEOPLE):
        raise PermissionDenied("no people to see")
    allowed = Organisation.objects.visible_to(request.user, P.VIEW_PEOPLE)
    form = SearchForm(request.GET or None, allowed=allowed)
    asked = narrowed(form, allowed)
    found = register_rows(
        request.user, text=asked.get("q", ""), organisation=asked.get("organisation")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    grants = grants_of(request.user)
    context = {
        "form": form,
        "page": page,
        "active": sum(bool(value) for value in asked.values()),
        "may_add": grants.anywhere(P.EDIT_PEOPLE) or grants.anywhere(P.NOMINATE),
        "may_import": grants.anywhere(P.IMPORT_PEOPLE),
        "may_edit": grants.anywhere(P.EDIT_PEOPLE),
    }
    return render(request, "people/register.html", context)


def narrowed(form: Form, allowed: QuerySet[Organisation]) -> dict[str, Any]:
    """What narrows a list, as far as it is right; with an institution out of reach the address is not there."""
    if not form.is_bound:
        return {}
    if form.is_valid():
        return form.cleaned_data
    known = {str(pk) for pk in allowed.values_list("pk", flat=True)}
    not_there(form.data.get("organisation", ""), known)
    return {}


@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's record. Opening another person's record is written into the trail."""
    found = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    people_actions.note_opened(by=request.user, person=found)
    context = {
        "person": found,
        "rows": _rows(found),
        "memberships": _memberships(request.user, found),
        "log_in": User.objects.filter(person=found).first(),
        "authorisations": found.authorisations.order_by("-since", "-pk"),
        "documents": PersonDocument.objects.visible_to(request.user).filter(person=found),
        "may_edit": _may_edit(request.user, found),
        "may_list": grants_of(request.user).anywhere(P.VIEW_PEOPLE),
        "is_own": request.user.person_id == found.pk,
        "merge": Merge.objects.visible_to(request.user).open().filter(kept=found).last(),
    }
    return render(request, "people/person.html", context)


def _rows(person: Person) -> list[dict[str, Any]]:
    held = ", ".join(
        str(c.category) for c in person.categories.current().select_related("category")
    )
    facts = (
        (_("Family name"), person.family_name),
        (_("Given name"), person.given_name),
        (_("Patronymic or father’s name"), person.patronymic),
        (_("Name in Latin letters"), person.latin_name),
        (_("Categories"), held),
        (_("E-mail address"), person.email),
        (_("Telephone"), person.phone),
        (_("County"), person.region),
        (_("Town or village"), person.locality),
        (_("Postal address"), person.postal_address),
        (_("Language"), language_name(person.language)),
        (_("National number"), _("recorded") if person.national_id_hash else ""),
        (_("On record since"), long_date(person.created_at)),
        (_("Last verified"), _verified(person)),
    )
    return [{"key": key, "value": str(value)} for key, value in facts if value]


def _verified(person: Person) -> str:
    """The day, and by whom."""
    if not person.verified_on:
        return _("never")
    day = long_date(person.verified_on)
    who = person.verified_by.get_full_name() if person.verified_by else ""
    return _("%(day)s, by %(name)s") % {"day": day, "name": who} if who else day


def _memberships(user: User, person: Person) -> list[dict[str, Any]]:
    """The person's roles in the branches that this user may see, the present ones first."""
    seen = Membership.objects.visible_to(user).filter(person=person).select_related("organisation")
    mine = Membership.objects.visible_to(user, P.EDIT_PEOPLE).current().filter(person=person)
    movable = set(mine.filter(role=ROLE).values_list("pk", flat=True))
    return [
        {
            "role": role(m.role).name,
            "organisation": m.organisation,
            "since": m.since,
            "until": m.until,
            "moves": m.pk if m.pk in movable and person.pk != user.person_id else None,
        }
        for m in seen.order_by("-until", "-since")
    ]


def _may_edit(user: User, person: Person) -> bool:
    return (
        Person.objects.visible_to(user, P.EDIT_PEOPLE).filter(pk=person.pk).exists()
        and user.person_id != person.pk
    )


def _where_may_add(user: User) -> Any:
    """Institutions where this user may record people: officers, and those who nominate or enrol."""
    found = Organisation.objects.none()
    for permission in (P.EDIT_PEOPLE, P.NOMINATE, P.ENROL):
        found = found | Organisation.objects.visible_to(user, permission)
    return institutions(found.distinct())


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Put a person on record."""
    allowed = _where_may_add(request.user)
    first = allowed.first()
    if first is None:
        raise PermissionDenied("nowhere to add people")
    initial = {"organisation": first, "language": first.language}
    form = NewPersonForm(request.POST or None, initial=initial, allowed=allowed)
    if request.method == "POST" and form.is_valid():
        try:
            made = people_actions.record_person(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The person is on record."))
            return redirect("people:person", made.pk)
    return render(
        request, "people/person_form.html", {"form": form, "back": reverse("people:register")}
    )


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a person's record."""
    found = get_object_or_404(Person.objects.visible_to(request.user, P.EDIT_PEOPLE), pk=pk)
    if found.pk == request.user.person_id:
        return redirect("people:profile-edit")
    people_actions.note_opened(by=request.user, person=found)
    form = PersonForm(request.POST or None, person=found)
    if request.method == "POST" and form.is_valid():
        try:
            people_actions.correct(by=request.user, person=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The record is corrected."))
            return redirect("people:person", found.pk)
    context = {"form": form, "person": found, "back": reverse("people:person", args=[found.pk])}
    return render(request, "people/person_form.html", context)


@login_required
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an account for a person, so that they can sign in by e-mail code."""
    found = get_object_or_404(Person.objects.visible_to(request.user, P.EDIT_PEOPLE), pk=pk)
    form = AccountForm(request.POST or None, initial={"email": found.email})
    if request.method == "POST" and form.is_valid():
        try:
            accounts.open_account(by=request.user, person=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, _("The account is open. The person signs in with a code by e-mail.")
            )
            return redirect("people:person", found.pk)
    return render(request, "people/account_form.html", {"form": form, "person": found})
