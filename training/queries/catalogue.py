"""The course catalogue with its filters: one row a course, in the reader's language or as it was written."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.core.cache import caches
from django.core.paginator import Page, Paginator
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import get_language

from courses.models import Course, CourseHours, Topic
from people.models import Category, Region
from training.models import Edition
from training.queries.editions import for_lists

EDITIONS_PER_COURSE = 3
COURSES_PER_PAGE = 24
Choices = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True)
class CatalogueFilter:
    """What somebody looks for. Audience and topic choose courses; the rest chooses editions."""

    words: str = ""
    category: str = ""
    topic: str = ""
    region: str = ""
    language: str = ""
    starts_from: date | None = None
    starts_to: date | None = None
    places_left: bool = False

    @property
    def active(self) -> int:
        """How many filters are set."""
        return sum(1 for name in self.__dataclass_fields__ if getattr(self, name))

    @property
    def needs_edition(self) -> bool:
        """Must a course have a fitting edition to be shown?"""
        chosen = (self.region, self.language, self.starts_from, self.starts_to, self.places_left)
        return any(chosen)


@dataclass(frozen=True)
class CatalogueRow:
    """A course with what is next."""

    course: Course
    minutes: int
    topics: list[str] = field(default_factory=list)
    editions: list[Edition] = field(default_factory=list)


def catalogue(
    wanted: CatalogueFilter | None = None,
    *,
    language: str | None = None,
    page: int | str = 1,
    at: datetime | None = None,
) -> tuple[list[CatalogueRow], Page]:
    """A page of the catalogue: its rows, and the page with its number and total."""
    wanted, now = wanted or CatalogueFilter(), at or timezone.now()
    language = language or get_language()
    fitting = _editions(wanted, now)
    courses = _courses(wanted, language)
    if wanted.needs_edition:
        courses = courses.filter(translation_key__in=fitting.values("course__translation_key"))
    found = Paginator(courses.order_by("title", "pk"), COURSES_PER_PAGE).get_page(page)
    keys = [course.translation_key for course in found]
    editions, topics = _next_editions(fitting, keys, language), _topics(keys)
    rows = [
        CatalogueRow(
            course,
            course.minutes or 0,
            topics[course.translation_key],
            editions[course.translation_key],
        )
        for course in found
    ]
    return rows, found


def _courses(wanted: CatalogueFilter, language: str | None) -> QuerySet[Course]:
    courses = Course.objects.in_language_or_source(language).select_related("locale")
    hours = CourseHours.objects.filter(course=OuterRef("pk")).order_by().values("course")
    courses = courses.annotate(
        minutes=Subquery(hours.annotate(total=Sum("minutes")).values("total"))
    )
    # Audience and topics are the same in all translations; whichever carries them counts.
    live = Course.objects.live()
    if wanted.category:
        chosen = live.filter(categories__code=wanted.category)
        courses = courses.filter(translation_key__in=chosen.values("translation_key"))
    if wanted.topic:
        chosen = live.filter(Q(topics__code=wanted.topic) | Q(hours__topic__code=wanted.topic))
        courses = courses.filter(translation_key__in=chosen.values("translation_key"))
    for word in wanted.words.split():
        courses = courses.filter(Q(title__icontains=word) | Q(summary__icontains=word))
    return courses.defer("objectives")


def _editions(wanted: CatalogueFilter, now: datetime) -> QuerySet[Edition]:
    editions = Edition.objects.public().coming(now).exclude(status=Edition.Status.DONE)
    if wanted.region:
        editions = editions.filter(Q(region__code=wanted.region) | Q(is_online=True))
    if wanted.language:
        editions = editions.filter(language=wanted.language)
    if wanted.starts_from:
        editions = editions.filter(starts__date__gte=wanted.starts_from)
    if wanted.starts_to:
        editions = editions.filter(starts__date__lte=wanted.starts_to)
    if wanted.places_left:
        editions = editions.open(now).with_counts().filter(capacity__gt=F("taken") + F("kept"))
    return editions


def _next_editions(
    fitting: QuerySet[Edition], keys: list[UUID], language: str | None
) -> dict[UUID, list[Edition]]:
    """The next few editions of each course, in one query."""
    place = Window(
        RowNumber(), partition_by=F("course__translation_key"), order_by=[F("starts"), F("pk")]
    )
    soonest = fitting.filter(course__translation_key__in=keys).annotate(place=place)
    soonest = soonest.filter(place__lte=EDITIONS_PER_COURSE)
    chosen = Edition.objects.filter(pk__in=soonest.values("pk")).annotate(
        key=F("course__translation_key")
    )
    found: dict[UUID, list[Edition]] = defaultdict(list)
    for edition in for_lists(chosen, language):
        found[edition.key].append(edition)
    return found


def _topics(keys: list[UUID]) -> dict[UUID, list[str]]:
    """Names of the topics of each course, in the reader's language."""
    through = Course.topics.through.objects.filter(course__translation_key__in=keys)
    pairs = through.values_list("course__translation_key", "topic_id").distinct()
    names = {
        topic.pk: str(topic.name)
        for topic in Topic.objects.filter(courses__translation_key__in=keys)
    }
    found: dict[UUID, list[str]] = defaultdict(list)
    for key, topic in pairs:
        found[key].append(names[topic])
    return found


def filter_choices(language: str) -> Choices:
    """Audiences and topics that courses have, and the counties; in that language, kept a minute."""
    key = f"catalogue-filters:{language}"
    found: Choices | None = caches["local"].get(key)
    if found is None:
        found = _filter_choices(language)
        caches["local"].set(key, found, 60)
    return found


def _filter_choices(language: str) -> Choices:
    live = Course.objects.live().order_by()
    rows = {
        "category": Category.objects.filter(courses__in=live).distinct(),
        "topic": Topic.objects.filter(courses__in=live).distinct(),
        "region": Region.objects.filter(
            jurisdiction__code=settings.JURISDICTION, depth=1, is_hidden=False
        ),
    }
    return {
        name: sorted(
            ((row.code, row.name.in_language(language)) for row in found), key=lambda pair: pair[1]
        )
        for name, found in rows.items()
    }
