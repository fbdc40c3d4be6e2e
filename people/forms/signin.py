"""allauth's forms with our own words, so that no language falls back to English or loses its diacritics."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _

from people import codes
from people.actions import accounts

EMAIL = _("E-mail address")
EMAIL_HINT = _("For example, name@example.org")
PASSWORD_HINT = _(
    "At least 12 characters. Three or four words in a row are easy to remember and hard to guess."
)


def _word(form: forms.BaseForm, name: str, label: Any, help_text: Any = "", **attrs: str) -> None:
    """Put our label and hint on a field and take the placeholder away (it vanishes while one types)."""
    field = form.fields[name]
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update({"dir": "ltr", **attrs})


def _new_password(form: forms.BaseForm) -> None:
    _word(form, "password1", _("New password"), PASSWORD_HINT)
    form.fields.pop("password2", None)  # one field, which can be shown (U13)


class RequestCodeForm(account.RequestLoginCodeForm):
    """One question: the e-mail address. An unknown one gets an unused login and a code like any other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "email", EMAIL, EMAIL_HINT, spellcheck="false")

    def clean_email(self) -> str:
        email = super().clean_email()
        if self._user is None:
            self._user = accounts.open_unused(email=email)
        return email


class LoginForm(account.LoginForm):
    """E-mail address and password, for staff."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "login", EMAIL, spellcheck="false", autocomplete="username")
        _word(self, "password", _("Password"))

    def _setup_password_field(self) -> None:
        """allauth drops the password where signing up asks for none; this page is the one that has it."""


class CodeMixin:
    """A code field for the phone's numeric keypad, filled in from the mail or app where the phone can."""

    label = _("Code")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "code", self.label, inputmode="numeric", spellcheck="false")  # type: ignore[arg-type]
        self.fields["code"].max_length = 60  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        self.cleaned_data["code"] = codes.plain(self.cleaned_data["code"])  # type: ignore[attr-defined]
        return super().clean_code()  # type: ignore[misc]


class ConfirmCodeForm(CodeMixin, account.ConfirmLoginCodeForm):
    """The eight digits from the mail."""


class ConfirmEmailCodeForm(CodeMixin, account.ConfirmEmailVerificationCodeForm):
    """The eight digits that prove an address."""


class ConfirmResetCodeForm(CodeMixin, account.ConfirmPasswordResetCodeForm):
    """The eight digits that open the way to a new password."""


class AuthenticateForm(CodeMixin, mfa.AuthenticateForm):
    """A code of the authenticator app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "text"  # recovery codes have letters


class ReauthenticateCodeForm(AuthenticateForm, mfa.ReauthenticateForm):
    """The same, before a change of the account itself."""


class ActivateAppForm(CodeMixin, ActivateTOTPForm):
    """The first code that the authenticator app shows."""

    label = _("Six digits from the app")


class AddEmailForm(account.AddEmailForm):
    """The new address of the account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "email", _("New e-mail address"), EMAIL_HINT, spellcheck="false")


class ChangeEmailForm(account.ChangeEmailForm):
    """Another address, when the first was mistyped."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "email", EMAIL, spellcheck="false")


class ResetPasswordForm(account.ResetPasswordForm):
    """Whose password is to be set anew."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "email", EMAIL, spellcheck="false")


class ResetPasswordKeyForm(account.ResetPasswordKeyForm):
    """The new password after a forgotten one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


class SetPasswordForm(account.SetPasswordForm):
    """The first password of an account that had none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password(self)


class ChangePasswordForm(account.ChangePasswordForm):
    """The old password and the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "oldpassword", _("Current password"))
        _new_password(self)


class ReauthenticateForm(account.ReauthenticateForm):
    """The password once more, before a change of the account itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password", _("Password"))


class AddPasskeyForm(AddWebAuthnForm):
    """A name for the new passkey; the phone or key does the rest."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(
            self,
            "name",
            _("Name of the passkey"),
            _("So that you know it again, for example: my phone"),
            dir="auto",
        )
        if "passwordless" in self.fields:
            _word(self, "passwordless", _("Let me sign in with this passkey alone"),
                  _("The phone or key will ask for your fingerprint, face or PIN."))  # fmt: skip


class RenamePasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "name", _("Name of the passkey"), dir="auto")
