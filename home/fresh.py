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
    """Another word as soon as anything was done on the site or in the CMS: what is kept under it is never behind.

    Three reads of the end of an index. A deed that was begun earlier and ended later may be missed for as long as
    things are kept.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST_DEEDS)
        return "-".join(str(end or 0) for end in cursor.fetchone())


def freshness_for(request: HttpRequest) -> str:
    """`freshness`, read once a request; never the same word twice where nothing may be kept."""
    if not settings.PUBLIC_SECONDS or getattr(request, "is_preview", False):
        return uuid4().hex
    if not hasattr(request, "freshness"):
        request.freshness = freshness()  # type: ignore[attr-defined]
    return str(request.freshness)  # type: ignore[attr-defined]


def kept(name: str, make: Callable[[], Any], request: HttpRequest | None = None) -> Any:
    """What `make` gives, which is the same for all readers: kept until something is done on the site."""
    if not settings.PUBLIC_SECONDS:
        return make()
    key = f"{name}:{freshness_for(request) if request else freshness()}"
    return caches["local"].get_or_set(key, make, settings.PUBLIC_SECONDS)
