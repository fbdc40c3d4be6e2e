"""Bitstring status lists (W3C, version 1.0): one bit a certificate says whether it has been taken back."""

import gzip
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from formats.data_integrity import stamp
from formats.linked_data import CREDENTIALS
from formats.multikey import base64url

# The least that the standard allows: enough that no certificate stands out among its neighbours.
SIZE = 131_072
REVOCATION, SUSPENSION = "revocation", "suspension"
_BYTES = SIZE // 8
_LONGEST = 100_000  # letters; a full list of random bits has some 22,000


def encoded(indexes: Iterable[int], size: int = SIZE) -> str:
    """The list in which the bits of these indexes are set; index 0 is the leftmost bit of the first byte."""
    bits = bytearray(size // 8)
    for index in indexes:
        if not 0 <= index < size:
            raise ValueError(f"The list has no place {index}.")
        bits[index // 8] |= 0x80 >> index % 8
    # Without the time of day, so that the same list gives the same text.
    return "u" + base64url(gzip.compress(bytes(bits), mtime=0))


def decoded(text: str) -> bytes:
    """The bits of a list. Raises ValueError for what is none, or too short, or blown up."""
    if not text.startswith("u") or len(text) > _LONGEST:
        raise ValueError("This is no status list.")
    try:
        packed = urlsafe_b64decode(text[1:] + "=" * (-(len(text) - 1) % 4))
        unpack = zlib.decompressobj(wbits=31)
        bits = unpack.decompress(packed, 64 * _BYTES)
    except zlib.error as error:
        raise ValueError("This status list cannot be unpacked.") from error
    if not unpack.eof or len(bits) < _BYTES:
        raise ValueError("This status list is too short or too long.")
    return bits


def is_set(bits: bytes, index: int) -> bool:
    """Whether the bit of that index is set. Raises ValueError when the list has no such place."""
    if not 0 <= index < 8 * len(bits):
        raise ValueError(f"The list has no place {index}.")
    return bool(bits[index // 8] & 0x80 >> index % 8)


def entry(address: str, index: int, *, reference: str) -> dict[str, Any]:
    """How a credential points at its bit; `reference` is the list that says more about a set one."""
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": REVOCATION,
        "statusListIndex": str(index),
        "statusListCredential": address,
        "statusReference": reference,
    }


def document(
    address: str,
    *,
    issuer: str,
    purpose: str,
    indexes: Iterable[int],
    since: datetime,
    until: datetime,
) -> dict[str, Any]:
    """The list as a credential, still without its proof."""
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": stamp(since),
        "validUntil": stamp(until),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded(indexes),
        },
    }
