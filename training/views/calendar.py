"""The page of one's calendar address, and the sessions of one place as a file."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from training.actions import feeds as actions
from training.feeds import calendar_of
from training.models import CalendarFeed, Enrolment


@login_required
def address(request: HttpRequest) -> HttpResponse:
    """The secret address, what it is good for, how to make it anew or stop it."""
    feed = CalendarFeed.objects.filter(person=request.user.person_id or 0, revoked_at=None).first()
    context = {"feed": feed}
    if feed:
        url = settings.SITE_URL + reverse("feed-personal", args=[feed.token])
        context |= {"url": url, "webcal": "webcal://" + url.partition("://")[2]}
    return render(request, "training/calendar.html", context)


@login_required
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Make an address; one that exists is replaced."""
    if request.user.person is None:
        raise Http404
    actions.make(by=request.user, person=request.user.person)
    return redirect("training:calendar")


@login_required
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """The address answers no more."""
    if request.user.person is None:
        raise Http404
    actions.revoke(by=request.user, person=request.user.person)
    return redirect("training:calendar")


@login_required
def of_enrolment(request: HttpRequest, pk: int) -> HttpResponse:
    """The sessions of one's own place as a calendar file."""
    mine = Enrolment.objects.visible_to(request.user).filter(person=request.user.person_id or 0)
    place = get_object_or_404(mine.taking_a_place(), pk=pk)
    response = HttpResponse(calendar_of(place), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="sessions-{place.pk}.ics"'
    return response
