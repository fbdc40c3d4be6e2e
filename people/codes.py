"""Codes as people type them: digits of any script, with spaces or dashes between them."""

import secrets
import unicodedata

DIGITS = 8


def new_code() -> str:
    """Eight digits: they can be typed on every keyboard of the five languages."""
    return "".join(secrets.choice("0123456789") for _digit in range(DIGITS))


def plain(typed: str) -> str:
    """The letters and digits of what was typed, with ٠-٩ and ۰-۹ as 0-9, without spaces, dashes and invisible marks."""
    folded = unicodedata.normalize("NFKC", typed)
    return "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded if c.isalnum()
    )


def spaced(code: str) -> str:
    """The code in two groups, for reading aloud."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"
