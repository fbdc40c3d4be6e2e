"""Whether people come: the page behind the link of a mail, and what coordinators see of it."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from training.actions import answers as actions
from training.answer_links import enrolment_of
from training.models import Edition, SessionAnswer
from training.queries.answers import answers_of, coming_sessions
from training.queries.editions import for_cards


@never_cache
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Three buttons a session. Opening the page changes nothing: mail scanners open links. It names nobody."""
    enrolment = enrolment_of(token)
    if enrolment is None:
        raise Http404
    if request.method == "POST":
        said, _at, pk = request.POST.get("answer", "").partition("@")
        if said not in SessionAnswer.Answer.values:
            return redirect("training:answer", token)
        chosen = [
            session for session in coming_sessions(enrolment) if pk in ("all", str(session.pk))
        ]
        actions.record(
            by=None,
            enrolment=enrolment,
            sessions=chosen,
            answer=said,
            via=SessionAnswer.Via.LINK,
        )
        return redirect("training:answer", token)
    sessions = coming_sessions(enrolment)
    context = {
        "enrolment": enrolment,
        "edition": enrolment.edition,
        "title": enrolment.edition.name_in(),
        "sessions": sessions,
        "some_no": any(session.answer == "no" for session in sessions),
        "may_cancel": enrolment.status == enrolment.Status.CONFIRMED,
    }
    response = render(request, "training/answer.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
def of_edition(request: HttpRequest, pk: int) -> HttpResponse:
    """How many say that they come to each session, and who does not."""
    mine = for_cards(Edition.objects.visible_to(request.user))
    edition = get_object_or_404(mine, pk=pk)
    context = {"edition": edition, "title": edition.name, "asked": answers_of(edition)}
    return render(request, "training/answers.html", context)
