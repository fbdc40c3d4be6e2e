"""What every page needs: the site's name, its languages, the helplines, the footer."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from home.queries import footer_pages, translations_of
from people.access import grants_of
from people.permissions import Permission
from people.queries import helplines


def language_links(request: HttpRequest) -> list[dict[str, Any]]:
    """The same page in each language: the translated page of the CMS, else the same address with the other prefix."""
    pages = translations_of(getattr(request, "wagtailpage", None))
    path = request.get_full_path()
    return [
        {
            "code": code,
            "name": name,
            "url": pages.get(code) or translate_url(path, code),
            "current": code == get_language(),
        }
        for code, name in settings.LANGUAGES
    ]


def site(request: HttpRequest) -> dict[str, Any]:
    """Context of every template; nothing here is computed unless the template asks."""
    grants = SimpleLazyObject(lambda: grants_of(getattr(request, "user", None)))
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "languages": SimpleLazyObject(lambda: language_links(request)),
        "helplines": SimpleLazyObject(helplines),
        "footer_pages": SimpleLazyObject(lambda: footer_pages(get_language())),
        "grants": grants,
        "P": Permission,
        "is_demo": settings.DEMO,
    }
