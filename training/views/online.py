"""The way into an online session: a page of its own, so that the link need not stand in mails and calendars."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from people.access import may
from people.permissions import Permission
from training.models import Edition
from training.queries.joining import joinable


@never_cache
@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The link shortly before the start; before that, when it will appear. For people with a place and trainers."""
    sessions = joinable(request.user).select_related("edition__organiser")
    session = get_object_or_404(sessions, pk=pk)
    edition = Edition.objects.with_name().get(pk=session.edition_id)
    now = timezone.now()
    context = {
        "session": session,
        "title": edition.name,  # type: ignore[attr-defined]
        "is_open": session.shows_link(now),
        "is_over": session.ends <= now,
        "is_staff": may(request.user, Permission.SCHEDULE, organisation=session.edition.organiser),
    }
    return render(request, "training/online.html", context)
