"""What was done last on the site, and what is kept as long as nothing is."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest

_LAST_DEEDS = """
SELECT (SELECT max(id) FROM people_auditevent), (SELECT max(id) FROM wagtailcore_pagelogentry),
  (SELECT max(id) FROM wagtailcore_modellogentry)
"""


def freshness() -> str:
    """Another word as soon as anything was done on the site or in the CMS.

    Three reads of the end of an index. Of two deeds at once the one that was begun first and ended last changes nothing
    here: what is kept may be behind by it, for as long as things are kept. The word of a deed that was undone never
    comes again, for its number is not given out twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST_DEEDS)
        return "-".join(str(end or 0) for end in cursor.fetchone())


def may_keep(request: HttpRequest) -> bool:
    """Is what this request sees what all see? Not a draft, nor what a form changes and may yet undo."""
    is_draft = getattr(request, "is_preview", False)
    return bool(settings.PUBLIC_SECONDS) and not is_draft and request.method in ("GET", "HEAD")


def freshness_for(request: HttpRequest) -> str:
    """`freshness`, read once a request; never the same word twice where nothing may be kept."""
    if not may_keep(request):
        return uuid4().hex
    if not hasattr(request, "freshness"):
        request.freshness = freshness()  # type: ignore[attr-defined]
    return str(request.freshness)  # type: ignore[attr-defined]


def kept(name: str, make: Callable[[], Any], request: HttpRequest | None = None) -> Any:
    """What `make` gives, which is the same for all readers: kept until something is done on the site."""
    if not settings.PUBLIC_SECONDS or (request and not may_keep(request)):
        return make()
    key = f"{name}:{freshness_for(request) if request else freshness()}"
    return caches["local"].get_or_set(key, make, settings.PUBLIC_SECONDS)
