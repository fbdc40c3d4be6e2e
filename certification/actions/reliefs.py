"""Exemptions and extensions: one person asks with a document, a second one confirms; each end has a reason."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certification import queue
from certification.days import today
from certification.errors import CertificationError, NotNow, ReasonNeeded
from certification.models import (
    Certificate,
    EarlierCertificate,
    Programme,
    Relief,
    Requirement,
)
from formats.names import clean
from notifications.actions import notify
from people import audit
from people.actions.people import home_of
from people.models import Person, User
from people.permissions import Permission

Kind, Status = Relief.Kind, Relief.Status


class ReliefRefused(CertificationError):
    """Why an exemption or extension cannot be asked for or decided; `field` is the form's."""

    field: str | None = None


class DocumentNeeded(ReliefRefused):
    code, field = "document_needed", "document"
    message = _("Enter the number and the date of the paper on which this rests.")


class DaysDoNotFit(ReliefRefused):
    code, field = "days_do_not_fit", "until"
    message = _("The last day must not be before the first.")


class NotLater(ReliefRefused):
    code, field = "not_later", "until"
    message = _("An extension must end later than the certificate does.")


class NothingToExtend(ReliefRefused):
    code, field = "nothing_to_extend", "certificate"
    message = _(
        "Choose a certificate of this person with an end. One without end needs no extension."
    )


class UnknownRequirement(ReliefRefused):
    code, field = "unknown_requirement", "requirement"
    message = _("Choose one of the programme's requirements.")


class SecondPersonNeeded(ReliefRefused):
    code = "second_person"
    message = _("You asked for this yourself, or it is about you. A second person has to decide.")


class OnRecordAlready(ReliefRefused):
    code = "on_record"
    message = _("The same is on record already for these days.")


@transaction.atomic
def ask(
    *,
    by: User | None,
    person: Person,
    programme: Programme,
    kind: str,
    since: date,
    until: date,
    reason: str,
    document: str,
    words: str = "",
    requirement: str = "",
    certificate: Certificate | None = None,
    earlier: EarlierCertificate | None = None,
) -> Relief:
    """Ask that something is not required for a time, or that a certificate ends later. The same twice is one."""
    _require(by, person)
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    _check(person, programme, kind, since, until, document, requirement, certificate or earlier)
    facts = {
        "person": person, "programme": programme, "kind": Kind(kind).value, "requirement": requirement,
        "certificate": certificate, "earlier": earlier, "since": since, "until": until,
    }  # fmt: skip
    said = {"reason": reason, "document": clean(document), "words": clean(words)}
    open_ones = [Status.ASKED, Status.CONFIRMED]
    if same := Relief.objects.filter(**facts, status__in=open_ones).first():
        if same.asked_by_id == (by.pk if by else None) and same.status == Status.ASKED:
            return same
        raise OnRecordAlready
    made = Relief.objects.create(**facts, **said, asked_by=by)
    _record(made, by, "asked")
    return made


@transaction.atomic
def confirm(*, by: User | None, relief: Relief) -> Relief:
    """The second person agrees: from its first day on it counts."""
    relief = _locked(relief)
    _require_second(relief, by)
    if relief.status == Status.CONFIRMED:
        return relief
    _move(relief, Status.CONFIRMED, by)
    queue.ask_about(relief.person_id)
    _tell(relief, "confirmed")
    return relief


@transaction.atomic
def refuse(*, by: User | None, relief: Relief, answer: str) -> Relief:
    """The second person does not agree, and says why."""
    relief = _locked(relief)
    _require_second(relief, by)
    said = clean(answer)
    if relief.status == Status.REFUSED and relief.answer == said:
        return relief
    if not said:
        raise ReasonNeeded
    _move(relief, Status.REFUSED, by, answer=said)
    return relief


@transaction.atomic
def withdraw(*, by: User | None, relief: Relief) -> Relief:
    """Take back what one asked for, as long as nobody decided."""
    relief = _locked(relief)
    if by is not None and relief.asked_by_id != by.pk:
        raise PermissionDenied(f"withdraw {relief.pk}")
    if relief.status == Status.WITHDRAWN:
        return relief
    _move(relief, Status.WITHDRAWN, None)
    return relief


@transaction.atomic
def end(*, by: User | None, relief: Relief, on: date, answer: str) -> Relief:
    """End a confirmed one early: from that day on it does not count. What it did before stays."""
    relief = _locked(relief)
    _require(by, relief.person)
    said = clean(answer)
    if relief.ended_on == on and relief.answer == said:
        return relief
    if relief.status != Status.CONFIRMED or relief.ended_on:
        raise NotNow
    if not said:
        raise ReasonNeeded
    if not relief.since <= on <= max(relief.until, today()):
        raise DaysDoNotFit
    relief.ended_on, relief.answer = on, said
    relief.save(update_fields=["ended_on", "answer"])
    _record(relief, by, "ended")
    _tell(relief, "ended")
    return relief


def may_decide(relief: Relief, user: User) -> bool:
    """Is this user somebody else than who asked, and not the person it is about?"""
    return user.pk != relief.asked_by_id and user.person_id != relief.person_id


def _require(by: User | None, person: Person) -> None:
    if by is None:
        return
    people = Person.objects.visible_to(by, Permission.REVIEW_EVIDENCE)
    if not people.filter(pk=person.pk).exists():
        raise PermissionDenied(f"exempt {person.pk}")
    if by.person_id == person.pk:
        raise SecondPersonNeeded


def _require_second(relief: Relief, by: User | None) -> None:
    _require(by, relief.person)
    if by is not None and not may_decide(relief, by):
        raise SecondPersonNeeded


def _check(
    person: Person,
    programme: Programme,
    kind: str,
    since: date,
    until: date,
    document: str,
    requirement: str,
    paper: Certificate | EarlierCertificate | None,
) -> None:
    if not clean(document):
        raise DocumentNeeded
    if until < since:
        raise DaysDoNotFit
    known = Requirement.objects.filter(version__programme=programme, code=requirement)
    if requirement and (kind == Kind.EXTENSION or not known.exists()):
        raise UnknownRequirement
    if kind == Kind.EXTENSION:
        theirs = paper and (paper.person_id, paper.programme_id) == (person.pk, programme.pk)
        if not paper or not theirs or paper.valid_until is None:
            raise NothingToExtend
        if until <= paper.valid_until or since < paper.valid_from:
            raise NotLater
    elif paper:
        raise NothingToExtend


def _locked(relief: Relief) -> Relief:
    rows = Relief.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("person", "programme", "asked_by").get(pk=relief.pk)


def _move(relief: Relief, status: Relief.Status, by: User | None, answer: str = "") -> None:
    if relief.status != Status.ASKED:
        raise NotNow
    relief.status, relief.decided_by, relief.answer = status, by, answer
    relief.decided_at = None if status == Status.WITHDRAWN else timezone.now()
    relief.save(update_fields=["status", "decided_by", "decided_at", "answer"])
    _record(relief, by, status.value)


def _record(relief: Relief, by: User | None, verb: str) -> None:
    audit.record(
        by=by, verb=f"relief.{verb}", target=relief, person=relief.person_id,
        organisation=home_of(relief.person), type=relief.kind, since=relief.since.isoformat(),
        until=relief.until.isoformat(),
    )  # fmt: skip


def _tell(relief: Relief, what: str) -> None:
    key = f"relief-{relief.pk}-{what}"
    notify(relief.person, "relief", dedupe=key, relief=relief, ended=what == "ended")
