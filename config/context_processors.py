"""What every page needs: the site's name, its languages, the menu, the helplines, the footer."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from config import navigation
from home.queries import footer_pages, freshness_for, translations_of
from people.access import grants_of
from people.queries import helplines, support_for


def language_links(request: HttpRequest) -> list[dict[str, Any]]:
    """The same page in each language: the translated page of the CMS, else the same address with the other prefix."""
    page = getattr(request, "wagtail_page", None)
    pages = translations_of(page, request)
    path = request.get_full_path()
    current = get_language()
    return [
        {
            "code": code,
            "name": name,
            "url": pages.get(code) or (f"/{code}/" if page else translate_url(path, code)),
            "current": code == current,
        }
        for code, name in settings.LANGUAGES
    ]


def _sign_in_url(request: HttpRequest) -> str:
    return reverse("account_login")


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of every template; nothing here is computed unless the template asks."""
    language = get_language() or settings.LANGUAGE_CODE
    user = getattr(request, "user", None)
    if user is None:  # an error before the session was read
        return {"site_name": settings.SITE_NAME, "home_url": f"/{language}/"}
    return {
        "site_name": settings.SITE_NAME,
        "site_owner": settings.SITE_OWNER,
        "site_url": settings.SITE_URL,
        "home_url": f"/{language}/",
        "languages": SimpleLazyObject(lambda: language_links(request)),
        "nav_items": SimpleLazyObject(lambda: navigation.items(request)),
        "account": SimpleLazyObject(lambda: navigation.account(request)),
        "sign_in_url": SimpleLazyObject(lambda: _sign_in_url(request)),
        "helplines": SimpleLazyObject(helplines),
        "support": SimpleLazyObject(lambda: support_for(user)),
        "footer_links": SimpleLazyObject(lambda: footer_pages(language)),
        "grants": SimpleLazyObject(lambda: grants_of(user)),
        "is_demo": settings.DEMO,
        "fresh": SimpleLazyObject(lambda: freshness_for(request)),
        "public_seconds": settings.PUBLIC_SECONDS,
    }
