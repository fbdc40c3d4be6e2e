"""The content security policy, public pages made once for everybody, moved pages, and which browsers are in use."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from csp.decorators import csp
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.http import ConditionalGetMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from wagtail.contrib.redirects.middleware import RedirectMiddleware

from config.api import nowhere, wrong_method
from home.queries import freshness
from people.statements import answers, together

Handler = Callable[[HttpRequest], HttpResponse]
# Only these are the same for everybody who is not known: CMS pages, and the page of an edition.
PUBLIC_VIEWS = frozenset({"wagtail_serve", "training:edition"})
API = "/api/"
LONGEST_ADDRESS = 300  # longer ones are nobody's bookmarks, and would fill the cache
# How long it is known that an address is public; its page is made anew far sooner.
KEPT_KNOWN = 3600
SEEN_SECONDS = 300
KNOWN_BROWSER = """
SELECT id, last_seen_at FROM usersessions_usersession
WHERE session_key = %s AND user_id = %s AND ip = %s AND user_agent = %s
"""
# A minute of when somebody was seen last may be lost with a broken server; no page waits for the disk to have it.
NOT_WAITED_FOR = "SELECT set_config('synchronous_commit', 'off', true)"
SEEN_AGAIN = "UPDATE usersessions_usersession SET last_seen_at = %s WHERE id = %s RETURNING 1"
AGENT_LENGTH = UserSession._meta.get_field("user_agent").max_length


@dataclass(frozen=True)
class Kept:
    """A public page as it was made, and what had been done on the site by then (empty: not known)."""

    at: float
    fresh: str
    content: bytes
    headers: dict[str, str]

    def stands(self, fresh: str) -> bool:
        """Has nothing been done since, and is it young enough for what changes with the hour?"""
        young = time.monotonic() - self.at < settings.PUBLIC_SECONDS
        return bool(self.fresh) and self.fresh == fresh and young


def content_security_policy(get_response: Handler) -> Handler:
    """Writes the policy header; `/cms/` gets the policy that Wagtail's editor needs."""
    strict = CSPMiddleware(get_response)
    cms = CSPMiddleware(csp(settings.CONTENT_SECURITY_POLICY_CMS)(get_response))

    def middleware(request: HttpRequest) -> HttpResponse:
        return cms(request) if request.path_info.startswith("/cms/") else strict(request)

    return middleware


def public_pages(get_response: Handler) -> Handler:
    """A public page is made once a minute for all who come without cookies, and anew as soon as something was done.

    Whoever carries a cookie (signed in, half signed in, with a message waiting) is always served afresh.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        known = settings.PUBLIC_SECONDS and _comes_with_nothing(request)
        address = request.build_absolute_uri() if known else ""
        if not address or len(address) > LONGEST_ADDRESS:
            return get_response(request)
        kept: Kept | None = caches["local"].get(place_of(address))
        # What was never seen to be public costs no query here: this runs before every other address too.
        now = freshness() if kept else ""
        if kept and kept.stands(now):
            return HttpResponse(kept.content, headers=kept.headers)
        response = get_response(request)
        if _is_public(request, response):
            made = Kept(time.monotonic(), now, response.content, dict(response.items()))
            caches["local"].set(place_of(address), made, KEPT_KNOWN)
        return response

    return middleware


def place_of(address: str) -> str:
    """Where the page of an address is kept; addresses may be longer than keys."""
    return f"public:{sha256(address.encode()).hexdigest()}"


def _comes_with_nothing(request: HttpRequest) -> bool:
    return request.method == "GET" and not request.COOKIES and "HX-Request" not in request.headers


def _is_public(request: HttpRequest, response: HttpResponse) -> bool:
    """A whole page that leaves nothing in the browser."""
    match = request.resolver_match
    whole = response.status_code == 200 and not response.streaming and not response.cookies
    return whole and bool(match) and match.view_name in PUBLIC_VIEWS


class ReadersLanguage(LocaleMiddleware):
    """Django's own; but what the API does not find is not sent on to a page in some language."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The answer with its language."""
        if not request.path_info.startswith(API):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", get_language())
        return response


def machines(get_response: Handler) -> Handler:
    """The API's answers: with an ETag, kept by nobody on the way; a wrong method is a problem like the others."""
    conditional = ConditionalGetMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(API):
            return get_response(request)
        if "\0" in request.path_info:
            return nowhere(request)
        response = conditional(request)
        if response.status_code == 405:
            response = wrong_method(request, response)
        patch_vary_headers(response, ("Authorization",))
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return middleware


def readable_addresses(get_response: Handler) -> Handler:
    """An address with a zero character leads nowhere: PostgreSQL knows none, and would break off the request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404("zero character")
        return get_response(request)

    return middleware


def moved_pages(get_response: Handler) -> Handler:
    """Wagtail's redirects, asked for only where a page of the CMS was not found: no other address ever moves.

    A code that no certificate bears is answered without looking for one.
    """
    redirects = RedirectMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        match = request.resolver_match
        if match and match.view_name != "wagtail_serve":
            return response
        return redirects.process_response(request, response)

    return middleware


def browsers_in_use(get_response: Handler) -> Handler:
    """Notes from where somebody is signed in, as allauth does, but not at every page: once in five minutes."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            _note(request)
        return get_response(request)

    return middleware


def _note(request: HttpRequest) -> None:
    address = get_adapter().get_client_ip(request)
    browser = (request.session.session_key, address, request.headers.get("User-Agent", ""))
    # Another browser or address with the same session is noted at once.
    if not caches["seen"].add(f"seen:{hash(browser)}", True, SEEN_SECONDS):
        return
    # Another process may have noted it just now.
    now = timezone.now()
    key, ip, agent = browser
    known = answers(KNOWN_BROWSER, [key, request.user.pk, ip, agent[:AGENT_LENGTH]])
    if not known:
        UserSession.objects.create_from_request(request)
    elif known[0][1] <= now - timedelta(seconds=SEEN_SECONDS):
        together((NOT_WAITED_FOR, []), (SEEN_AGAIN, [now, known[0][0]]))
