"""Reads over programmes and their rules."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from certification.books import shelves
from certification.days import today
from certification.dossier import Dossier
from certification.models import Programme, Requirement, RuleVersion
from people.models import Person
from training.asked import Asked
from training.models import Edition, Enrolment


@dataclass(frozen=True)
class ProgrammeLine:
    """A programme with the rule version of that day; None where no rule is in force."""

    programme: Programme
    version: RuleVersion | None


def programmes_with_rules(jurisdiction: str, at: date | None = None) -> list[ProgrammeLine]:
    """The active programmes of a jurisdiction, by code, each with its rule in force (today without a day)."""
    programmes = Programme.objects.filter(jurisdiction__code=jurisdiction, is_active=True)
    versions = {
        v.programme_id: v for v in RuleVersion.objects.in_force(at).filter(programme__in=programmes)
    }
    rows = programmes.prefetch_related("categories", "courses").order_by("code")
    return [ProgrammeLine(programme, versions.get(programme.pk)) for programme in rows]


def rules_for(edition: Edition, on: date | None = None) -> list[RuleVersion]:
    """The rules in force that day of the programmes that the course leads to, in whichever language it was taken.

    Each with `asks_result`: whether the trainer gives a result.
    """
    key = edition.course.translation_key
    programmes = Programme.objects.filter(courses__translation_key=key, is_active=True)
    rules = RuleVersion.objects.in_force(on).filter(programme__in=programmes.values("pk"))
    result = Requirement.objects.filter(version=OuterRef("pk"), kind=Requirement.Kind.OUTCOME)
    rules = rules.annotate(asks_result=Exists(result)).select_related("programme")
    return list(rules.order_by("programme__code"))


def rule_of(person: Person, programme: Programme, day: date) -> RuleVersion | None:
    """The rule that holds for that person on that day: the one in force, or the former where a transition keeps it."""
    version = RuleVersion.objects.in_force(day).filter(programme=programme).first()
    if version is None or version.transition == RuleVersion.Transition.NONE:
        return version
    book = shelves([programme.pk])[programme.pk].book(day, Dossier(person, day).history(programme))
    return RuleVersion.objects.get(pk=book.id) if book else None


def rules_of(enrolment: Enrolment, on: date | None = None) -> list[RuleVersion]:
    """As `rules_for` its edition, each replaced by the former one where a transition keeps that for this person."""
    found = []
    for rule in rules_for(enrolment.edition, on):
        own = rule_of(enrolment.person, rule.programme, on or today())
        if own is None or own.pk == rule.pk:
            found.append(rule)
            continue
        own.asks_result = own.requirements.filter(kind=Requirement.Kind.OUTCOME).exists()
        found.append(own)
    return found


def asked_of(edition: Edition) -> Asked | None:
    """For training: the least attendance that leads to a certificate, and whether one of them asks for a result."""
    rules = rules_for(edition)
    if not rules:
        return None
    return Asked(
        min(rule.attendance_percent for rule in rules), any(rule.asks_result for rule in rules)
    )
