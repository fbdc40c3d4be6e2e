"""Certificates of the past editions, and what happened to some of them."""

from datetime import date, timedelta

from certification.actions import log
from certification.actions.certificates import issue, revoke, suspend
from certification.models import Certificate, HoursEntry, Programme
from config.demo.editions import Made
from training.models import Enrolment

# What the law of 2024 asks of a carer before the certificate; that of 2003 asked for less.
FOSTER = {"theory": 50 * 60, "practice": 30 * 60}


def build(made: list[Made], programmes: dict[str, Programme], today: date) -> None:
    """A certificate for each completed enrolment; two are revoked and one is suspended, each for a reason."""
    issued: list[Certificate] = []
    _hours(made)
    for one in made:
        programme = programmes[one.plan.course]
        completed = (e for e in one.enrolments if e.status == Enrolment.Status.COMPLETED)
        issued.extend(
            issue(enrolment=enrolment, programme=programme, on=enrolment.completed_on)
            for enrolment in completed
        )
    recent = [c for c in issued if c.valid_from > today - timedelta(days=400)]
    for certificate, reason in zip(
        recent[3:5],
        ("Emis din eroare: prezența nu era completă.", "Emis pe un nume greșit."),
        strict=False,
    ):
        revoke(certificate=certificate, by=None, reason=reason, on=today - timedelta(days=20))
    for certificate in recent[6:7]:
        suspend(
            certificate=certificate,
            by=None,
            reason="Verificare în curs.",
            on=today - timedelta(days=5),
        )
    log.add_new()
    log.sign_head()


def _hours(made: list[Made]) -> None:
    """The ledger of whoever completed the long course: without it no certificate follows."""
    HoursEntry.objects.bulk_create(
        HoursEntry(
            person_id=place.person_id, on=place.completed_on, minutes=minutes, kind=kind, source="session",
            reference=f"enrolment:{place.pk}:demo:{kind}",
        )
        for one in made
        if one.plan.course == "foster-initial"
        for place in one.enrolments
        if place.status == Enrolment.Status.COMPLETED
        for kind, minutes in FOSTER.items()
    )  # fmt: skip
