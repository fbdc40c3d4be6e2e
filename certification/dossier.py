"""What the database knows of one person, as the plain data that standing and requirements are judged by."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from certification.days import day_of
from certification.law import Deed, Held, History, Line, Spell
from certification.models import Certificate, EarlierCertificate, Programme, Relief
from certification.models import CertificateEvent as Event
from certification.standing import Happening, Record
from courses.models import TestAttempt
from people.models import Person
from training.models import Enrolment, TrainerResult

Status = Enrolment.Status
WITH_A_PLACE = (Status.CONFIRMED, Status.OFFERED)


def record_of(certificate: Certificate, at: date) -> Record:
    """What a certificate, its events and its extensions say about time, as of that day."""
    events = tuple(
        Happening(e.kind, e.on, e.reason, e.next_review) for e in certificate.events.all()
    )
    return Record(
        certificate.pk,
        certificate.number,
        certificate.valid_from,
        last_day(certificate, at),
        certificate.review_due,
        events,
    )


def last_day(row: Certificate | EarlierCertificate, at: date) -> date | None:
    """Until when it is valid as of that day, with what was extended by then."""
    if row.valid_until is None:
        return None
    extended = [
        one.until
        for one in row.reliefs.all()
        if one.kind == Relief.Kind.EXTENSION
        and one.status == Relief.Status.CONFIRMED
        and one.since <= at
        and (one.ended_on is None or at < one.ended_on)
    ]
    return max([row.valid_until, *extended])


class Dossier:
    """Everything about one person that standing turns on, each part read once and only when asked for."""

    def __init__(self, person: Person, at: date) -> None:
        self.person, self.at = person, at

    @property
    def programmes(self) -> set[int]:
        """The programmes of which the person holds a certificate, of this system or on paper."""
        ours = {row.programme_id for row in self._certificates}
        return ours | {row.programme_id for row in self._earlier}

    def records(self, programme: Programme) -> list[Record]:
        """The person's certificates of that programme, with the extensions of that day."""
        ours = [record_of(c, self.at) for c in self._certificates if c.programme_id == programme.pk]
        paper = [
            Record(
                row.pk,
                row.number,
                row.valid_from,
                last_day(row, self.at),
                issuer=row.issuer,
            )
            for row in self._earlier
            if row.programme_id == programme.pk
        ]
        return [*ours, *paper]

    def history(self, programme: Programme) -> History:
        """The person as the rules of that programme see them."""
        keys = self._leading[programme.pk]
        begun = [spell for row in self._enrolments if row["key"] in keys and (spell := _begun(row))]
        return History(
            lines=self._lines,
            categories=self._categories,
            circumstances=self._circumstances,
            certificates=tuple(one for one in self._held if one.programme == programme.code),
            others=tuple(one for one in self._held if one.programme != programme.code),
            deeds=tuple(d for d in self._deeds if d.kind == "course" or d.code in keys),
            begun=tuple(begun),
            exemptions=tuple(
                Spell(row.requirement, row.since, row.last_day)
                for row in self._exemptions
                if row.programme_id == programme.pk
            ),
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
    def _certificates(self) -> Sequence[Certificate]:
        rows = Certificate.objects.held_by(self.person).select_related("programme")
        return list(rows.prefetch_related("events", "reliefs"))

    @cached_property
    def _earlier(self) -> Sequence[EarlierCertificate]:
        rows = self.person.earlier_certificates.filter(Q(struck_on=None) | Q(struck_on__gt=self.at))
        return list(rows.select_related("programme").prefetch_related("reliefs"))

    @cached_property
    def _held(self) -> tuple[Held, ...]:
        found = [
            Held(
                row.pk,
                row.valid_from,
                last_day(row, self.at),
                row.programme.code,
                reviews=tuple(e.on for e in row.events.all() if e.kind == Event.Kind.REVIEWED),
            )
            for row in self._certificates
        ]
        found += [
            Held(row.pk, row.valid_from, last_day(row, self.at), row.programme.code, "earlier")
            for row in self._earlier
        ]
        return tuple(found)

    @cached_property
    def _exemptions(self) -> Sequence[Relief]:
        rows = self.person.reliefs.filter(kind=Relief.Kind.EXEMPTION)
        return list(rows.filter(status=Relief.Status.CONFIRMED))

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
