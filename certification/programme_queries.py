"""Reads over programmes and their rules."""

from dataclasses import dataclass
from datetime import date

from certification.models import Programme, RuleVersion


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
