"""Reads of the CMS base that every page needs."""

from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest
from wagtail.models import Page

from home.models import InfoPage

_LAST_DEEDS = """
SELECT (SELECT max(id) FROM people_auditevent), (SELECT max(id) FROM wagtailcore_pagelogentry),
  (SELECT max(id) FROM wagtailcore_modellogentry)
"""


def _footer_pages(language: str) -> list[dict[str, str]]:
    pages = InfoPage.objects.live().filter(
        footer_position__isnull=False, locale__language_code=language
    )
    return [
        {"text": page.title, "url": page.url or ""} for page in pages.order_by("footer_position")
    ]


def footer_pages(language: str) -> list[dict[str, str]]:
    """Titles and addresses of the footer's pages in that language, in their order; kept a minute."""
    found = caches["local"].get_or_set(f"footer:{language}", lambda: _footer_pages(language), 60)
    return found or []


def freshness() -> str:
    """Another word as soon as anything was done on the site or in the CMS: what is kept under it is never behind.

    Three reads of the end of an index. A deed that was begun earlier and ended later may be missed for as long as
    things are kept.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LAST_DEEDS)
        return "-".join(str(end or 0) for end in cursor.fetchone())


def translations_of(page: Page | None, request: HttpRequest | None = None) -> dict[str, str]:
    """Addresses of the live translations of a CMS page, by language."""
    if page is None:
        return {}
    family = (
        Page.objects.live().filter(translation_key=page.translation_key).select_related("locale")
    )
    return {other.locale.language_code: other.get_url(request) or "" for other in family}
