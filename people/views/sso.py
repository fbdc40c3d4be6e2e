"""Signing in with the account of an institution: choose it, go there, come back."""

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from allauth.socialaccount.internal import statekit
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from people.actions import signin
from people.models import SignInProvider
from people.sso import factor, outbound, protocol
from people.sso.proof import Proof, joined, read
from people.sso.reasons import PASSING, TECHNICAL, Fault, Why

PER_PAGE = 50
OWN = ("same-origin", "none")  # our own page; typed, or a bookmark
LOGGED = 300
NOTED_SECONDS, SILENT_SECONDS = 300, 15
log = logging.getLogger(__name__)


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """All institutions that sign in their people themselves."""
    rows = SignInProvider.objects.working().select_related("organisation")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "sso/choose.html", {"page": page, "next": get_next_redirect_url(request)}
    )


@never_cache
@require_GET
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """To the institution. A link, not a form: the browser lets no form lead to another site.

    Where another site leads here, the reader chooses first: else it could sign them in as somebody, unseen.
    """
    rows = SignInProvider.objects.working().select_related("organisation")
    provider = get_object_or_404(rows, pk=pk)
    then = get_next_redirect_url(request) or ""
    if request.headers.get("Sec-Fetch-Site", OWN[0]) not in OWN:
        return redirect(reverse("sso-choose") + (f"?{urlencode({'next': then})}" if then else ""))
    if not _is_patient(request):
        return ratelimit.respond_429(request)
    try:
        _leave_in_peace(provider)
        return protocol.depart(
            request,
            provider.pk,
            then=then,
            language=translation.get_language() or "",
        )
    except Fault as fault:
        return _failed(provider, fault)


@never_cache
@require_GET
def callback(request: HttpRequest, pk: int) -> HttpResponse:
    """Back from the institution, with a code, or without one."""
    rows = SignInProvider.objects.select_related("organisation")
    provider = get_object_or_404(rows, pk=pk)
    if not _is_patient(request):
        return ratelimit.respond_429(request)
    number = request.GET.get("state", "")
    state = statekit.unstash_state(request, state_id=number, provider_id=str(pk))
    if state is None:
        return _refused(provider, Why.STATE)
    translation.activate(state["language"])  # our address to come back to has none
    try:
        proof = _proof(request, provider, state)
    except Fault as fault:
        return _failed(provider, fault)
    try:
        arrival = signin.arrive(provider=provider, proof=proof)
    except IntegrityError:  # came by another institution's sign-in at the same moment
        log.warning("two arrivals at once")
        return _refused(provider, Why.STATE)
    if arrival.user is None:
        return _refused(provider, arrival.why or Why.NOT_GENUINE)
    return _enter(request, provider, arrival, state)


def _silent(provider: SignInProvider) -> str:
    return f"sso-silent:{provider.pk}"


def _leave_in_peace(provider: SignInProvider) -> None:
    if cache.get(_silent(provider)):
        raise Fault(Why.NO_ANSWER) from outbound.Busy("it did not answer a moment ago")


def _is_patient(request: HttpRequest) -> bool:
    """As often as other sign-ins from the same place: each one makes us ask another computer."""
    return bool(
        ratelimit.consume(request, app="allauth.account", action="login", limit_get=True)
    )  # fmt: skip


def _proof(request: HttpRequest, provider: SignInProvider, state: dict[str, Any]) -> Proof:
    """What the institution says of who came, with everything examined."""
    if provider.ended_at or not provider.organisation.is_active:
        raise Fault(Why.REMOVED)
    if request.GET.get("error") == "access_denied":
        raise Fault(Why.CANCELLED)
    if not request.GET.get("code") or "error" in request.GET:
        raise Fault(Why.REFUSED)
    _leave_in_peace(provider)
    answer = protocol.exchange(request, provider.pk, state)
    config = answer["config"]
    if request.GET.get("iss", config["issuer"]) != config["issuer"]:
        raise Fault(Why.NOT_GENUINE)
    claims = read(
        answer.get("id_token"),
        keys=protocol.keys_of(config),
        issuer=config["issuer"],
        client_id=provider.client_id,
        nonce=state.get("nonce", ""),
    )
    return joined(claims, protocol.more_about(config, answer["access_token"]))


def _enter(
    request: HttpRequest, provider: SignInProvider, arrival: signin.Arrival, state: dict[str, Any]
) -> HttpResponse:
    """Signed in; or first to our own second step, as with every other way."""
    if request.user.is_authenticated:
        get_adapter(request).logout(request)
    assert arrival.user
    factor.note(
        request, user=arrival.user, provider=provider, has_second_factor=arrival.has_second_factor
    )
    login = Login(
        user=arrival.user,
        email_verification=EmailVerificationMethod.NONE,  # the institution has
        redirect_url=state.get("next"),
    )
    return perform_login(request, login)


def _failed(provider: SignInProvider, fault: Fault) -> HttpResponse:
    """What went wrong between the computers is for the trail too; once in five minutes, for anybody may try.

    A provider that did not answer is left alone for a moment: each question costs a thread that waits.
    """
    if fault.why in TECHNICAL and not isinstance(fault.__cause__, outbound.Busy):
        if cache.add(f"sso-noted:{provider.pk}:{fault.why.value}", True, NOTED_SECONDS):
            signin.note_fault(provider=provider, why=fault.why)
        if fault.why == Why.NO_ANSWER:
            cache.set(_silent(provider), True, SILENT_SECONDS)
        log.warning(
            "sign-in by provider %s: %s (%s)",
            provider.pk,
            fault.why,
            repr(fault.__cause__)[:LOGGED],
        )
    return _refused(provider, fault.why)


def _refused(provider: SignInProvider, why: Why) -> HttpResponse:
    """Nobody is signed in. The page has an address of its own: it can be read again, and in another language."""
    return redirect("sso-refused", provider.pk, why.value)


@require_GET
def refused(request: HttpRequest, pk: int, why: str) -> HttpResponse:
    """Why, in a sentence, and whom to ask. There is nothing about anybody in it."""
    rows = SignInProvider.objects.select_related("organisation")
    provider = get_object_or_404(rows, pk=pk)
    if why not in Why.values:
        raise Http404("no such reason")
    reason = Why(why)
    context = {
        "provider": provider,
        "sentence": reason.label,
        "is_technical": reason in TECHNICAL,
        "may_try_again": reason in PASSING,
    }
    return render(request, "sso/refused.html", context)


def nowhere(request: HttpRequest) -> HttpResponse:
    """allauth's own pages for such accounts: nobody joins or parts accounts here by hand."""
    raise Http404("no such page")
