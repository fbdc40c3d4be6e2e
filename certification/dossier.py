"""What the database knows of one person, as the plain data that standing and requirements are judged by."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from certification.days import day_of
from certification.law import Ask, Book, Counts, Deed, Held, History, Line, Shelf, Spell
from certification.models import (
    Certificate,
    CertificateEvent,
    Equivalence,
    Programme,
    Requirement,
    RuleVersion,
)
from certification.standing import Happening, Record
from courses.models import TestAttempt
from people.models import Person
from training.models import Enrolment, TrainerResult

Status = Enrolment.Status
WITH_A_PLACE = (Status.CONFIRMED, Status.OFFERED)


def shelves(programmes: Iterable[int], drafts: Iterable[int] = ()) -> dict[int, Shelf]:
    """The published versions of these programmes; `drafts` are taken for published, for a preview."""
    keys, also = set(programmes), set(drafts)
    versions = RuleVersion.objects.filter(programme__in=keys).prefetch_related(
        "requirements__category",
        "requirements__topic",
        "requirements__equivalences__topic",
        "requirements__equivalences__course",
        "requirements__equivalences__programme",
    )
    found: dict[int, list[Book]] = defaultdict(list)
    for version in versions:
        if not version.is_draft or version.pk in also:
            found[version.programme_id].append(book_of(version))
    return {key: Shelf(tuple(found[key])) for key in keys}


def book_of(version: RuleVersion) -> Book:
    """A rule version with its requirements as plain data."""
    return Book(
        id=version.pk,
        since=version.effective_from,
        until=version.effective_to,
        asks=tuple(ask_of(row) for row in version.requirements.all()),
        renewal_window_days=version.renewal_window_days,
        grace_days=version.grace_days,
        transition=version.transition,
        cutoff=version.cutoff,
        keeps_until=version.transition_until,
    )


def ask_of(row: Requirement) -> Ask:
    """A requirement as plain data."""
    return Ask(
        id=row.pk,
        code=row.code,
        kind=row.kind,
        period=row.period,
        path=row.path,
        minutes=row.minutes,
        times=row.count,
        months=row.months,
        category=row.category.code if row.category else "",
        condition=row.condition,
        topic=row.topic.code if row.topic else "",
        is_separate=row.is_separate,
        counts=tuple(_counts(one) for one in row.equivalences.all()),
        unknown=tuple(row.unknown),
    )


def _counts(row: Equivalence) -> Counts:
    if row.topic:
        return Counts("topic", row.topic.code)
    if row.course:
        return Counts("course", str(row.course.translation_key), row.minutes)
    return Counts("programme", row.programme.code, row.minutes)  # type: ignore[union-attr]


def record_of(certificate: Certificate) -> Record:
    """What a certificate and its events say about time."""
    events = tuple(
        Happening(e.kind, e.on, e.reason, e.next_review) for e in certificate.events.all()
    )
    return Record(
        certificate.pk,
        certificate.number,
        certificate.valid_from,
        certificate.valid_until,
        certificate.review_due,
        events,
    )


def held_of(record: Record, programme: str) -> Held:
    """The same certificate as the rules look at it."""
    reviews = tuple(e.on for e in record.events if e.kind == CertificateEvent.Kind.REVIEWED)
    return Held(record.id, record.valid_from, record.valid_until, programme, reviews=reviews)


class Dossier:
    """Everything about one person that standing turns on, each part read once and only when asked for."""

    def __init__(self, person: Person) -> None:
        self.person = person

    @cached_property
    def records(self) -> dict[int, list[Record]]:
        """The certificates of each programme."""
        found: dict[int, list[Record]] = {}
        rows = Certificate.objects.held_by(self.person).prefetch_related("events")
        for certificate in rows:
            found.setdefault(certificate.programme_id, []).append(record_of(certificate))
        return found

    def history(self, programme: Programme) -> History:
        """The person as the rules of that programme see them."""
        keys = self._leading[programme.pk]
        begun = [spell for row in self._enrolments if row["key"] in keys and (spell := _begun(row))]
        held = {
            key: tuple(held_of(record, self._codes[key]) for record in records)
            for key, records in self.records.items()
        }
        others = (one for key, found in held.items() if key != programme.pk for one in found)
        return History(
            lines=self._lines,
            categories=self._categories,
            circumstances=self._circumstances,
            certificates=held.get(programme.pk, ()),
            others=tuple(others),
            deeds=tuple(d for d in self._deeds if d.kind == "course" or d.code in keys),
            begun=tuple(begun),
        )

    def enrolled_on(self, programme: Programme, day: date) -> date | None:
        """Since when the person has a place on a course that leads to the programme, the outcome still open."""
        keys = self._leading[programme.pk]
        rows = [r for r in self._enrolments if r["key"] in keys and _under_way(r, day)]
        return min((day_of(row["queued_at"]) for row in rows), default=None)

    @cached_property
    def _leading(self) -> dict[int, set[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        through = Programme.courses.through.objects.values_list(
            "programme", "course__translation_key"
        )
        for programme, key in through:
            found[programme].add(str(key))
        return found

    @cached_property
    def _codes(self) -> dict[int, str]:
        return dict(Programme.objects.filter(pk__in=self.records).values_list("pk", "code"))

    @cached_property
    def _lines(self) -> tuple[Line, ...]:
        rows = self.person.hours.order_by("on", "pk")
        names = ("pk", "on", "minutes", "kind", "topic__code", "source")
        return tuple(
            Line(pk, on, minutes, kind, topic or "", source)
            for pk, on, minutes, kind, topic, source in rows.values_list(*names)
        )

    @cached_property
    def _categories(self) -> tuple[Spell, ...]:
        rows = self.person.categories.values_list("category__code", "since", "until")
        return tuple(Spell(*row) for row in rows)

    @cached_property
    def _circumstances(self) -> tuple[Spell, ...]:
        rows = self.person.circumstances.order_by("since", "pk")
        return tuple(Spell(*row) for row in rows.values_list("condition", "since", "until"))

    @cached_property
    def _enrolments(self) -> Sequence[dict[str, Any]]:
        names = ("pk", "status", "queued_at", "completed_on", "cancelled_at", "edition__ends")
        rows = self.person.enrolments.order_by("queued_at", "pk")
        found = rows.values(*names, "edition__course__translation_key")
        return [row | {"key": str(row["edition__course__translation_key"])} for row in found]

    @cached_property
    def _deeds(self) -> tuple[Deed, ...]:
        found = [
            Deed("course", row["completed_on"], row["pk"], row["key"])
            for row in self._enrolments
            if row["status"] == Status.COMPLETED
        ]
        key = "enrolment__edition__course__translation_key"
        results = TrainerResult.objects.filter(enrolment__person=self.person).positive()
        found += [
            Deed("outcome", day_of(at), pk, str(course))
            for pk, at, course in results.values_list("pk", "given_at", key)
        ]
        tests = TestAttempt.objects.filter(person=self.person, passed=True)
        found += [
            Deed("test", day_of(at), pk, str(course))
            for pk, at, course in tests.values_list("pk", "handed_in_at", "course_key")
        ]
        return tuple(sorted(found, key=lambda deed: (deed.on, deed.kind, deed.id)))


def _begun(row: dict[str, Any]) -> Spell | None:
    """From when to when the person had begun: with a place, or having completed the course."""
    since, until = day_of(row["queued_at"]), _last_day(row)
    if row["status"] == Status.COMPLETED:
        return Spell("", since)
    if row["status"] in WITH_A_PLACE:
        return Spell("", since)
    return Spell("", since, until) if until and until >= since else None


def _under_way(row: dict[str, Any], day: date) -> bool:
    """Did the person have a place that day, with the outcome still open? What has no date is taken as it is today."""
    if day_of(row["queued_at"]) > day:
        return False
    last = _last_day(row)
    return row["status"] in WITH_A_PLACE or bool(last and day <= last)


def _last_day(row: dict[str, Any]) -> date | None:
    """The last day on which the outcome was open, where it no longer is."""
    if row["status"] == Status.COMPLETED and row["completed_on"]:
        return _before(row["completed_on"])
    if row["status"] == Status.NOT_COMPLETED and row["edition__ends"]:
        return day_of(row["edition__ends"])
    if row["status"] == Status.CANCELLED and row["cancelled_at"]:
        return _before(day_of(row["cancelled_at"]))
    return None


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
