"""Rule versions and their requirements, read from the database as plain data."""

from collections import defaultdict
from collections.abc import Iterable

from certification.law import Ask, Book, Counts, Shelf
from certification.models import Equivalence, Requirement, RuleVersion


def shelves(programmes: Iterable[int]) -> dict[int, Shelf]:
    """The published versions of these programmes."""
    keys = set(programmes)
    versions = (
        RuleVersion.objects.published()
        .filter(programme__in=keys)
        .prefetch_related(
            "requirements__category",
            "requirements__topic",
            "requirements__equivalences__topic",
            "requirements__equivalences__course",
            "requirements__equivalences__programme",
        )
    )
    found: dict[int, list[Book]] = defaultdict(list)
    for version in versions:
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
