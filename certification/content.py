"""What a certificate says: put together once in its own language, stored, and only then printed."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override, pgettext

from certification.models import Authority, Programme, RuleVersion
from courses.models import Course
from formats import dates, names
from formats.certificate import CertificateContent
from people.models import Person

FORMAT = 1
# The order in which hours are printed.
PRINTED_KINDS = ("theory", "practice", "any", "online", "supervision")


@dataclass(frozen=True)
class Facts:
    """Everything that goes onto the paper, before it is put into words."""

    number: str
    token: str
    authority: Authority
    programme: Programme
    version: RuleVersion
    holder: Person
    course: Course
    category: str
    hours: Mapping[str, int]  # minutes by printed kind
    first_day: date | None
    last_day: date | None
    test_percent: int | None
    issued_on: date
    valid_from: date
    valid_until: date | None
    review_due: date | None


def snapshot(facts: Facts, language: str) -> dict[str, Any]:
    """The content as plain data, every word of it in the language of the certificate."""
    with override(language):
        authority = facts.authority
        return {
            "format": FORMAT,
            "language": language,
            "number": facts.number,
            "token": facts.token,
            "verify_url": settings.SITE_URL + reverse("verify-short", args=[facts.token]),
            "title": pgettext("title of the paper", "Certificate"),
            "authority": authority.organisation.name.in_language(language),
            "holder": facts.holder.formal_name,
            "course": {"key": str(facts.course.translation_key), "title": facts.course.title},
            "programme": {
                "code": facts.programme.code,
                "name": facts.programme.name.in_language(language),
            },
            "category": facts.category,
            "hours": _printed_hours(facts, language),
            "period": _period(facts, language),
            "result": _result(facts.test_percent),
            "legal_basis": facts.version.legal_basis.in_language(language),
            "rule_from": facts.version.effective_from.isoformat(),
            "issued_on": _day(facts.issued_on, language),
            "valid_from": _day(facts.valid_from, language),
            "valid_until": _end(facts, language),
            "review_due": _day(facts.review_due, language) if facts.review_due else None,
            "signatories": _signatories(authority, language),
            "labels": _labels(),
            "verify_hint": gettext(
                "Scan the code or type the address. You can also enter the number and the family name."
            ),
            "seal_note": gettext("This document bears an electronic seal."),
        }


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


def paper(content: Mapping[str, Any]) -> CertificateContent:
    """The stored content as the printer takes it; nothing is looked up or translated again."""
    return CertificateContent(
        language=content["language"],
        authority=content["authority"],
        title=content["title"],
        number=content["number"],
        holder=content["holder"],
        course=content["course"]["title"],
        issued_on=content["issued_on"]["text"],
        valid_until=content["valid_until"]["text"],
        verify_url=content["verify_url"],
        verify_hint=content["verify_hint"],
        labels=content["labels"],
        programme=content["programme"]["name"],
        category=content["category"],
        hours=tuple((line["label"], line["text"]) for line in content["hours"]),
        period=content["period"]["text"] if content["period"] else "",
        result=content["result"],
        legal_basis=content["legal_basis"],
        signatories=tuple((who["name"], who["post"]) for who in content["signatories"]),
        seal_note=content["seal_note"],
    )


def _labels() -> dict[str, str]:
    return {
        "number": pgettext("label on the certificate", "No."),
        "intro": pgettext("on the certificate, before the name", "This is to certify that"),
        "completed": pgettext("on the certificate, after the name", "has completed the course"),
        "programme": pgettext("label on the certificate", "Programme"),
        "category": pgettext("label on the certificate", "Category"),
        "period": pgettext("label on the certificate", "Period"),
        "result": pgettext("label on the certificate", "Result"),
        "legal_basis": pgettext("label on the certificate", "Legal basis"),
        "issued_on": pgettext("label on the certificate", "Issued on"),
        "valid_until": pgettext("label on the certificate", "Valid until"),
        "verify": pgettext("on the certificate, beside the code", "Check this certificate"),
        "qr_alt": gettext("Code that leads to the page where this certificate is checked"),
    }


def _printed_hours(facts: Facts, language: str) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "label": _kind(kind), "minutes": minutes, "text": _hours(minutes, language)}
        for kind in PRINTED_KINDS
        if (minutes := facts.hours.get(kind, 0)) > 0
    ]


def _signatories(authority: Authority, language: str) -> list[dict[str, str]]:
    if not authority.signatory_name:
        return []
    post = authority.signatory_post.in_language(language)
    return [{"name": authority.signatory_name, "post": post}]


def _kind(kind: str) -> str:
    return {
        "theory": pgettext("hours on the certificate", "Theory"),
        "practice": pgettext("hours on the certificate", "Practice"),
        "any": pgettext("hours on the certificate", "Theory and practice"),
        "online": pgettext("hours on the certificate", "Online lessons"),
        "supervision": pgettext("hours on the certificate", "Supervision"),
    }[kind]


def _digits(language: str) -> str:
    return settings.AR_DIGITS if language == "ar" else "latn"


def _hours(minutes: int, language: str) -> str:
    return dates.hours(minutes, language, digits=_digits(language))


def _day(day: date, language: str) -> dict[str, str]:
    return {
        "day": day.isoformat(),
        "text": dates.long_date(day, language, digits=_digits(language)),
    }


def _period(facts: Facts, language: str) -> dict[str, str] | None:
    if facts.first_day is None or facts.last_day is None:
        return None
    text = dates.date_range(facts.first_day, facts.last_day, language, digits=_digits(language))
    return {"from": facts.first_day.isoformat(), "to": facts.last_day.isoformat(), "text": text}


def _result(percent: int | None) -> str:
    if percent is None:
        return pgettext("result on the paper", "Completed")
    return gettext("Test passed with %(percent)s %%") % {"percent": percent}


def _end(facts: Facts, language: str) -> dict[str, str | None]:
    """A date, the words for no expiry, or nothing where the rule does not say: an unknown figure is not made up."""
    if facts.valid_until:
        return dict(_day(facts.valid_until, language))
    if facts.version.validity != RuleVersion.Validity.INDEFINITE:
        return {"day": None, "text": ""}
    if facts.review_due:
        day = dates.long_date(facts.review_due, language, digits=_digits(language))
        return {
            "day": None,
            "text": gettext("no expiry date; next review on %(day)s") % {"day": day},
        }
    return {"day": None, "text": gettext("no expiry date")}
