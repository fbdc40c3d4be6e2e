"""Proofs of training elsewhere, for whoever decides about them."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from certification import evidence_queries as queries
from certification.actions import review as actions
from certification.evidence_errors import EvidenceRefused
from certification.forms_evidence import GrantForm, WordsForm
from certification.models import Evidence
from certification.views.evidence import may_review
from people.access import grants_of
from people.permissions import Permission

PER_PAGE = 50
State = Evidence.State
LABELS = {
    "waiting": _("To decide"),
    "second": _("To confirm"),
    "asked": _("Question asked"),
    "decided": _("Decided"),
}


@dataclass(frozen=True)
class Act:
    """What a page does: title, meaning, button, what is said afterwards, and when it may be done."""

    title: Any
    meaning: Any
    button: Any
    done: Any
    states: tuple[str, ...]
    label: Any = ""
    kind: str = ""


ACTS: dict[str, Act] = {
    "grant": Act(
        _("Grant hours"),
        _("Enter how many hours count, all or a part. The person gets a message."),
        _("Grant these hours"),
        _("The hours were recorded as you decided."),
        (State.WAITING,),
    ),
    "ask": Act(
        _("Ask a question"),
        _("Whoever handed it in gets your question and can send an answer and better photos."),
        _("Send the question"),
        _("Your question was sent."),
        (State.WAITING,),
        _("Your question"),
    ),
    "refuse": Act(
        _("Refuse the paper"),
        _("No hours count. The person gets a message with your reason."),
        _("Refuse the paper"),
        _("The paper was refused."),
        (State.WAITING, State.ASKED),
        _("Reason"),
        "danger",
    ),
    "confirm": Act(
        _("Confirm the hours"),
        _("You are the second person. With your yes the hours count, and the person gets a message."),
        _("Confirm the hours"),
        _("The hours count now."),
        (State.PROPOSED,),
    ),
    "send-back": Act(
        _("Send it back"),
        _("You do not agree. It goes back to the first person, with your reason."),
        _("Send it back"),
        _("It was sent back."),
        (State.PROPOSED,),
        _("Reason"),
    ),
    "correct": Act(
        _("Correct the hours"),
        _("The first decision stays on record; a correction is added to it. The person gets a message."),
        _("Correct the hours"),
        _("The hours were corrected."),
        (State.GRANTED,),
    ),
}  # fmt: skip
OF_THE_SECOND = ("confirm", "send-back")


@never_cache
@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Papers that wait, by what has to be done with them; the oldest first."""
    if not grants_of(request.user).anywhere(Permission.REVIEW_EVIDENCE):
        raise Http404
    group = request.GET.get("group", "waiting")
    group = group if group in queries.GROUPS else "waiting"
    counts = queries.group_counts(request.user)
    page = Paginator(queries.to_review(request.user, group), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "tabs": [
            {
                "text": LABELS[name],
                "href": f"{reverse('certification:evidence-review')}?group={name}",
                "current": name == group,
                "count": counts[name],
            }
            for name in queries.GROUPS
        ],
        "page": page,
        "rows": queries.shown(page.object_list),
        "group": LABELS[group],
    }
    return render(request, "certification/evidence_review.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Grant, ask, refuse, confirm, send back or correct: one page each, one effect however often it is sent."""
    rows = Evidence.objects.visible_to(request.user)
    evidence = get_object_or_404(rows.select_related("person", "first_reviewer"), pk=pk)
    if not may_review(evidence, request.user):
        raise Http404
    words = ACTS[act]
    form = _form(request, evidence, act)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            _do(request, evidence, act, form)
            messages.success(request, str(words.done))
            return redirect("certification:evidence-detail", evidence.pk)
        except EvidenceRefused as refused:
            return _page(request, evidence, act, form, str(refused.message))
    return _page(request, evidence, act, form, "")


def _form(request: HttpRequest, evidence: Evidence, act: str) -> WordsForm | GrantForm | None:
    data = request.POST or None
    if act in ("grant", "correct"):
        return GrantForm(data, evidence=evidence, is_correction=act == "correct")
    if act == "confirm":
        return None
    return WordsForm(
        data, label=ACTS[act].label, hint=_("A few plain words. Write nothing about health.")
    )


def _do(request: HttpRequest, evidence: Evidence, act: str, form: Any) -> None:
    who: dict[str, Any] = {"by": request.user, "evidence": evidence}
    if act == "confirm":
        actions.confirm(**who)
    elif act in ("grant", "correct"):
        do = actions.grant if act == "grant" else actions.correct
        do(**who, lines=form.lines(), words=form.cleaned_data["words"])
    else:
        do = {"ask": actions.ask, "refuse": actions.refuse, "send-back": actions.send_back}[act]
        do(**who, words=form.cleaned_data["words"])


def _page(
    request: HttpRequest, evidence: Evidence, act: str, form: Any, refusal: str
) -> HttpResponse:
    not_now = evidence.state not in ACTS[act].states
    not_second = act in OF_THE_SECOND and not actions.is_second(evidence, request.user)
    context = {
        "evidence": evidence,
        "shown": queries.shown(Evidence.objects.filter(pk=evidence.pk))[0],
        "files": list(evidence.files.all()),
        "grants": list(evidence.grants.select_related("topic")),
        "doubts": queries.doubts(evidence),
        "act": ACTS[act],
        "form": form,
        "rows": form.rows() if isinstance(form, GrantForm) else [],
        "more_rows": isinstance(form, GrantForm) and form.uses_more_rows(),
        "refusal": refusal,
        "not_now": not_now,
        "not_second": not_second,
        "second": act == "grant" and actions.second_person_needed(evidence.person),
    }
    status = 409 if not_now or not_second or refusal else 200
    return render(request, "certification/evidence_act.html", context, status=status)
