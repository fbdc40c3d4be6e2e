"""The sessions that stand in a calendar: the coming ones, and those of the last two months."""

from datetime import datetime, timedelta

from django.db.models import (
    CharField,
    Count,
    F,
    Func,
    Max,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from courses.models import Course
from people.models import Person
from training.models import Edition, Enrolment, Room, Session, SessionTrainer

KEPT = timedelta(days=62)
# What an event says; the rest of organisers and venues stays where it is.
SHOWN = (
    "starts",
    "ends",
    "time_zone",
    "title",
    "link",
    "is_cancelled",
    "cancel_reason",
    "sequence",
    "changed_at",
)
OF_ORGANISER = ("organiser__name", "organiser__short_name", "organiser__email")
OF_VENUE = ("venue__name", "venue__address")
# What an event says beside what the session itself counts as a change.
_AROUND = (
    "pk",
    "edition__title",
    "edition__is_online",
    "edition__organiser__name",
    "edition__organiser__short_name",
    "edition__organiser__email",
    "room__name",
    "room__venue__name",
    "room__venue__address",
)


def listed(
    sessions: QuerySet[Session], language: str, *, at: datetime | None = None
) -> list[Session]:
    """Those that a calendar shows, by time, each with `edition_name`. Editions and rooms are read once each."""
    rows = sessions.filter(ends__gte=_since(at)).only(*SHOWN, "edition_id", "room_id")
    found = list(rows.order_by("starts", "pk"))
    editions = Edition.objects.filter(pk__in={session.edition_id for session in found})
    editions = editions.select_related("organiser").only("is_online", *OF_ORGANISER)
    named = {edition.pk: edition for edition in editions.with_name(language).order_by()}
    in_rooms = {session.room_id for session in found} - {None}
    rooms = Room.objects.select_related("venue").only("name", *OF_VENUE).in_bulk(in_rooms)
    for session in found:
        session.edition = named[session.edition_id]
        session.edition_name = session.edition.name
        if session.room_id:
            session.room = rooms[session.room_id]
    return found


def version(sessions: QuerySet[Session], *, at: datetime | None = None) -> tuple[object, ...]:
    """What is different when the calendar is: counts, latest changes and sums, not the rows. Two queries.

    Sessions count their own changes; names and addresses around them go into a sum in the database. Titles of
    courses change by being published.
    """
    parts = [Cast(F(field), TextField()) for field in _AROUND]
    joined = [piece for part in parts for piece in (part, Value("\x1f"))]
    around = Func(
        Concat(*joined, output_field=TextField()),
        template="hashtextextended(%(expressions)s, 0)::numeric",
        output_field=CharField(),
    )
    rows = sessions.filter(ends__gte=_since(at)).order_by()
    facts = rows.aggregate(
        count=Count("pk"),
        changed=Max("changed_at"),
        versions=Sum("sequence"),
        around=Sum(around, output_field=CharField()),
    )
    courses = Course.objects.live().order_by()
    titles = courses.aggregate(Max("last_published_at"), Count("pk"))
    return (*facts.values(), *titles.values())


def of_person(person: Person) -> QuerySet[Session]:
    """What the person has a place in or leads. An edition that was cancelled stays, as cancelled.

    By keys, so that it costs the same in a small county and in a large country.
    """
    mine = Enrolment.objects.filter(person=person)
    kept = mine.taking_a_place() | mine.filter(edition__status=Edition.Status.CANCELLED)
    editions = set(kept.values_list("edition_id", flat=True))
    leads = set(SessionTrainer.objects.filter(trainer=person).values_list("session_id", flat=True))
    return Session.objects.filter(Q(edition__in=editions) | Q(pk__in=leads))


def led_by(person: Person) -> QuerySet[Session]:
    """What the person leads."""
    return Session.objects.filter(trainers__trainer=person)


def in_room(room: Room) -> QuerySet[Session]:
    """What the room is booked for, drafts as well."""
    return Session.objects.filter(room=room)


def of_place(place: Enrolment) -> QuerySet[Session]:
    """The sessions of one place."""
    return Session.objects.filter(edition=place.edition_id)


def public(*, region: str = "", topic: str = "", audience: str = "") -> QuerySet[Session]:
    """Sessions of all editions that anybody may see; of one county, topic or audience where its code is given."""
    editions = Edition.objects.published()
    if region:
        editions = editions.filter(Q(region__code=region) | Q(is_online=True))
    courses = Course.objects.live()
    for lookup, code in (("topics__code", topic), ("categories__code", audience)):
        if code:
            chosen = courses.filter(**{lookup: code}).values("translation_key")
            editions = editions.filter(course__translation_key__in=chosen)
    return Session.objects.filter(edition__in=editions)


def _since(at: datetime | None) -> datetime:
    return (at or timezone.now()) - KEPT
