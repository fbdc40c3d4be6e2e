"""The frame of the public answers: the same for everybody who is not signed in, so it is made once a minute a language.

Checking a certificate must stay cheap; most of a page's cost is its head and foot.
"""

import copy
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

TEMPLATE = "certification/verify_result.html"
# Words that stand nowhere else, in place of what differs from one answer to the next.
TITLE, BODY, TOKEN = "frame-title-7d1f", "frame-body-7d1f", "frame-token-7d1f"
_PLACES = re.compile("frame-(?:title|body|token)-7d1f")


def framed(
    request: HttpRequest, *, title: str, body: SafeString, token: str, status: int
) -> HttpResponse:
    """The page: for somebody signed in made afresh with their own menu, for all others put into the kept frame."""
    if request.user.is_authenticated:
        return render(request, TEMPLATE, {"title": title, "body": body}, status=status)
    path = (
        reverse("certification:verify-token", args=[TOKEN])
        if token
        else reverse("certification:verify")
    )
    frame = caches["local"].get_or_set(f"frame:{path}", lambda: _frame(request, path), 60)
    parts = {TITLE: escape(title), TOKEN: escape(quote(token)), BODY: body}
    # In one pass: what is put in is never looked through for the next place.
    return HttpResponse(_PLACES.sub(lambda place: parts[place[0]], frame), status=status)


def kept_part(template: str, shape: Mapping[str, Any], token: str) -> SafeString:
    """A part of an answer that is the same for all of its shape but for the token: made once a minute a language."""
    words = ".".join(f"{name}={value}" for name, value in sorted(shape.items()))
    key = f"part:{template}:{get_language()}:{words}:{bool(token)}"
    context = {**shape, "token": token and TOKEN}
    part = caches["local"].get_or_set(key, lambda: render_to_string(template, context), 60)
    return mark_safe(part.replace(TOKEN, escape(quote(token))))  # noqa: S308 - a template of ours; the token is escaped


def _frame(request: HttpRequest, path: str) -> str:
    """Made of a copy of the request that carries nothing of this visitor: no address, no messages, no cookies."""
    blank = copy.copy(request)
    blank.path = blank.path_info = path
    blank.META = {
        name: value
        for name, value in request.META.items()
        if name not in ("QUERY_STRING", "CSRF_COOKIE")
    }
    blank.COOKIES = {}
    blank.__dict__.pop("_messages", None)
    # Ours, not a visitor's: the place where each answer will stand.
    return render_to_string(TEMPLATE, {"title": TITLE, "body": mark_safe(BODY)}, request=blank)  # noqa: S308
