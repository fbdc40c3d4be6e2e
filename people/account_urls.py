"""/account/: one page to sign in or up by e-mail code, one for staff with a password; the rest is allauth's."""

from django.urls import path

from people.views import signin, sso

urlpatterns = [
    path("login/", signin.ask_code, name="account_login"),
    path("login/code/", signin.ask_code, name="account_request_login_code"),
    path("login/code/confirm/", signin.confirm_code, name="account_confirm_login_code"),
    path("login/code/change/", signin.change_address, name="account_change_address"),
    path("login/password/", signin.with_password, name="account_login_password"),
    path("login/pause/", signin.pause, name="account_pause"),
    path("institution/", sso.choose, name="sso-choose"),
    path("institution/<int:pk>/", sso.start, name="sso-start"),
    path("institution/<int:pk>/<slug:why>/", sso.refused, name="sso-refused"),
    # Who is whose account follows from the institution's word alone: allauth's pages for it are closed.
    path("3rdparty/", sso.nowhere, name="socialaccount_connections"),
    path("3rdparty/signup/", sso.nowhere, name="socialaccount_signup"),
    path("3rdparty/login/error/", sso.nowhere, name="socialaccount_login_error"),
    path("3rdparty/login/cancelled/", sso.nowhere, name="socialaccount_login_cancelled"),
    path("signup/", signin.signup, name="account_signup"),
    path(
        "password/reset/confirm/",
        signin.confirm_reset_code,
        name="account_confirm_password_reset_code",
    ),
    path("2fa/webauthn/keys/<int:pk>/remove/", signin.remove_passkey, name="mfa_remove_webauthn"),
]
