"""What the database knows of one person, as the plain data that standing and requirements are judged by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from certification.days import day_of
from certification.dossier_rows import Rows
from certification.law import Held, History, Spell
from certification.models import Certificate, EarlierCertificate, Programme, Relief
from certification.models import CertificateEvent as Event
from certification.standing import Happening, Record
from people.models import Person
from training.models import Enrolment

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
    """Everything about one person that standing turns on; `rows` where it was read for others, too."""

    def __init__(self, person: Person, at: date, rows: Rows | None = None) -> None:
        self.person, self.at = person, at
        self._rows = rows or Rows([person.pk])

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

    def ties(self, programme: Programme) -> History:
        """As far as a transition from one version to the next looks at the person: what they hold and have begun."""
        keys = self._rows.leading[programme.pk]
        begun = [spell for row in self._enrolments if row["key"] in keys and (spell := _begun(row))]
        held = tuple(one for one in self._held if one.programme == programme.code)
        return History(certificates=held, begun=tuple(begun))

    def history(self, programme: Programme) -> History:
        """The person as the rules of that programme see them."""
        keys = self._rows.leading[programme.pk]
        return replace(
            self.ties(programme),
            lines=tuple(self._mine("lines")),
            categories=tuple(self._mine("categories")),
            circumstances=tuple(self._mine("circumstances")),
            others=tuple(one for one in self._held if one.programme != programme.code),
            deeds=tuple(d for d in self._mine("deeds") if d.kind == "course" or d.code in keys),
            exemptions=tuple(
                Spell(row.requirement, row.since, row.last_day)
                for row in self._mine("exemptions")
                if row.programme_id == programme.pk
            ),
        )

    def enrolled_on(self, programme: Programme, day: date) -> date | None:
        """Since when the person has a place on a course that leads to the programme, the outcome still open."""
        keys = self._rows.leading[programme.pk]
        rows = [r for r in self._enrolments if r["key"] in keys and _under_way(r, day)]
        return min((day_of(row["queued_at"]) for row in rows), default=None)

    @property
    def _certificates(self) -> Sequence[Certificate]:
        return self._mine("certificates")

    @cached_property
    def _earlier(self) -> Sequence[EarlierCertificate]:
        rows: Sequence[EarlierCertificate] = self._mine("earlier")
        return [row for row in rows if row.struck_on is None or row.struck_on > self.at]

    @property
    def _enrolments(self) -> Sequence[dict[str, Any]]:
        return self._mine("enrolments")

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

    def _mine(self, part: str) -> Any:
        return getattr(self._rows, part).get(self.person.pk, ())


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
