"""Which of our forms stands in for which of allauth's. Read by the settings: imports nothing."""

_FORMS = "people.forms.signin."
ACCOUNT_FORMS = {
    "login": _FORMS + "LoginForm",
    "request_login_code": _FORMS + "RequestCodeForm",
    "confirm_login_code": _FORMS + "ConfirmCodeForm",
    "confirm_email_verification_code": _FORMS + "ConfirmEmailCodeForm",
    "confirm_password_reset_code": _FORMS + "ConfirmResetCodeForm",
    "add_email": _FORMS + "AddEmailForm",
    "change_email": _FORMS + "ChangeEmailForm",
    "change_password": _FORMS + "ChangePasswordForm",
    "set_password": _FORMS + "SetPasswordForm",
    "reset_password": _FORMS + "ResetPasswordForm",
    "reset_password_from_key": _FORMS + "ResetPasswordKeyForm",
    "reauthenticate": _FORMS + "ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": _FORMS + "AuthenticateForm",
    "reauthenticate": _FORMS + "ReauthenticateCodeForm",
    "activate_totp": _FORMS + "ActivateAppForm",
    "add_webauthn": _FORMS + "AddPasskeyForm",
    "edit_webauthn": _FORMS + "RenamePasskeyForm",
}
