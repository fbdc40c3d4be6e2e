"""Certificates for those who hold them and for those who answer for them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from certification import queries
from certification.actions import approvals, events, replacement
from certification.days import today
from certification.errors import CertificationError
from certification.forms import FORMS, ReasonForm
from certification.models import Certificate, CertificateEvent
from certification.views.files import pdf_response
from certification.views.trail import names_of, opened

Kind = CertificateEvent.Kind
KINDS = {
    "revoke": Kind.REVOKED,
    "suspend": Kind.SUSPENDED,
    "reinstate": Kind.REINSTATED,
    "review": Kind.REVIEWED,
}
# Title of the page, what it means, the button that does it, what is said afterwards.
WORDS: dict[str, dict[str, Any]] = {
    "revoke": {
        "title": gettext_lazy("Revoke the certificate"),
        "meaning": gettext_lazy(
            "The certificate no longer counts. Everybody who checks it sees that it was revoked, when and why."
            " The holder gets a message."
        ),
        "done": gettext_lazy("The certificate was revoked."),
    },
    "suspend": {
        "title": gettext_lazy("Suspend the certificate"),
        "meaning": gettext_lazy(
            "The certificate does not count until it is reinstated. Everybody who checks it sees when and why."
            " The holder gets a message."
        ),
        "done": gettext_lazy("The certificate was suspended."),
    },
    "reinstate": {
        "title": gettext_lazy("Reinstate the certificate"),
        "meaning": gettext_lazy("The certificate counts again. The history stays. The holder gets a message."),
        "done": gettext_lazy("The certificate counts again."),
    },
    "review": {
        "title": gettext_lazy("Record a review"),
        "meaning": gettext_lazy(
            "The review that the law asks for took place. Until the next one the certificate is not shown as due."
        ),
        "done": gettext_lazy("The review was recorded."),
    },
}  # fmt: skip


def _visible(request: HttpRequest) -> QuerySet[Certificate]:
    rows = Certificate.objects.visible_to(request.user)
    related = (
        "person",
        "programme",
        "authority__organisation",
        "content",
        "document",
        "replaces",
        "replaced_by",
    )
    return rows.select_related(*related).prefetch_related("events")


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The reader's own certificates and where they stand."""
    person = request.user.person
    own = Certificate.objects.filter(person=request.user.person_id or 0).order_by(
        "-valid_from", "-pk"
    )
    context = {
        "standings": queries.standings(person) if person else [],
        "certificates": queries.with_state(own.select_related("document", "content"), today()),
    }
    return render(request, "certification/certificates.html", context)


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One certificate: what it says, its PDF, its history, what may be done. Opening it is written into the trail."""
    certificate = get_object_or_404(_visible(request), pk=pk)
    opened(request.user, certificate, certificate.person, "certificate.opened")
    (_certificate, state), *_rest = queries.with_state(Certificate.objects.filter(pk=pk), today())
    acts = [
        act for act, kind in KINDS.items() if kind in events.possible(certificate, request.user)
    ]
    context = {
        "certificate": certificate,
        "said": certificate.content.snapshot if hasattr(certificate, "content") else None,
        "state": state,
        "is_own": request.user.person_id == certificate.person_id,
        "acts": [{"act": act, "title": WORDS[act]["title"]} for act in acts],
        "may_replace": replacement.possible(certificate, request.user),
        **_history(certificate, is_own=request.user.person_id == certificate.person_id),
    }
    return render(request, "certification/certificate.html", context)


def _history(certificate: Certificate, *, is_own: bool) -> dict[str, Any]:
    """What happened, the newest first, and for those who answer for it by whom. Holders turn to the institution."""
    found = list(certificate.events.all())[::-1]
    numbers = [] if is_own else [certificate.issued_by, *(event.by for event in found)]
    names = names_of(number for number in numbers if number)
    return {
        "history": [(event, names.get(event.by, "")) for event in found],
        "issuer": names.get(certificate.issued_by, ""),
    }


@login_required
@require_GET
def pdf(request: HttpRequest, pk: int) -> FileResponse:
    """The sealed PDF."""
    certificate = get_object_or_404(_visible(request), pk=pk)
    if not hasattr(certificate, "document"):
        raise Http404
    opened(request.user, certificate, certificate.person, "certificate.downloaded")
    return pdf_response(certificate)


@login_required
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Revoke, suspend, reinstate or review: ask for the reason, show it once more, then do it."""
    certificate = get_object_or_404(_visible(request), pk=pk)
    kind = KINDS[act]
    if not events.may_ever(certificate, kind, request.user):
        raise Http404
    context: dict[str, Any] = {"certificate": certificate, "act": act, **WORDS[act]}
    context["asks_second"] = act == "revoke" and certificate.authority.asks_second_person
    if kind not in events.possible(certificate, request.user):
        return render(request, "certification/act_not_now.html", context, status=409)
    form = FORMS[kind](request.POST or None, initial={"on": today()})
    step = request.POST.get("step")
    if request.method != "POST" or step == "change":
        form = form if step != "change" else FORMS[kind](initial=_entered(form))
    elif form.is_valid():
        if step != "send":
            return render(
                request,
                "certification/act_check.html",
                {**context, "form": form, "rows": _rows(form)},
            )
        try:
            return _done(request, certificate, act, form.cleaned_data)
        except CertificationError as error:
            form.add_error(None, str(error.message))
    return render(request, "certification/act.html", {**context, "form": form})


def _done(
    request: HttpRequest, certificate: Certificate, act: str, entered: dict[str, Any]
) -> HttpResponse:
    """Do it; or, where a second person has to confirm a revocation, ask for that."""
    if act == "revoke" and certificate.authority.asks_second_person:
        asked = approvals.ask_for_revocation(certificate=certificate, by=request.user, **entered)
        return redirect("certification:approval", pk=asked.pk)
    events.happen(certificate=certificate, kind=KINDS[act], by=request.user, **entered)
    messages.success(request, str(WORDS[act]["done"]))
    return redirect("certification:certificate", pk=certificate.pk)


def _entered(form: ReasonForm) -> dict[str, str]:
    return {name: form.data.get(name, "") for name in form.fields}


def _rows(form: ReasonForm) -> list[dict[str, Any]]:
    """What was entered, for the check page."""
    values = {bound.name: form.cleaned_data.get(bound.name) for bound in form}
    return [
        {
            "field": bound, "key": bound.label, "value": values[bound.name] or _("none"),
            "is_day": isinstance(values[bound.name], date),
        }
        for bound in form
    ]  # fmt: skip
