"""National numbers are never stored: only a keyed hash that tells two people apart."""

import hashlib
import hmac
import unicodedata

from django.conf import settings


def national_number_hash(number: str) -> str:
    """The keyed hash of a national number, whichever digits, spaces, dashes and case it was typed with."""
    plain = "".join(
        _plain(sign) for sign in unicodedata.normalize("NFKC", number) if sign.isalnum()
    ).upper()
    if not plain:
        raise ValueError("An empty national number has no hash.")
    key = hashlib.sha256(b"national number:" + settings.DATA_KEY.encode()).digest()
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()


def _plain(sign: str) -> str:
    """A digit of any script as 0-9; any other sign as it is."""
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
