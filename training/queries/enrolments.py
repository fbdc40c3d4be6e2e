"""Reads over places: participants, waiting lists, one's own enrolments."""

from datetime import datetime

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from people.access import grants_of
from people.models import Person, User
from people.permissions import Permission
from people.questions import Question
from training.models import Attendance, Edition, Enrolment, Session

Status = Enrolment.Status
GROUPS: dict[str, list[Status]] = {
    "places": Status.taking_a_place(),
    "waiting": [Status.WAITLISTED],
    "asked": [Status.APPLIED, Status.REFUSED],
    "cancelled": [Status.CANCELLED],
}
# One's own, whatever one may see besides.
OWN = Question[Enrolment](
    lambda person, pk: Enrolment.objects.filter(person=person, pk=pk).select_related("edition"),
    "person",
    "pk",
)


def own_enrolment(person: Person, pk: int) -> Enrolment | None:
    """The person's place with that number and its edition; nothing for a place of somebody else."""
    return next(iter(OWN.rows(person=person.pk, pk=pk)), None)


# What the list shows; a row of a person is wide.
LIST_FIELDS = (
    "status", "queued_at", "code", "cancel_reason", "person__family_name", "person__given_name",
    "person__patronymic", "person__language", "person__email", "nominated_by__name", "nominated_by__short_name",
)  # fmt: skip


def participants(edition: Edition, *, group: str = "places") -> QuerySet[Enrolment]:
    """People with a place by name, with `minutes_present`; or those waiting with `rank`; or those who cancelled."""
    rows = Enrolment.objects.filter(edition=edition).select_related("person", "nominated_by")
    rows = rows.only(*LIST_FIELDS)
    if group == "waiting":
        return rows.with_rank()
    rows = rows.filter(status__in=GROUPS[group]).order_by("person__sort_key", "pk")
    if group == "cancelled":
        return rows.order_by("-cancelled_at", "pk")
    minutes = Attendance.objects.filter(enrolment=OuterRef("pk"), session__is_cancelled=False)
    total = minutes.order_by().values("enrolment").annotate(total=Sum("minutes")).values("total")
    return rows.annotate(minutes_present=Coalesce(Subquery(total, output_field=IntegerField()), 0))


def people_to_call(edition: Edition) -> QuerySet[Enrolment]:
    """People who are offered a place and have no e-mail, the earliest deadline first."""
    rows = Enrolment.objects.filter(edition=edition, status=Status.OFFERED, person__email="")
    return rows.select_related("person", "nominated_by").order_by("offer_until", "queued_at", "pk")


def group_counts(edition: Edition) -> dict[str, int]:
    """How many people are in each group of the list."""
    counts = {name: Count("pk", filter=Q(status__in=states)) for name, states in GROUPS.items()}
    return Enrolment.objects.filter(edition=edition).aggregate(**counts)


def rank(enrolment: Enrolment) -> int | None:
    """1 for the next to move up; None for whoever does not wait."""
    return Enrolment.objects.with_own_rank().values_list("rank", flat=True).get(pk=enrolment.pk)


def _for_cards(
    rows: QuerySet[Enrolment], language: str | None, now: datetime
) -> QuerySet[Enrolment]:
    names = Edition.objects.with_name(language).filter(pk=OuterRef("edition"))
    coming = Session.objects.taking_place().filter(edition=OuterRef("edition"), ends__gte=now)
    first = Session.objects.taking_place().filter(edition=OuterRef("edition"), room__isnull=False)
    return (
        rows.with_own_rank()
        .annotate(
            edition_name=Subquery(names.values("name")),
            next_session=Subquery(coming.order_by("starts").values("starts")[:1]),
            venue=Subquery(first.order_by("starts").values("room__venue__name")[:1]),
        )
        .select_related("edition__organiser__jurisdiction", "edition__region")
    )


def for_enrolment_cards(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """All that a card of an enrolment shows, in the reader's language."""
    return _for_cards(rows, None, timezone.now())


def my_enrolments(
    person: Person, *, language: str | None = None, at: datetime | None = None, limit: int = 100
) -> list[Enrolment]:
    """One's own enrolments: what comes next first, then what is over, then what was cancelled."""
    now = at or timezone.now()
    rows = _for_cards(Enrolment.objects.filter(person=person), language, now)
    order = (
        Q(status=Status.CANCELLED),
        F("next_session").asc(nulls_last=True),
        "-edition__ends",
        "-pk",
    )
    rows = rows.annotate(is_given_up=order[0])
    return list(rows.order_by("is_given_up", *order[1:])[:limit])


def enrolment_page(enrolment: Enrolment, *, language: str | None = None) -> Enrolment:
    """One enrolment with the edition's name, the rank and the sessions."""
    rows = _for_cards(Enrolment.objects.filter(pk=enrolment.pk), language, timezone.now())
    return (
        rows.select_related("person", "nominated_by")
        .prefetch_related("edition__sessions__room__venue")
        .get()
    )


def nominated_by_branch(user: User, *, language: str | None = None) -> QuerySet[Enrolment]:
    """The people that the user's institutions nominated, the latest first."""
    within = grants_of(user).within("nominated_by__path", Permission.NOMINATE)
    rows = Enrolment.objects.filter(within, nominated_by__isnull=False).select_related("person")
    return _for_cards(rows, language, timezone.now()).order_by("-queued_at", "-pk")
