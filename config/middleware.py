"""The content security policy: strict on the site, wider in the CMS only."""

from collections.abc import Callable

from csp.decorators import csp
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Writes the policy header; `/cms/` gets the policy that Wagtail's editor needs."""
    strict = CSPMiddleware(get_response)
    cms = CSPMiddleware(csp(settings.CONTENT_SECURITY_POLICY_CMS)(get_response))

    def middleware(request: HttpRequest) -> HttpResponse:
        return cms(request) if request.path_info.startswith("/cms/") else strict(request)

    return middleware
