"""Training that somebody had elsewhere: the proof, what was said about it, and the hours that a reviewer grants."""

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from certification.models.certificate import APPEND_ONLY
from certification.models.requirement import Requirement
from courses.models import Topic
from people.access import grants_of
from people.functions import Fold
from people.models import Organisation, Person
from people.permissions import Permission
from people.scans import private_files

if TYPE_CHECKING:
    from people.models import User

MOST_MINUTES = 60 * 2_000
# Kinds of hours that a paper can prove; a test and a trainer's outcome are no hours.
GRANTED_KINDS = [
    (kind.value, kind.label)
    for kind in (
        Requirement.Kind.THEORY,
        Requirement.Kind.PRACTICE,
        Requirement.Kind.ANY,
        Requirement.Kind.SUPERVISION,
    )
]


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(
        self, user: "User", permission: Permission = Permission.REVIEW_EVIDENCE
    ) -> "EvidenceQuerySet":
        """Those of the people of one's branch: to decide about them. One's own never are."""
        if grants_of(user).everywhere(permission):
            return self
        people = Person.objects.visible_to(user, permission).values("pk")
        return self.filter(person__in=people)

    def readable_by(self, user: "User") -> "EvidenceQuerySet":
        """Whoever may open the page and the files."""
        grants = grants_of(user)
        if grants.everywhere(Permission.REVIEW_EVIDENCE):
            return self
        people = Person.objects.visible_to(user, Permission.REVIEW_EVIDENCE).values("pk")
        # As long as the person is one of theirs: what is said of somebody who left is another county's.
        theirs = Person.objects.visible_to(user, Permission.NOMINATE).values("pk")
        handed_in = grants.within("institution__path", Permission.NOMINATE) & Q(
            institution__isnull=False, person__in=theirs
        )
        return self.filter(Q(person__in=people) | handed_in | Q(person=user.person_id or 0))

    def live(self) -> "EvidenceQuerySet":
        """What still counts or may come to count."""
        return self.exclude(state__in=[Evidence.State.WITHDRAWN, Evidence.State.REFUSED])


class Evidence(models.Model):
    """A proof of training elsewhere, as it was handed in, and how far it has come."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("proof", "waiting")
        ASKED = "asked", pgettext_lazy("proof", "question asked")
        PROPOSED = "proposed", pgettext_lazy("proof", "second person checks")
        GRANTED = "granted", pgettext_lazy("proof", "hours count")
        REFUSED = "refused", pgettext_lazy("proof", "refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("proof", "taken back")

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="evidence", verbose_name=_("person")
    )
    title = models.CharField(_("what it was"), max_length=200)
    provider = models.CharField(_("who gave it"), max_length=200)
    number = models.CharField(_("number of the paper"), max_length=60, blank=True)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    minutes = models.PositiveIntegerField(_("hours on the paper, in minutes"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    # None: by the person; else the institution that handed it in for them.
    institution = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handed in by"),
    )
    handed_in_by = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("handed in by")
    )
    handed_in_at = models.DateTimeField(_("handed in"), default=timezone.now)
    first_reviewer = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("first person")
    )
    decided_by = models.ForeignKey(
        "people.User", models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    title_key = models.GeneratedField(
        expression=Fold(F("title")), output_field=models.CharField(max_length=800), db_persist=True
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("proof of training elsewhere")
        verbose_name_plural = _("proofs of training elsewhere")
        indexes = [models.Index("state", "handed_in_at", name="evidence_to_review")]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="evidence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gt=0, minutes__lte=MOST_MINUTES), name="evidence_minutes_fit"
            ),
            models.UniqueConstraint(
                fields=["person", "title_key", "first_day", "last_day"],
                condition=~Q(state__in=["withdrawn", "refused"]),
                name="evidence_same_training_once",
            ),
            # Whoever handed it in decides nothing, and the second person is another one.
            models.CheckConstraint(
                condition=~Q(first_reviewer=F("handed_in_by")), name="evidence_first_not_sender"
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("handed_in_by")), name="evidence_decider_not_sender"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["granted", "refused"], decided_at__isnull=False)
                | (~Q(state__in=["granted", "refused"]) & Q(decided_at__isnull=True)),
                name="evidence_decided_has_a_time",
            ),
        ]
        # Certificates may rest on the hours that it gave: only an erasure deletes it.
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Not yet decided: it can still be answered for and taken back."""
        return self.state in (self.State.WAITING, self.State.ASKED, self.State.PROPOSED)


class EvidenceFile(models.Model):
    """A photo or PDF of the paper. The hash outlives the file, so that the same paper is known again."""

    class Kind(models.TextChoices):
        JPEG = "jpg", "JPEG"
        PDF = "pdf", "PDF"

    evidence = models.ForeignKey(
        Evidence, models.CASCADE, related_name="files", verbose_name=_("proof")
    )
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    file = models.FileField(
        _("file"), upload_to="evidence/%Y/", storage=private_files, blank=True, max_length=200
    )
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("bytes"))
    added_at = models.DateTimeField(_("added"), default=timezone.now)

    class Meta:
        verbose_name = _("file of a proof")
        verbose_name_plural = _("files of proofs")
        ordering = ["pk"]
        indexes = [models.Index("sha256", name="evidence_file_by_hash")]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "sha256"], name="evidence_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.kind}"


class EvidenceStep(models.Model):
    """What happened to a proof and what was said. Lines are only added."""

    class Kind(models.TextChoices):
        HANDED_IN = "handed_in", pgettext_lazy("proof", "handed in")
        ASKED = "asked", _("a question was asked")
        ANSWERED = "answered", _("the question was answered")
        PROPOSED = "proposed", _("a first person checked it")
        RETURNED = "returned", _("the second person sent it back")
        GRANTED = "granted", _("hours were granted")
        REFUSED = "refused", _("it was refused")
        CORRECTED = "corrected", _("the hours were corrected")
        WITHDRAWN = "withdrawn", _("it was taken back")

    evidence = models.ForeignKey(
        Evidence, models.CASCADE, related_name="steps", verbose_name=_("proof")
    )
    kind = models.CharField(_("what happened"), max_length=10, choices=Kind)
    words = models.TextField(_("words"), max_length=1000, blank=True)
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.BigIntegerField(_("user"), null=True)

    class Meta:
        verbose_name = _("step of a proof")
        verbose_name_plural = _("steps of proofs")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["asked", "answered", "returned", "refused", "corrected"])
                | ~Q(words=""),
                name="evidence_step_says_why",
            )
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.kind}"


class EvidenceGrant(models.Model):
    """So many minutes of one kind and topic: proposed by the first person, in the ledger once it is granted."""

    evidence = models.ForeignKey(
        Evidence, models.CASCADE, related_name="grants", verbose_name=_("proof")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=GRANTED_KINDS)
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    minutes = models.PositiveIntegerField(_("minutes"))

    class Meta:
        verbose_name = _("granted hours")
        verbose_name_plural = _("granted hours")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "kind", "topic"],
                nulls_distinct=False,
                name="evidence_grant_once_a_kind_and_topic",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gt=0, minutes__lte=MOST_MINUTES),
                name="evidence_grant_minutes_fit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.kind} {self.minutes}"
