"""The next version of a programme's rules: written as a draft, looked at beforehand, published for its day."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from certification import preview as previews
from certification.actions import rules as actions
from certification.books import ask_of
from certification.errors import CertificationError
from certification.finding_words import (
    WITH_REQUIREMENTS,
    asked_in_words,
    names_for,
    requirements_in_words,
)
from certification.forms_rules import EqualForm, FiguresForm, NewVersionForm, RequirementForm
from certification.models import Equivalence, Requirement, RuleVersion
from certification.preview import Fate
from certification.views.programmes import managed
from people import audit
from people.access import grants_of
from people.models import Person, Region
from people.permissions import Permission

PER_PAGE = 50
Status = RuleVersion.Status


def _draft(request: HttpRequest, pk: int) -> RuleVersion:
    """A draft of this deployment, for those who manage programmes; a published version has no such pages."""
    if not grants_of(request.user).at_the_top(Permission.MANAGE_PROGRAMMES):
        raise Http404
    rows = RuleVersion.objects.drafts().filter(programme__jurisdiction__code=settings.JURISDICTION)
    return get_object_or_404(rows.select_related("programme__jurisdiction"), pk=pk)


def _refused(form: forms.BaseForm, error: CertificationError) -> None:
    """The sentence stands at its field, if the form has it."""
    field = getattr(error, "field", None)
    form.add_error(field if field in form.fields else None, str(error.message))


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version as a copy of the newest one."""
    programme = managed(request, pk)
    form = NewVersionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft(programme=programme, by=request.user, **form.cleaned_data)
            return redirect("certification:rules", made.pk)
        except CertificationError as error:
            _refused(form, error)
    context = {"programme": programme, "form": form}
    return render(request, "certification/rules_new.html", context)


@never_cache
@login_required
@require_GET
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft: its figures, its requirements row by row, and what can be done with it."""
    version = _draft(request, pk)
    prefetch_related_objects([version], *WITH_REQUIREMENTS)
    context = {
        "version": version,
        "programme": version.programme,
        "requirements": requirements_in_words(version),
        "is_proposed": version.status == Status.PROPOSED,
        "is_mine": version.proposed_by == request.user.pk,
    }
    return render(request, "certification/rules.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def figures(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the figures of a draft."""
    version = _draft(request, pk)
    form = FiguresForm(request.POST or None, instance=version)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(version=version, by=request.user, **form.cleaned_data)
            return redirect("certification:rules", version.pk)
        except CertificationError as error:
            _refused(form, error)
    return _form(request, version, form, _("Figures of the version"))


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A requirement more."""
    version = _draft(request, pk)
    form = RequirementForm(request.POST or None, version=version)
    return _put(request, version, form, None, _("Add a requirement"))


@login_required
@require_http_methods(["GET", "POST"])
def requirement(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one requirement of a draft."""
    row, version = _requirement(request, pk)
    form = RequirementForm(request.POST or None, version=version, instance=row)
    return _put(request, version, form, row, _("Change the requirement"))


def _requirement(request: HttpRequest, pk: int) -> tuple[Requirement, RuleVersion]:
    row = get_object_or_404(Requirement.objects.filter(version__in=RuleVersion.objects.drafts()), pk=pk)  # fmt: skip
    return row, _draft(request, row.version_id)


def _put(
    request: HttpRequest,
    version: RuleVersion,
    form: RequirementForm,
    row: Requirement | None,
    title: str,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_requirement(
                version=version, by=request.user, requirement=row, **form.values()
            )  # fmt: skip
            return redirect("certification:rules", version.pk)
        except CertificationError as error:
            _refused(form, error)
    return _form(request, version, form, title, row)


def _form(
    request: HttpRequest,
    version: RuleVersion,
    form: forms.BaseForm,
    title: str,
    row: Requirement | None = None,
) -> HttpResponse:
    context = {"version": version, "form": form, "title": title, "row": row}
    return render(request, "certification/rules_form.html", context)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a requirement out of a draft."""
    row, version = _requirement(request, pk)
    actions.remove_requirement(requirement=row, by=request.user)
    messages.success(request, _("The requirement is taken out of the draft."))
    return redirect("certification:rules", version.pk)


@login_required
@require_http_methods(["GET", "POST"])
def equal(request: HttpRequest, pk: int) -> HttpResponse:
    """What counts in place of a requirement, one thing after the other."""
    row, version = _requirement(request, pk)
    form = EqualForm(request.POST or None, of=row)
    if request.method == "POST" and form.is_valid():
        actions.add_equal(requirement=row, by=request.user, **form.values())
        return redirect("certification:rules-equal", row.pk)
    things = ("topic", "course", "programme")
    prefetch_related_objects([row], *(f"equivalences__{thing}" for thing in things))
    asked = asked_in_words(ask_of(row), names_for([ask_of(row)]))
    context = {"version": version, "row": row, "asked": asked, "form": form}
    return render(request, "certification/rules_equal.html", context)


@login_required
@require_POST
def unequal(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one of them no longer count."""
    drafts = RuleVersion.objects.drafts()
    found = get_object_or_404(Equivalence.objects.filter(requirement__version__in=drafts), pk=pk)
    _draft(request, found.requirement.version_id)
    actions.remove_equal(equal=found, by=request.user)
    return redirect("certification:rules-equal", found.requirement_id)


@never_cache
@login_required
@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Who would gain, lose or keep standing on the first day: counts by county, and the people of one cell."""
    version = _draft(request, pk)
    counties = previews.counties(request.user, version)
    fate = request.GET.get("fate")
    county = Region.objects.filter(depth=1, code=request.GET.get("county", "")).first()
    context: dict[str, Any] = {
        "version": version,
        "programme": version.programme,
        "counties": counties,
        "totals": {one: sum(getattr(row, one) for row in counties) for one in Fate.values},
        "fates": Fate,
    }
    if fate in Fate.values:
        context |= _people(request, version, Fate(fate), county)
    return render(request, "certification/rules_preview.html", context)


def _people(
    request: HttpRequest, version: RuleVersion, fate: Fate, county: Region | None
) -> dict[str, Any]:
    """The list behind a figure. That it was opened is in the trail."""
    path = county.path if county else None
    rows = previews.changes(request.user, version, fate, county=path)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = {one.person_id for one in page.object_list}
    known = Person.objects.visible_to(request.user, Permission.VIEW_STANDING).filter(pk__in=shown)
    audit.record(
        by=request.user, verb="rules.preview_opened", target=version.programme, fate=str(fate),
        county=county.code if county else "", rows=len(rows),
    )  # fmt: skip
    return {
        "fate": fate,
        "county": county,
        "page": page,
        "known": set(known.values_list("pk", flat=True)),
    }


@login_required
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the draft for its day, or propose it to a second person."""
    version = _draft(request, pk)
    problem = ""
    if request.method == "POST":
        try:
            found = actions.publish(version=version, by=request.user)
            said = (
                _("The version waits for a second person, who reads and publishes it.")
                if found.is_draft
                else _("The version is published. It holds from its first day on.")
            )
            messages.success(request, said)
            return redirect("certification:programme", version.programme_id)
        except CertificationError as error:
            problem = str(error.message)
    context = {
        "version": version,
        "programme": version.programme,
        "problem": problem,
        "is_first_of_two": version.programme.second_person and version.status == Status.DRAFT,
    }
    return render(
        request, "certification/rules_publish.html", context, status=409 if problem else 200
    )


@login_required
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the draft."""
    version = _draft(request, pk)
    if request.method == "POST":
        actions.discard(version=version, by=request.user)
        messages.success(request, _("The draft is deleted."))
        return redirect("certification:programme", version.programme_id)
    return render(request, "certification/rules_discard.html", {"version": version})
