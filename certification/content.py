"""What a certificate says: put together once in its own language, stored, and only then printed."""

import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.urls import reverse

from certification.wording import Facts, in_words
from formats import names
from formats.certificate import Attachment, CertificateContent
from people.models import Person

__all__ = ["Facts", "canonical", "fingerprint", "name_proof", "paper", "snapshot", "verify_url"]

FORMAT = 2
# Alphabets that a reader of these languages knows.
_LATIN_READERS = frozenset({"en", "ro"})


def snapshot(facts: Facts, language: str) -> dict[str, Any]:
    """The content as plain data, every word of it in the language of the certificate, some in a second one too."""
    design = facts.design
    second = design.second_language if design.second_language != language else ""
    return {
        **in_words(facts, facts.course, language),
        "format": FORMAT,
        "number": facts.number,
        "token": facts.token,
        "verify_url": verify_url(facts.token),
        "rule_from": facts.version.effective_from.isoformat(),
        "design": {"logo": design.logo, "shown": list(design.shown), "second": second},
        "second": _second(facts, second) if second else None,
    }


def _second(facts: Facts, language: str) -> dict[str, Any]:
    """The words in the second language; the name in Latin letters where its readers know no others."""
    said = in_words(facts, facts.second_course or facts.course, language)
    return {**said, "holder": second_name(facts.holder, said["holder"], language)}


def second_name(holder: Person, printed: str, language: str) -> str:
    """The holder's name for readers of that language."""
    if language not in _LATIN_READERS:
        return printed
    return holder.latin_name or names.latin(printed, holder.language)


def verify_url(token: str) -> str:
    """Where that certificate is checked: what the code on the paper holds."""
    return settings.SITE_URL + reverse("verify-short", args=[token])


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way in which a content is written as bytes."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical bytes: stored with the certificate before anything is printed."""
    return sha256(canonical(content)).hexdigest()


def name_proof(family_name: str, salt: str) -> str:
    """What proves a family name without holding it: still answers when the person has been erased."""
    plain = "".join(c for c in names.fold(family_name) if c.isalnum())
    return hmac.new(salt.encode(), plain.encode(), "sha256").hexdigest()


def paper(
    content: Mapping[str, Any], *, logo: bytes = b"", attachments: tuple[Attachment, ...] = ()
) -> CertificateContent:
    """The stored content as the printer takes it; nothing is looked up or translated again."""
    second = content.get("second")
    return CertificateContent(
        language=content["language"],
        authority=content["authority"],
        title=content["title"],
        number=content.get("number", ""),
        holder=content["holder"],
        course=content["course"]["title"],
        issued_on=content["issued_on"]["text"],
        valid_until=content["valid_until"]["text"],
        verify_url=content.get("verify_url", ""),
        verify_hint=content["verify_hint"],
        labels=content["labels"],
        programme=content["programme"]["name"],
        category=content["category"],
        hours=tuple((line["label"], line["text"]) for line in content["hours"]),
        # Papers of the first form do not know these.
        total=content.get("total", ""),
        rule=content.get("rule", ""),
        replaces=content.get("replaces", ""),
        period=content["period"]["text"] if content["period"] else "",
        result=content["result"],
        legal_basis=content["legal_basis"],
        signatories=tuple((who["name"], who["post"]) for who in content["signatories"]),
        seal_note=content["seal_note"],
        attachments=attachments,
        logo=logo,
        second=paper(second) if second else None,
    )
