"""Who was there, and how much of it: the same numbers for the roll, the person and the certificate."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, FilteredRelation, Q, Sum
from django.utils import timezone

from people.models import User
from training.models import Attendance, Edition, Enrolment, Session


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
class Outlook:
    """A person's minutes held against the share that is asked: enough already, still possible, or out of reach.

    Without rounding: 79.9 of a hundred is less than 80, as where the certificate is decided.
    """

    share: AttendanceShare
    percent: int

    @property
    def needed(self) -> int:
        """Minutes that are asked, rounded up."""
        return -(-self.share.minutes_planned * self.percent // 100)

    @property
    def lacking(self) -> int:
        """Minutes that are still needed."""
        return max(self.needed - self.share.minutes_present, 0)

    @property
    def has_enough(self) -> bool:
        """Whatever comes, the share is reached. Further sessions that are planned later may change that."""
        return self.lacking == 0

    @property
    def is_lost(self) -> bool:
        """Not even by being at everything that is left."""
        return self.lacking > self.share.minutes_still_possible


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
    own = FilteredRelation("attendance", condition=Q(attendance__enrolment=enrolment.pk))
    sessions = Session.objects.taking_place().filter(edition=enrolment.edition_id).annotate(own=own)
    return share_of(sessions.values_list("starts", "ends", "own__minutes"), at or timezone.now())


def shares(
    edition: Edition, *, of: Iterable[int] | None = None, at: datetime | None = None
) -> dict[int, AttendanceShare]:
    """The same by enrolment, in two queries for those that are named, in three for everybody with a place."""
    now = at or timezone.now()
    sessions = list(edition.sessions.taking_place().values_list("pk", "starts", "ends"))
    marks = Attendance.objects.filter(session__in=[pk for pk, _starts, _ends in sessions])
    minutes = {
        (enrolment, session): found
        for enrolment, session, found in marks.values_list("enrolment", "session", "minutes")
    }
    if of is None:
        places = Enrolment.objects.filter(edition=edition).taking_a_place()
        of = places.values_list("pk", flat=True)
    return {
        place: share_of([(s, e, minutes.get((place, pk))) for pk, s, e in sessions], now)
        for place in of
    }


def share_of(
    sessions: Iterable[tuple[datetime, datetime, int | None]], at: datetime
) -> AttendanceShare:
    """From start, end and minutes marked (None: no mark yet) of each session; nobody is there longer than it lasts."""
    present = planned = possible = 0
    all_over = True
    for starts, ends, minutes in sessions:
        length = int((ends - starts).total_seconds() // 60)
        planned += length
        present += min(minutes or 0, length)
        possible += length if minutes is None else 0
        all_over = all_over and ends <= at
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
