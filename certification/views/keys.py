"""The keys of an authority's digital certificates, and the key of the seal: which are in use, which were."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from certification import batches, sealing
from certification.actions import credentials
from certification.errors import SealUnavailable
from certification.models import Authority, Issuer, IssuerKey, SealCertificate

SOON = timedelta(days=60)  # before its end somebody should order a new one


def _managed(request: HttpRequest, pk: int) -> Authority:
    rows = Authority.objects.visible_to(request.user).select_related("organisation")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest, pk: int) -> HttpResponse:
    """Both kinds of keys; the button makes new ones for what is signed from now on."""
    authority = _managed(request, pk)
    if request.method == "POST":
        credentials.rotate(authority=authority, by=request.user)
        messages.success(request, _("There are new keys. What the old ones signed stays good."))
        return redirect("certification:keys", authority.pk)
    issuer = Issuer.objects.filter(authority=authority).first()
    rows = issuer.keys.order_by("kind", "-made_at", "-pk") if issuer else IssuerKey.objects.none()
    context = {
        "authority": authority,
        "issuer": issuer,
        "keys": [{"key": key, **_state(key)} for key in rows],
        "seals": SealCertificate.objects.order_by("-first_used_at"),
        **_seal(),
    }
    return render(request, "certification/keys.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """A key was lost or stolen: say what follows, ask once, do it."""
    authority = _managed(request, pk)
    found = get_object_or_404(IssuerKey, pk=key, issuer__authority=authority)
    if found.withdrawn_at:
        raise Http404
    if request.method == "POST":
        credentials.withdraw(key=found, by=request.user)
        messages.success(request, _("The key was withdrawn. The files are being made again."))
        return redirect("certification:keys", authority.pk)
    context = {"authority": authority, "key": found}
    return render(request, "certification/key_withdraw.html", context)


def _state(key: IssuerKey) -> dict[str, Any]:
    if key.withdrawn_at:
        return {"state": _("withdrawn"), "tone": "negative", "since": key.withdrawn_at}
    if key.retired_at:
        return {
            "state": _("retired: only what it signed"),
            "tone": "neutral",
            "since": key.retired_at,
        }
    return {"state": _("in use"), "tone": "positive", "since": key.made_at}


def _seal() -> dict[str, Any]:
    """Whether papers can be sealed now, and until when."""
    try:
        sealing.check_ready()
        until = sealing.signer().certificate.not_valid_after_utc
    except SealUnavailable as error:
        return {"seal_problem": batches.stopped(error.code), "seal_until": None}
    return {
        "seal_problem": "",
        "seal_until": until,
        "seal_ends_soon": until < timezone.now() + SOON,
    }
