"""People of Lugoj whose certificates end on chosen days, for «What is next» and what stands beside it."""

from datetime import date, timedelta

from certification.models import Programme
from people.models import Person
from tests.cast import Cast
from tests.factories import certification as proof
from tests.factories import people as make

DAY = date(2026, 3, 12)


def carer(cast: Cast, programme: Programme, name: str, until: date | None, **fields) -> Person:
    """Somebody of Lugoj whose certificate ends on that day; without one, never trained."""
    who = make.person(cast.lugoj, name, "Om", categories=[cast.carer], **fields)
    if until:
        proof.certificate(
            who, programme, issuer=cast.timis, valid_from=date(2023, 1, 1), valid_until=until
        )
    return who


def eight_of(cast: Cast, programme: Programme) -> list[Person]:
    """Eight whose certificates end in twenty days, every other one with an e-mail address."""
    return [
        carer(
            cast, programme, f"Popa{n}", DAY + timedelta(days=20), email="" if n % 2 else f"p{n}@example.org"
        )
        for n in range(8)
    ]  # fmt: skip
