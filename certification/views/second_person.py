"""Whether a second person has to confirm hours from elsewhere: a switch of each programme."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certification.actions.programmes import set_second_person
from certification.models import Programme
from people.access import grants_of
from people.permissions import Permission


@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the switch means, and turn it. The button names what it will be; pressed twice it is the same."""
    if not grants_of(request.user).anywhere(Permission.MANAGE_PROGRAMMES):
        raise Http404
    programme = get_object_or_404(Programme, pk=pk, jurisdiction__code=settings.JURISDICTION)
    if request.method == "POST":
        asked = request.POST.get("second_person") == "yes"
        set_second_person(programme=programme, asked=asked, by=request.user)
        done = (
            _("From now on a second person confirms.")
            if asked
            else _("From now on one person is enough.")
        )
        messages.success(request, done)
        return redirect("certification:programmes")
    return render(request, "certification/second_person.html", {"programme": programme})
