"""A certificate as an Open Badges 3.0 credential: what the paper says, in the words of the standard."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from formats.linked_data import BADGES, CREDENTIALS, EXTENSIONS

SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json-ld/ob_v3p0_achievementcredential_schema.json"
MEDIA_TYPE, JWT_MEDIA_TYPE = "application/vc", "application/vc+jwt"
_END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True)
class Holding:
    """Who holds what, from whom and how long. All words are in the language of the paper."""

    address: str  # of the page where it is checked
    language: str
    title: str
    issuer: str  # its did:web
    issuer_name: str
    holder: str
    number: str
    course_key: str
    course: str
    programme_code: str
    programme: str
    category: str
    hours: str
    result: str
    legal_basis: str
    zone: ZoneInfo  # in which its days begin and end
    issued_on: date
    valid_from: date
    valid_until: date | None
    first_day: date | None
    last_day: date | None
    status: Mapping[str, Any]


def document(holding: Holding) -> dict[str, Any]:
    """The credential, still without its proof. What the paper does not say is left out, never empty."""
    return _filled(
        {
            "@context": [CREDENTIALS, BADGES, EXTENSIONS],
            "id": holding.address,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": f"{holding.title} {holding.number}",
            "issuer": {"id": holding.issuer, "type": ["Profile"], "name": holding.issuer_name},
            "awardedDate": _begin(holding, holding.issued_on),
            "validFrom": _begin(holding, holding.valid_from),
            "validUntil": _end(holding, holding.valid_until),
            "credentialSubject": _subject(holding),
            "credentialStatus": dict(holding.status),
            "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        }
    )


def text(document: Mapping[str, Any]) -> bytes:
    """The one way in which a credential is written as bytes."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _subject(holding: Holding) -> dict[str, Any]:
    return {
        "type": ["AchievementSubject"],
        # The name as it is printed: the paper shows it, and nothing else tells who is meant.
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": holding.holder,
                "identityType": "name",
            }
        ],
        "licenseNumber": holding.number,
        "role": holding.category,
        "narrative": holding.hours,
        "activityStartDate": _begin(holding, holding.first_day),
        "activityEndDate": _end(holding, holding.last_day),
        "result": [{"type": ["Result"], "value": holding.result, "status": "Completed"}],
        "achievement": {
            "id": f"urn:uuid:{holding.course_key}",
            "type": ["Achievement"],
            "achievementType": "CertificateOfCompletion",
            "name": holding.course,
            "description": holding.programme,
            "humanCode": holding.programme_code,
            "inLanguage": holding.language,
            "criteria": {"narrative": holding.legal_basis or holding.programme},
        },
    }


def _begin(holding: Holding, day: date | None) -> str | None:
    return _moment(holding, day, time.min)


def _end(holding: Holding, day: date | None) -> str | None:
    """A certificate counts on the whole of its last day."""
    return _moment(holding, day, _END_OF_DAY)


def _moment(holding: Holding, day: date | None, at: time) -> str | None:
    return datetime.combine(day, at, holding.zone).isoformat() if day else None


def _filled(data: Any) -> Any:
    """Without what has nothing to say."""
    if isinstance(data, dict):
        return {
            name: _filled(value)
            for name, value in data.items()
            if value is not None and value != ""
        }
    return [_filled(one) for one in data] if isinstance(data, list) else data
