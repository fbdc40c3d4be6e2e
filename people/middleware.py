"""Staff roles and the CMS sign in with a second factor, or not at all."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from people.access import grants_of

Handler = Callable[[HttpRequest], HttpResponse]
OPEN_TO_ALL = ("/healthz", "/readyz", "/static/", "/v/", "/calendar/")


def require_second_factor(get_response: Handler) -> Handler:
    """Whoever holds a staff role and has no second factor yet is led to set one up, and nowhere else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if request.path_info.startswith(OPEN_TO_ALL) or not user.is_authenticated:
            return get_response(request)
        in_account = "/account/" in request.path_info
        if not in_account and grants_of(user).needs_second_factor and not is_mfa_enabled(user):
            return redirect(reverse("mfa_index"))
        return get_response(request)

    return middleware
