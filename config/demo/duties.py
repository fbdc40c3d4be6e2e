"""What demo carers did each year after their certificate, what the law looks at in their work; a draft of the rules."""

from datetime import date

from certification.actions import rules
from certification.models import Certificate, Circumstance, HoursEntry, Programme

MINUTES = 8 * 60


def build(foster: Programme, today: date) -> None:
    """The yearly course of whoever holds a certificate; every fourth did not do last year's, and waits for a review."""
    held = list(Certificate.objects.filter(programme=foster).order_by("valid_from", "pk"))
    HoursEntry.objects.bulk_create(
        HoursEntry(
            person_id=certificate.person_id, on=date(year, 5, 14), minutes=MINUTES, kind="any", source="external",
            reference=f"demo:{certificate.pk}:{year}", note="Curs de perfecționare (demo)",
        )
        for number, certificate in enumerate(held)
        for year in range(certificate.valid_from.year + 1, today.year)
        if number % 4 or year != today.year - 1
    )  # fmt: skip
    Circumstance.objects.bulk_create(
        Circumstance(person_id=person, condition="child-placed", since=date(today.year - 1, 9, 1))
        for person in sorted({certificate.person_id for certificate in held[::3]})
    )
    draft = rules.draft(programme=foster, effective_from=date(today.year + 1, 7, 1), by=None)
    yearly = draft.requirements.get(code="yearly-course")
    rules.put_requirement(
        version=draft,
        by=None,
        requirement=yearly,
        minutes=MINUTES,
        count=None,
        source="Demo: not law",
    )
    # Long enough that its preview shows people who would gain standing.
    rules.change(version=draft, by=None, transition="begun", grace_days=365)
