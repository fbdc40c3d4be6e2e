"""A person's own data: what is kept and why, and a copy to take away."""

import json

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from people.actions.erasure import export
from people.actions.people import home_of
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
