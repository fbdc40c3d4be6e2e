"""The site's addresses, and one more for pages that nobody can bring about on purpose: the errors."""

from django.conf.urls.i18n import i18n_patterns
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path

from config.urls import urlpatterns as of_the_site

SHOWN = {
    "403", "403_csrf", "429", "500", "offline", "account/account_inactive", "account/verified_email_required",
    "account/verification_sent", "account/password_reset_from_key_done", "certification/verify_slow_down",
}  # fmt: skip


def shown(request: HttpRequest, name: str) -> HttpResponse:
    """That template; the error of the server without a request, as Django shows it."""
    if name not in SHOWN:
        raise Http404
    if name == "500":
        return HttpResponse(render_to_string("500.html"))
    return render(request, f"{name}.html")


urlpatterns = [*i18n_patterns(path("shown/<path:name>/", shown, name="shown")), *of_the_site]
