"""Which mails one wants: a page of one's own, and the page behind the link in a mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from notifications.actions import choose
from notifications.links import of_token
from notifications.models import OptOut, Topic
from people.access import grants_of
from people.permissions import Permission


@never_cache
@csrf_exempt  # mail programs post here by themselves (RFC 8058); what may be done is in the signed address
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Say what would stop and ask; the button does it. Opening the page changes nothing: scanners open links."""
    found = of_token(token)
    if found is None:
        raise Http404
    person, topic = found
    if request.method == "POST":
        choose(by=None, person=person, topic=topic, wanted="again" in request.POST)
    stopped = OptOut.objects.filter(person=person, topic=topic).exists()
    response = render(
        request, "notifications/stop.html", {"topic": topic.label, "stopped": stopped}
    )
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """A tick for each topic."""
    person = request.user.person  # type: ignore[union-attr]
    if person is None:
        raise Http404
    topics = [
        topic
        for topic in Topic
        if topic != Topic.DIGEST or grants_of(request.user).anywhere(Permission.SCHEDULE)
    ]
    if request.method == "POST":
        for topic in topics:
            wanted = topic in request.POST.getlist("topics")
            choose(by=request.user, person=person, topic=topic, wanted=wanted)  # type: ignore[arg-type]
        messages.success(request, _("Your choice is saved."))
        return redirect("notices:mine")
    stopped = set(OptOut.objects.filter(person=person).values_list("topic", flat=True))
    rows = [(topic.value, topic.label, topic not in stopped) for topic in topics]
    return render(request, "notifications/mine.html", {"rows": rows})
