"""Handing in proofs of training elsewhere: by the person, or by an institution for its person."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from certification import evidence_errors as errors
from certification.days import day_of, today
from certification.models import Evidence, EvidenceFile, EvidenceStep, HoursEntry
from formats.dates import long_date
from formats.names import clean, fold
from formats.scans import Scan, ScanError, tidy
from notifications.actions import notify
from people import audit
from people.access import may
from people.actions.people import home_of
from people.models import Organisation, Person, User
from people.permissions import Permission

State, Step = Evidence.State, EvidenceStep.Kind
EARLIEST = date(1990, 1, 1)
MOST_FILES = 4
# More than so many hours a day were no training.
MINUTES_A_DAY = 16 * 60
KEEP_FILES = timedelta(days=365)


@dataclass(frozen=True)
class Paper:
    """What a paper says."""

    title: str
    provider: str
    first_day: date
    last_day: date
    minutes: int
    number: str = ""

    def facts(self) -> dict[str, Any]:
        """The same as it is kept."""
        texts = {name: clean(getattr(self, name)) for name in ("title", "provider", "number")}
        return {**asdict(self), **texts}


@transaction.atomic
def hand_in(
    *,
    by: User | None,
    person: Person,
    paper: Paper,
    files: Sequence[bytes],
    institution: Organisation | None = None,
) -> Evidence:
    """Hand in a proof, by the person or (with `institution`) for them. The same form sent twice is one proof.

    Raises an `EvidenceRefused` that says what does not fit.
    """
    _require_sender(by, person, institution)
    check_dates(paper)
    scans = read_files(files)
    # Two at once of one person wait for each other: neither misses the other's file.
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.erased_at:
        raise errors.PersonErased
    sent = Evidence(**paper.facts(), person=person, institution=institution, handed_in_by=by)
    if same := _sent_before(sent, scans):
        return same
    _refuse_known_files(person, scans)
    sent.save(force_insert=True)
    _keep(sent, scans)
    step(sent, Step.HANDED_IN, by)
    tell(sent, "evidence_received", "handed-in")
    return sent


@transaction.atomic
def answer(*, by: User | None, evidence: Evidence, words: str, files: Sequence[bytes]) -> Evidence:
    """Answer the reviewer's question, with more photos if wanted; then it waits for the reviewer again."""
    evidence = locked(evidence)
    _require_sender(by, evidence.person, evidence.institution)
    said = clean(words)
    scans = read_files(files) if files else []
    if evidence.state != State.ASKED:
        if _answered_so(evidence, said, scans):
            return evidence
        raise errors.Decided
    if not said:
        raise errors.WordsNeeded
    if evidence.files.count() + len(scans) > MOST_FILES:
        raise errors.TooManyFiles
    _refuse_known_files(evidence.person, scans)
    _keep(evidence, scans)
    move(evidence, State.WAITING)
    step(evidence, Step.ANSWERED, by, words=said)
    return evidence


@transaction.atomic
def withdraw(*, by: User | None, evidence: Evidence) -> Evidence:
    """Take a proof back while nobody has decided; its files go at once. Repeatable."""
    evidence = locked(evidence)
    _require_sender(by, evidence.person, evidence.institution)
    if evidence.state == State.WITHDRAWN:
        return evidence
    if not evidence.is_open or ledger_of(evidence).exists():
        raise errors.Decided
    move(evidence, State.WITHDRAWN)
    _delete_files(evidence.files.all())
    evidence.files.all().delete()
    step(evidence, Step.WITHDRAWN, by)
    return evidence


def forget_papers() -> int:
    """Delete the files of what was decided a year ago; how many. The hash stays: the same file is known again."""
    before = timezone.now() - KEEP_FILES
    old = EvidenceFile.objects.filter(evidence__decided_at__lt=before).exclude(file="")
    with transaction.atomic():
        _delete_files(old)
        return old.update(file="")


def check_dates(paper: Paper) -> None:
    """Are these days of the past, in their order, and long enough for those hours?"""
    if paper.first_day < EARLIEST:
        raise errors.TooLong(EARLIEST)
    if paper.last_day < paper.first_day:
        raise errors.WrongOrder
    if paper.last_day > today():
        raise errors.InTheFuture
    days = (paper.last_day - paper.first_day).days + 1
    if paper.minutes > days * MINUTES_A_DAY:
        raise errors.TooManyHours(days, days * MINUTES_A_DAY // 60)


def read_files(files: Sequence[bytes]) -> list[Scan]:
    """What may be kept of them; the same page twice is one page."""
    if not files:
        raise errors.NoFile
    if len(files) > MOST_FILES:
        raise errors.TooManyFiles
    try:
        found = [tidy(data) for data in files]
    except ScanError as error:
        raise errors.BadFile(error) from error
    return list({scan.sha256: scan for scan in found}.values())


def locked(evidence: Evidence) -> Evidence:
    """The proof, for this transaction alone."""
    rows = Evidence.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("person", "institution").get(pk=evidence.pk)


def ledger_of(evidence: Evidence) -> Any:
    """The lines of the ledger that this proof gave."""
    return HoursEntry.objects.filter(reference__startswith=prefix_of(evidence))


def prefix_of(evidence: Evidence) -> str:
    """How the references of its lines begin."""
    return f"evidence:{evidence.pk}:"


def move(evidence: Evidence, state: str, **fields: Any) -> None:
    """Set the state and what goes with it; only a decision has a time."""
    decided = state in (State.GRANTED, State.REFUSED)
    fields = {"decided_at": timezone.now() if decided else None, **fields, "state": state}
    for name, value in fields.items():
        setattr(evidence, name, value)
    evidence.save(update_fields=list(fields))


def step(
    evidence: Evidence, kind: str, by: User | None, *, words: str = "", minutes: int | None = None
) -> EvidenceStep:
    """Write a line of its history, and one of the trail."""
    audit.record(
        by=by, verb=f"evidence.{kind}", target=evidence, person=evidence.person_id,
        organisation=home_of(evidence.person), minutes=minutes,
    )  # fmt: skip
    return EvidenceStep.objects.create(
        evidence=evidence, kind=kind, words=words, minutes=minutes, by=by.pk if by else None
    )


def tell(evidence: Evidence, notice: str, key: str, **context: Any) -> None:
    """Tell the person; and whoever handed it in for them, unless that is only the receipt."""
    people = [evidence.person]
    sender = evidence.handed_in_by
    informed = sender.person if sender and _still_answers(sender, evidence) else None
    if informed and notice != "evidence_received":
        people.append(informed)
    for one in people:
        dedupe = f"evidence-{evidence.pk}-{key}-{one.pk}"
        is_own = one.pk == evidence.person_id
        notify(one, notice, dedupe=dedupe, evidence=evidence, is_own=is_own, **context)


def _still_answers(sender: User, evidence: Evidence) -> bool:
    """Whoever handed it in for a person of their institution, and puts its people forward to this day."""
    institution = evidence.institution
    if institution is None:
        return False
    known = Person.objects.visible_to(sender, Permission.NOMINATE).filter(pk=evidence.person_id)
    return may(sender, Permission.NOMINATE, organisation=institution) and known.exists()


def _require_sender(by: User | None, person: Person, institution: Organisation | None) -> None:
    """The person themselves, or somebody who puts the institution's people forward."""
    if by is None or by.person_id == person.pk:
        return
    known = Person.objects.visible_to(by, Permission.NOMINATE).filter(pk=person.pk)
    allowed = institution and may(by, Permission.NOMINATE, organisation=institution)
    if not allowed or not known.exists():
        raise PermissionDenied(f"hand in for {person.pk}")


def _sent_before(sent: Evidence, scans: list[Scan]) -> Evidence | None:
    """The proof that this very form made a moment ago. Raises when the training is on record in another form."""
    alike = Evidence.objects.live().filter(
        person=sent.person, first_day=sent.first_day, last_day=sent.last_day
    )
    same = alike.filter(title_key=fold(sent.title)).first()
    if same is None:
        return None
    names = ("title", "provider", "number", "minutes", "institution_id", "handed_in_by_id")
    equal = all(getattr(same, name) == getattr(sent, name) for name in names)
    hashes = set(same.files.values_list("sha256", flat=True))
    if equal and hashes == {scan.sha256 for scan in scans}:
        return same
    raise errors.SameTraining(_day(same))


def _answered_so(evidence: Evidence, said: str, scans: list[Scan]) -> bool:
    """Is this the answer that was sent a moment ago? With another photo it is a new one, which must not get lost."""
    last = evidence.steps.last()
    known = set(evidence.files.values_list("sha256", flat=True))
    is_known = {scan.sha256 for scan in scans} <= known
    return bool(last and (last.kind, last.words) == (Step.ANSWERED, said) and is_known)


def _refuse_known_files(person: Person, scans: Iterable[Scan]) -> None:
    hashes = [scan.sha256 for scan in scans]
    known = EvidenceFile.objects.filter(evidence__person=person, sha256__in=hashes)
    if found := known.select_related("evidence").first():
        raise errors.SameFile(_day(found.evidence))


def _keep(evidence: Evidence, scans: Iterable[Scan]) -> None:
    for scan in scans:
        EvidenceFile.objects.create(
            evidence=evidence,
            kind=scan.kind,
            file=ContentFile(scan.data, name=f"{evidence.pk}.{scan.kind}"),
            sha256=scan.sha256,
            size=len(scan.data),
        )


def _delete_files(files: Any) -> None:
    """Once it is certain."""
    storage = EvidenceFile._meta.get_field("file").storage
    for name in files.exclude(file="").values_list("file", flat=True):
        transaction.on_commit(partial(storage.delete, name))


def _day(evidence: Evidence) -> str:
    return long_date(day_of(evidence.handed_in_at), get_language() or "en")
