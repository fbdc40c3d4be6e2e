"""Reads for issuing an edition's certificates together: who gets one, who does not and why, and how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, Q, QuerySet, When
from django.utils.translation import gettext as _

from certification import errors
from certification.actions.completion import attended
from certification.books import shelves
from certification.earned import missing_of
from certification.models import (
    Certificate,
    IssueBatch,
    IssueItem,
    Programme,
    Requirement,
    RuleVersion,
)
from certification.programme_queries import rules_for, rules_of
from certification.requirements import Finding
from training.models import Edition, Enrolment, TrainerResult
from training.queries import AttendanceShare, shares

Status = Enrolment.Status
CONSIDERED = (Status.CONFIRMED, Status.COMPLETED, Status.NOT_COMPLETED)
# Codes that are no exception's: there is one already; the course leads to no programme.
HAS_ONE, NO_PROGRAMME = "has_one", "no_programme"


@dataclass(frozen=True)
class Candidate:
    """A person of the edition under a programme: gets a certificate, has one, or does not get one for a reason."""

    enrolment: Enrolment
    programme: Programme | None
    problem: str = ""  # a code; empty: gets one
    certificate: Certificate | None = None
    missing: tuple[Finding, ...] = ()  # what the rule asks before the certificate and is not there
    words: tuple[tuple[str, str], ...] = ()  # the same for people

    @property
    def gets_one(self) -> bool:
        """Would a certificate be issued now?"""
        return not self.problem

    @property
    def why(self) -> str:
        """The reason in words."""
        return why(self.problem)


def why(code: str) -> str:
    """What a code of a refusal means, for people."""
    words = {
        HAS_ONE: _("Has this certificate already."),
        NO_PROGRAMME: _("The course leads to no programme's certificate."),
        "attendance": _("Attended less than the programme asks."),
        "result": _("The trainer has given no positive result."),
        "unexpected": _("Something went wrong here. Ask those who run this site."),
    }
    known = {one.code: one.message for one in _with_codes(errors.NotIssued)}
    return words.get(code) or str(known.get(code, code))


def stopped(code: str) -> str:
    """Why an issue stopped and what to do, for people."""
    words = {
        "seal_key_missing": _("There is no key to seal certificates with. Ask those who run this site."),
        "seal_key_expired": _("The certificate of the key that seals has expired. Ask those who run this site."),
        "seal_key_not_yet_valid": _("The certificate of the key that seals is not valid yet."),
        "seal_key_wrong": _("The key that seals cannot be used. Ask those who run this site."),
        "seal_device_failed": _("The device that holds the key does not answer. Ask those who run this site."),
        "not_allowed": _("Whoever asked for it may no longer issue certificates here. Somebody else can go on."),
    }  # fmt: skip
    return words.get(code, code)


def _with_codes(base: type[errors.NotIssued]) -> list[type[errors.NotIssued]]:
    return [base, *(one for child in base.__subclasses__() for one in _with_codes(child))]


def candidates(edition: Edition) -> list[Candidate]:
    """Everybody with a place, by name, under each programme that the course leads to. A few queries, however many."""
    rows = Enrolment.objects.filter(edition=edition, status__in=CONSIDERED)
    enrolments = list(rows.select_related("person").order_by("person__sort_key", "pk"))
    programmes = list(
        Programme.objects.filter(
            courses__translation_key=edition.course.translation_key, is_active=True
        )
        .order_by("code")
        .distinct()
    )
    if not programmes:
        return [Candidate(enrolment, None, NO_PROGRAMME) for enrolment in enrolments]
    known = _known(enrolments, programmes)
    look = _Look(edition, enrolments, programmes)
    return [
        Candidate(enrolment, programme, HAS_ONE, known[enrolment.pk, programme.pk])
        if (enrolment.pk, programme.pk) in known
        else look.candidate(enrolment, programme)
        for enrolment in enrolments
        for programme in programmes
    ]


def _known(
    enrolments: Sequence[Enrolment], programmes: Sequence[Programme]
) -> dict[tuple[int | None, int], Certificate]:
    found = Certificate.objects.filter(
        enrolment_id__in=[one.pk for one in enrolments], programme__in=programmes
    )
    # The newest of those that replaced each other comes last and stays.
    return {(one.enrolment_id, one.programme_id): one for one in found.order_by("pk")}


class _Look:
    """What the rules look at, read once for the whole edition."""

    def __init__(
        self, edition: Edition, enrolments: Sequence[Enrolment], programmes: Sequence[Programme]
    ) -> None:
        keys = [one.pk for one in enrolments]
        self.edition = edition
        for one in enrolments:
            one.edition = edition
        self.shares: dict[int, AttendanceShare] = shares(edition, of=keys)
        results = TrainerResult.objects.filter(enrolment__in=keys).positive()
        self.passed = set(results.values_list("enrolment", flat=True))
        self.rules: dict[date | None, list[RuleVersion]] = {}
        completed = [one for one in enrolments if one.completed_on and not one.person.erased_at]
        asking = Requirement.objects.before_certificate().values("version__programme")
        asked = Programme.objects.filter(pk__in=[one.pk for one in programmes]).filter(
            pk__in=asking
        )
        books = shelves(asked.values_list("pk", flat=True))
        self.missing = missing_of(completed, [one for one in programmes if one.pk in books], books)

    def candidate(self, enrolment: Enrolment, programme: Programme) -> Candidate:
        """Gets one, or why not."""
        problem = self.problem(enrolment, programme)
        missing = self.missing.get((enrolment.pk, programme.pk), ())
        if problem or not missing:
            return Candidate(enrolment, programme, problem)
        return Candidate(
            enrolment, programme, errors.RequirementsMissing.code, missing=tuple(missing)
        )

    def problem(self, enrolment: Enrolment, programme: Programme) -> str:
        """Why there is no certificate, as a code; nothing where there would be one."""
        if enrolment.person.erased_at:
            return errors.HolderErased.code
        on = enrolment.completed_on
        rule = next((one for one in self._in_force(on) if one.programme_id == programme.pk), None)
        if rule is None:
            return errors.NoRuleInForce.code
        if (
            rule.transition != RuleVersion.Transition.NONE
        ):  # then it may differ from person to person
            own = (one for one in rules_of(enrolment, on) if one.programme_id == programme.pk)
            rule = next(own, rule)
        share = self.shares[enrolment.pk]
        if not attended(share.minutes_present, share.minutes_planned, rule.attendance_percent):
            return "attendance"
        if rule.asks_result and enrolment.pk not in self.passed:
            return "result"
        return "" if enrolment.status == Status.COMPLETED else errors.NotCompleted.code

    def _in_force(self, on: date | None) -> list[RuleVersion]:
        if on not in self.rules:
            self.rules[on] = rules_for(self.edition, on)
        return self.rules[on]


@dataclass(frozen=True)
class Progress:
    """How far a batch has come."""

    all: int
    issued: int
    refused: int
    files: int  # that are sealed and can be opened

    @property
    def done(self) -> int:
        """That need nothing more."""
        return self.issued + self.refused


def progress(batch: IssueBatch) -> Progress:
    """Counted in one query."""
    State = IssueItem.State
    counts = batch.items.aggregate(
        all=Count("pk"),
        issued=Count("pk", filter=Q(state=State.ISSUED)),
        refused=Count("pk", filter=Q(state=State.REFUSED)),
        files=Count("certificate__document"),
    )
    return Progress(**counts)


def results(batch: IssueBatch) -> QuerySet[IssueItem]:
    """Person by person, those that were refused first."""
    rows = batch.items.select_related("enrolment__person", "programme", "certificate__document")
    order = Case(When(state=IssueItem.State.REFUSED, then=0), default=1)
    return rows.order_by(order, "enrolment__person__sort_key", "pk")
