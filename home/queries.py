"""Reads of the CMS base that every page needs."""

from django.core.cache import caches
from wagtail.models import Page

from home.models import InfoPage


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


def translations_of(page: Page | None) -> dict[str, str]:
    """Addresses of the live translations of a CMS page, by language."""
    if page is None:
        return {}
    family = (
        Page.objects.live().filter(translation_key=page.translation_key).select_related("locale")
    )
    return {other.locale.language_code: other.url or "" for other in family}
