"""Deciding about proofs of training elsewhere: a question back, hours granted in all or in part, or a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum

from certification import evidence_errors as errors
from certification import queue
from certification.actions.evidence import (
    State,
    Step,
    ledger_of,
    locked,
    move,
    prefix_of,
    step,
    tell,
)
from certification.actions.hours import Claim, bring_to
from certification.days import today
from certification.models import Evidence, EvidenceGrant, EvidenceStep, HoursEntry, Programme
from formats.names import clean
from people.models import Person, User
from people.permissions import Permission


@dataclass(frozen=True)
class Line:
    """So many minutes of one kind and topic."""

    kind: str
    minutes: int
    topic_id: int | None = None


def second_person_needed(person: Person) -> bool:
    """Does a programme that is asked of this person today want two people to agree?"""
    mine = person.categories.current(today()).values("category")
    asked = Programme.objects.filter(second_person=True, is_active=True, categories__in=mine)
    return asked.exists()


@transaction.atomic
def ask(*, by: User | None, evidence: Evidence, words: str) -> Evidence:
    """Ask whoever handed it in; it waits for the answer."""
    evidence, said = _to_decide(evidence, by, words)
    if evidence.state == State.ASKED and _last_said(evidence) == said:
        return evidence
    _require_state(evidence, State.WAITING)
    move(evidence, State.ASKED)
    asked = step(evidence, Step.ASKED, by, words=said)
    tell(evidence, "evidence_asked", str(asked.pk), words=said)
    return evidence


@transaction.atomic
def refuse(*, by: User | None, evidence: Evidence, words: str) -> Evidence:
    """Refuse it with a reason that the person reads. It gives no hours; a better paper can be handed in."""
    evidence, said = _to_decide(evidence, by, words)
    if evidence.state == State.REFUSED and _last_said(evidence) == said:
        return evidence
    _require_state(evidence, State.WAITING, State.ASKED)
    move(evidence, State.REFUSED, decided_by=by)
    refused = step(evidence, Step.REFUSED, by, words=said)
    tell(evidence, "evidence_refused", str(refused.pk), words=said)
    return evidence


@transaction.atomic
def grant(
    *, by: User | None, evidence: Evidence, lines: Sequence[Line], words: str = ""
) -> Evidence:
    """Grant hours by kind and topic, all or in part. Where two people have to agree, the second confirms them."""
    evidence, said = _to_decide(evidence, by, words, needed=False)
    wanted = _checked(evidence, lines)
    if evidence.state in (State.GRANTED, State.PROPOSED) and _is_granted(evidence, wanted):
        return evidence
    _require_state(evidence, State.WAITING)
    _propose(evidence, wanted)
    total = sum(line.minutes for line in wanted)
    if second_person_needed(evidence.person):
        move(evidence, State.PROPOSED, first_reviewer=by)
        step(evidence, Step.PROPOSED, by, words=said, minutes=total)
    else:
        _write(evidence, by, said)
    return evidence


@transaction.atomic
def confirm(*, by: User | None, evidence: Evidence) -> Evidence:
    """The second person agrees: now the hours count."""
    evidence, _said = _to_decide(evidence, by, "", needed=False)
    if evidence.state == State.GRANTED and by and evidence.decided_by_id == by.pk:
        return evidence
    _require_state(evidence, State.PROPOSED)
    _require_second(evidence, by)
    last = evidence.steps.filter(kind=Step.PROPOSED).last()
    _write(evidence, by, last.words if last else "")
    return evidence


@transaction.atomic
def send_back(*, by: User | None, evidence: Evidence, words: str) -> Evidence:
    """The second person does not agree: it is as it was before, and the first one sees why."""
    evidence, said = _to_decide(evidence, by, words)
    if evidence.state != State.PROPOSED and _last_said(evidence) == said:
        return evidence
    _require_state(evidence, State.PROPOSED)
    _require_second(evidence, by)
    _propose(evidence, _counted(evidence))
    # Decided before, if only that nothing counts: then it is not open again.
    move(evidence, State.GRANTED if ledger_of(evidence).exists() else State.WAITING)
    step(evidence, Step.RETURNED, by, words=said)
    return evidence


@transaction.atomic
def correct(*, by: User | None, evidence: Evidence, lines: Sequence[Line], words: str) -> Evidence:
    """Other hours than were granted, or none: the ledger gets correcting lines, the first ones stay."""
    evidence, said = _to_decide(evidence, by, words)
    wanted = _checked(evidence, lines, may_be_none=True)
    if _is_granted(evidence, wanted):
        return evidence
    _require_state(evidence, State.GRANTED)
    _propose(evidence, wanted)
    if second_person_needed(evidence.person):
        move(evidence, State.PROPOSED, first_reviewer=by)
        step(evidence, Step.PROPOSED, by, words=said, minutes=sum(one.minutes for one in wanted))
    else:
        _write(evidence, by, said)
    return evidence


def _to_decide(
    evidence: Evidence, by: User | None, words: str, *, needed: bool = True
) -> tuple[Evidence, str]:
    """The locked proof and the tidy words, if this user may decide about it."""
    evidence = locked(evidence)
    said = clean(words)
    if by is not None:
        if not Evidence.objects.visible_to(by, Permission.REVIEW_EVIDENCE).filter(pk=evidence.pk):
            raise PermissionDenied(f"review {evidence.pk}")
        if is_own(evidence, by):
            raise errors.OwnProof
    if needed and not said:
        raise errors.WordsNeeded
    return evidence, said


def is_own(evidence: Evidence, by: User) -> bool:
    """Is it about this user, or did they hand it in? Then somebody else decides."""
    return by.person_id == evidence.person_id or by.pk == evidence.handed_in_by_id


def is_second(evidence: Evidence, by: User) -> bool:
    """Is this user another one than the first?"""
    return evidence.first_reviewer_id != by.pk


def _require_second(evidence: Evidence, by: User | None) -> None:
    if by is not None and not is_second(evidence, by):
        raise errors.SamePerson


def _require_state(evidence: Evidence, *states: str) -> None:
    if evidence.state not in states:
        raise errors.Decided


def _last_said(evidence: Evidence) -> str:
    last: EvidenceStep | None = evidence.steps.last()
    return last.words if last else ""


def _checked(evidence: Evidence, lines: Sequence[Line], *, may_be_none: bool = False) -> list[Line]:
    """One line a kind and topic, none empty, together not more than was handed in."""
    sums: dict[tuple[str, int | None], int] = {}
    for line in lines:
        key = (line.kind, line.topic_id)
        sums[key] = sums.get(key, 0) + line.minutes
    found = [Line(kind, minutes, topic) for (kind, topic), minutes in sums.items() if minutes > 0]
    if not found and not may_be_none:
        raise errors.NothingGranted
    if sum(line.minutes for line in found) > evidence.minutes:
        raise errors.MoreThanAsked
    return found


def _is_granted(evidence: Evidence, wanted: list[Line]) -> bool:
    rows = evidence.grants.values_list("kind", "minutes", "topic_id")
    return {Line(*row) for row in rows} == set(wanted)


def _propose(evidence: Evidence, wanted: list[Line]) -> None:
    evidence.grants.all().delete()
    EvidenceGrant.objects.bulk_create(
        EvidenceGrant(
            evidence=evidence, kind=line.kind, topic_id=line.topic_id, minutes=line.minutes
        )
        for line in wanted
    )


def _write(evidence: Evidence, by: User | None, said: str) -> None:
    """What is proposed goes into the ledger; a second time, as the difference."""
    before = ledger_of(evidence).exists()
    wanted = {_reference(evidence, g.kind, g.topic_id): g for g in evidence.grants.all()}
    known = ledger_of(evidence).exclude(reference__contains=":correction:")
    claims = [
        Claim(
            reference=reference,
            on=evidence.last_day,
            minutes=grant.minutes,
            kind=grant.kind,
            source=HoursEntry.Source.EXTERNAL,
            topic_id=grant.topic_id,
        )
        for reference, grant in wanted.items()
    ]
    gone = [line for line in known if line.reference not in wanted]
    claims += [Claim(e.reference, e.on, 0, e.kind, e.source, e.topic_id) for e in gone]
    bring_to(
        person_id=evidence.person_id,
        prefix=prefix_of(evidence),
        claims=claims,
        by=by,
        note=evidence.title,
    )
    queue.ask_about(evidence.person_id)
    total = sum(grant.minutes for grant in wanted.values())
    move(evidence, State.GRANTED, decided_by=by)
    kind = Step.CORRECTED if before else Step.GRANTED
    done = step(evidence, kind, by, words=said, minutes=total)
    tell(evidence, "evidence_granted", str(done.pk), words=said, minutes=total, corrected=before)


def _counted(evidence: Evidence) -> list[Line]:
    """What the ledger says now."""
    rows = ledger_of(evidence).order_by().values_list("kind", "topic")
    sums = rows.annotate(total=Sum("minutes")).values_list("kind", "total", "topic")
    return [Line(kind, total, topic) for kind, total, topic in sums if total]


def _reference(evidence: Evidence, kind: str, topic_id: int | None) -> str:
    return f"{prefix_of(evidence)}{kind}:{topic_id or 0}"
