"""Reads over proofs of training elsewhere: one's own, those that wait for a reviewer, and what to look at twice."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certification.days import day_of
from certification.models import Evidence, EvidenceFile, HoursEntry
from formats.dates import date_range, hours, long_date
from formats.names import fold, isolated
from people.models import User

State = Evidence.State
TONES = {
    State.WAITING: "info", State.ASKED: "warning", State.PROPOSED: "info", State.GRANTED: "positive",
    State.REFUSED: "negative", State.WITHDRAWN: "neutral",
}  # fmt: skip
GROUPS = {
    "waiting": (State.WAITING,),
    "second": (State.PROPOSED,),
    "asked": (State.ASKED,),
    "decided": (State.GRANTED, State.REFUSED),
}


@dataclass(frozen=True)
class Shown:
    """A proof in a list: with its tone, and how much of it counts."""

    evidence: Evidence
    tone: str
    granted: int

    @property
    def days(self) -> str:
        """The days of the training in words."""
        language = get_language() or "en"
        return date_range(self.evidence.first_day, self.evidence.last_day, language)


def shown(rows: QuerySet[Evidence]) -> list[Shown]:
    """Those proofs for a list."""
    found = rows.select_related("person", "institution").annotate(given=Sum("grants__minutes"))
    return [
        Shown(one, TONES[State(one.state)], (one.given or 0) if one.state == State.GRANTED else 0)
        for one in found
    ]


def group_counts(user: User) -> dict[str, int]:
    """How many proofs of the user's branches are in each group of the reviewer's list."""
    rows = Evidence.objects.visible_to(user)
    return {name: rows.filter(state__in=states).count() for name, states in GROUPS.items()}


def to_review(user: User, group: str) -> QuerySet[Evidence]:
    """The proofs of a group, the oldest first; what is decided, the newest first."""
    rows = Evidence.objects.visible_to(user).filter(state__in=GROUPS[group])
    return rows.order_by("-decided_at", "-pk") if group == "decided" else rows.order_by("pk")


def doubts(evidence: Evidence) -> list[str]:
    """What a reviewer should look at twice, in sentences."""
    language = get_language() or "en"
    found = []
    if _same_file_of_others(evidence):
        found.append(_("The very same file was handed in for another person."))
    found += _same_number(evidence)
    for other in _same_days(evidence):
        days = date_range(other.first_day, other.last_day, language)
        found.append(
            _("On these days there is another paper: “%(title)s”, %(days)s (%(state)s).")
            % {"title": isolated(other.title), "days": days, "state": other.get_state_display()}
        )
    for day, minutes in _hours_here(evidence):
        found.append(
            _("On %(day)s this person has %(hours)s on record already.")
            % {"day": long_date(day, language), "hours": hours(minutes, language)}
        )
    if (day_of(evidence.handed_in_at) - evidence.last_day).days > 365 * 3:
        found.append(_("The training ended more than three years ago."))
    return found


def _same_file_of_others(evidence: Evidence) -> bool:
    hashes = evidence.files.values("sha256")
    return (
        EvidenceFile.objects.filter(sha256__in=hashes)
        .exclude(evidence__person=evidence.person_id)
        .exists()
    )


def _same_number(evidence: Evidence) -> list[str]:
    """A paper bears its number once: photographed anew or under another title it is still the same paper."""
    if not evidence.number:
        return []
    rows = Evidence.objects.live().exclude(pk=evidence.pk).filter(number__iexact=evidence.number)
    same = [one for one in rows if fold(one.provider) == fold(evidence.provider)]
    found = []
    if any(one.person_id == evidence.person_id for one in same):
        found.append(_("Another paper of this person has the same number."))
    if any(one.person_id != evidence.person_id for one in same):
        found.append(_("A paper with this number was handed in for another person."))
    return found


def _same_days(evidence: Evidence) -> QuerySet[Evidence]:
    others = Evidence.objects.live().filter(person=evidence.person_id).exclude(pk=evidence.pk)
    return others.filter(
        Q(first_day__lte=evidence.last_day), Q(last_day__gte=evidence.first_day)
    ).order_by("first_day", "pk")[:3]


def _hours_here(evidence: Evidence) -> list[tuple[date, int]]:
    """Days of the training on which a session or lesson of ours is in the ledger."""
    lines = HoursEntry.objects.filter(
        person=evidence.person_id, on__range=(evidence.first_day, evidence.last_day)
    ).exclude(reference__startswith="evidence:")
    days = lines.order_by("on").values("on").annotate(total=Sum("minutes"))
    return [(row["on"], row["total"]) for row in days if row["total"] > 0][:3]
