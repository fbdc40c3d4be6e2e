"""Several meetings at once, and an edition made like another one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from people import audit
from people.models import Person, User
from training import cards, planning
from training.actions import editions, sessions
from training.actions.errors import RoomTaken, TrainerTaken
from training.models import Edition, Room, Session
from training.planning import Meeting

# What a copy takes over besides what scheduling asks for. The rest is its own: dates, status, codes, plans.
ALSO_COPIED = (
    "trainers_needed",
    "link_minutes",
    "approval",
    "audience_only",
    "region_only",
    "prerequisite",
    "institution_quota",
    "cancel_hours",
    "queue_rule",
    "offer_hours",
)


@dataclass(frozen=True)
class Copied:
    """A new edition, and how many of its sessions did not get the room or a trainer of the old one."""

    edition: Edition
    without_room: int
    without_trainer: int


@transaction.atomic
def add_all(*, by: User | None, edition: Edition, meetings: Sequence[Meeting]) -> list[Session]:
    """Plan all meetings, or none of them. One that is planned already is found again: repeating has one effect.

    Raises `RoomTaken` or `TrainerTaken` with the first session that stands in the way.
    """
    edition = sessions.locked(edition, by)
    _lock(meetings)
    known = {_key(one): one for one in edition.sessions.taking_place()}
    return [
        known.get((one.starts, one.ends, one.room and one.room.pk, one.link))
        or sessions.add(by=by, **_facts(one, edition))
        for one in meetings
    ]


@transaction.atomic
def copy(
    *,
    by: User | None,
    edition: Edition,
    first_day: date,
    title: str = "",
    with_rooms: bool = True,
    with_trainers: bool = True,
) -> Copied:
    """A draft like this edition, its sessions at the same distances from that day and at the same times.

    A room or trainer that is not free then is left out: the draft says what is missing, and nobody is told of a draft.
    """
    edition = Edition.objects.select_related("organiser__jurisdiction", "course", "region").get(
        pk=edition.pk
    )
    pattern = pattern_of(edition)
    shift = first_day - min((one.day for one in pattern), default=first_day)
    made = _draft_like(edition, shift, title, by)
    wanted = [
        replace(
            one,
            edition=made,
            session=None,
            room=one.room if with_rooms else None,
            trainers=one.trainers if with_trainers else (),
        )
        for one in planning.moved(pattern, first_day)
    ]
    _lock(wanted)
    got = [_add_what_is_free(by, one) for one in wanted]
    made.refresh_from_db()
    pairs = list(zip(wanted, got, strict=True))
    return Copied(
        made,
        sum(old.room != new.room for old, new in pairs),
        sum(old.trainers != new.trainers for old, new in pairs),
    )


def _draft_like(edition: Edition, shift: timedelta, title: str, by: User | None) -> Edition:
    made = editions.schedule(
        by=by,
        course=edition.course,
        organiser=edition.organiser,
        region=edition.region,
        title=title,
        language=edition.language,
        capacity=edition.capacity,
        is_online=edition.is_online,
        enrolment_opens=_moved(edition.enrolment_opens, shift, edition),
        enrolment_closes=_moved(edition.enrolment_closes, shift, edition),
        notes=edition.notes,
        status=Edition.Status.DRAFT,
    )
    for name in ALSO_COPIED:
        setattr(made, name, getattr(edition, name))
    made.save(update_fields=ALSO_COPIED)
    audit.record(
        by=by, verb="edition.copied", target=made, organisation=made.organiser, source=edition.pk
    )
    return made


def pattern_of(edition: Edition) -> list[Meeting]:
    """The meetings of an edition that take place, with their rooms and trainers, in order."""
    rows = edition.sessions.taking_place().select_related("room__venue", "edition")
    rows = rows.prefetch_related("trainers__trainer").order_by("starts", "pk")
    return [planning.meeting_of(one, [led.trainer for led in one.trainers.all()]) for one in rows]


def _add_what_is_free(by: User | None, meeting: Meeting) -> Meeting:
    """Plan the meeting; without the room or the trainers that are taken then."""
    while True:
        try:
            sessions.add(by=by, **_facts(meeting, meeting.edition))
            return meeting
        except RoomTaken:
            meeting = replace(meeting, room=None)
        except TrainerTaken as taken:
            free = tuple(one for one in meeting.trainers if one.pk != taken.trainer.pk)
            meeting = replace(meeting, trainers=free)


def _facts(meeting: Meeting, edition: Edition) -> dict:
    return {
        "edition": edition,
        "starts": meeting.starts,
        "ends": meeting.ends,
        "time_zone": meeting.time_zone,
        "room": meeting.room,
        "link": meeting.link,
        "title": meeting.title,
        "trainers": meeting.trainers,
    }


def _key(session: Session) -> tuple:
    return (session.starts, session.ends, session.room_id, session.link)


def _lock(meetings: Iterable[Meeting]) -> None:
    """All rooms, then all trainers, in the order of their keys: two series at once wait, and none waits in a ring."""
    meetings = list(meetings)
    rooms = {one.room.pk for one in meetings if one.room}
    trainers = {trainer.pk for one in meetings for trainer in one.trainers}
    for model, keys in ((Room, rooms), (Person, trainers)):
        rows = model.objects.select_for_update(no_key=True).filter(pk__in=keys)
        list(rows.order_by("pk").values("pk"))


def _moved(moment: datetime | None, shift: timedelta, edition: Edition) -> datetime | None:
    """The same time of the organiser's wall clock, so many days later."""
    if moment is None:
        return None
    return moment.astimezone(cards.zone_of(edition.organiser)) + shift
