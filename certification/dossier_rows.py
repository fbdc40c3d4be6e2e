"""What the database holds of some people, each part read once for all of them and only when somebody asks for it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from certification.days import day_of
from certification.law import Deed, Line, Spell
from certification.models import (
    Certificate,
    Circumstance,
    EarlierCertificate,
    HoursEntry,
    Programme,
    Relief,
)
from courses.models import TestAttempt
from people.models import PersonCategory
from training.models import Enrolment, TrainerResult

Part = TypeVar("Part")
ENROLMENT = ("pk", "status", "queued_at", "completed_on", "cancelled_at", "edition__ends")


class Rows:
    """Each property by person; nobody of whom there is nothing appears in it."""

    def __init__(self, people: Iterable[int]) -> None:
        self.people = sorted(set(people))

    @cached_property
    def leading(self) -> dict[int, set[str]]:
        """The courses that lead to each programme; the same for everybody."""
        found: dict[int, set[str]] = defaultdict(set)
        through = Programme.courses.through.objects.values_list(
            "programme", "course__translation_key"
        )
        for programme, key in through:
            found[programme].add(str(key))
        return found

    @cached_property
    def certificates(self) -> dict[int, list[Certificate]]:
        """With their events and extensions."""
        rows = Certificate.objects.filter(person__in=self.people).select_related("programme")
        return _by_person(
            (row.person_id, row) for row in rows.prefetch_related("events", "reliefs")
        )

    @cached_property
    def earlier(self) -> dict[int, list[EarlierCertificate]]:
        """Certificates on paper, those that were struck too."""
        rows = EarlierCertificate.objects.filter(person__in=self.people)
        found = rows.select_related("programme").prefetch_related("reliefs")
        return _by_person((row.person_id, row) for row in found)

    @cached_property
    def exemptions(self) -> dict[int, list[Relief]]:
        """Those that a second person confirmed."""
        rows = Relief.objects.filter(person__in=self.people, kind=Relief.Kind.EXEMPTION)
        confirmed = rows.filter(status=Relief.Status.CONFIRMED)
        return _by_person((row.person_id, row) for row in confirmed)

    @cached_property
    def lines(self) -> dict[int, list[Line]]:
        """The ledger, by day."""
        rows = HoursEntry.objects.filter(person__in=self.people).order_by("on", "pk")
        names = ("person", "pk", "on", "minutes", "kind", "topic__code", "source")
        return _by_person(
            (person, Line(pk, on, minutes, kind, topic or "", source))
            for person, pk, on, minutes, kind, topic, source in rows.values_list(*names)
        )

    @cached_property
    def categories(self) -> dict[int, list[Spell]]:
        """What they were in law, and when."""
        rows = PersonCategory.objects.filter(person__in=self.people)
        found = rows.values_list("person", "category__code", "since", "until")
        return _by_person(
            (person, Spell(code, since, until)) for person, code, since, until in found
        )

    @cached_property
    def circumstances(self) -> dict[int, list[Spell]]:
        """What held for them, and when."""
        rows = Circumstance.objects.filter(person__in=self.people).order_by("since", "pk")
        found = rows.values_list("person", "condition", "since", "until")
        return _by_person(
            (person, Spell(code, since, until)) for person, code, since, until in found
        )

    @cached_property
    def enrolments(self) -> dict[int, list[dict[str, Any]]]:
        """In the order in which they asked for them; `key` is the course."""
        rows = Enrolment.objects.filter(person__in=self.people).order_by("queued_at", "pk")
        found = rows.values("person", *ENROLMENT, "edition__course__translation_key")
        return _by_person(
            (row["person"], row | {"key": str(row["edition__course__translation_key"])})
            for row in found
        )

    @cached_property
    def deeds(self) -> dict[int, list[Deed]]:
        """Courses completed, results that trainers gave, tests passed; the oldest first."""
        found = [
            (person, Deed("course", row["completed_on"], row["pk"], row["key"]))
            for person, rows in self.enrolments.items()
            for row in rows
            if row["status"] == Enrolment.Status.COMPLETED
        ]
        key = "enrolment__edition__course__translation_key"
        results = TrainerResult.objects.filter(enrolment__person__in=self.people).positive()
        found += [
            (person, Deed("outcome", day_of(at), pk, str(course)))
            for person, pk, at, course in results.values_list(
                "enrolment__person", "pk", "given_at", key
            )
        ]
        tests = TestAttempt.objects.filter(person__in=self.people, passed=True)
        found += [
            (person, Deed("test", day_of(at), pk, str(course)))
            for person, pk, at, course in tests.values_list(
                "person", "pk", "handed_in_at", "course_key"
            )
        ]
        return _by_person(sorted(found, key=_order))


def _order(found: tuple[int, Deed]) -> tuple[date, str, int]:
    deed = found[1]
    return deed.on, deed.kind, deed.id


def _by_person(pairs: Iterable[tuple[int, Part]]) -> dict[int, list[Part]]:
    found: dict[int, list[Part]] = defaultdict(list)
    for person, part in pairs:
        found[person].append(part)
    return found
