"""What trainers and learners have besides: read once for all meetings that are looked at."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from training.models import Enrolment, Session, SessionTrainer, TrainerProfile, Venue
from training.planning import Meeting
from training.queries.availability import Said, said_by

# A week to both sides, so that the hours of a whole week are there to be counted.
AROUND = timedelta(days=7)


@dataclass(frozen=True)
class Busy:
    """Somebody is in a session from then to then, in that building (None: online, or not known)."""

    starts: datetime
    ends: datetime
    venue: Venue | None
    time_zone: str

    def overlaps(self, meeting: Meeting) -> bool:
        """Do they share a moment?"""
        return self.starts < meeting.ends and meeting.starts < self.ends


@dataclass(frozen=True)
class Around:
    """Who is busy when: trainers by key, learners by edition and key; of trainers what they keep and have said."""

    trainers: dict[int, list[Busy]]
    learners: dict[int, dict[int, list[Busy]]]
    profiles: dict[int, TrainerProfile]
    said: dict[int, Said]


def around(meetings: Sequence[Meeting]) -> Around:
    """Everything besides these meetings, and these themselves as planned: as many queries for one as for sixty."""
    if not meetings:
        return Around({}, {}, {}, {})
    since = min(one.starts for one in meetings) - AROUND
    until = max(one.ends for one in meetings) + AROUND
    keys = {trainer.pk for one in meetings for trainer in one.trainers}
    profiles = TrainerProfile.objects.filter(trainer__in=keys)
    return Around(
        _of_trainers(meetings, keys, since, until),
        _of_learners({one.edition.pk for one in meetings}, since, until),
        {one.trainer_id: one for one in profiles},
        said_by(keys),
    )


def _of_trainers(
    meetings: Sequence[Meeting], keys: Iterable[int], since: datetime, until: datetime
) -> dict[int, list[Busy]]:
    planned = [one.session.pk for one in meetings if one.session]
    rows = SessionTrainer.objects.filter(
        trainer__in=keys, is_cancelled=False, starts__lt=until, ends__gt=since
    )
    rows = rows.exclude(session__in=planned).select_related("session__room__venue")
    found: dict[int, list[Busy]] = defaultdict(list)
    for row in rows:
        found[row.trainer_id].append(_busy(row.session))
    for one in meetings:
        for trainer in one.trainers:
            venue = one.room.venue if one.room else None
            found[trainer.pk].append(Busy(one.starts, one.ends, venue, one.time_zone))
    return found


def _of_learners(
    editions: set[int], since: datetime, until: datetime
) -> dict[int, dict[int, list[Busy]]]:
    """Sessions of other editions in which people with a place here have a place too."""
    expected = Enrolment.objects.filter(
        status__in=[Enrolment.Status.CONFIRMED, Enrolment.Status.OFFERED]
    )
    here = list(expected.filter(edition__in=editions).values_list("edition_id", "person_id"))
    elsewhere = expected.filter(person__in={person for _edition, person in here})
    sessions = Session.objects.taking_place().filter(starts__lt=until, ends__gt=since)
    sessions = sessions.filter(edition__in=elsewhere.values("edition"))
    by_edition: dict[int, list[Busy]] = defaultdict(list)
    for session in sessions.select_related("room__venue"):
        by_edition[session.edition_id].append(_busy(session))
    others: dict[int, list[int]] = defaultdict(list)
    for edition, person in elsewhere.filter(edition__in=by_edition).values_list(
        "edition_id", "person_id"
    ):
        others[person].append(edition)
    found: dict[int, dict[int, list[Busy]]] = defaultdict(dict)
    for edition, person in here:
        found[edition][person] = [
            busy for other in others[person] if other != edition for busy in by_edition[other]
        ]
    return found


def _busy(session: Session) -> Busy:
    venue = session.room.venue if session.room else None
    return Busy(session.starts, session.ends, venue, session.time_zone)
