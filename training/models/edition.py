"""One run of a course."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, Greatest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from people.access import grants_of
from people.models import Organisation, Region
from people.permissions import Permission
from training.models.edition_status import STATUS_WAYS, EditionStatus
from training.models.totals import SEATS_WITHIN_CAPACITY

if TYPE_CHECKING:
    from people.models import User


# What leading a session lets somebody do without any role in the organiser's branch.
FOR_TRAINERS = frozenset({Permission.VIEW_EDITIONS, Permission.TAKE_ROLL})
MOST_TRAINERS = 12
MOST_LINK_MINUTES = 7 * 24 * 60
LONGEST_OFFER = 30 * 24  # hours


def acting_trainer(user: "User | None") -> int:
    """Whose sessions the user may act in as their trainer: their own while they hold the role, nobody's (0) after."""
    if user is None or "trainer" not in grants_of(user).roles:
        return 0
    return user.person_id or 0


class EditionQuerySet(models.QuerySet["Edition"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_EDITIONS
    ) -> "EditionQuerySet":
        """Editions of the user's branches, and to look at, those in which they are a trainer."""
        in_branch = grants_of(user).within("organiser__path", permission)
        return self.filter(
            in_branch | self._taught_by(user) if permission in FOR_TRAINERS else in_branch
        )

    def _taught_by(self, user: "User") -> Q:
        own = self.model.sessions.rel.related_model.objects.filter(
            trainers__trainer=acting_trainer(user)
        )
        return Q(pk__in=own.values("edition_id"))

    def public(self) -> "EditionQuerySet":
        """What anybody may see: announced, open, closed, running or done; never drafts."""
        return self.exclude(status__in=[Edition.Status.DRAFT, Edition.Status.CANCELLED])

    def published(self) -> "EditionQuerySet":
        """All but drafts: a cancelled one still says so at its address."""
        return self.exclude(status=Edition.Status.DRAFT)

    def with_name(self, language: str | None = None) -> "EditionQuerySet":
        """Adds `name`: the course's title in that language, else as written; then the edition's own, if any."""
        same = Course.objects.live().filter(translation_key=OuterRef("course__translation_key"))
        translated = same.filter(
            locale__language_code=language or get_language() or settings.LANGUAGE_CODE
        )
        course = Coalesce(Subquery(translated.values("title")[:1]), "course__title")
        own = Case(When(title="", then=Value("")), default=Concat(Value(" – "), "title"))
        return self.annotate(name=Concat(course, own))

    def for_places(self) -> "EditionQuerySet":
        """With what nearly every decision on a place asks about; the rest is read when it is asked."""
        own = [field.name for field in Edition._meta.concrete_fields]
        beside = ("organiser__path", "organiser__jurisdiction", "course__translation_key")
        return self.select_related("organiser", "course").only(*own, *beside)

    def open(self, at: datetime | None = None) -> "EditionQuerySet":
        """Editions that take enrolments at that moment."""
        now = at or timezone.now()
        return self.filter(
            Q(enrolment_opens__isnull=True) | Q(enrolment_opens__lte=now),
            Q(enrolment_closes__isnull=True) | Q(enrolment_closes__gt=now),
            status=Edition.Status.OPEN,
        )

    def coming(self, at: datetime | None = None) -> "EditionQuerySet":
        """Editions that have a session still to come."""
        return self.filter(ends__gte=at or timezone.now())

    def with_counts(self) -> "EditionQuerySet":
        """Adds `taken` (confirmed or offered places) and `waiting`, counted for the rows of the page only."""
        enrolments = self.model.enrolments.rel.related_model
        of_edition = enrolments.objects.filter(edition=OuterRef("pk")).order_by().values("edition")

        def count(states: list[str]) -> Coalesce:
            rows = of_edition.filter(status__in=states).annotate(n=models.Count("pk"))
            return Coalesce(Subquery(rows.values("n")), 0)

        return self.annotate(
            taken=count(enrolments.Status.taking_a_place()),
            waiting=count([enrolments.Status.WAITLISTED]),
            kept=self._kept(enrolments),
        )

    def _kept(self, enrolments: Any) -> Coalesce:
        """Seats that are kept for institutions now and that their people have not used."""
        reservations = self.model.seat_reservations.rel.related_model
        used = enrolments.objects.filter(
            edition=OuterRef("edition"),
            status__in=enrolments.Status.taking_a_place(),
            institution__path__startswith=OuterRef("institution__path"),
        )
        used = used.order_by().values("edition").annotate(n=models.Count("pk")).values("n")
        left = Greatest(F("seats") - Coalesce(Subquery(used), 0), 0)
        rows = reservations.objects.in_force().filter(edition=OuterRef("pk")).order_by()
        return Coalesce(
            Subquery(rows.values("edition").annotate(n=models.Sum(left)).values("n")), 0
        )


class Edition(models.Model):
    """One run of a course: who organises it, in which language, how many places, when to enrol."""

    Status = EditionStatus

    class Approval(models.TextChoices):
        NONE = "none", _("nobody: whoever comes first has a place")
        ORGANISER = "organiser", _("the organiser")
        INSTITUTION = "institution", _("the person's own institution")

    class QueueRule(models.TextChoices):
        """Who moves up first. The last two have the value of the urgency that they prefer."""

        ARRIVAL = "arrival", _("Order of arrival")
        EXPIRING = "expiring", _("First people whose certificate runs out soon")
        NEVER_TRAINED = "never_trained", _("First people who were never trained")

    course = models.ForeignKey(
        Course, models.PROTECT, related_name="editions", verbose_name=_("course")
    )
    organiser = models.ForeignKey(
        Organisation, models.PROTECT, related_name="editions", verbose_name=_("organiser")
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("county")
    )
    title = models.CharField(_("name of the edition"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    status_reason = models.CharField(_("reason"), max_length=250, blank=True)
    is_online = models.BooleanField(_("online"), default=False)
    capacity = models.PositiveSmallIntegerField(_("places"))
    enrolment_opens = models.DateTimeField(_("enrolment opens"), null=True, blank=True)
    enrolment_closes = models.DateTimeField(_("enrolment closes"), null=True, blank=True)
    notes = models.TextField(_("what participants should know"), blank=True)
    trainers_needed = models.PositiveSmallIntegerField(_("trainers for each session"), default=1)
    link_minutes = models.PositiveSmallIntegerField(
        _("minutes before the start when the link appears"), default=60
    )
    # The first of the month for which the demand planner drafted it.
    planned_for = models.DateField(_("planned for"), null=True, blank=True, editable=False)
    # Who can have a place: each a condition of its own in training/actions/conditions.py.
    approval = models.CharField(
        _("who decides on requests"), max_length=12, choices=Approval, default=Approval.NONE
    )
    audience_only = models.BooleanField(_("only for those whom the course is for"), default=False)
    region_only = models.BooleanField(_("only for people of the county"), default=False)
    prerequisite = models.ForeignKey(
        Course,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("course to be completed before"),
    )
    institution_quota = models.PositiveSmallIntegerField(
        _("most places for one institution"), null=True, blank=True
    )
    cancel_hours = models.PositiveSmallIntegerField(
        _("hours before the start until which one can cancel"), null=True, blank=True
    )
    # On the poster: eight letters that lead to the page where one enrols.
    join_code = models.CharField(
        _("code to enrol"), max_length=12, null=True, blank=True, unique=True, editable=False
    )
    queue_rule = models.CharField(
        _("rule of the waiting list"), max_length=13, choices=QueueRule, default=QueueRule.ARRIVAL
    )
    # How long somebody may think about a place that became free. 0: it is theirs at once.
    offer_hours = models.PositiveSmallIntegerField(_("hours to answer an offer"), default=0)
    # First start and last end of the sessions that take place; kept by the session actions in the same transaction.
    starts = models.DateTimeField(_("starts"), null=True, blank=True, editable=False)
    ends = models.DateTimeField(_("ends"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["starts", "pk"]
        indexes = [models.Index("status", "starts", name="edition_by_status_and_start")]
        constraints = [
            models.CheckConstraint(condition=Q(capacity__gt=0), name="edition_has_places"),
            models.CheckConstraint(
                condition=Q(enrolment_opens__isnull=True)
                | Q(enrolment_closes__isnull=True)
                | Q(enrolment_closes__gt=F("enrolment_opens")),
                name="edition_enrolment_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(offer_hours__lte=LONGEST_OFFER), name="edition_offer_is_short"
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(status_reason=""),
                name="edition_cancelled_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(trainers_needed__lte=MOST_TRAINERS), name="edition_needs_few_trainers"
            ),
            models.CheckConstraint(
                condition=Q(link_minutes__lte=MOST_LINK_MINUTES), name="edition_link_is_shown_late"
            ),
            models.CheckConstraint(
                condition=Q(planned_for__isnull=True) | Q(planned_for__day=1),
                name="edition_planned_for_a_month",
            ),
            # A second click on the same plan makes no second draft.
            models.UniqueConstraint(
                fields=["course", "organiser", "region", "language", "planned_for", "title"],
                condition=Q(planned_for__isnull=False),
                nulls_distinct=False,
                name="edition_planned_once",
            ),
            models.CheckConstraint(
                condition=Q(institution_quota__isnull=True) | Q(institution_quota__gt=0),
                name="edition_quota_is_positive",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="fewer_places",
                operation=pgtrigger.UpdateOf("capacity"),
                when=pgtrigger.After,
                condition=pgtrigger.Q(new__capacity__lt=pgtrigger.F("old__capacity")),
                func=SEATS_WITHIN_CAPACITY.format(edition="NEW.id", capacity="NEW.capacity"),
            ),
            pgtrigger.FSM(name="status_ways", field="status", transitions=STATUS_WAYS),
        ]

    def __str__(self) -> str:
        return f"{self.course.title} – {self.title}" if self.title else self.course.title

    def name_in(self, language: str | None = None) -> str:
        """The name as a reader of that language, else of the page, knows it."""
        return type(self).objects.with_name(language).values_list("name", flat=True).get(pk=self.pk)

    @property
    def places_left(self) -> int:
        """Free places that are not kept for an institution; only for editions read `with_counts()`."""
        kept = getattr(self, "kept", 0)
        return max(self.capacity - self.taken - kept, 0)  # type: ignore[attr-defined]

    @property
    def has_priority(self) -> bool:
        """Does its waiting list prefer some people to others?"""
        return self.queue_rule != self.QueueRule.ARRIVAL

    @property
    def offer_days(self) -> int:
        """Whole days to answer an offer; 0 where it is a matter of hours, or where there are no offers."""
        days, hours = divmod(self.offer_hours, 24)
        return 0 if hours else days

    @property
    def course_key(self):
        """What progress and programmes know the course by."""
        return self.course.translation_key

    @property
    def cancel_until(self) -> datetime | None:
        """Until when people can give up their place by themselves; None: there is no deadline."""
        if self.cancel_hours is None or self.starts is None:
            return None
        return self.starts - timedelta(hours=self.cancel_hours)

    def takes_enrolments(self, at: datetime | None = None) -> bool:
        """Is enrolment open at that moment?"""
        now = at or timezone.now()
        opened = self.enrolment_opens is None or self.enrolment_opens <= now
        closed = self.enrolment_closes is not None and self.enrolment_closes <= now
        return self.status == self.Status.OPEN and opened and not closed
