"""What the conditions of a place ask about a person, each read once and only when it is asked."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone

from people.models import Membership, Organisation, Person
from people.questions import Question
from people.statements import answers
from training.models import Enrolment

Status = Enrolment.Status


# Places in editions that are not over, each with its sessions: one statement, as everybody asks it who enrols.
HELD = """
SELECT place.id, place.edition_id, page.translation_key, session.starts, session.ends
FROM training_enrolment place
JOIN training_edition edition ON edition.id = place.edition_id
JOIN wagtailcore_page page ON page.id = edition.course_id
LEFT JOIN training_session session ON session.edition_id = edition.id AND NOT session.is_cancelled
WHERE place.person_id = %s AND place.status IN ('confirmed', 'offered')
    AND edition.status NOT IN ('done', 'cancelled')
    AND (edition.ends IS NULL OR edition.ends > %s) AND place.id <> %s
ORDER BY edition.starts, place.id, session.starts
"""

BELONGS = Question[Membership](
    lambda person, day: (
        Membership.objects.current(day)
        .filter(person=person)
        .select_related("organisation")
        .only("role", "organisation__path")
    ),
    "person",
    "day",
)


@dataclass(frozen=True)
class Held:
    """A place that a person has, as far as the conditions ask."""

    pk: int
    edition: int
    course_key: UUID

    def enrolment(self) -> Enrolment:
        """The place itself, for the words of a refusal."""
        rows = Enrolment.objects.select_related(
            "edition__course", "edition__organiser__jurisdiction"
        )
        return rows.get(pk=self.pk)


@dataclass
class Applicant:
    """A person who wants a place; `without` is a place that they would give up for it."""

    person: Person
    nominated_by: Organisation | None = None
    without: Enrolment | None = None
    others: int = 0  # people of the institution who come along

    def with_others(self, number: int) -> "Applicant":
        """The same person, with so many others of the institution already let in."""
        self.others = number
        return self

    @cached_property
    def institution(self) -> Organisation | None:
        """Whose seats and quota the place counts to: who nominates, else where the person belongs."""
        return self.nominated_by or institution_of(self.person)

    @cached_property
    def categories(self) -> frozenset[int]:
        """What the person is in law today."""
        return frozenset(self.person.categories.current().values_list("category_id", flat=True))

    @cached_property
    def completed(self) -> frozenset[UUID]:
        """Courses that the person has completed here, in any language."""
        rows = Enrolment.objects.filter(person=self.person, status=Status.COMPLETED)
        return frozenset(rows.values_list("edition__course__translation_key", flat=True))

    @cached_property
    def held(self) -> list[tuple[int, int, UUID, datetime | None, datetime | None]]:
        """Rows of `HELD`."""
        return answers(*self._asks_held())

    def _asks_held(self) -> tuple[str, list[Any]]:
        return HELD, [self.person.pk, timezone.now(), self.without.pk if self.without else 0]

    def questions(self) -> list[tuple[str, list[Any]]]:
        """What nearly every decision asks about the person, to be sent in one go."""
        return [self._asks_held(), _asks_belongs(self.person)]

    def know(self, held: list[tuple[Any, ...]], belongs: list[tuple[Any, ...]]) -> None:
        """The answers to `questions`."""
        self.__dict__["held"] = held
        if self.nominated_by is None:
            self.__dict__["institution"] = _smallest(BELONGS.made_of(belongs))

    @property
    def places(self) -> list[Held]:
        """Places that the person has in editions that are not over, the first to begin first."""
        return list(dict.fromkeys(Held(*row[:3]) for row in self.held))

    @property
    def sessions(self) -> list[tuple[datetime, datetime, int]]:
        """When the person is in a session already: start, end, key of the edition."""
        return [(row[3], row[4], row[1]) for row in self.held if row[3] and row[4]]


def institution_of(person: Person) -> Organisation | None:
    """Where the person belongs today: as a learner rather than as staff, and the smallest of several."""
    return _smallest(BELONGS.made_of(answers(*_asks_belongs(person))))


def _asks_belongs(person: Person) -> tuple[str, list[Any]]:
    return BELONGS.asked(person=person.pk, day=timezone.localdate())


def _smallest(memberships: list[Membership]) -> Organisation | None:
    found = min(
        memberships,
        key=lambda m: (m.role != "learner", -len(m.organisation.path), m.pk),
        default=None,
    )
    return found.organisation if found else None
