"""One week of rooms or of trainers, on one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from formats import dates
from formats.holidays import Holiday
from people.models import Jurisdiction, Organisation, Person, User
from people.permissions import Permission
from people.queries import public_holidays
from training import clock
from training.models import Edition, Room, Session
from training.models.trainer import trainers_of
from training.planning import meeting_of
from training.queries.clashes import Clash, soft
from training.queries.editions import trainers_for

PER_PAGE = 40
WEEK = timedelta(days=7)
BY_ROOM, BY_TRAINER = "room", "trainer"


@dataclass(frozen=True)
class Entry:
    """A session in a cell. One of another branch says only that somebody is there."""

    session: Session
    is_visible: bool
    name: str
    people: list[str]
    clashes: Sequence[Clash] = ()

    @property
    def times(self) -> str:
        """From when to when, on the session's own wall clock."""
        session, language = self.session, get_language() or "en"
        return dates.times(session.starts, session.ends, session.time_zone, language)


@dataclass
class Row:
    """A room or a trainer, with the sessions of each day."""

    name: str
    detail: str
    cells: list[list[Entry]]


@dataclass(frozen=True)
class Week:
    """What the planner shows."""

    days: list[date]
    holidays: list[Holiday | None]
    rows: list[Row]
    page: Page
    sessions: int


def week(
    user: User,
    *,
    first: date,
    by: str,
    jurisdiction: Jurisdiction,
    organisation: Organisation | None = None,
    page: Any = 1,
) -> Week:
    """The week that begins on that day, by room or by trainer, as far as the user may look."""
    zone = ZoneInfo(jurisdiction.time_zone)
    days = [first + timedelta(days=number) for number in range(7)]
    free = public_holidays(jurisdiction.code, days[0], days[-1])
    since, until = clock.moment(first, time.min, zone), clock.moment(first + WEEK, time.min, zone)
    shown = Paginator(_things(user, by, organisation), PER_PAGE).get_page(page)
    things = list(shown)
    sessions = _sessions(user, since, until, by, things, organisation)
    entries = _entries(user, sessions, since, until)
    rows = _rows(things, entries, days, by)
    if shown.number == 1:
        rows += _without(entries, days, by)
    return Week(days, [free.get(day) for day in days], rows, shown, len(entries))


def _things(
    user: User, by: str, organisation: Organisation | None
) -> QuerySet[Room] | QuerySet[Person]:
    if by == BY_TRAINER:
        if organisation:
            return trainers_for(organisation)
        trainers = Person.objects.filter(trainers_of(user, Permission.VIEW_EDITIONS))
        return trainers.filter(erased_at=None).by_name()
    rooms = Room.objects.visible_to(user, Permission.VIEW_EDITIONS)
    if organisation:
        rooms = rooms.filter(venue__organisation__path__startswith=organisation.path)
    return rooms.select_related("venue").order_by("venue__name", "venue", "name")


def _sessions(
    user: User,
    since: datetime,
    until: datetime,
    by: str,
    things: Sequence[Any],
    organisation: Organisation | None,
) -> list[Session]:
    """Those in the rooms or by the trainers of the page, and those of one's own branch that lack one."""
    names = Edition.objects.with_name(get_language()).filter(pk=OuterRef("edition"))
    rows = Session.objects.taking_place().filter(starts__lt=until, ends__gt=since)
    own = Session.objects.visible_to(user).filter(starts__lt=until, ends__gt=since)
    if organisation:
        own = own.filter(edition__organiser__path__startswith=organisation.path)
    keys = [one.pk for one in things]
    lacking = Q(pk__in=own.values("pk"))
    if by == BY_TRAINER:
        wanted = Q(trainers__trainer__in=keys) | (lacking & Q(trainers__isnull=True))
    else:
        wanted = Q(room__in=keys) | (lacking & Q(room__isnull=True))
    rows = rows.filter(wanted).annotate(edition_name=Subquery(names.values("name")))
    rows = rows.select_related("room__venue", "edition__organiser__jurisdiction")
    rows = rows.prefetch_related("trainers__trainer")
    return list(rows.distinct().order_by("starts", "pk"))


def _entries(
    user: User, sessions: Sequence[Session], since: datetime, until: datetime
) -> list[Entry]:
    own = Session.objects.visible_to(user).filter(starts__lt=until, ends__gt=since)
    visible = set(own.values_list("pk", flat=True))
    leading = {
        one.pk: [row.trainer for row in one.trainers.all() if row.trainer] for one in sessions
    }
    mine = [one for one in sessions if one.pk in visible]
    found = soft([meeting_of(one, leading[one.pk]) for one in mine])
    against = dict(zip((one.pk for one in mine), found, strict=True))
    return [
        Entry(
            one,
            one.pk in visible,
            one.edition_name if one.pk in visible else _("Booked by another institution"),
            [person.full_name for person in leading[one.pk]] if one.pk in visible else [],
            against.get(one.pk, ()),
        )
        for one in sessions
    ]


def _rows(
    things: Sequence[Any], entries: Sequence[Entry], days: Sequence[date], by: str
) -> list[Row]:
    found = {
        one.pk: Row(one.full_name, "", _empty(days))
        if by == BY_TRAINER
        else Row(one.name, one.venue.name, _empty(days))
        for one in things
    }
    for entry in entries:
        if by == BY_TRAINER:
            keys = [row.trainer_id for row in entry.session.trainers.all()]
        else:
            keys = [entry.session.room_id or 0]
        for key in keys:
            if key in found:
                _put(found[key], entry, days)
    return list(found.values())


def _without(entries: Sequence[Entry], days: Sequence[date], by: str) -> list[Row]:
    """Sessions that lack a room or a trainer, and those that need no room."""
    missing = Row(_("No trainer yet") if by == BY_TRAINER else _("No room yet"), "", _empty(days))
    online = Row(_("Online"), "", _empty(days))
    for entry in entries:
        session = entry.session
        if by == BY_TRAINER:
            if not session.trainers.all():
                _put(missing, entry, days)
        elif session.room_id is None:
            is_online = session.link or session.edition.is_online
            _put(online if is_online else missing, entry, days)
    return [row for row in (missing, online) if any(row.cells)]


def _put(row: Row, entry: Entry, days: Sequence[date]) -> None:
    day = dates.day_in(entry.session.starts, entry.session.time_zone)
    # One that began before the week stands on the first day of it.
    row.cells[max((day - days[0]).days, 0)].append(entry)


def _empty(days: Sequence[date]) -> list[list[Entry]]:
    return [[] for _day in days]
