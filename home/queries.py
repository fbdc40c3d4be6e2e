"""Reads of the CMS base that every page needs."""

from django.core.cache import caches
from django.http import HttpRequest
from wagtail.models import Page

from home.fresh import freshness, freshness_for, kept
from home.models import InfoPage

__all__ = ["footer_pages", "freshness", "freshness_for", "kept", "translations_of"]


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


def translations_of(page: Page | None, request: HttpRequest | None = None) -> dict[str, str]:
    """Addresses of the live translations of a CMS page, by language."""
    if page is None:
        return {}
    return dict(kept(f"family:{page.pk}", lambda: _family(page, request), request))


def _family(page: Page, request: HttpRequest | None) -> dict[str, str]:
    family = (
        Page.objects.live().filter(translation_key=page.translation_key).select_related("locale")
    )
    return {other.locale.language_code: other.get_url(request) or "" for other in family}
