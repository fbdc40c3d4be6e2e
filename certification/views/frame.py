"""The frame of the public answers: the same for everybody who is not signed in, so it is made once a minute a language.

Checking a certificate must stay cheap; most of a page's cost is its head and foot.
"""

import copy
import re
from collections.abc import Mapping
from hashlib import sha256
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
_NUMBERED = re.compile("frame-[0-9]+-7d1f")


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


class Places:
    """What differs from one answer to the next: each value has a place in the kept text, and is put in escaped."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def of(self, value: object) -> str:
        """The place of this value."""
        place = f"frame-{len(self.values)}-7d1f"
        self.values[place] = escape(value)
        return place

    def fill(self, template: str, shape: Mapping[str, object]) -> SafeString:
        """The template in the reader's language, made once a minute for each shape, with the values in their places.

        The shape holds words of ours and places, nothing that a certificate says: else every answer would be kept.
        """
        words = repr((template, get_language(), sorted(shape.items()))).encode()
        key = f"shape:{sha256(words).hexdigest()}"
        kept = caches["local"].get_or_set(key, lambda: render_to_string(template, shape), 60)
        # A template of ours, and values that are escaped. In one pass, as below.
        filled = _NUMBERED.sub(lambda place: self.values[place[0]], kept)
        return mark_safe(filled)  # noqa: S308


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
