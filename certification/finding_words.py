"""A requirement and what was found of it in words: for a list, a person's page, a draft."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from certification.books import ask_of
from certification.closing import closing_editions
from certification.counting import Proof
from certification.law import Ask
from certification.models import (
    Certificate,
    Condition,
    EarlierCertificate,
    HoursEntry,
    Programme,
    Requirement,
    RuleVersion,
)
from certification.requirements import Answer, Finding
from courses.models import Topic
from formats import dates
from people.models import Category, Person
from training.models import Edition

Period = Requirement.Period
# What `requirements_in_words` reads of a version.
WITH_REQUIREMENTS = (
    "requirements__topic",
    "requirements__category",
    "requirements__equivalences__topic",
    "requirements__equivalences__course",
    "requirements__equivalences__programme",
)
TONES = {
    Answer.MET: "positive",
    Answer.MISSING: "warning",
    Answer.NOT_ASKED: "neutral",
    Answer.UNKNOWN: "neutral",
}


@dataclass(frozen=True)
class Names:
    """Topics and categories by code, read once for a page."""

    topics: dict[str, str]
    categories: dict[str, str]


@dataclass(frozen=True)
class Asked:
    """What is asked: of which kind, how much, how often, of whom."""

    what: str
    much: str
    often: str
    whom: list[str]


@dataclass(frozen=True)
class Shown:
    """A finding for a page."""

    asked: Asked
    answer: str
    tone: str
    said: str
    proofs: list[tuple[str, str, str]]  # day, how much, from where
    edition: Edition | None = None


def names_for(asks: Iterable[Ask]) -> Names:
    """The names that these requirements need."""
    rows = list(asks)
    topics = Topic.objects.filter(code__in={ask.topic for ask in rows})
    categories = Category.objects.filter(code__in={ask.category for ask in rows})
    return Names({t.code: str(t) for t in topics}, {c.code: str(c) for c in categories})


def asked_in_words(ask: Ask, names: Names) -> Asked:
    """One requirement in words."""
    kind = str(Requirement.Kind(ask.kind).label)
    whom = [names.categories.get(ask.category, "")] if ask.category else []
    if ask.condition:
        whom.append(str(Condition(ask.condition).label))
    if ask.path != Requirement.Path.BOTH:
        whom.append(str(Requirement.Path(ask.path).label))
    topic = names.topics.get(ask.topic)
    what = _("%(kind)s: %(topic)s") % {"kind": kind, "topic": topic} if topic else kind
    return Asked(what, _much(ask), _often(ask), whom)


def requirements_in_words(version: RuleVersion) -> list[tuple[Requirement, Asked]]:
    """The requirements of a version in their order, each with its words."""
    rows = [(row, ask_of(row)) for row in version.requirements.all()]
    names = names_for(ask for _row, ask in rows)
    return [(row, asked_in_words(ask, names)) for row, ask in rows]


def amount(ask: Ask, number: int) -> str:
    """So many hours or times."""
    if ask.times:
        return ngettext("%(count)s time", "%(count)s times", number) % {"count": number}
    return dates.hours(number, _language())


def _much(ask: Ask) -> str:
    if "mandatory" in ask.unknown:
        return _("Whether it is asked at all is not known")
    if ask.times and "minutes" in ask.unknown:
        times = {"times": amount(ask, ask.times)}
        return _("%(times)s (how many hours is not known)") % times
    return amount(ask, ask.figure) if ask.figure else _("The figure is not known")


def _often(ask: Ask) -> str:
    if ask.period == Period.ROLLING_MONTHS:
        months = ask.months or 0
        return ngettext("in any %(count)s month", "in any %(count)s months", months) % {
            "count": months
        }
    return str(Period(ask.period).label)


def shown(
    findings: Sequence[Finding], person: Person | None = None, programme: Programme | None = None
) -> list[Shown]:
    """Findings in words, each with its records; of a person, with the next edition that would close it."""
    names = names_for(one.ask for one in findings)
    records = _records(findings)
    return [
        Shown(
            asked_in_words(one.ask, names),
            _("not done in %(year)s") % {"year": one.last.year}
            if one.is_missed and one.is_of_a_year and one.last
            else str(one.answer.label),
            "negative" if one.is_missed else TONES[one.answer],
            _said(one),
            [_proof(one.ask, proof, records) for proof in one.proofs],
            _next(person, programme, one),
        )
        for one in findings
    ]


def missing_in_words(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """What is asked, and how much of it is missing; in the order given."""
    names = names_for(one.ask for one in findings)
    return [(asked_in_words(one.ask, names).what, _said(one)) for one in findings]


def _next(person: Person | None, programme: Programme | None, one: Finding) -> Edition | None:
    if person is None or programme is None:
        return None
    return next(iter(closing_editions(person, programme, one)), None)


def _said(one: Finding) -> str:
    """How much was found and is missing, by when."""
    if one.answer == Answer.NOT_ASKED:
        return _("Asked from %(day)s.") % {"day": _day(one.begins)} if one.begins else ""
    if one.answer == Answer.UNKNOWN:
        return _unknown(one)
    if one.answer == Answer.MET:
        is_paper = all(proof.kind in ("certificate", "earlier") for proof in one.proofs)
        found = {"found": amount(one.ask, one.found)}
        return _("The certificate proves it.") if is_paper else _("%(found)s are recorded.") % found
    words = {
        "found": amount(one.ask, one.found),
        "missing": amount(one.ask, one.lacking),
        "day": _day(one.last),
    }
    if one.is_missed:
        return _("Recorded: %(found)s. Missing: %(missing)s. The last day was %(day)s.") % words
    if one.is_of_a_year:
        return _("Recorded: %(found)s. Missing: %(missing)s, by %(day)s.") % words
    return _("Recorded: %(found)s. Missing: %(missing)s.") % words


def _unknown(one: Finding) -> str:
    if not one.ask.is_open and one.either:
        return _(
            "%(hours)s were recorded as theory or practice together. Nobody can say how much of it counts here."
        ) % {"hours": amount(one.ask, one.either)}
    if one.found and one.proofs and not one.ask.times:
        found = {"found": dates.hours(sum(proof.amount for proof in one.proofs), _language())}
        return _("The figure is not known. %(found)s are recorded.") % found
    return _("The figure is not known.")


def _day(day: date | None) -> str:
    return dates.long_date(day, _language()) if day else ""


def _language() -> str:
    return get_language() or "en"


def _records(findings: Sequence[Finding]) -> dict[tuple[str, int], str]:
    """The numbers of the certificates that are records."""
    keys: dict[str, set[int]] = {"certificate": set(), "earlier": set()}
    for one in findings:
        for proof in one.proofs:
            if proof.kind in keys:
                keys[proof.kind].add(proof.id)
    rows = {
        "certificate": Certificate.objects.filter(pk__in=keys["certificate"]),
        "earlier": EarlierCertificate.objects.filter(pk__in=keys["earlier"]),
    }
    return {
        (kind, pk): number
        for kind, found in rows.items()
        if keys[kind]
        for pk, number in found.values_list("pk", "number")
    }


def _proof(ask: Ask, proof: Proof, records: dict[tuple[str, int], str]) -> tuple[str, str, str]:
    where = {
        "test": _("test passed"),
        "outcome": _("the trainer's result"),
        "course": _("course completed"),
    }.get(proof.kind)
    if proof.kind == "line":
        where = str(HoursEntry.Source(proof.source).label)
    if number := records.get((proof.kind, proof.id)):
        where = _("certificate %(number)s") % {"number": number}
    is_hours_or_times = proof.amount and proof.kind not in ("test", "outcome")
    much = amount(ask, proof.amount) if is_hours_or_times else ""
    return _day(proof.on), much, str(where or "")
