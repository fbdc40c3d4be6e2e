"""Exemptions and extensions in words, for lists and pages."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certification.days import today
from certification.models import Relief, Requirement
from formats.dates import date_range, long_date

Status = Relief.Status
TONES = {
    Status.ASKED: "info", Status.CONFIRMED: "positive", Status.REFUSED: "negative", Status.WITHDRAWN: "neutral",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One of them with its sentence and its state."""

    relief: Relief
    sentence: str
    state: str
    tone: str


def shown(rows: QuerySet[Relief]) -> list[Shown]:
    """Those for a list."""
    related = ("person", "programme", "certificate", "earlier")
    return [Shown(one, sentence(one), *_state(one)) for one in rows.select_related(*related)]


def sentence(relief: Relief) -> str:
    """What it means, in one sentence."""
    language = get_language() or "en"
    if relief.kind == Relief.Kind.EXTENSION:
        paper = relief.certificate or relief.earlier
        words = {"number": paper.number if paper else "", "day": long_date(relief.until, language)}
        return _("Certificate %(number)s counts until %(day)s.") % words
    days = date_range(relief.since, relief.until, language)
    if relief.requirement:
        rows = Requirement.objects.filter(
            version__programme=relief.programme_id, code=relief.requirement
        )
        asked = rows.select_related("topic").order_by("-version__effective_from").first()
        words = {"days": days, "requirement": requirement_words(asked) if asked else ""}
        return _("Not asked where it falls due in these days (%(days)s): %(requirement)s") % words
    return _("What falls due in these days is not asked: %(days)s.") % {"days": days}


def requirement_words(requirement: Requirement) -> str:
    """Kind, topic and period, as the lists say them."""
    parts = [str(requirement.get_kind_display())]
    parts += [str(requirement.topic)] if requirement.topic else []
    return ", ".join([*parts, str(requirement.get_period_display())])


def _state(relief: Relief) -> tuple[str, str]:
    if relief.status == Status.CONFIRMED and relief.ended_on and relief.ended_on <= today():
        return _("ended early"), "neutral"
    return str(relief.get_status_display()), TONES[Status(relief.status)]
