"""What speaks against a meeting. Hard: room or trainer is taken, the database refuses. Soft: said, and may be done.

A new soft clash is one more function in `CHECKS`: it gets a meeting and what is `around`, and yields `Clash`es.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from formats import dates
from people.models import User
from people.queries import public_holidays
from training import travel
from training.actions.errors import Refused, RoomTaken, TrainerTaken
from training.models import Session, SessionTrainer
from training.planning import Meeting, week_of
from training.queries.busy import Around, Busy, around


@dataclass(frozen=True)
class Clash:
    """One thing that a coordinator should know before planning the meeting all the same."""

    code: str
    text: str


Check = Callable[[Meeting, Around], Iterator[Clash]]


def soft(meetings: Sequence[Meeting]) -> list[list[Clash]]:
    """For each meeting what speaks against it, in the reader's language."""
    known = around(meetings)
    return [[clash for check in CHECKS for clash in check(one, known)] for one in meetings]


def fingerprint(clashes: Sequence[Clash]) -> str:
    """What was shown: whoever saves all the same has read exactly these."""
    return sha256("\n".join(one.text for one in clashes).encode()).hexdigest()[:16]


def hard(meetings: Sequence[Meeting], *, by: User | None) -> list[Refused | None]:
    """For each meeting why the database would refuse it now. Few queries; the database has the last word.

    What stands in the way is named only to `by` who may see it.
    """
    if not meetings:
        return []
    since, until = min(one.starts for one in meetings), max(one.ends for one in meetings)
    planned = [one.session.pk for one in meetings if one.session]
    taken = Session.objects.taking_place().filter(starts__lt=until, ends__gt=since)
    taken = taken.exclude(pk__in=planned).select_related("edition__course")
    rooms = {one.room.pk for one in meetings if one.room}
    trainers = {trainer.pk for one in meetings for trainer in one.trainers}
    booked = list(taken.filter(room__in=rooms).order_by("starts", "pk"))
    led = SessionTrainer.objects.filter(trainer__in=trainers, session__in=taken)
    leading = list(led.select_related("trainer", "session__edition__course"))
    named = _named([*booked, *(row.session for row in leading)], by)
    return [_refusal(one, booked, leading, named) for one in meetings]


def _named(sessions: Sequence[Session], by: User | None) -> set[int]:
    """Those of which the reader may know what they are; the system may know all."""
    keys = {one.pk for one in sessions}
    if by is None or not keys:
        return keys
    seen = Session.objects.visible_to(by).filter(pk__in=keys)
    return set(seen.values_list("pk", flat=True))


def _refusal(
    meeting: Meeting,
    booked: Sequence[Session],
    leading: Sequence[SessionTrainer],
    named: set[int],
) -> Refused | None:
    for other in booked:
        overlaps = other.starts < meeting.ends and meeting.starts < other.ends
        if meeting.room and other.room_id == meeting.room.pk and overlaps:
            return RoomTaken(meeting.room, other, is_named=other.pk in named)
    keys = {trainer.pk for trainer in meeting.trainers}
    for row in leading:
        overlaps = row.starts < meeting.ends and meeting.starts < row.ends
        if row.trainer_id in keys and overlaps:
            return TrainerTaken(row.trainer, row.session, is_named=row.session_id in named)
    return None


# Soft, one by one


def holiday(meeting: Meeting, _known: Around) -> Iterator[Clash]:
    """It is on a public holiday of the organiser's country."""
    country = meeting.edition.organiser.jurisdiction.code
    found = public_holidays(country, meeting.day, meeting.day).get(meeting.day)
    if found is None:
        return
    language = get_language() or "en"
    if not found.is_day_off:
        text = _("It is a holiday, but a working day for the time being: %(holiday)s.")
    elif found.is_estimated:
        text = _(
            "It is probably a public holiday: %(holiday)s. The day may be announced otherwise."
        )
    elif found.is_moved:
        text = _("It is a free day for a holiday on a weekend: %(holiday)s.")
    else:
        text = _("It is a public holiday: %(holiday)s.")
    yield Clash("holiday", text % {"holiday": found.name(language)})


def seats(meeting: Meeting, _known: Around) -> Iterator[Clash]:
    """The room is smaller than the edition."""
    room, places = meeting.room, meeting.edition.capacity
    if room and room.capacity < places:
        text = ngettext(
            "The room has %(seats)s seat; the edition has more places: %(places)s.",
            "The room has %(seats)s seats; the edition has more places: %(places)s.",
            room.capacity,
        )
        yield Clash("seats", text % {"seats": room.capacity, "places": places})


def trainers_way(meeting: Meeting, known: Around) -> Iterator[Clash]:
    """A trainer cannot come from, or go to, another building in time."""
    for trainer in meeting.trainers:
        for other in _near(meeting, known.trainers.get(trainer.pk, [])):
            way = _too_far(meeting, other)
            if way is None or other.venue is None:
                continue
            is_before = other.ends <= meeting.starts
            if is_before:
                text = _("%(name)s comes from %(venue)s at %(time)s. The way takes about %(way)s.")
            else:
                text = _("%(name)s must be at %(venue)s at %(time)s. The way takes about %(way)s.")
            language = get_language() or "en"
            moment = other.ends if is_before else other.starts
            words = {
                "name": trainer.full_name,
                "venue": other.venue.name,
                "time": dates.clock(moment, other.time_zone, language),
                "way": dates.hours(way.minutes, language),
            }
            guess = _("This is a guess: the position of a building is not on record.")
            said = text % words
            yield Clash("travel", f"{said} {guess}" if way.is_guess else said)


def trainers_week(meeting: Meeting, known: Around) -> Iterator[Clash]:
    """A trainer leads more in the week than was agreed."""
    start = meeting.edition.organiser.jurisdiction.week_start
    first = week_of(meeting.day, start)
    for trainer in meeting.trainers:
        profile = known.profiles.get(trainer.pk)
        if profile is None or not profile.weekly_hours:
            continue
        agreed = profile.weekly_hours * 60
        led = sum(
            int((busy.ends - busy.starts).total_seconds() // 60)
            for busy in known.trainers[trainer.pk]
            if week_of(_day(busy), start) == first
        )
        if led > agreed:
            language = get_language() or "en"
            text = _("%(name)s would lead %(led)s in this week; at most %(agreed)s are agreed.")
            words = {"led": dates.hours(led, language), "agreed": dates.hours(agreed, language)}
            yield Clash("weekly_hours", text % {"name": trainer.full_name, **words})


def trainers_time(meeting: Meeting, known: Around) -> Iterator[Clash]:
    """A trainer has said that they have no time then."""
    for trainer in meeting.trainers:
        profile = known.profiles.get(trainer.pk)
        zone = profile.time_zone if profile else meeting.time_zone
        if known.said[trainer.pk].has_time(meeting.starts, meeting.ends, zone) is False:
            text = _("%(name)s has no time then, by what they have told us.")
            yield Clash("trainer_time", text % {"name": trainer.full_name})


def learners(meeting: Meeting, known: Around) -> Iterator[Clash]:
    """People with a place are elsewhere then, or too far away. How many, not who: it may be in another county."""
    people = known.learners.get(meeting.edition.pk, {}).values()
    there = sum(any(busy.overlaps(meeting) for busy in one) for one in people)
    if there:
        text = ngettext(
            "%(count)s person with a place here is in another session at that time.",
            "%(count)s people with a place here are in another session at that time.",
            there,
        )
        yield Clash("learners", text % {"count": there})
    far = sum(any(_too_far(meeting, busy) for busy in _near(meeting, one)) for one in people)
    if far:
        text = ngettext(
            "%(count)s person with a place here is in another building on that day and cannot be here in time.",
            "%(count)s people with a place here are in another building on that day and cannot be here in time.",
            far,
        )
        yield Clash("learners_travel", text % {"count": far})


CHECKS: list[Check] = [holiday, seats, trainers_time, trainers_way, trainers_week, learners]


def _day(busy: Busy) -> date:
    return dates.day_in(busy.starts, busy.time_zone)


def _near(meeting: Meeting, found: Sequence[Busy]) -> Iterator[Busy]:
    """What is on the same day, before or after."""
    return (one for one in found if not one.overlaps(meeting) and _day(one) == meeting.day)


def _too_far(meeting: Meeting, other: Busy) -> travel.Travel | None:
    """The way between the two, where there is no time for it."""
    if meeting.room is None or other.venue is None:
        return None
    way = travel.between(meeting.room.venue, other.venue)
    gap = max(meeting.starts - other.ends, other.starts - meeting.ends)
    return way if gap < timedelta(minutes=way.minutes) else None
