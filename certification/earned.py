"""Is a certificate earned: is all there that the rule in force asks before it, and since which day?

What is asked again and again, or because something happened, comes after a certificate and stands in no one's way
(decision 0016). Nor does a figure that nobody knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from certification.days import today
from certification.dossier import Dossier
from certification.dossier_rows import Rows
from certification.law import History, Shelf
from certification.models import Programme
from certification.queries import speaking, state_of
from certification.requirements import Answer, Finding, findings
from training.models import Enrolment


@dataclass(frozen=True)
class Earned:
    """From which day and under which rule version a certificate follows; or what is missing."""

    on: date
    rule: int | None  # None: no rule was in force
    missing: tuple[Finding, ...] = ()


def earned(
    enrolment: Enrolment,
    programme: Programme,
    shelf: Shelf,
    *,
    until: date | None = None,
    rows: Rows | None = None,
) -> Earned:
    """Of a completed enrolment: from the day of completion, or from the first day since on which all is there.

    Hours from elsewhere may come after the course. Where another certificate of the programme began after it, they are
    that one's.
    """
    case = _Case(enrolment, programme, shelf, rows or Rows([enrolment.person_id]))
    first = case.look(case.completed_on)
    if first.rule is None or not first.missing:
        return first
    last = until or today()
    later = [day for day in case.days_since() if day <= last]
    if any(one.valid_from >= case.completed_on for one in case.history(last).certificates):
        return first
    found = (case.look(day) for day in later)
    return next((one for one in found if one.rule is not None and not one.missing), first)


def missing_of(
    enrolments: Sequence[Enrolment], programmes: Sequence[Programme], shelves: Mapping[int, Shelf]
) -> dict[tuple[int, int], tuple[Finding, ...]]:
    """What is missing, by completed enrolment and programme, read for all of them together."""
    rows = Rows(one.person_id for one in enrolments)
    return {
        (one.pk, programme.pk): earned(one, programme, shelves[programme.pk], rows=rows).missing
        for one in enrolments
        for programme in programmes
    }


def comes_before(finding: Finding) -> bool:
    """Is it asked before the certificate, the first one or a renewal?"""
    return not (finding.ask.is_regular or finding.ask.is_event or finding.is_missed)


class _Case:
    """One enrolment under one programme, looked at on one day or another."""

    def __init__(
        self, enrolment: Enrolment, programme: Programme, shelf: Shelf, rows: Rows
    ) -> None:
        assert enrolment.completed_on
        self.completed_on, self.person = enrolment.completed_on, enrolment.person
        self.course = str(enrolment.edition.course.translation_key)
        self.programme, self.shelf, self.rows = programme, shelf, rows

    def file(self, day: date) -> Dossier:
        """The person as of that day."""
        return Dossier(self.person, day, self.rows)

    def history(self, day: date) -> History:
        """As of that day; the trainer's result and the test belong to the course, whenever they were written down."""
        found = self.file(day).history(self.programme)
        deeds = tuple(
            replace(deed, on=min(deed.on, self.completed_on)) if deed.code == self.course else deed
            for deed in found.deeds
        )
        return replace(found, deeds=deeds)

    def look(self, day: date) -> Earned:
        """What is missing on that day."""
        history = self.history(day)
        book = self.shelf.book(day, history)
        if book is None:
            return Earned(day, None)
        state = state_of(self.file(day), self.programme, day, self.shelf, history)
        found = findings(self.shelf, history, day, speaking(state, history))
        missing = (one for one in found if one.answer == Answer.MISSING and comes_before(one))
        return Earned(day, book.id, tuple(missing))

    def days_since(self) -> list[date]:
        """The days after completion on which something may have closed the gap."""
        found = self.history(self.completed_on)
        days = {
            *(line.on for line in found.lines),
            *(deed.on for deed in found.deeds),
            *(one.valid_from for one in found.others),
            *(one.since for one in (*found.exemptions, *found.categories, *found.circumstances)),
            *(book.since for book in self.shelf.books),
        }
        return sorted(day for day in days if day > self.completed_on)
