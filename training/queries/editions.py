"""Reads over editions and their sessions."""

from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from courses.models import Course
from people.access import grants_of
from people.models import Membership, Organisation, Person, User
from people.permissions import Permission
from training.models import Edition, Session

Status = Edition.Status


def for_cards(editions: QuerySet[Edition], language: str | None = None) -> QuerySet[Edition]:
    """All that a card of an edition shows: name, places, first venue, organiser."""
    first = Session.objects.taking_place().filter(edition=OuterRef("pk"), room__isnull=False)
    first = first.order_by("starts", "pk")
    return (
        editions.with_name(language)
        .with_counts()
        .annotate(venue=Subquery(first.values("room__venue__name")[:1]))
        .select_related("organiser__jurisdiction", "region")
        .order_by("starts", "pk")
    )


# What a card in a list shows; the texts of organisers and countries are long and stay where they are.
CARD_FIELDS = (
    "course_id",
    "title",
    "language",
    "status",
    "status_reason",
    "is_online",
    "capacity",
    "enrolment_opens",
    "enrolment_closes",
    "starts",
    "ends",
    "organiser__name",
    "organiser__short_name",
    "organiser__jurisdiction__time_zone",
    "region__name",
)


def for_lists(editions: QuerySet[Edition], language: str | None = None) -> QuerySet[Edition]:
    """Cards of many editions: like `for_cards`, without what only a page of its own shows."""
    return for_cards(editions, language).only(*CARD_FIELDS)


def coming_editions(
    *,
    language: str | None = None,
    limit: int = 6,
    region: str = "",
    at: datetime | None = None,
) -> list[Edition]:
    """The next editions that take place, soonest first; of one county where its code is given."""
    editions = Edition.objects.public().coming(at).exclude(status=Status.DONE)
    if region:
        editions = editions.filter(Q(region__code=region) | Q(is_online=True))
    return list(for_lists(editions, language)[:limit])


def course_editions(
    course: Course, *, language: str | None = None, at: datetime | None = None, limit: int = 12
) -> list[Edition]:
    """The next editions of a course in any of its languages."""
    editions = Edition.objects.public().coming(at).exclude(status=Status.DONE)
    editions = editions.filter(course__translation_key=course.translation_key)
    return list(for_lists(editions, language)[:limit])


def editions_of_branch(
    user: User, *, status: str = "", words: str = "", language: str | None = None
) -> QuerySet[Edition]:
    """The editions that the user may see, the coming ones first; with one status or some words where given."""
    editions = for_lists(Edition.objects.visible_to(user), language)
    if status:
        editions = editions.filter(status=status)
    for word in words.split():
        editions = editions.filter(
            Q(name__icontains=word)
            | Q(venue__icontains=word)
            | Q(organiser__short_name__icontains=word)
            | Q(organiser__name__icontains=word)
        )
    over = Q(ends__lt=timezone.now())
    return editions.annotate(is_past=over).order_by(
        "is_past", F("starts").asc(nulls_first=True), "pk"
    )


def sessions_led(
    person: Person, *, language: str | None = None, at: datetime | None = None
) -> list[Session]:
    """The sessions that the person leads: the coming ones, soonest first, then the last ones that are over."""
    now = at or timezone.now()
    names = Edition.objects.with_name(language).filter(pk=OuterRef("edition"))
    rows = Session.objects.taking_place().filter(trainers__trainer=person)
    rows = rows.annotate(edition_name=Subquery(names.values("name"))).select_related("room__venue")
    coming = rows.filter(ends__gte=now).order_by("starts", "pk")[:50]
    past = rows.filter(ends__lt=now).order_by("-starts", "-pk")[:20]
    return [*coming, *past]


def trainers_for(organiser: Organisation) -> QuerySet[Person]:
    """People who hold the trainer's role at the organiser, in its branch or above it."""
    at_or_above = Q(organisation__path__in=organiser.authority_paths())
    below = Q(organisation__path__startswith=organiser.path)
    memberships = Membership.objects.current().filter(at_or_above | below, role="trainer")
    return Person.objects.filter(pk__in=memberships.values("person_id"), erased_at=None).by_name()


def organisers_for(user: User) -> QuerySet[Organisation]:
    """Institutions for which the user may schedule."""
    return (
        Organisation.objects.visible_to(user, Permission.SCHEDULE)
        .filter(is_active=True)
        .order_by("path")
    )


def may_schedule(user: User, edition: Edition) -> bool:
    """Whether to show the buttons of a coordinator."""
    return grants_of(user).allows(Permission.SCHEDULE, edition.organiser)
