"""Looking one certificate up for the public: one query, no models, so that checking costs little whatever is asked."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from certification.log import STAND_SQL, Stand, stand_from
from certification.standing import Happening, Record
from people.fields import Translated
from people.statements import prepared_cursor

_WORDS = """
SELECT c.id, c.token, c.number, c.language, c.issued_on, c.valid_from, c.valid_until, c.review_due, c.content_sha256,
  c.name_salt, c.name_proof, content.snapshot, document.certificate_id IS NOT NULL,
  (SELECT json_agg(json_build_array(e.kind, e.on, e.reason, e.next_review) ORDER BY e.on, e.id)
   FROM certification_certificateevent e WHERE e.certificate_id = c.id),
  (SELECT json_agg(json_build_array(x.until, x.since, x.ended_on))
   FROM certification_relief x
   WHERE x.certificate_id = c.id AND x.kind = 'extension' AND x.status = 'confirmed'),
"""
_TABLES = """
FROM certification_certificate c
LEFT JOIN certification_certificatecontent content ON content.certificate_id = c.id
LEFT JOIN certification_certificatedocument document ON document.certificate_id = c.id
"""
_COLUMNS = _WORDS + STAND_SQL + _TABLES
_BY_TOKEN = _COLUMNS + "WHERE c.token = %s"
_BY_NUMBER = _COLUMNS + "WHERE c.number = ANY(%s) ORDER BY c.id LIMIT 1"

# Planning costs more than reading here: what the paper says itself is not joined once more.
_NAMES = """
SELECT o.name, p.name
FROM certification_certificate c
JOIN certification_authority a ON a.id = c.authority_id
JOIN people_organisation o ON o.id = a.organisation_id
JOIN certification_programme p ON p.id = c.programme_id
WHERE c.id = %s
"""


@dataclass(frozen=True)
class Extension:
    """That a certificate counts longer than its paper says: until when, from which day on, and when that was ended."""

    until: date
    since: date
    ended_on: date | None = None

    def holds(self, at: date) -> bool:
        """Was it so on that day?"""
        return self.since <= at and (self.ended_on is None or at < self.ended_on)


@dataclass(frozen=True)
class Entry:
    """A certificate as the register knows it. Once the content was erased `said` is missing, and two names stand in."""

    id: int
    token: str
    number: str
    language: str
    issued_on: date
    valid_from: date
    valid_until: date | None
    review_due: date | None
    content_sha256: str
    name_salt: str
    name_proof: str
    said: dict[str, Any] | None
    has_pdf: bool
    events: tuple[Happening, ...]
    extensions: tuple[Extension, ...]
    stand: Stand | None
    issuer: Translated | None = None
    programme: Translated | None = None

    def record(self, at: date) -> Record:
        """What it says about time, with what was extended as of that day."""
        return Record(
            self.id, self.number, self.valid_from, self._end(at), self.review_due, self.events
        )

    def _end(self, at: date) -> date | None:
        if self.valid_until is None:
            return None
        return max([self.valid_until, *(one.until for one in self.extensions if one.holds(at))])


def by_token(token: str) -> Entry | None:
    """The certificate whose code was scanned."""
    # PostgreSQL knows no zero character, and no token has one.
    return _entry(_BY_TOKEN, [token.replace("\0", "")])


def by_number(numbers: list[str]) -> Entry | None:
    """The certificate that bears one of these numbers."""
    return _entry(_BY_NUMBER, [[number.replace("\0", "") for number in numbers]])


def _entry(statement: str, values: list[Any]) -> Entry | None:
    with prepared_cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    if row is None:
        return None
    *plain, said, has_pdf, events, extensions, stand = row
    happenings = tuple(_happening(event) for event in _json(events) or [])
    longer = tuple(Extension(*map(_date, one)) for one in _json(extensions) or [])
    names = [] if said is not None else _names(row[0])
    return Entry(*plain, _json(said), has_pdf, happenings, longer, stand_from(_json(stand)), *names)


def _names(certificate_id: int) -> list[Translated]:
    """Of the issuer and of the programme, as they are today."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [certificate_id])
        return [Translated(_json(name)) for name in cursor.fetchone()]


def _happening(event: list[Any]) -> Happening:
    kind, on, reason, following = event
    return Happening(kind, date.fromisoformat(on), reason, _date(following))


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _json(value: Any) -> Any:
    """Django leaves jsonb as text, the driver reads json: either may come."""
    return json.loads(value) if isinstance(value, str | bytes) else value
