"""Secrets that we must be able to read again, encrypted with the deployment's data key; each purpose has its own."""

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def box(purpose: str) -> Fernet:
    """Encrypts and decrypts for one purpose: what was written for another cannot be read."""
    key = hashlib.sha256(f"{purpose}:{settings.DATA_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
