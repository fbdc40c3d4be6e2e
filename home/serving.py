"""Wagtail's pages at their addresses, with the way to each kept while nothing is done on the site."""

from hashlib import sha256

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve

from home.fresh import freshness_for, may_keep


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Wagtail's own view, which else looks up the site and reads every page on the way twice (eight queries).

    Kept is only which page an address means; the page is read each time, and Wagtail asks who may see it.
    """
    if not may_keep(request):
        return wagtail_serve(request, path)
    # Addresses may be longer than keys.
    asked = f"{request.get_host()} {get_language()} {path}"
    key = f"way:{freshness_for(request)}:{sha256(asked.encode()).hexdigest()}"
    if way := caches["local"].get(key):
        _take(request, *way)
        return wagtail_serve(request, path)
    response = wagtail_serve(request, path)
    found = Page.route_for_request(request, path)  # known by now
    if found and not found.args and not found.kwargs:
        way = (Site.find_for_request(request), type(found.page), found.page.pk)
        caches["local"].set(key, way, settings.PUBLIC_SECONDS)
    return response


def _take(request: HttpRequest, site: Site, model: type[Page], number: int) -> None:
    """Tell Wagtail what it found before, where it keeps such things during a request itself."""
    page = model.objects.live().filter(pk=number).select_related("locale").first()
    if page:
        request._wagtail_site = site  # type: ignore[attr-defined]
        request._wagtail_route_for_request = RouteResult(page)  # type: ignore[attr-defined]
