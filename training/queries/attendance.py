"""Who was there, and how much of it: the same numbers for the roll, the person and the certificate."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, FilteredRelation, Q, Sum
from django.utils import timezone

from people.models import User
from training.models import Edition, Enrolment, Session


@dataclass(frozen=True)
class AttendanceShare:
    """Minutes of one person in one edition, cancelled sessions left out.

    `minutes_still_possible`: of the sessions without a mark yet; with those present, the most that can be reached.
    """

    minutes_present: int
    minutes_planned: int
    minutes_still_possible: int
    all_over: bool

    @property
    def percent(self) -> int:
        """Minutes present of a hundred planned, rounded down; 0 where nothing is planned."""
        if not self.minutes_planned:
            return 0
        return min(self.minutes_present * 100 // self.minutes_planned, 100)

    @property
    def best_percent(self) -> int:
        """What the person would reach by being at everything that is left."""
        if not self.minutes_planned:
            return 0
        most = self.minutes_present + self.minutes_still_possible
        return min(most * 100 // self.minutes_planned, 100)


@dataclass(frozen=True)
class RollRow:
    """One person on the roll of a session; `mark` is empty as long as nobody has marked them."""

    enrolment_id: int
    name: str
    mark: str
    minutes: int | None
    reason: str
    key: UUID | None = None  # the mark that stands, for whoever marks next
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Presence:
    """How many of those with a place are there, at one session."""

    here: int
    expected: int


def presence(session: Session) -> Presence:
    """Counted by their marks: whoever was there for some minutes."""
    places = Enrolment.objects.filter(edition=session.edition_id).taking_a_place()
    there = Q(attendance__session=session.pk, attendance__minutes__gt=0)
    counts = places.aggregate(
        here=Count("pk", filter=there, distinct=True), expected=Count("pk", distinct=True)
    )
    return Presence(**counts)


def attendance_of(enrolment: Enrolment, *, at: datetime | None = None) -> AttendanceShare:
    """Minutes that the person was present, of those planned, and those still open."""
    now = at or timezone.now()
    own = FilteredRelation("attendance", condition=Q(attendance__enrolment=enrolment.pk))
    sessions = Session.objects.taking_place().filter(edition=enrolment.edition_id).annotate(own=own)
    present = planned = possible = 0
    all_over = True
    for starts, ends, minutes in sessions.values_list("starts", "ends", "own__minutes"):
        length = int((ends - starts).total_seconds() // 60)
        planned += length
        present += minutes or 0
        possible += length if minutes is None else 0
        all_over = all_over and ends <= now
    return AttendanceShare(present, planned, possible, all_over and planned > 0)


def planned_minutes(edition: Edition) -> int:
    """Length of all sessions that take place."""
    length = ExpressionWrapper(F("ends") - F("starts"), output_field=DurationField())
    total = edition.sessions.taking_place().aggregate(total=Sum(length))["total"]
    return int((total or timedelta()).total_seconds() // 60)


def roll(session: Session) -> list[RollRow]:
    """Everybody with a place, by name, with the mark they have."""
    own = FilteredRelation("attendance", condition=Q(attendance__session=session.pk))
    rows = Enrolment.objects.filter(edition=session.edition_id).taking_a_place()
    rows = rows.annotate(own=own).select_related("person").order_by("person__sort_key", "pk")
    names = ("person__family_name", "person__given_name", "person__patronymic", "person__language")
    rows = rows.only("pk", *names).annotate(
        mark=F("own__mark"), minutes=F("own__minutes"), reason=F("own__reason"),
        key=F("own__key"), at=F("own__recorded_at"), by=F("own__recorded_by"),
    )  # fmt: skip
    marked_by = names_of({row.by for row in rows if row.by})
    return [
        RollRow(
            row.pk,
            row.person.full_name,
            row.mark or "",
            row.minutes,
            row.reason or "",
            row.key,
            marked_by.get(row.by, ""),
            row.at,
        )  # fmt: skip
        for row in rows
    ]


def names_of(users: Collection[int]) -> dict[int, str]:
    """What those are called who marked somebody."""
    found = User.objects.filter(pk__in=users).select_related("person") if users else []
    return {user.pk: str(user) for user in found}
