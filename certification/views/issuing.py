"""Issuing the certificates of an edition together: a look at the list, the button, and how far it has come."""

from dataclasses import replace
from itertools import islice
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certification import batches
from certification.actions import issuing
from certification.actions.certificates import issuing_authority
from certification.errors import CertificationError, NoAuthority
from certification.finding_words import missing_in_words
from certification.models import Authority, IssueBatch
from people.access import may
from people.permissions import Permission
from training.models import Edition

PER_PAGE = 100
Status = IssueBatch.Status
TONES = {
    Status.WAITING: "info", Status.RUNNING: "info", Status.STOPPED: "negative", Status.DONE: "positive",
    Status.REFUSED: "neutral",
}  # fmt: skip


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gets a certificate, who does not and why; the button starts it, unless one is under way."""
    found = get_object_or_404(
        Edition.objects.visible_to(request.user, Permission.ISSUE).with_name(), pk=pk
    )
    authority = _authority(found)
    if authority and not may(request.user, Permission.ISSUE, organisation=authority.organisation):
        raise Http404
    if request.method == "POST":
        try:
            batch = issuing.start(edition=found, by=request.user)
        except CertificationError as error:
            messages.error(request, str(error.message))
            return redirect("certification:edition-certificates", found.pk)
        return redirect("certification:batch", batch.pk)
    return render(
        request, "certification/edition_certificates.html", _preview(request, found, authority)
    )


def _authority(found: Edition) -> Authority | None:
    try:
        return issuing_authority(found.organiser)
    except NoAuthority:
        return None


def _preview(request: HttpRequest, found: Edition, authority: Authority | None) -> dict[str, Any]:
    everybody = batches.candidates(found)
    getting = [one for one in everybody if one.gets_one]
    others = [one for one in everybody if not one.gets_one]
    past = IssueBatch.objects.filter(edition=found).order_by("-pk")
    return {
        "edition": found,
        "authority": authority,
        "missing": str(NoAuthority.message),
        "getting": len(getting),
        "having": sum(1 for one in others if one.certificate),
        "others": sum(1 for one in others if not one.certificate),
        "open": past.filter(status__in=issuing.OPEN).first(),
        "past": [(one, TONES[Status(one.status)]) for one in past[:10]],
        "page": _with_words(
            Paginator([*getting, *others], PER_PAGE).get_page(request.GET.get("page"))
        ),
    }


def _with_words(page: Page) -> Page:
    """What each of the page lacks, in words: the names of topics are read once for all."""
    found = [finding for one in page for finding in one.missing]
    words = iter(missing_in_words(found))
    page.object_list = [
        replace(one, words=tuple(islice(words, len(one.missing)))) for one in page.object_list
    ]
    return page


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it has come, person by person. It renews itself where JavaScript runs; posting goes on after a stop."""
    rows = IssueBatch.objects.visible_to(request.user)
    found = get_object_or_404(rows.select_related("authority__organisation", "approval"), pk=pk)
    if request.method == "POST":
        try:
            issuing.resume(batch=found, by=request.user)
        except CertificationError as error:
            messages.error(request, str(error.message))
        return redirect("certification:batch", found.pk)
    progress = batches.progress(found)
    waits = found.status == Status.RUNNING or (
        found.status == Status.DONE and progress.files < progress.issued
    )
    context = {
        "batch": found,
        "edition": Edition.objects.with_name().get(pk=found.edition_id),
        "tone": TONES[Status(found.status)],
        "progress": progress,
        "progress_text": _("%(done)s of %(all)s") % {"done": progress.done, "all": progress.all},
        "why_stopped": batches.stopped(found.stopped_because) if found.stopped_because else "",
        "renews": waits,
        "page": Paginator(batches.results(found), PER_PAGE).get_page(request.GET.get("page")),
    }
    part = "part" in request.GET
    for item in context["page"]:  # type: ignore[attr-defined]
        item.why = batches.why(item.problem) if item.problem else ""
    name = "parts/batch_progress.html" if part else "batch.html"
    return render(request, f"certification/{name}", context)
