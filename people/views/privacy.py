"""A person's own data: what is kept and why, and a copy to take away."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from people.actions.erasure import erase, export
from people.actions.people import home_of
from people.forms.people import EraseForm
from people.models import Person
from people.permissions import Permission as P
from people.privacy.page import sections


@login_required
@require_GET
def my_data(request: HttpRequest) -> HttpResponse:
    """What is on record about the signed-in person, why, and for how long."""
    person = request.user.person
    if person is None:
        return redirect("people:welcome")
    context = {"person": person, "sections": sections(person), "institution": home_of(person)}
    return render(request, "people/my_data.html", context)


@login_required
@require_POST
def my_data_file(request: HttpRequest) -> HttpResponse:
    """Everything on record about the signed-in person, as a file that any program reads."""
    person = request.user.person
    if person is None:
        return redirect("people:welcome")
    words = json.dumps(export(person=person, by=request.user), ensure_ascii=False, indent=2)
    name = f"my-data-{timezone.localdate():%Y-%m-%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(words, content_type="application/json", headers=headers)


@login_required
def erase_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget somebody, after saying what goes, what stays, and that it cannot be undone."""
    seen = Person.objects.visible_to(request.user, P.EDIT_PEOPLE).filter(erased_at=None)
    found = get_object_or_404(seen.exclude(pk=request.user.person_id), pk=pk)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            erase(person=found, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The person is erased."))
            return redirect("people:register")
    return render(request, "people/person_erase.html", {"form": form, "person": found})
