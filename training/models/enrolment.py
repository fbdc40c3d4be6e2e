"""A person's place in an edition."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.access import grants_of
from people.models import Organisation, Person
from people.permissions import Permission
from training.models.edition import Edition

if TYPE_CHECKING:
    from people.models import User


# No letter or digit that reads or sounds like another: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
CODE_LETTERS = "ACDEFGHJKMNPQRTWXY34679"
CODE_LENGTH = 8


def enrolment_code() -> str:
    """Eight characters that can be read aloud and typed without a mistake."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.VIEW_EDITIONS
    ) -> "EnrolmentQuerySet":
        """One's own, those of editions one's branch organises, and those one's branch nominated."""
        grants = grants_of(user)
        nominated = grants.within("nominated_by__path", Permission.NOMINATE)
        return self.filter(
            grants.within("edition__organiser__path", permission)
            | nominated
            | grants.own("person", user.person_id, permission)
        )

    def active(self) -> "EnrolmentQuerySet":
        """All but the cancelled ones."""
        return self.exclude(status=Enrolment.Status.CANCELLED)

    def taking_a_place(self) -> "EnrolmentQuerySet":
        """Those that count against the capacity."""
        return self.filter(status__in=Enrolment.Status.taking_a_place())

    def offer_ran_out(self, at: datetime | None = None) -> "EnrolmentQuerySet":
        """Offers whose deadline has passed without an answer."""
        return self.filter(status=Enrolment.Status.OFFERED, offer_until__lte=at or timezone.now())

    def in_turn(self) -> "EnrolmentQuerySet":
        """By the edition's published rule; adds `turn`, 0 for those whom the rule puts first."""
        preferred = When(urgency=F("edition__queue_rule"), then=Value(0))
        turn = Case(preferred, default=Value(1), output_field=models.SmallIntegerField())
        return self.annotate(turn=turn).order_by("turn", "queued_at", "pk")

    def waiting(self) -> "EnrolmentQuerySet":
        """The waiting list in its published order."""
        return self.filter(status=Enrolment.Status.WAITLISTED).in_turn()

    def with_rank(self) -> "EnrolmentQuerySet":
        """The waiting list with `rank`, 1 for the next to move up."""
        order = [F("turn").asc(), F("queued_at").asc(), F("pk").asc()]
        rank = models.Window(RowNumber(), partition_by=F("edition"), order_by=order)
        return self.waiting().annotate(rank=rank)

    def with_own_rank(self) -> "EnrolmentQuerySet":
        """Any enrolments, with `rank` for those that wait: for a few rows of different editions."""
        earlier = Q(queued_at__lt=OuterRef("queued_at")) | Q(
            queued_at=OuterRef("queued_at"), pk__lte=OuterRef("pk")
        )
        before = Q(turn__lt=OuterRef("turn")) | Q(Q(turn=OuterRef("turn")) & earlier)
        queue = Enrolment.objects.waiting().filter(before, edition=OuterRef("edition"))
        place = Subquery(queue.order_by().values("edition").annotate(n=Count("pk")).values("n"))
        waits = When(status=Enrolment.Status.WAITLISTED, then=place)
        rows = self.in_turn().annotate(rank=Case(waits))
        return rows.order_by(*self.query.order_by)


class Enrolment(models.Model):
    """A person's place in an edition, from the application to the outcome."""

    class Status(models.TextChoices):
        # Asked for, and waiting for an answer: holds no place (docs/decisions/0007).
        APPLIED = "applied", _("applied")
        WAITLISTED = "waitlisted", _("on the waiting list")
        OFFERED = "offered", _("place offered")
        CONFIRMED = "confirmed", _("confirmed")
        CANCELLED = "cancelled", _("cancelled")
        COMPLETED = "completed", _("completed")
        NOT_COMPLETED = "not_completed", _("not completed")
        REFUSED = "refused", _("refused")

        @classmethod
        def taking_a_place(cls) -> list["Enrolment.Status"]:
            """The states that count against the capacity."""
            return [cls.OFFERED, cls.CONFIRMED, cls.COMPLETED, cls.NOT_COMPLETED]

    class Urgency(models.TextChoices):
        """Why a waiting list may prefer somebody. Whoever knows certificates writes it (see signals)."""

        NONE = "", _("as everybody")
        EXPIRING = "expiring", _("the certificate runs out soon or has run out")
        NEVER_TRAINED = "never_trained", _("never trained")

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="enrolments", verbose_name=_("edition")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="enrolments", verbose_name=_("person")
    )
    status = models.CharField(_("status"), max_length=15, choices=Status)
    queued_at = models.DateTimeField(_("arrived"), default=timezone.now)
    urgency = models.CharField(_("urgency"), max_length=13, choices=Urgency, blank=True)
    # Until when the offered place is theirs to take; stays with an offer that was declined or ran out.
    offer_until = models.DateTimeField(_("answer until"), null=True, blank=True)
    called_at = models.DateTimeField(_("last called in vain"), null=True, blank=True)
    nominated_by = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="nominations",
        verbose_name=_("nominated by"),
    )
    # Whose seats and quota it counts to, when the person came: of whoever nominated them, else where they belong.
    institution = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("institution"),
    )
    # The same for those who asked together: all of them get a place, or none.
    party = models.UUIDField(null=True, blank=True, editable=False, db_index=True)
    decided_by = models.ForeignKey(
        "people.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    # Given up for a place in another edition of the course.
    moved_to = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="moved_from",
        verbose_name=_("moved to"),
    )
    # What a person without e-mail shows or types to reach the enrolment; on the printed letter.
    code = models.CharField(_("code"), max_length=12, unique=True, editable=False)
    cancel_reason = models.CharField(_("reason"), max_length=250, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    completed_on = models.DateField(_("completed on"), null=True, blank=True)

    # 1 for the next to move up; set where it was counted (`with_rank`, the enrolment actions).
    rank: int | None = None

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        indexes = [
            models.Index("edition", "status", "queued_at", name="enrolment_queue"),
            models.Index("offer_until", name="enrolment_offers", condition=Q(status="offered")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "person"],
                condition=~Q(status="cancelled"),
                name="enrolment_once_in_edition",
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | (~Q(status="cancelled") & Q(cancelled_at__isnull=True)),
                name="enrolment_cancelled_with_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status="offered", offer_until__isnull=False)
                | Q(status="cancelled")
                | (~Q(status="offered") & Q(offer_until__isnull=True)),
                name="enrolment_offered_until_a_time",
            ),
            models.CheckConstraint(
                condition=Q(called_at__isnull=True) | Q(offer_until__isnull=False),
                name="enrolment_called_about_an_offer",
            ),
            models.CheckConstraint(
                condition=Q(status="completed", completed_on__isnull=False)
                | (~Q(status="completed") & Q(completed_on__isnull=True)),
                name="enrolment_completed_with_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | Q(decided_at__isnull=False),
                name="enrolment_refused_with_a_time",
            ),
            models.CheckConstraint(
                condition=Q(moved_to__isnull=True) | Q(status="cancelled"),
                name="enrolment_moved_is_given_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.edition}"

    @property
    def has_place(self) -> bool:
        """Does it count against the capacity?"""
        return self.status in self.Status.taking_a_place()

    @property
    def decider(self) -> Organisation:
        """Who answers the request: the person's institution where the edition says so and there is one."""
        by_institution = self.edition.approval == Edition.Approval.INSTITUTION
        return (by_institution and self.institution) or self.edition.organiser

    @property
    def is_coming(self) -> bool:
        """Is there still something to come? Only for enrolments read for cards, with `next_session`."""
        open_states = (
            self.Status.CONFIRMED,
            self.Status.WAITLISTED,
            self.Status.OFFERED,
            self.Status.APPLIED,
        )
        undated = self.edition.ends is None
        return self.status in open_states and bool(undated or self.next_session)  # type: ignore[attr-defined]

    @property
    def is_cancelled(self) -> bool:
        """Was the place given up?"""
        return self.status == self.Status.CANCELLED

    @property
    def is_offer_open(self) -> bool:
        """Can the person still say yes?"""
        offered = self.status == self.Status.OFFERED and self.offer_until is not None
        return offered and self.offer_until > timezone.now()

    @property
    def offer_ran_out(self) -> bool:
        """Did nobody answer the offer in time?"""
        if self.offer_until is None:
            return False
        if self.cancelled_at:
            return self.cancelled_at >= self.offer_until
        return self.offer_until <= timezone.now()
