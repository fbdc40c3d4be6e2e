"""What the law looks at in a carer's work, with its days: read by who sees standing, recorded by who edits people."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certification.actions import circumstances as actions
from certification.days import today
from certification.errors import CertificationError
from certification.forms_rules import CircumstanceForm, EndCircumstanceForm
from certification.models import Circumstance
from certification.views.trail import opened
from people.models import Person, User
from people.permissions import Permission


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """All of a person, and the form for another one."""
    people = Person.objects.visible_to(request.user, Permission.VIEW_STANDING)
    who = get_object_or_404(people.filter(erased_at=None), pk=pk)
    may_record = _may_record(request.user, who)
    if request.method == "POST" and not may_record:
        raise Http404
    form = (
        CircumstanceForm(request.POST or None, initial={"since": today()}) if may_record else None
    )
    if form and request.method == "POST" and form.is_valid():
        try:
            actions.record(person=who, by=request.user, **form.cleaned_data)
            messages.success(request, _("It is on record."))
            return redirect("certification:circumstances", who.pk)
        except actions.CircumstanceRefused as error:
            form.add_error(error.field, str(error.message))
    opened(request.user, who, who, "circumstances.opened")
    context = {
        "person": who,
        "rows": who.circumstances.all(),
        "form": form,
        "today": today(),
        "may_record": may_record,
    }
    return render(request, "certification/circumstances.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the last day of one of them."""
    rows = Circumstance.objects.visible_to(request.user, Permission.EDIT_PEOPLE)
    found = get_object_or_404(rows.exclude(person=request.user.person_id), pk=pk)
    form = EndCircumstanceForm(request.POST or None, initial={"until": found.until or today()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.end(circumstance=found, by=request.user, **form.cleaned_data)
            messages.success(request, _("The last day is on record."))
            return redirect("certification:circumstances", found.person_id)
        except CertificationError as error:
            form.add_error("until", str(error.message))
    context = {"circumstance": found, "person": found.person, "form": form}
    return render(request, "certification/circumstance_end.html", context)


def _may_record(user: User, who: Person) -> bool:
    """Whoever edits people of the branch; nobody their own."""
    people = Person.objects.visible_to(user, Permission.EDIT_PEOPLE)
    return who.pk != user.person_id and people.filter(pk=who.pk).exists()
