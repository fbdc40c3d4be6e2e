"""Reading and checking the public log: the bytes of a record, proofs, signed heads."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from django.conf import settings
from django.db import connection

from certification.content import canonical
from certification.models import CertificateEvent, LogHead
from formats import merkle

FORMAT = 1


class Issued(Protocol):
    """A certificate, as the model or as the register has it."""

    @property
    def number(self) -> str: ...
    @property
    def content_sha256(self) -> str: ...
    @property
    def issued_on(self) -> date: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_until(self) -> date | None: ...


def issued_record(certificate: Issued) -> bytes:
    """That a certificate was issued: its number, its days and the fingerprint of what it says. It names nobody."""
    until = certificate.valid_until
    return canonical(
        {
            "log": FORMAT,
            "kind": "issued",
            "number": certificate.number,
            "content_sha256": certificate.content_sha256,
            "issued_on": certificate.issued_on.isoformat(),
            "valid_from": certificate.valid_from.isoformat(),
            "valid_until": until.isoformat() if until else None,
        }
    )


def event_record(event: CertificateEvent, number: str) -> bytes:
    """What happened to the certificate of that number, and on which day; the reason may name people and stays out."""
    return canonical(
        {
            "log": FORMAT,
            "kind": event.kind,
            "number": number,
            "on": event.on.isoformat(),
            "next_review": event.next_review.isoformat() if event.next_review else None,
        }
    )


def head_words(day: date, size: int, root: bytes) -> str:
    """What is signed each day, one fact a line: whose log, how many records, the root, the day."""
    return f"{origin()}\n{size}\n{base64.b64encode(root).decode()}\n{day.isoformat()}\n"


def origin() -> str:
    """The name of this log: where it is published, without the protocol."""
    parts = urlsplit(settings.SITE_URL)
    return f"{parts.netloc}{parts.path}/log"


def is_signed(head: LogHead) -> bool:
    """Whether the words of a head say what stands in its row, and bear the signature of the key that it names."""
    size_and_root = head_words(head.day, head.size, bytes.fromhex(head.root)).split("\n", 1)[1]
    return head.words.split("\n", 1)[-1] == size_and_root and bears_signature(
        head.words, head.signature, head.signer
    )


@lru_cache(maxsize=256)
def bears_signature(words: str, signature: str, signer: str) -> bool:
    """Whether the signature (base64) of the words is that of the key in the certificate (PEM)."""
    try:
        key = x509.load_pem_x509_certificate(signer.encode()).public_key()
        raw = base64.b64decode(signature, validate=True)
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(raw, words.encode(), ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(raw, words.encode(), padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except (ValueError, InvalidSignature):
        return False
    return True


def nodes(keys: Iterable[merkle.Key]) -> dict[merkle.Key, bytes]:
    """The hashes of complete subtrees, in one query; what is not there is missing."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    levels, indexes = zip(*wanted, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.level, n.index, n.hash FROM certification_lognode n"
            " JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (level, index)"
            " ON n.level = wanted.level AND n.index = wanted.index",
            [list(levels), list(indexes)],
        )
        return {(level, index): bytes.fromhex(found) for level, index, found in cursor.fetchall()}


def _proof(spans: list[merkle.Span], *more: merkle.Key) -> tuple[list[bytes], dict[Any, bytes]]:
    found = nodes([key for span in spans for key in merkle.parts(span)] + list(more))
    return merkle.proof(spans, found.__getitem__), found


def inclusion(position: int, size: int) -> tuple[bytes, list[bytes]]:
    """The leaf hash of a record and its proof in the tree of that size. KeyError where the log has a hole."""
    path, found = _proof(merkle.inclusion_spans(position, size), (0, position))
    return found[0, position], path


def consistency(size: int, later: int) -> list[bytes]:
    """The proof that the log of the later size holds that of the earlier one unchanged."""
    return _proof(merkle.consistency_spans(size, later))[0]


def root(size: int) -> bytes:
    """The root of the tree of the first so many records."""
    keys = merkle.parts((0, size))
    found = nodes(keys)
    return merkle.fold([found[key] for key in keys])


@dataclass(frozen=True)
class Stand:
    """Where the record of a certificate stands: its position, and the first head that holds it."""

    position: int
    head: LogHead

    @property
    def day(self) -> date:
        """Since when it has been public."""
        return self.head.day


def stand_from(row: dict[str, Any] | None) -> Stand | None:
    """From the row that the register brings along (see `STAND_SQL`)."""
    if row is None:
        return None
    day = date.fromisoformat(row["day"])
    fields = {name: row[name] for name in ("size", "root", "words", "signature", "signer")}
    return Stand(row["position"], LogHead(day=day, **fields))


# For the register's one query: the first head whose tree holds the record that certificate `c` was issued.
STAND_SQL = """
(SELECT json_build_object('position', l.position, 'day', h.day, 'size', h.size, 'root', h.root, 'words', h.words,
                          'signature', h.signature, 'signer', h.signer)
 FROM certification_logentry l, LATERAL (SELECT * FROM certification_loghead h WHERE h.size > l.position
                                         ORDER BY h.size, h.day LIMIT 1) h
 WHERE l.certificate_id = c.id AND l.event_id IS NULL)
"""


def is_in_log(stand: Stand, record: bytes) -> bool:
    """Whether that record stands at that place in the tree whose signed root was published."""
    head = stand.head
    try:
        leaf, path = inclusion(stand.position, head.size)
    except (KeyError, ValueError):
        return False
    return (
        leaf == merkle.leaf_hash(record)
        and merkle.is_included(leaf, stand.position, head.size, path, bytes.fromhex(head.root))
        and is_signed(head)
    )
