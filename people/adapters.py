"""What Tutela asks of django-allauth: numeric codes, encrypted secrets, our pages afterwards."""

import base64
import hashlib
import secrets

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings

CODE_DIGITS = 8


def _numeric_code() -> str:
    return "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))


class AccountAdapter(DefaultAccountAdapter):
    """Codes are eight digits: they can be typed on every keyboard of the five languages."""

    def generate_login_code(self) -> str:
        return _numeric_code()

    def generate_email_verification_code(self) -> str:
        return _numeric_code()

    def generate_password_reset_code(self) -> str:
        return _numeric_code()


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth stores secrets of second factors in clear; we encrypt them with the deployment's data key."""

    @property
    def _fernet(self) -> Fernet:
        key = hashlib.sha256(b"second factor:" + settings.DATA_KEY.encode()).digest()
        return Fernet(base64.urlsafe_b64encode(key))

    def encrypt(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return self._fernet.decrypt(encrypted_text.encode()).decode()
