"""What Tutela asks of django-allauth: numeric codes, encrypted secrets, our words, our pages afterwards."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from formats import qr
from people import codes
from people.access import grants_of
from people.actions import accounts
from people.models import User
from people.secrets import box

INCORRECT_CODE = _("This code is not right. Check the digits and type them again.")
TOO_MANY = _("Too many attempts. Wait ten minutes, then try again.")


class AccountAdapter(DefaultAccountAdapter):
    """Codes are eight digits; mails are in the recipient's language; words are our own in all five languages."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is already the e-mail address of your account."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "email_taken": _("Another account has this e-mail address."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": INCORRECT_CODE,
        "incorrect_password": _("The password is not right."),
        "invalid_login": _("Enter your e-mail address."),
        "invalid_password_reset": _("This code has expired. Ask for a new one."),
        "same_as_current": _("This is the address that you have now. Enter another one."),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def generate_login_code(self) -> str:
        return codes.new_code()

    def generate_email_verification_code(self) -> str:
        return codes.new_code()

    def generate_password_reset_code(self) -> str:
        return codes.new_code()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write to the recipient in the language they chose, whatever the language of the page that asks."""
        user = User.objects.filter(email__iexact=email).first()
        language = user.language if user else translation.get_language()
        code = context.get("code")
        with translation.override(language):
            super().send_mail(
                template_prefix,
                email,
                {**context, "user": user, "code": codes.spaced(code) if code else ""},
            )

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """Plain text from our template, and the same words set in the frame of all our mails."""
        language = translation.get_language() or settings.LANGUAGE_CODE
        context = {**context, "site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
        mail = super().render_mail(
            template_prefix, email, context, {**(headers or {}), "Content-Language": language}
        )
        direction = "rtl" if language == "ar" else "ltr"
        frame = {
            **context,
            "subject": mail.subject,
            "text": mail.body,
            "language": language,
            "dir": direction,
        }
        mail.attach_alternative(render_to_string("notifications/plain.html", frame), "text/html")  # type: ignore[attr-defined]
        return mail

    def get_login_stages(self) -> list[str]:
        """allauth's, but an institution may have asked for the second factor already."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "people.sso.factor.OwnSecondFactor"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Remember the language, and join the login to the person whom a directorate recorded with this address."""
        accounts.remember_language(user=user, language=translation.get_language() or user.language)
        accounts.join_person(user=user)
        return super().post_login(request, user, **kwargs)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people:start")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return "/"


def welcome_url(then: str = "") -> str:
    """Where somebody without a record goes first; afterwards to `then`."""
    return reverse("people:welcome") + (f"?{urlencode({'next': then})}" if then else "")


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth stores secrets of second factors in clear; we encrypt them with the deployment's data key."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("Turn off the second step before you change your e-mail address."),
        "cannot_delete_authenticator": _(
            "Your role asks for a second step at sign-in. Add another one before you remove this one."
        ),
        "cannot_generate_recovery_codes": _("Set up an authenticator app or a passkey first."),
        "incorrect_code": INCORRECT_CODE,
        "unverified_email": _("Confirm your e-mail address first."),
    }

    @property
    def _fernet(self) -> Fernet:
        return box("second factor")

    def encrypt(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._fernet.decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        return qr.svg(url, title=str(_("QR code for your authenticator app")))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever must have a second factor keeps at least one."""
        others = Authenticator.objects.filter(user=authenticator.user_id).exclude(
            pk=authenticator.pk
        )
        has_another = others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        return has_another or not grants_of(authenticator.user).needs_second_factor

    def generate_authenticator_name(self, user: Any, type: str) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return str(_("Passkey {number}")).format(number=number)
