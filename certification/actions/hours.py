"""The ledger of hours: brought to the truth by adding lines, never by changing them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction

from certification.models import HoursEntry, Requirement
from courses.models import CourseHours
from people import audit
from people.models import User
from training.models import Attendance, Enrolment

Kind, Source = Requirement.Kind, HoursEntry.Source
CourseKind = CourseHours.Kind


@dataclass(frozen=True)
class Claim:
    """What the ledger is to say of one source: so many minutes, of that kind and topic, on that day."""

    reference: str
    on: date
    minutes: int
    kind: str
    source: str
    topic_id: int | None = None


@transaction.atomic
def credit(
    *, enrolment: Enrolment, online_on: date | None, by: User | None = None
) -> list[HoursEntry]:
    """Bring the ledger to what the roll says of an enrolment, and to its online lessons if they were done, on that day.

    Each session is one source; a mark that was corrected later becomes a correcting line. Repeatable: the lines added.
    The caller holds the lock on the enrolment.
    """
    claims = [*_sessions(enrolment), *(_lessons(enrolment, online_on) if online_on else [])]
    added = bring_to(
        person_id=enrolment.person_id, prefix=f"enrolment:{enrolment.pk}:", claims=claims, by=by
    )
    if added:
        audit.record(
            by=by, verb="hours.credited", target=enrolment, person=enrolment.person_id,
            organisation=enrolment.edition.organiser, minutes=sum(entry.minutes for entry in added),
        )  # fmt: skip
    return added


def _sessions(enrolment: Enrolment) -> list[Claim]:
    """Minutes present, session by session; nothing for a session that was cancelled after all."""
    kind, topic = _of_meetings(enrolment)
    rows = (
        Attendance.objects.filter(enrolment=enrolment)
        .select_related("session")
        .order_by("session__starts", "pk")
    )
    return [
        Claim(
            reference=f"enrolment:{enrolment.pk}:session:{row.session_id}",
            on=row.session.starts.astimezone(ZoneInfo(row.session.time_zone)).date(),
            minutes=0 if row.session.is_cancelled else row.minutes,
            kind=kind,
            source=Source.SESSION,
            topic_id=topic,
        )
        for row in rows
    ]


def _of_meetings(enrolment: Enrolment) -> tuple[str, int | None]:
    """The kind and topic of what is done in sessions.

    A session does not say what it was; the course does, by its hours that are not online. One kind: it is that.
    Theory and practice mixed: "theory or practice", for to split minutes by proportion would invent a figure.
    No hours: theory.
    """
    hours = enrolment.edition.course.hours.exclude(kind=CourseKind.ONLINE)
    kinds, topics = set(), set()
    for kind, topic in hours.values_list("kind", "topic"):
        kinds.add(kind)
        topics.add(topic)
    kind = (kinds or {Kind.THEORY}).pop() if len(kinds) < 2 else Kind.ANY
    return kind, topics.pop() if len(topics) == 1 else None


def _lessons(enrolment: Enrolment, on: date) -> list[Claim]:
    """The course's online hours, topic by topic. Reading is theory; the source says that it was online."""
    hours = enrolment.edition.course.hours.filter(kind=CourseKind.ONLINE).order_by(
        "sort_order", "pk"
    )
    minutes: dict[int | None, int] = {}
    for topic, number in hours.values_list("topic", "minutes"):
        minutes[topic] = minutes.get(topic, 0) + number
    return [
        Claim(
            f"enrolment:{enrolment.pk}:online:{topic or 0}",
            on,
            number,
            Kind.THEORY,
            Source.LESSON,
            topic,
        )
        for topic, number in minutes.items()
    ]


def bring_to(
    *, person_id: int, prefix: str, claims: Iterable[Claim], by: User | None, note: str = ""
) -> list[HoursEntry]:
    """Bring the lines whose references begin so to what is claimed; the lines added. The caller holds the lock."""
    lines = HoursEntry.objects.filter(reference__startswith=prefix)
    sums: dict[str, int] = {}
    corrections: dict[str, int] = {}
    for reference, minutes in lines.values_list("reference", "minutes"):
        base, _, number = reference.partition(":correction:")
        sums[base] = sums.get(base, 0) + minutes
        corrections[base] = max(corrections.get(base, 0), int(number or 0))
    added = []
    for claim in claims:
        missing = claim.minutes - sums.get(claim.reference, 0)
        if missing:
            line = _line(person_id, claim, missing, corrections.get(claim.reference), by)
            line.note = note
            added.append(line)
    return HoursEntry.objects.bulk_create(added)


def _line(
    person_id: int, claim: Claim, minutes: int, corrected: int | None, by: User | None
) -> HoursEntry:
    """The first line of a source, or the next correction of it."""
    first, number = corrected is None, (corrected or 0) + 1
    return HoursEntry(
        person_id=person_id,
        on=claim.on,
        minutes=minutes,
        kind=claim.kind,
        topic_id=claim.topic_id,
        source=claim.source if first else Source.CORRECTION,
        reference=claim.reference if first else f"{claim.reference}:correction:{number}",
        recorded_by=by.pk if by else None,
    )
