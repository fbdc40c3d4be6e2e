"""Signing in: allauth's views with a limit on tries for each address, and a page to rest on."""

from allauth.account.internal.stagekit import clear_login
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import (
    ConfirmLoginCodeView,
    ConfirmPasswordResetCodeView,
    LoginView,
    RequestLoginCodeView,
)
from allauth.core import ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from people import audit
from people.models import SignInProvider, User

# So many institutions fit on the sign-in page; more have a page of their own.
SHOWN = 4


def _login_page() -> str:
    return reverse("account_login")


def signup(request: HttpRequest) -> HttpResponse:
    """Signing up and signing in are one page: an e-mail address."""
    query = f"?{urlencode({'next': request.GET['next']})}" if request.GET.get("next") else ""
    return redirect(_login_page() + query)


class AskCode(RequestLoginCodeView):
    """The first page: the e-mail address."""

    template_name = "account/login.html"

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """An address of an institution with a sign-in of its own leads there; a code can be had all the same."""
        email = request.POST.get("email", "")
        rows = SignInProvider.objects.speaking_for(email).select_related("organisation")
        provider = None if "by_code" in request.POST else rows.first()
        if provider is None:
            return super().post(request, *args, **kwargs)
        context = {"provider": provider, "email": email, "next": get_next_redirect_url(request)}
        return render(request, "sso/lead.html", context)

    def get_context_data(self, **kwargs: object) -> dict:
        rows = SignInProvider.objects.working().select_related("organisation")
        return {
            **super().get_context_data(**kwargs),
            "providers": rows[: SHOWN + 1],
            "shown": SHOWN,
        }


class WithPassword(LoginView):
    """The page of staff: e-mail address and password, or a passkey."""

    template_name = "account/login_password.html"


class ConfirmCode(ConfirmLoginCodeView):
    """The second page: the code. Tries are counted for the address, whatever session or computer they come from."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        email = self._process.state["email"]
        if self._action == "resend":
            if not ratelimit.consume(request, action="request_login_code", key=email):
                return _pause(request, self._process.user, "codes")
        elif not ratelimit.consume(request, action="confirm_login_code", key=email):
            return _pause(request, self._process.user, "tries")
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: object) -> HttpResponse:
        if self._process.record_invalid_attempt():
            return self.render_to_response(self.get_context_data(form=form))
        return _pause(self.request, self._process.user, "tries")


class ConfirmResetCode(ConfirmPasswordResetCodeView):
    """The code of a forgotten password, under the same limit."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not ratelimit.consume(
            request, action="confirm_login_code", key=self._process.state["email"]
        ):
            self._process.abort()
            return _pause(request, self._process.user, "tries")
        return super().post(request, *args, **kwargs)


class RemovePasskey(RemoveWebAuthnView):
    """allauth asks this question for the app only: the last second factor of a staff role stays."""

    def form_valid(self, form: object) -> HttpResponse:
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_list_webauthn")


def _pause(request: HttpRequest, user: User | None, why: str) -> HttpResponse:
    """Forget the code that was being tried, write it into the trail, and let the person rest."""
    clear_login(request)
    if user:
        audit.record(by=None, verb="signin.paused", target=user, person=user.person_id, why=why)
    return redirect("account_pause")


@require_GET
@never_cache
def pause(request: HttpRequest) -> HttpResponse:
    """After too many tries: why, and what to do."""
    return render(request, "account/pause.html")


@require_POST
def change_address(request: HttpRequest) -> HttpResponse:
    """Back to the first page, with the half-finished sign-in forgotten."""
    clear_login(request)
    return redirect(_login_page())


ask_code = AskCode.as_view()
with_password = sensitive_post_parameters("password")(WithPassword.as_view())
confirm_code = ConfirmCode.as_view()
confirm_reset_code = ConfirmResetCode.as_view()
remove_passkey = RemovePasskey.as_view()
