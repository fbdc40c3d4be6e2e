"""Requests for a place: the list of whoever decides, yes by one click, no with a reason."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from people.access import grants_of
from people.permissions import Permission
from training.actions import approvals
from training.actions.errors import Refused
from training.forms.enrolments import ReasonForm
from training.models import Enrolment
from training.queries import enrolment_page
from training.queries.requests import answerable_by, waiting_requests

PER_PAGE = 50


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, by edition."""
    grants = grants_of(request.user)
    if not (grants.anywhere(Permission.ENROL) or grants.anywhere(Permission.NOMINATE)):
        raise Http404
    return _list(request)


@login_required
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes. Pressed twice it has one effect. A person who cannot have the place any more stays on the list, and why."""
    place = get_object_or_404(_decidable(request), pk=pk)
    try:
        approvals.approve(enrolment=place, by=request.user)
    except Refused as refused:
        return _list(request, refusal=refused, about=place)
    return redirect("training:requests")


@login_required
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """No, with the reason that the person reads."""
    place = enrolment_page(get_object_or_404(_decidable(request), pk=pk))
    if place.status == Enrolment.Status.REFUSED:
        return redirect("training:requests")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            approvals.refuse(enrolment=place, by=request.user, reason=form.cleaned_data["reason"])
            return redirect("training:requests")
        except Refused as refused:
            form.add_error(None, refused.message)
    context = {"place": place, "title": place.edition_name, "form": form}
    return render(request, "training/request_refuse.html", context)


def _list(
    request: HttpRequest, *, refusal: Refused | None = None, about: Enrolment | None = None
) -> HttpResponse:
    page = Paginator(waiting_requests(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "refusal": refusal, "about": about}
    return render(request, "training/requests.html", context)


def _decidable(request: HttpRequest) -> QuerySet[Enrolment]:
    """What the user may answer, and what is answered already: a second click finds its page."""
    return answerable_by(request.user).select_related("edition", "person")
