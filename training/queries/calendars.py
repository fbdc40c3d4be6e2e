"""The sessions that stand in a calendar: the coming ones, and those of the last two months."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from courses.models import Course
from people.models import Person
from training.models import Edition, Enrolment, Session, SessionTrainer

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
    "edition__is_online",
    "edition__organiser__name",
    "edition__organiser__short_name",
    "edition__organiser__email",
    "room__name",
    "room__venue__name",
    "room__venue__address",
)


def _listed(sessions: QuerySet[Session], language: str, at: datetime | None) -> QuerySet[Session]:
    names = Edition.objects.with_name(language).filter(pk=OuterRef("edition"))
    since = (at or timezone.now()) - KEPT
    return (
        sessions.filter(ends__gte=since)
        .annotate(edition_name=Subquery(names.values("name")))
        .select_related("edition__organiser", "room__venue")
        .only(*SHOWN)
        .order_by("starts", "pk")
    )


def sessions_of_person(person: Person, *, at: datetime | None = None) -> list[Session]:
    """What the person has a place in or leads. An edition that was cancelled stays, as cancelled."""
    mine = Enrolment.objects.filter(edition=OuterRef("edition"), person=person)
    leads = SessionTrainer.objects.filter(session=OuterRef("pk"), trainer=person)
    has_place = Exists(mine.taking_a_place())
    called_off = Exists(mine) & Q(edition__status=Edition.Status.CANCELLED)
    sessions = Session.objects.annotate(leads=Exists(leads)).filter(
        has_place | called_off | Q(leads=True)
    )
    return list(_listed(sessions, person.language, at))


def sessions_of_place(place: Enrolment, *, at: datetime | None = None) -> list[Session]:
    """The sessions of one place, in the person's language."""
    return list(
        _listed(Session.objects.filter(edition=place.edition_id), place.person.language, at)
    )


def public_sessions(
    *,
    language: str,
    region: str = "",
    topic: str = "",
    audience: str = "",
    at: datetime | None = None,
) -> list[Session]:
    """Sessions of all editions that anybody may see; of one county, topic or audience where its code is given."""
    editions = Edition.objects.published()
    if region:
        editions = editions.filter(Q(region__code=region) | Q(is_online=True))
    courses = Course.objects.live()
    if topic:
        chosen = courses.filter(topics__code=topic).values("translation_key")
        editions = editions.filter(course__translation_key__in=chosen)
    if audience:
        chosen = courses.filter(categories__code=audience).values("translation_key")
        editions = editions.filter(course__translation_key__in=chosen)
    return list(_listed(Session.objects.filter(edition__in=editions), language, at))
