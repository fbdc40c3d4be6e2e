"""The public log: a page that explains it, and its heads, hashes and proofs as plain files for machines."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from certification import log, register
from certification.models import LogHead, LogNode
from certification.views.verify import unlisted
from formats import merkle
from people.templatetags.words import long_date

SHOWN = 31  # heads on the page
LEAVES = 1_000  # hashes in a file
UNCHANGING = "public, max-age=86400, immutable"


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What the log is for, its last heads, and how to check them."""
    heads = list(LogHead.objects.order_by("-day")[:SHOWN])
    columns = [{"text": _("Day")}, {"text": _("Records"), "numeric": True}, {"text": _("Root")}]
    context = {"heads": heads, "columns": columns, "rows": [_row(head) for head in heads]}
    return render(request, "certification/log.html", context)


def _row(head: LogHead) -> dict[str, Any]:
    address = reverse("log-head", args=[head.day.isoformat()])
    return {
        "cells": [
            {"text": long_date(head.day), "header": True},
            {"label": _("Records"), "text": head.size, "numeric": True},
            {"label": _("Root"), "text": f"{head.root[:16]}…", "href": address},
        ]
    }


@require_GET
def head(request: HttpRequest, day: str = "") -> HttpResponse:
    """The signed words of a day (of the last one without a day), the signature, and the certificate of the key."""
    try:
        wanted = {"day": date.fromisoformat(day)} if day else {}
    except ValueError as error:
        raise Http404 from error
    found = LogHead.objects.filter(**wanted).order_by("-day").first()
    if found is None:
        raise Http404
    text = f"{found.words}\n{found.signature}\n\n{found.signer}"
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = UNCHANGING if day else "no-cache"
    return answer


@require_GET
def leaves(request: HttpRequest, first: str) -> HttpResponse:
    """The hashes of up to a thousand records from that number on, one a line: enough to build the tree again."""
    begin = int(first)
    rows = LogNode.objects.filter(level=0, index__range=(begin, begin + LEAVES - 1))
    text = "".join(f"{found}\n" for found in rows.order_by("index").values_list("hash", flat=True))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_GET
def growth(request: HttpRequest, size: str, later: str) -> JsonResponse:
    """The proof that the log of the later size holds the earlier one unchanged (RFC 9162, 2.1.4)."""
    first, second = int(size), int(later)
    newest = LogHead.objects.order_by("-size").first()
    if newest is None or not 0 < first <= second <= newest.size:
        raise Http404
    path = [found.hex() for found in log.consistency(first, second)]
    return JsonResponse({"first": first, "second": second, "consistency": path})


@unlisted
@require_GET
def proof(request: HttpRequest, token: str) -> JsonResponse:
    """The proof that a certificate stands in the log, for whoever holds its code (RFC 9162, 2.1.3)."""
    entry = register.by_token(token)
    if entry is None or entry.stand is None:
        raise Http404
    stand, record = entry.stand, log.issued_record(entry)
    leaf, path = log.inclusion(stand.position, stand.head.size)
    return JsonResponse(
        {
            "record": record.decode(),
            "leaf_hash": merkle.leaf_hash(record).hex(),
            "stored_leaf_hash": leaf.hex(),
            "index": stand.position,
            "tree_size": stand.head.size,
            "root_hash": stand.head.root,
            "inclusion": [found.hex() for found in path],
            "head": request.build_absolute_uri(reverse("log-head", args=[stand.day.isoformat()])),
        }
    )
