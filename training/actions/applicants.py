"""What the conditions of a place ask about a person, each read once and only when it is asked."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from people.models import Membership, Organisation, Person
from training.models import Edition, Enrolment, Session

Status = Enrolment.Status


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
    def places(self) -> list[Enrolment]:
        """Places that the person has in editions that are not over."""
        over = Q(edition__status__in=[Edition.Status.DONE, Edition.Status.CANCELLED])
        rows = Enrolment.objects.filter(
            person=self.person, status__in=[Status.CONFIRMED, Status.OFFERED]
        )
        rows = rows.exclude(over | Q(edition__ends__lte=timezone.now()))
        if self.without:
            rows = rows.exclude(pk=self.without.pk)
        return list(
            rows.select_related("edition__course", "edition__organiser__jurisdiction").order_by(
                "edition__starts", "pk"
            )
        )

    @cached_property
    def sessions(self) -> list[tuple[datetime, datetime, int]]:
        """When the person is in a session already: start, end, key of the edition."""
        editions = [place.edition_id for place in self.places]
        if not editions:
            return []
        rows = Session.objects.taking_place().filter(edition__in=editions)
        return list(rows.order_by("starts").values_list("starts", "ends", "edition_id"))


def institution_of(person: Person) -> Organisation | None:
    """Where the person belongs today: as a learner rather than as staff, and the smallest of several."""
    rows = Membership.objects.current().filter(person=person).select_related("organisation")
    found = sorted(rows, key=lambda m: (m.role != "learner", -len(m.organisation.path), m.pk))
    return found[0].organisation if found else None
