"""Public verification: by the code on the paper, and by number with family name. Needs no account and no JavaScript."""

import logging
from collections.abc import Callable
from functools import wraps
from urllib.parse import quote

from allauth.account.adapter import get_adapter
from django.db import DatabaseError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from certification import file_check, misses, register, verification
from certification.days import law_zone, today
from certification.forms import FileForm, VerifyForm
from certification.models import Certificate
from certification.views.files import pdf_response
from certification.views.frame import Places, framed
from formats.pdf_inside import MOST_BYTES

log = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


def unlisted(view: View) -> View:
    """Neither search engines nor other sites nor caches learn of the page."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        # Not "no-referrer": browsers then send the form without its origin, and it is refused.
        response["Referrer-Policy"] = "same-origin"
        response["Cache-Control"] = "no-store"
        return response

    return wrapped


@unlisted
@require_GET
def by_token_short(request: HttpRequest, token: str) -> HttpResponse:
    """The address in the code: leads to the page in the reader's language (cookie, else the browser's)."""
    return redirect("certification:verify-token", token=token)


@unlisted
@require_http_methods(["GET", "POST"])
def form(request: HttpRequest) -> HttpResponse:
    """Number and family name; the answer comes on the same address, so that neither stands in a log."""
    address = get_adapter(request).get_client_ip(request)
    if request.method == "POST" and misses.too_many(address):
        return render(request, "certification/verify_slow_down.html", status=429)
    entered = VerifyForm(request.POST or None)
    if request.method != "POST" or not entered.is_valid():
        context = {"form": entered, "file_form": FileForm()}
        return render(request, "certification/verify.html", context)
    try:
        found = verification.by_number(**entered.cleaned_data)
    except DatabaseError:
        log.exception("verification by number failed")
        return _answer(request, verification.not_checked(), status=503)
    if found is None:
        misses.add(address)
        return _answer(request, verification.not_found(), status=404)
    return _answer(request, _examined(found))


@csrf_exempt  # it reads a file and changes nothing; the kept frame of an answer has no visitor's token
@unlisted
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest) -> HttpResponse:
    """A PDF or a JSON credential that was chosen or dragged onto a page; it is looked at and not kept."""
    if request.method != "POST":
        return redirect("certification:verify")
    address = get_adapter(request).get_client_ip(request)
    if misses.too_many_files(address):
        return render(request, "certification/verify_slow_down.html", status=429)
    misses.add_file(address)
    entered = FileForm(request.POST, request.FILES)
    if not entered.is_valid():
        context = {"form": VerifyForm(), "file_form": entered}
        return render(request, "certification/verify.html", context)
    try:
        found = file_check.examine_file(entered.cleaned_data["file"].read(MOST_BYTES + 1))
    except Exception:
        log.exception("checking a file failed")
        found = verification.not_checked()
    status = 404 if found.verdict == verification.Verdict.NOT_FOUND else 200
    return _answer(request, found, file=True, status=status)


@unlisted
@require_GET
def by_token(request: HttpRequest, token: str) -> HttpResponse:
    """The answer to a scanned code."""
    try:
        found = register.by_token(token)
    except DatabaseError:
        log.exception("verification by code failed")
        return _answer(request, verification.not_checked(), token=token, status=503)
    if found is None:
        return _answer(request, verification.not_found(), token=token, status=404)
    return _answer(request, _examined(found), token=token)


@unlisted
@require_GET
def pdf(request: HttpRequest, token: str) -> FileResponse:
    """The sealed PDF, for whoever holds the code."""
    certificate = Certificate.objects.select_related("document").filter(token=token).first()
    if certificate is None or not hasattr(certificate, "document"):
        raise Http404
    return pdf_response(certificate)


def _examined(entry: register.Entry) -> verification.Finding:
    """Anything unforeseen is "could not be checked", never an answer."""
    try:
        return verification.examine(entry, today())
    except Exception:
        log.exception("verification of certificate %s failed", entry.id)
        return verification.not_checked()


def _answer(
    request: HttpRequest,
    finding: verification.Finding,
    *,
    token: str = "",
    file: bool = False,
    status: int = 200,
) -> HttpResponse:
    entry, places = finding.entry, Places()
    shape: dict[str, object] = {
        "verdict": str(finding.verdict),
        "title": finding.title,
        "tone": finding.tone,
        "icon": finding.icon,
        "text": places.of(finding.text),
        "facts": [(label, places.of(value), said_in) for label, value, said_in in finding.facts],
        "checks": [(places.of(one.text), one.tone, one.icon, one.word) for one in finding.checks],
        "now": timezone.localtime(timezone=law_zone()).replace(second=0, microsecond=0),
        "token": places.of(quote(token)) if token else "",
        "file": file,
    }
    if entry:
        shape |= {
            "number": places.of(entry.number),
            "own_token": places.of(quote(entry.token)),
            "stands": bool(entry.stand),
            "has_pdf": bool(entry.has_pdf),
            "has_content": bool(entry.said),
        }
    number = f" – {entry.number}" if entry else ""
    body = places.fill("certification/parts/verify_answer.html", shape)
    return framed(request, title=finding.title + number, body=body, token=token, status=status)
