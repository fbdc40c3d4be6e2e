"""The signed-in person's own pages: what to do next, and their record."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from people.access import Grants, grants_of
from people.actions import accounts
from people.actions.people import update_person
from people.forms.people import OwnForm, ProfileForm
from people.models import Membership, Person
from people.permissions import Permission as P
from people.roles import role

# What each permission opens, with one line of explanation.
TOOLS = (
    (P.VIEW_EDITIONS, "training:editions", _("Editions"), _("Schedule courses, enrol people, take the roll.")),
    (P.SCHEDULE, "training:needs", _("Sessions that need trainers"), _("See where a trainer is missing.")),
    (P.NOMINATE, "training:nominate", _("Nominate people"), _("Put forward people for a course.")),
    (P.NOMINATE, "training:requests", _("Requests for places"), _("Approve or refuse those who ask for a place.")),
    (P.NOMINATE, "training:household", _("Households"), _("Put adults on record who care together.")),
    (P.VIEW_STANDING, "certification:standing", _("Standing"), _("Who is certified, who is not.")),
    (P.VIEW_STANDING, "certification:posts", _("Coverage of posts"), _("See which post lacks somebody trained.")),
    (P.VIEW_EDITIONS, "certification:demand", _("Demand"), _("See how many places are missing, and draft editions.")),
    (P.REVIEW_EVIDENCE, "certification:evidence-review", _("Papers to review"),
     _("Grant hours for training that people had elsewhere.")),
    (P.REVIEW_EVIDENCE, "certification:reliefs", _("Exemptions and extensions"),
     _("Confirm what a colleague asked for.")),
    (P.REVIEW_EVIDENCE, "certification:earlier-upload", _("Record certificates on paper"),
     _("Add certificates that others issued before, from a spreadsheet.")),
    (P.ISSUE, "certification:approvals", _("Waiting for a second person"), _("Confirm what a colleague asked for.")),
    (P.VIEW_PEOPLE, "people:register", _("People"), _("Find a person and see their record.")),
    (P.IMPORT_PEOPLE, "people:import", _("Import people"), _("Add many people at once from a spreadsheet.")),
    (P.MANAGE_ORGANISATION, "certification:authorities", _("Issuing institutions"), _("How certificates look.")),
    (P.MANAGE_ROLES, "people:roles", _("Roles"), _("Say who may do what in your institutions.")),
    (P.MANAGE_ROLES, "people:providers", _("Sign-in of institutions"),
     _("Let an institution sign in its people with its own accounts.")),
    (P.MANAGE_MACHINES, "people:machines", _("Machines"), _("Let programs of your institutions use the data.")),
    (P.MANAGE_MACHINES, "webhooks:all", _("Webhooks"), _("Let programs hear at once when something happens.")),
    (P.EDIT_CONTENT, "wagtailadmin_home", _("Content"), _("Write, translate and publish courses and pages.")),
)  # fmt: skip


def _links(grants: Grants) -> list[dict[str, Any]]:
    """What this person's roles let them open."""
    return [
        {"title": title, "hint": hint, "href": reverse(view)}
        for permission, view, title, hint in TOOLS
        if grants.anywhere(permission)
    ]


@login_required
def start(request: HttpRequest) -> HttpResponse:
    """What to do next, by role: a learner's courses and certificates, a staff member's tools."""
    grants = grants_of(request.user)
    context = {
        "person": request.user.person,
        "staff_links": _links(grants),
    }
    return render(request, "people/start.html", context)


@login_required
def welcome(request: HttpRequest) -> HttpResponse:
    """The short form of a new learner: who they are and where they live."""
    if request.user.person_id:
        return redirect(_then(request))
    form = ProfileForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accounts.register(user=request.user, **form.cleaned_data)
        return redirect(_then(request))
    return render(
        request, "people/welcome.html", {"form": form, "next": request.GET.get("next", "")}
    )


def _then(request: HttpRequest) -> str:
    """Where the person was going, if that is a page of ours."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        url, {request.get_host()}, require_https=request.is_secure()
    )
    return url if url and is_ours else reverse("people:start")


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """One's own record, roles and ways to sign in."""
    person = request.user.person
    memberships = (
        Membership.objects.current().filter(person=person).select_related("organisation")
        if person
        else ()
    )
    context = {
        "person": person,
        "rows": own_rows(person) if person else [],
        "roles": [
            {"name": role(m.role).name, "organisation": m.organisation, "since": m.since}
            for m in memberships
        ],
        "documents": person.documents.all() if person else (),
        "has_password": request.user.has_usable_password(),
    }
    return render(request, "people/profile.html", context)


def own_rows(person: Person) -> list[dict[str, Any]]:
    """The rows of the summary list of one's own record."""
    edit = reverse("people:profile-edit")

    def row(key: str, value: object, anchor: str) -> dict[str, Any]:
        change = {"text": _("Change"), "href": f"{edit}#id_{anchor}", "hidden": key}
        return {"key": key, "value": str(value) if value else "–", "actions": [change]}

    return [
        row(_("Family name"), person.family_name, "family_name"),
        row(_("Given name"), person.given_name, "given_name"),
        row(_("Patronymic or father’s name"), person.patronymic, "patronymic"),
        row(_("Name in Latin letters"), person.latin_name, "latin_name"),
        row(_("Telephone"), person.phone, "phone"),
        row(
            _("Language of our mails and of your certificate"),
            person.get_language_display(),
            "language",
        ),
    ]


@login_required
def edit_profile(request: HttpRequest) -> HttpResponse:
    """Correct one's own names, telephone and language."""
    person = request.user.person
    if person is None:
        return redirect("people:welcome")
    form = OwnForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        update_person(by=request.user, person=person, **form.cleaned_data)
        accounts.remember_language(user=request.user, language=form.cleaned_data["language"])
        messages.success(request, _("Your details are saved."))
        return redirect("people:profile")
    return render(request, "people/profile_edit.html", {"form": form})
