"""What the API's part about certification reads and writes."""

from datetime import date
from typing import Annotated, Any, Self

from ninja import Schema
from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from certification.content import verify_url
from certification.models import Certificate, Programme
from certification.queries import StandingRow
from certification.standing import Standing, State
from certification.verification import Finding
from people.machines import Day, Identifier, Line, Many, Number, PageQuery

STATES = "|".join(State.values)


class _Strict(Schema):
    """A misspelt name is no silent default."""

    model_config = ConfigDict(extra="forbid")


class CertificateRef(Schema):
    """The certificate that proves a standing; `is_ours` is false for one on paper from elsewhere."""

    id: int
    number: str
    is_ours: bool


class StandingOut(Schema):
    """Where somebody stands under a programme on a day."""

    programme: str = Field(examples=["ro.foster"])
    state: str = Field(examples=["expiring"], description=", ".join(State.values))
    is_good: bool = Field(description="counts as trained")
    since: date | None = None
    until: date | None = None
    valid_until: date | None = None
    review_due: date | None = None
    reason: str = Field(
        examples=["Certificate TM/2026/00017 ends on 7 March 2026. It can be renewed now."]
    )
    certificate: CertificateRef | None = None


class PersonStanding(Schema):
    """Everything about one person."""

    person: int
    at: date
    standings: list[StandingOut]


class StandingRowOut(StandingOut):
    """A row of the list: a person under a programme."""

    person: int
    name: str
    institution: str


class CountsOut(Schema):
    """How many rows the list has in each state."""

    at: date
    total: int
    states: dict[str, int]


class Who(_Strict):
    """One person: by exactly one of these."""

    person: Number | None = None
    certificate: Annotated[Line, Field(min_length=1)] | None = None
    authorisation: Annotated[Line, Field(min_length=1)] | None = None
    national_number: Annotated[Line, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def exactly_one(self) -> Self:
        """Two could mean two people."""
        if sum(1 for value in self.model_dump().values() if value) != 1:
            raise PydanticCustomError("exactly_one", "exactly one is needed")
        return self


class CheckIn(_Strict):
    """Of whom, and on which day."""

    people: Many[Who]
    at: Day | None = None


class Checked(Schema):
    """The answer for one of those asked about, in their order; `person` is empty where nobody was found."""

    person: int | None = None
    standings: list[StandingOut] = []


class CheckOut(Schema):
    """The answers."""

    at: date
    people: list[Checked]


class CertificateOut(Schema):
    """A certificate in numbers and days; whose it is stands at /people."""

    id: int
    number: str
    person: int
    programme: str
    issued_on: date
    valid_from: date
    valid_until: date | None = None
    review_due: date | None = None
    state: str | None = Field(None, description="what it alone says today; empty: it was replaced")
    verify_url: str


class EventOut(Schema):
    """What happened to a certificate."""

    kind: str
    on: date
    reason: str


class CertificateWithEvents(CertificateOut):
    """A certificate with what happened to it."""

    events: list[EventOut]


class PaperIn(_Strict):
    """What stands on the paper."""

    number: Annotated[Line, Field(min_length=1)] = Field(examples=["TM/2026/00017"])
    family_name: Annotated[Line, Field(min_length=1)] = Field(examples=["Popescu"])


class PapersIn(_Strict):
    """Many of them."""

    certificates: Many[PaperIn]


class CheckMark(Schema):
    """One check with its result: done, failed or open."""

    text: str
    result: str


class VerifiedOut(Schema):
    """What a certificate is worth today. Of one that is not found nothing more is said."""

    verdict: str = Field(examples=["valid"])
    title: str
    text: str
    reason: str = ""
    number: str = ""
    valid_until: date | None = None
    checks: list[CheckMark] = []


class ManyVerified(Schema):
    """The answers in the order of the question."""

    certificates: list[VerifiedOut]


class ProgrammeOut(Schema):
    """A programme: what the law asks of a category."""

    code: str
    name: str


class NarrowedQuery(PageQuery):
    """Which rows of the branch."""

    at: Annotated[Day | None, Field(description="as of that day; today without it")] = None
    programme: Annotated[Line, Field(description="its code")] = ""
    institution: Annotated[Identifier | None, Field(description="this one and those below it")] = (
        None
    )
    q: Annotated[Line, Field(description="beginnings of words of the name")] = ""


class OnDay(Schema):
    """On which day."""

    at: Annotated[Day | None, Field(description="as of that day; today without it")] = None


class CertificateQuery(PageQuery):
    """Which certificates."""

    person: Identifier | None = None
    number: Annotated[Line, Field(description="as it is printed")] = ""


class StandingQuery(NarrowedQuery):
    """Which rows of the list."""

    state: Annotated[str, Field(pattern=f"^({STATES})?$")] = ""


def standing(found: Standing, programme: str) -> dict[str, Any]:
    """A standing as the API writes it."""
    proof = found.certificate_id or found.earlier_id
    ref = {"id": proof, "number": found.number, "is_ours": bool(found.certificate_id)}
    return {
        "programme": programme,
        "state": str(found.state.value),
        "is_good": found.is_good,
        "since": found.since,
        "until": found.until,
        "valid_until": found.valid_until,
        "review_due": found.review_due,
        "reason": found.reason,
        "certificate": ref if proof else None,
    }


def row(one: StandingRow, codes: dict[int, str]) -> dict[str, Any]:
    """A row of the list as the API writes it."""
    return {
        **standing(one.standing, codes[one.programme_id]),
        "person": one.person_id,
        "name": one.name,
        "institution": one.organisation,
    }


def certificate(one: Certificate, found: Standing | None) -> dict[str, Any]:
    """A certificate as the API writes it."""
    return {
        "id": one.pk,
        "number": one.number,
        "person": one.person_id,
        "programme": one.programme.code,
        "issued_on": one.issued_on,
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
        "review_due": found.review_due if found else one.review_due,
        "state": str(found.state.value) if found else None,
        "verify_url": verify_url(one.token),
    }


def verified(found: Finding) -> dict[str, Any]:
    """What a certificate is worth, as the API writes it."""
    return {
        "verdict": str(found.verdict.value),
        "title": found.title,
        "text": found.text,
        "reason": found.reason,
        "number": found.entry.number if found.entry else "",
        "valid_until": found.valid_until,
        "checks": [{"text": one.text, "result": one.result} for one in found.checks],
    }


def programme(one: Programme) -> dict[str, str]:
    """A programme as the API writes it."""
    return {"code": one.code, "name": str(one.name)}
