"""Questions to trainers and offers by them: the page of the mail's link, and the buttons on our own pages."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from people.access import grants_of
from people.permissions import Permission
from training import cards as edition_cards
from training import trainer_cards as cards
from training.actions import engagements as actions
from training.actions.errors import Refused
from training.models import Edition, Engagement
from training.queries.editions import for_cards
from training.queries.needs import needs_for

ANSWERS = {"yes": True, "no": False}


@never_cache
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Two buttons. Opening the page changes nothing: programs that look at mails open links too."""
    question = actions.by_token(token)
    if question is None:
        raise Http404
    refusal, led = None, []
    if request.method == "POST" and request.POST.get("answer") in ANSWERS:
        try:
            wanted = ANSWERS[request.POST["answer"]]
            led = actions.answer(by=None, engagement=question, yes=wanted)
        except Refused as refused:
            refusal = refused
        question.refresh_from_db()
    response = render(request, "training/trainers/answer.html", _answering(question, refusal, led))
    response["X-Robots-Tag"] = "noindex"
    return response


def _answering(question: Engagement, refusal: Refused | None, led: list) -> dict[str, object]:
    edition = for_cards(Edition.objects.filter(pk=question.edition_id)).get()
    sessions = edition.sessions.taking_place().select_related("room__venue")
    mine = sessions.filter(trainers__trainer=question.trainer)
    return {
        "question": question,
        "edition": edition,
        "title": edition.name,  # type: ignore[attr-defined]
        "card": edition_cards.edition_card(edition),
        "sessions": sessions,
        "led": led or (mine if question.state == Engagement.State.ACCEPTED else []),
        "zone": edition.organiser.jurisdiction.time_zone,
        "is_late": question.is_expired(),
        "refusal": refusal,
    }


@login_required
def open_editions(request: HttpRequest) -> HttpResponse:
    """Editions that need trainers, for a trainer: how well each fits, and a button to offer."""
    trainer = getattr(request.user, "person", None)
    if trainer is None or "trainer" not in grants_of(request.user).roles:
        raise Http404
    rows = [
        {
            "need": need,
            "card": edition_cards.edition_card(need.edition),
            "sessions": [
                (session, cards.verdict(one), one)
                for session, one in zip(need.sessions, need.candidates, strict=True)
            ],
            "question": cards.question_card(need.mine) if need.mine else None,
        }
        for need in needs_for(trainer)
    ]
    return render(request, "training/trainers/open.html", {"rows": rows})


@login_required
@require_POST
def volunteer(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer to lead an edition."""
    trainer = getattr(request.user, "person", None)
    if trainer is None or "trainer" not in grants_of(request.user).roles:
        raise Http404
    edition = get_object_or_404(Edition.objects.public(), pk=pk)
    if not any(need.edition.pk == edition.pk for need in needs_for(trainer)):
        raise Http404
    try:
        actions.volunteer(by=request.user, edition=edition, trainer=trainer)
        messages.success(request, _("Thank you. The organiser decides and we write to you."))
    except Refused as refused:
        messages.error(request, f"{refused.message} {refused.next_step}")
    return redirect("training:teaching-open")


@login_required
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes or no on our own pages: of the trainer to a question, of the coordinator to an offer; or take it back."""
    question = _answerable(request, pk)
    said = request.POST.get("answer", "")
    try:
        if said == "withdraw":
            actions.withdraw(by=request.user, engagement=question)
            messages.success(request, _("It is taken back."))
        elif said in ANSWERS:
            actions.answer(by=request.user, engagement=question, yes=ANSWERS[said])
            messages.success(request, _("The answer is recorded."))
    except Refused as refused:
        messages.error(request, f"{refused.message} {refused.next_step}")
    own = question.trainer_id == request.user.person_id
    return redirect(
        "training:teaching" if own else "training:manage", *([] if own else [question.edition_id])
    )


def _answerable(request: HttpRequest, pk: int) -> Engagement:
    """One's own, or one of an edition that one schedules."""
    rows = Engagement.objects.select_related("edition__organiser", "trainer")
    mine = rows.filter(trainer=request.user.person_id or 0)
    of_branch = rows.visible_to(request.user, Permission.SCHEDULE)
    return get_object_or_404(mine | of_branch, pk=pk)
