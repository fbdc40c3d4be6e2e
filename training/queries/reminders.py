"""Which reminders are due: pure dates first, then the people whom they concern."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.utils import timezone

from training.clock import moment
from training.models import Edition, ReminderRule, Session

Kind = ReminderRule.Kind
# Days before, where an edition says nothing else.
USUAL: dict[str, int | None] = {Kind.FIRST: 7, Kind.EACH: 1, Kind.ANSWER: 4, Kind.LESSONS: 3}
# Nobody is woken: reminders go out from nine in the morning, at the place of the session, and not after nine at night.
FROM, FOR = time(9), timedelta(hours=12)


@dataclass(frozen=True)
class Due:
    """One reminder of one edition about one session."""

    kind: str
    edition: Edition
    session: Session
    since: datetime  # whoever got a place later was just told


def rules_of(edition: Edition) -> dict[str, int | None]:
    """Days before for each kind of reminder; None: never."""
    own = {rule.kind: rule.days for rule in edition.reminder_rules.all()}
    return {**USUAL, **own}


def goes_out(session: Session, days: int) -> datetime:
    """When a reminder of that many days before a session goes out: that morning on the clocks there."""
    zone = ZoneInfo(session.time_zone)
    day = session.starts.astimezone(zone).date() - timedelta(days=days)
    return moment(day, FROM, zone)


def due(at: datetime | None = None) -> Iterator[Due]:
    """Every reminder whose hours are now; what was missed for half a day is left out rather than late."""
    now = at or timezone.now()
    coming = Session.objects.taking_place().filter(starts__gt=now).order_by("starts", "pk")
    within = coming.filter(starts__lte=now + timedelta(days=62))
    told = set(Edition.Status) - {Edition.Status.DRAFT, Edition.Status.CANCELLED}
    editions = Edition.objects.filter(status__in=told, pk__in=within.values("edition"))
    editions = editions.select_related("organiser", "course").prefetch_related(
        "reminder_rules",
        Prefetch("sessions", Session.objects.taking_place().select_related("room__venue")),
    )
    for edition in editions.order_by("pk"):
        yield from _of_edition(edition, now)


def _of_edition(edition: Edition, now: datetime) -> Iterator[Due]:
    sessions = sorted(edition.sessions.all(), key=lambda session: (session.starts, session.pk))
    first = sessions[0]
    for kind, days in rules_of(edition).items():
        if days is None:
            continue
        for session in sessions if kind == Kind.EACH else [first]:
            since = goes_out(session, days)
            if since <= now < since + FOR and session.starts > now:
                yield Due(kind, edition, session, since)
