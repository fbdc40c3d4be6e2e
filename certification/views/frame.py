"""Public answers are put together from kept text: what is the same for everybody is made once a minute a language.

Checking a certificate must stay cheap; most of a page's cost is its head and foot.
"""

import copy
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

TEMPLATE = "certification/verify_result.html"
KEPT_SECONDS = 60
# A word that stands nowhere else, in place of what differs from one answer to the next.
_PLACE = re.compile("place-[0-9]+-7d1f")


class Places:
    """What differs from one answer to the next: each value has a place in the kept text, and is put in escaped."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def of(self, value: Any) -> str:
        """The place of this value."""
        place = f"place-{len(self.values)}-7d1f"
        self.values[place] = conditional_escape(value)
        return place

    def fill(
        self,
        template: str,
        shape: Mapping[str, object],
        *,
        asked: Callable[[], HttpRequest] | None = None,
        path: str = "",
    ) -> SafeString:
        """The template in the reader's language, made once a minute for each shape, with the values in their places.

        The shape holds words of ours and places, nothing that a certificate says: else every answer would be kept. A
        page is made as somebody asks for it at that path; `asked` gives a request with nothing of theirs.
        """
        words = repr((template, get_language(), path, sorted(shape.items()))).encode()

        def make() -> str:
            return render_to_string(template, shape, request=asked() if asked else None)

        key = f"shape:{sha256(words).hexdigest()}"
        kept: Any = caches["local"].get_or_set(key, make, KEPT_SECONDS)
        # A template of ours, and values that are escaped. In one pass: what is put in is never looked through.
        return mark_safe(_PLACE.sub(lambda place: self.values[place[0]], kept))  # noqa: S308


def framed(
    request: HttpRequest, *, title: str, body: SafeString, token: str, status: int
) -> HttpResponse:
    """The page: for somebody signed in made afresh with their own menu, for all others put into the kept frame."""
    if request.user.is_authenticated:
        return render(request, TEMPLATE, {"title": title, "body": body}, status=status)
    places = Places()
    shape = {"title": places.of(title), "body": places.of(body)}
    path = (
        reverse("certification:verify-token", args=[places.of(quote(token))])
        if token
        else reverse("certification:verify")
    )
    page = places.fill(TEMPLATE, shape, asked=lambda: _blank(request, path), path=path)
    return HttpResponse(page, status=status)


def _blank(request: HttpRequest, path: str) -> HttpRequest:
    """A copy of the request that carries nothing of this visitor: no address, no messages, no cookies."""
    blank = copy.copy(request)
    blank.path = blank.path_info = path
    blank.META = {
        name: value
        for name, value in request.META.items()
        if name not in ("QUERY_STRING", "CSRF_COOKIE", "HTTP_COOKIE")
    }
    blank.COOKIES = {}
    blank.__dict__.pop("_messages", None)
    return blank
