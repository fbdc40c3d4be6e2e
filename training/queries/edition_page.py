"""What the public page of an edition says, to anybody and to the person who looks."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from people.models import Person
from training.actions.applicants import Applicant
from training.actions.conditions import asked_of, why_not
from training.actions.errors import Refused
from training.actions.refusals import AlreadyInCourse
from training.actions.seats import path_of, seats_of
from training.models import Edition, Enrolment, Session
from training.queries.editions import for_cards
from training.queries.possible import instead_of, next_possible, next_waiting_lists


@dataclass(frozen=True)
class EditionPage:
    """One edition for one reader."""

    edition: Edition
    sessions: list[Session]
    refusal: Refused | None
    mine: Enrolment | None
    others: list[Edition]
    lists: list[Edition]  # where the reader can wait instead, when no other edition has places
    asked: list[str]
    free: int
    kept_for_me: int

    @property
    def is_full(self) -> bool:
        """No place is free for the reader, or others wait before them."""
        return not self.free or (bool(self.edition.waiting) and not self.kept_for_me)

    @property
    def needs_approval(self) -> bool:
        """Somebody decides: the reader asks for a place instead of having it at once."""
        return self.edition.approval != Edition.Approval.NONE

    @property
    def can_move_here(self) -> bool:
        """A place in another edition stands in the way: it can be moved."""
        return isinstance(self.refusal, AlreadyInCourse)


def edition_page(
    pk: int,
    *,
    person: Person | None = None,
    language: str | None = None,
    at: datetime | None = None,
) -> EditionPage | None:
    """One edition as anybody may see it, or None for a draft. With the next possible ones where it takes nobody."""
    now = at or timezone.now()
    rows = for_cards(Edition.objects.published(), language)
    edition = rows.select_related("course", "prerequisite").filter(pk=pk).first()
    if edition is None:
        return None
    mine = None
    if person:
        mine = edition.enrolments.active().filter(person=person).with_own_rank().first()
    applicant = Applicant(person) if person else None
    refusal = why_not(edition, applicant, at=now)
    path = path_of(applicant.institution) if applicant else ""
    seats = seats_of(edition, at=now, taken=edition.taken)
    page = EditionPage(
        edition=edition,
        sessions=list(edition.sessions.select_related("room__venue")),
        refusal=refusal,
        mine=mine,
        others=[],
        lists=[],
        asked=asked_of(edition),
        free=seats.free_for(path),
        kept_for_me=seats.kept_for(path),
    )
    if refusal or page.is_full:
        key = instead_of(edition, refusal)
        page.others.extend(next_possible(key, person=person, beside=pk, at=now))
        if refusal and not page.others:
            page.lists.extend(next_waiting_lists(key, person=person, beside=pk, at=now))
    return page
