"""The words of a certificate in one language: translated labels, dates, hours, results."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override, pgettext

from certification.designs import Design
from certification.models import Authority, Programme, RuleVersion
from certification.models.layout import Fact
from courses.models import Course
from formats import dates
from people.models import Person

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
    course: Course  # in the language of the paper
    category: Mapping[str, str]  # its name by language; empty where the law does not ask for one
    hours: Mapping[str, int]  # minutes by printed kind
    first_day: date | None
    last_day: date | None
    test_percent: int | None
    issued_on: date
    valid_from: date
    valid_until: date | None
    review_due: date | None
    design: Design = field(default_factory=Design)
    second_course: Course | None = None  # the same course in the second language


def in_words(facts: Facts, course: Course, language: str) -> dict[str, Any]:
    """Every word of the paper in that language; what the design leaves out is empty."""
    shown = facts.design.shows
    with override(language):
        return {
            "language": language,
            "title": title(facts.programme, language),
            "authority": facts.authority.organisation.name.in_language(language),
            "holder": facts.holder.formal_name,
            "course": {"key": str(course.translation_key), "title": course.title},
            "programme": {
                "code": facts.programme.code,
                "name": facts.programme.name.in_language(language),
            },
            "category": _named(facts.category, language) if shown(Fact.CATEGORY) else "",
            "hours": _printed_hours(facts, language) if shown(Fact.HOURS) else [],
            "total": _total(facts, language) if shown(Fact.TOTAL) else "",
            "period": _period(facts, language) if shown(Fact.PERIOD) else None,
            "result": _result(facts.test_percent) if shown(Fact.RESULT) else "",
            "legal_basis": _legal_basis(facts, language) if shown(Fact.LEGAL_BASIS) else "",
            "rule": day(facts.version.effective_from, language)["text"] if shown(Fact.RULE) else "",
            "replaces": "",
            "issued_on": day(facts.issued_on, language),
            "valid_from": day(facts.valid_from, language),
            "valid_until": _end(facts, language),
            "review_due": day(facts.review_due, language) if facts.review_due else None,
            "signatories": signatories(facts.design, language),
            "labels": labels(),
            "verify_hint": gettext(
                "Scan the code or type the address. You can also enter the number and the family name."
            ),
            "seal_note": gettext("This document bears an electronic seal."),
        }


def title(programme: Programme, language: str) -> str:
    """What the paper calls itself in that language, which is set; never in another one."""
    own: str = programme.paper_name.get(language, "")
    return own or pgettext("title of the paper", "Certificate")


def labels() -> dict[str, str]:
    """What the paper itself says, in the language that is set."""
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
        "total": pgettext("label on the certificate", "Hours in all"),
        "rule": pgettext("label on the certificate", "By the rules since"),
        "replaces": pgettext("label on the certificate", "Replaces certificate no."),
        "verify": pgettext("on the certificate, beside the code", "Check this certificate"),
        "qr_alt": gettext("Code that leads to the page where this certificate is checked"),
    }


def signatories(design: Design, language: str) -> list[dict[str, str]]:
    """Who signs, each with the post in that language."""
    return [{"name": name, "post": _named(post, language)} for name, post in design.signatories]


def day(moment: date, language: str) -> dict[str, str]:
    """A day for machines and for people."""
    return {
        "day": moment.isoformat(),
        "text": dates.long_date(moment, language, digits=_digits(language)),
    }


def _named(names: Mapping[str, str], language: str) -> str:
    """As `Translated.in_language`, for a plain mapping too."""
    order = (language, settings.LANGUAGE_CODE, "en", *names)
    return next((names[code] for code in order if names.get(code)), "")


def _legal_basis(facts: Facts, language: str) -> str:
    """The authority's own words where it has some, else those of the rule."""
    own = _named(facts.design.legal_basis, language)
    return own or facts.version.legal_basis.in_language(language)


def _printed_hours(facts: Facts, language: str) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "label": _kind(kind), "minutes": minutes, "text": _hours(minutes, language)}
        for kind in PRINTED_KINDS
        if (minutes := facts.hours.get(kind, 0)) > 0
    ]


def _total(facts: Facts, language: str) -> str:
    minutes = sum(facts.hours.get(kind, 0) for kind in PRINTED_KINDS)
    return _hours(minutes, language) if minutes else ""


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
        return dict(day(facts.valid_until, language))
    if facts.version.validity != RuleVersion.Validity.INDEFINITE:
        return {"day": None, "text": ""}
    if facts.review_due:
        due = dates.long_date(facts.review_due, language, digits=_digits(language))
        return {
            "day": None,
            "text": gettext("no expiry date; next review on %(day)s") % {"day": due},
        }
    return {"day": None, "text": gettext("no expiry date")}
