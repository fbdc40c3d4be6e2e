"""Growing the public log: new records are added, and once a day its head is signed."""

import base64
from collections.abc import Iterator
from datetime import date
from itertools import islice

from cryptography.hazmat.primitives.serialization import Encoding
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from certification import log, sealing
from certification.days import today
from certification.models import Certificate, CertificateEvent, LogEntry, LogHead, LogNode
from formats import merkle

CHUNK = 2_000  # records in one transaction
LOCK = 9162  # one process at a time adds to the log

Row = tuple[Certificate, CertificateEvent | None]


def add_new() -> int:
    """Add every certificate and event that the log does not hold yet; says how many there were.

    Stopped halfway it goes on where it stopped: each chunk is a transaction.
    """
    added = 0
    while count := _add_chunk():
        added += count
    return added


@transaction.atomic
def _add_chunk() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    size = log_size()
    rows = list(islice(_missing(), CHUNK))
    leaves = [
        merkle.leaf_hash(
            log.event_record(event, certificate.number) if event else log.issued_record(certificate)
        )
        for certificate, event in rows
    ]
    made = merkle.grow(size, leaves, log.nodes(merkle.parts((0, size))))
    LogEntry.objects.bulk_create(
        LogEntry(position=size + n, certificate=certificate, event=event)
        for n, (certificate, event) in enumerate(rows)
    )
    LogNode.objects.bulk_create(
        (LogNode(level=level, index=index, hash=h.hex()) for (level, index), h in made.items()),
        batch_size=5_000,
    )
    return len(rows)


def log_size() -> int:
    """How many records the log holds."""
    last = LogEntry.objects.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else last + 1


def _missing() -> Iterator[Row]:
    """Certificates first, each in the order of its issue: an event always comes after its certificate."""
    known = LogEntry.objects.filter(certificate=OuterRef("pk"), event=None)
    for certificate in Certificate.objects.filter(~Exists(known)).order_by("issued_at", "pk")[
        :CHUNK
    ]:
        yield certificate, None
    known = LogEntry.objects.filter(event=OuterRef("pk"))
    events = CertificateEvent.objects.filter(
        ~Exists(known), certificate__log_entries__event=None, certificate__log_entries__isnull=False
    )
    for event in events.select_related("certificate").order_by("at", "pk")[:CHUNK]:
        yield event.certificate, event


@transaction.atomic
def sign_head(*, on: date | None = None) -> LogHead:
    """Sign how the log stands today; called again the same day it gives the same head.

    Raises `SealUnavailable` while there is no good key.
    """
    day = on or today()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    existing = LogHead.objects.filter(day=day).first()
    if existing:
        return existing
    signer = sealing.signer()
    size = log_size()
    root = log.root(size)
    words = log.head_words(day, size, root)
    return LogHead.objects.create(
        day=day,
        size=size,
        root=root.hex(),
        words=words,
        signature=base64.b64encode(signer.sign(words.encode(), "sha256")).decode(),
        signer=signer.certificate.public_bytes(Encoding.PEM).decode(),
    )
