"""Certificates of the past editions, and what happened to some of them."""

from datetime import date, timedelta

from certification.actions import log
from certification.actions.certificates import issue, revoke, suspend
from certification.models import Certificate, Programme
from config.demo.editions import Made
from training.models import Enrolment


def build(made: list[Made], programmes: dict[str, Programme], today: date) -> None:
    """A certificate for each completed enrolment; two are revoked and one is suspended, each for a reason."""
    issued: list[Certificate] = []
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
