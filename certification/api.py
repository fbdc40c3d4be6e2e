"""The API's part about certification: where people stand, certificates, and checking them."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from certification import api_schemas as say
from certification import misses, queries, verification
from certification.api_people import found_people, standings_of
from certification.days import today
from certification.models import Certificate, Programme
from certification.queries import Filters
from certification.views.trail import opened
from people import audit
from people.api import institution_of
from people.machines import (
    Identifier,
    Machine,
    Page,
    PageQuery,
    Problem,
    documented,
    machine_of,
    needs,
    page_of,
)
from people.machines.paging import part, start_of
from people.machines.problems import slow_down
from people.permissions import Permission
from people.scopes import Scope

router = Router(tags=["Certification"])


@router.get(
    "/programmes",
    response={200: Page[say.ProgrammeOut], **documented()},
    summary="Programmes",
    **needs(Scope.STANDING),
)
def list_programmes(request: HttpRequest, asked: Query[PageQuery]) -> dict[str, Any]:
    """What the law asks, by code."""
    return page_of(Programme.objects.filter(is_active=True), asked, say.programme)


@router.get(
    "/standing",
    response={200: Page[say.StandingRowOut], **documented(404)},
    summary="Where the people of the branch stand",
    **needs(Scope.STANDING),
)
def list_standing(request: HttpRequest, asked: Query[say.StandingQuery]) -> dict[str, Any]:
    """One row for each person and programme that is asked of them, on any day; as the list on the site.

    Each page that is read is written into the trail.
    """
    machine, codes = machine_of(request), _codes()
    filters, begin = _filters(machine, asked, codes, asked.state), start_of(asked)
    rows = queries.standing_rows(
        machine.user, filters, sort="name", limit=asked.limit + 1, offset=begin
    )
    audit.record(
        by=machine.user, verb="standing.exported", target=machine.token, organisation=machine.organisation,
        file="api", rows=min(len(rows), asked.limit), at=filters.at.isoformat(), state=filters.state,
        programme=filters.programme, searched=bool(filters.search),
    )  # fmt: skip
    items = [say.row(one, codes) for one in rows[: asked.limit]]
    return part(rows, asked, items, lambda _last: begin + asked.limit)


@router.get(
    "/standing/counts",
    response={200: say.CountsOut, **documented(404)},
    summary="How many stand how",
    **needs(Scope.STANDING),
)
def count_standing(request: HttpRequest, asked: Query[say.NarrowedQuery]) -> dict[str, Any]:
    """The numbers of the board: how many rows of the list are in each state on that day."""
    machine = machine_of(request)
    filters = _filters(machine, asked, _codes())
    counts = queries.standing_counts(machine.user, filters)
    return {"at": filters.at, "total": sum(counts.values()), "states": counts}


@router.post(
    "/standing/check",
    response={200: say.CheckOut, **documented(413)},
    summary="Where these people stand",
    **needs(Scope.STANDING),
)
def check_standing(request: HttpRequest, payload: say.CheckIn) -> dict[str, Any]:
    """Up to 200 people by number, certificate, authorisation or national number, on any day.

    Whoever is not of the branch is not found. Each person found is written into the trail.
    """
    user, at = machine_of(request).user, payload.at or today()
    people = found_people(user, payload.people)
    known = {one.pk: one for one in people if one}
    standings = standings_of(user, known, at)
    for one in known.values():
        opened(user, one, one, "standing.looked_up")
    answers = [
        {"person": one.pk, "standings": standings[one.pk]} if one else {"person": None}
        for one in people
    ]
    return {"at": at, "people": answers}


@router.get(
    "/people/{person_id}/standing",
    response={200: say.PersonStanding, **documented(404)},
    summary="Where one person stands",
    **needs(Scope.STANDING),
)
def get_standing(
    request: HttpRequest, person_id: Identifier, asked: Query[say.OnDay]
) -> dict[str, Any]:
    """Under each programme that is asked of the person or of which they hold a certificate; written into the trail."""
    user, at = machine_of(request).user, asked.at or today()
    (who,) = found_people(user, [say.Who(person=person_id)])
    if who is None:
        raise Problem(404)
    opened(user, who, who, "standing.opened")
    found = [say.standing(one, programme.code) for programme, one in queries.standings(who, at)]
    return {"person": who.pk, "at": at, "standings": found}


@router.get(
    "/certificates",
    response={200: Page[say.CertificateOut], **documented()},
    summary="Certificates",
    **needs(Scope.CERTIFICATES),
)
def list_certificates(request: HttpRequest, asked: Query[say.CertificateQuery]) -> dict[str, Any]:
    """Those that the branch issued, and those of its people."""
    rows = Certificate.objects.visible_to(machine_of(request).user)
    if asked.person:
        rows = rows.filter(person=asked.person)
    if asked.number:
        rows = rows.filter(number__in=verification.spellings(asked.number))
    found = page_of(rows, asked, lambda one: one.pk)
    those = Certificate.objects.filter(pk__in=found["items"]).order_by("pk")
    items = [say.certificate(*pair) for pair in queries.with_state(those, today())]
    return {**found, "items": items}


@router.get(
    "/certificates/{certificate_id}",
    response={200: say.CertificateWithEvents, **documented(404)},
    summary="One certificate",
    **needs(Scope.CERTIFICATES),
)
def get_certificate(request: HttpRequest, certificate_id: Identifier) -> dict[str, Any]:
    """A certificate with what happened to it."""
    rows = Certificate.objects.visible_to(machine_of(request).user).filter(pk=certificate_id)
    found = queries.with_state(rows, today())
    if not found:
        raise Problem(404)
    one, standing = found[0]
    events = [{"kind": e.kind, "on": e.on, "reason": e.reason} for e in one.events.all()]
    return {**say.certificate(one, standing), "events": events}


@router.post(
    "/verify",
    response={200: say.VerifiedOut, **documented()},
    summary="Check a certificate",
    **needs(Scope.VERIFY),
)
def verify(request: HttpRequest, payload: say.PaperIn) -> dict[str, Any]:
    """What a certificate of any institution is worth today, by its number and the holder's family name."""
    return _verified(machine_of(request), payload)


@router.post(
    "/verify/bulk",
    response={200: say.ManyVerified, **documented(413)},
    summary="Check many certificates",
    **needs(Scope.VERIFY),
)
def verify_many(request: HttpRequest, payload: say.PapersIn) -> dict[str, Any]:
    """Up to 200 at once, answered in their order."""
    machine = machine_of(request)
    return {"certificates": [_verified(machine, paper) for paper in payload.certificates]}


def _verified(machine: Machine, paper: say.PaperIn) -> dict[str, Any]:
    """One answer. Nobody guesses numbers by the hundred: too many that do not exist end the request."""
    who = f"token:{machine.token.pk}"
    if misses.too_many(who):
        raise slow_down(misses.PERIOD)
    entry = verification.by_number(paper.number, paper.family_name)
    if entry is None:
        misses.add(who)
        return say.verified(verification.not_found())
    return say.verified(verification.examine(entry, today()))


def _codes() -> dict[int, str]:
    return dict(Programme.objects.values_list("pk", "code"))


def _filters(
    machine: Machine, asked: say.NarrowedQuery, codes: dict[int, str], state: str = ""
) -> Filters:
    """What narrows the list. A programme or an institution that the token does not know is not there."""
    number = next((pk for pk, code in codes.items() if code == asked.programme), None)
    if asked.programme and number is None:
        raise Problem(404)
    permission = Permission.VIEW_STANDING
    place = (
        institution_of(machine.user, asked.institution, permission) if asked.institution else None
    )
    return Filters(
        at=asked.at or today(),
        programme=number,
        state=state or None,
        branch=place.path if place else "",
        search=asked.q,
    )
