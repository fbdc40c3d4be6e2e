"""The credential of a certificate as files to save, and what verifiers ask of an issuer: its keys, its status lists."""

import json
import logging
import re

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from certification import credentials
from certification.errors import CertificationError
from certification.models import Certificate, Issuer
from certification.views.files import attachment
from certification.views.trail import opened
from certification.views.verify import unlisted
from formats.credential import MEDIA_TYPE

log = logging.getLogger(__name__)
KINDS = "|".join(re.escape(kind) for kind in credentials.KINDS)
SECONDS = 60  # that others may keep a status list or an issuer's keys


@unlisted
@require_GET
def by_token(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """A file with the credential, for whoever holds the code."""
    rows = Certificate.objects.select_related("content", "authority__organisation")
    # PostgreSQL knows no zero character, and no token has one.
    return _file(request, rows.filter(token=token.replace("\0", "")).first(), kind)


@login_required
@require_GET
def of_certificate(request: HttpRequest, pk: str, kind: str) -> HttpResponse:
    """A file with the credential, for the holder and those who answer for them."""
    rows = Certificate.objects.visible_to(request.user)
    rows = rows.select_related("content", "authority__organisation", "person")
    certificate = get_object_or_404(rows, pk=pk)
    answer = _file(request, certificate, kind)
    opened(request.user, certificate, certificate.person, "certificate.downloaded")
    return answer


def _file(request: HttpRequest, certificate: Certificate | None, kind: str) -> HttpResponse:
    try:
        data = credentials.file(certificate, kind) if certificate else None
    except CertificationError as error:
        log.exception("no credential")
        context = {"message": error.message}
        return render(request, "certification/credential_later.html", context, status=503)
    if certificate is None or data is None:
        raise Http404
    name = f"{certificate.number.replace('/', '-')}.{kind.rpartition('.')[2]}"
    return attachment(data, name, credentials.KINDS[kind])


@require_GET
def did(request: HttpRequest, code: str) -> HttpResponse:
    """The issuer's document of did:web: its keys."""
    issuer = get_object_or_404(Issuer, code=code)
    text = json.dumps(credentials.did_document(issuer), ensure_ascii=False, indent=1)
    return _published(text, "application/json")


@require_GET
def status_list(request: HttpRequest, code: str, number: str, purpose: str) -> HttpResponse:
    """A status list, signed within the last day. It goes on answering when people were erased."""
    text = credentials.signed_list(code, int(number), purpose)
    if text is None:
        raise Http404
    return _published(text, MEDIA_TYPE)


def _published(text: str, media_type: str) -> HttpResponse:
    """For machines anywhere, verifiers that run in a browser included."""
    answer = HttpResponse(text, content_type=media_type)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = f"public, max-age={SECONDS}"
    return answer
