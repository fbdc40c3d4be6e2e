"""Reads of the CMS base that every page needs."""

from wagtail.models import Page

from home.models import InfoPage


def footer_pages(language: str | None) -> list[InfoPage]:
    """The plain pages of the footer in that language, in their order."""
    pages = InfoPage.objects.live().filter(footer_position__isnull=False, locale__language_code=language or "")
    return list(pages.order_by("footer_position").only("title", "url_path", "locale_id", "slug", "path", "depth"))


def translations_of(page: Page | None) -> dict[str, str]:
    """Addresses of the live translations of a CMS page, by language."""
    if page is None:
        return {}
    family = Page.objects.live().filter(translation_key=page.translation_key).select_related("locale")
    return {other.locale.language_code: other.url or "" for other in family}
