"""The API's part about people: who belongs to the branch, and where."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from people import audit
from people.actions.people import note_opened
from people.machines import (
    Identifier,
    Line,
    Page,
    PageQuery,
    Problem,
    documented,
    machine_of,
    needs,
    page_of,
)
from people.models import Organisation, Person, User
from people.permissions import Permission
from people.queries import institutions, register_rows
from people.scopes import Scope

router = Router(tags=["People"])


class InstitutionOut(Schema):
    """An institution of the branch; `above` is the number of the one above it, if the token sees that."""

    id: int
    name: str
    kind: str
    above: int | None = None


class PersonOut(Schema):
    """Somebody on record: as little as tells people apart. Addresses and national numbers are in no answer."""

    id: int
    name: str = Field(examples=["Popescu Ana"])
    family_name: str
    given_name: str
    patronymic: str
    language: str = Field(examples=["ro"])
    county: str = Field("", examples=["RO-TM"])
    institution: str = Field("", examples=["DGASPC Timiș"])


class PeopleQuery(PageQuery):
    """Which people."""

    q: Annotated[Line, Field(description="beginnings of words of the name, in any script")] = ""
    institution: Annotated[Identifier | None, Field(description="this one and those below it")] = (
        None
    )


@router.get(
    "/institutions",
    response={200: Page[InstitutionOut], **documented()},
    summary="Institutions of the branch",
    **needs(Scope.PEOPLE),
)
def list_institutions(request: HttpRequest, asked: Query[PageQuery]) -> dict[str, Any]:
    """The token's own institution and all below it."""
    mine = institutions(Organisation.objects.visible_to(request.auth.user))  # type: ignore[attr-defined]
    numbers = dict(mine.values_list("path", "pk"))
    step = Organisation.steplen
    return page_of(
        mine,
        asked,
        lambda one: {
            "id": one.pk,
            "name": str(one),
            "kind": one.kind,
            "above": numbers.get(one.path[:-step]),
        },
    )


@router.get(
    "/people",
    response={200: Page[PersonOut], **documented(404)},
    summary="People of the branch",
    **needs(Scope.PEOPLE),
)
def list_people(request: HttpRequest, asked: Query[PeopleQuery]) -> dict[str, Any]:
    """Whoever belongs to the branch today. Each page that is read is written into the trail."""
    machine = machine_of(request)
    user = machine.user
    place = institution_of(user, asked.institution) if asked.institution else None
    found = page_of(register_rows(user, text=asked.q, organisation=place), asked, shown)
    audit.record(
        by=user, verb="people.listed", target=machine.token, organisation=place or machine.organisation,
        rows=len(found["items"]),
    )  # fmt: skip
    return found


@router.get(
    "/people/{person_id}",
    response={200: PersonOut, **documented(404)},
    summary="One person",
    **needs(Scope.PEOPLE),
)
def get_person(request: HttpRequest, person_id: Identifier) -> dict[str, Any]:
    """Somebody of the branch; reading it is written into the trail."""
    user = machine_of(request).user
    found = register_rows(user).filter(pk=person_id).first()
    if found is None:
        raise Problem(404)
    note_opened(by=user, person=found)
    return shown(found)


def institution_of(
    user: User, number: int, permission: Permission = Permission.VIEW_ORGANISATION
) -> Organisation:
    """An institution of the token's branch; another's is not there."""
    found = Organisation.objects.visible_to(user, permission).filter(pk=number).first()
    if found is None:
        raise Problem(404)
    return found


def shown(person: Person) -> dict[str, Any]:
    """A person as the API writes them."""
    return {
        "id": person.pk,
        "name": person.list_name,
        "family_name": person.family_name,
        "given_name": person.given_name,
        "patronymic": person.patronymic,
        "language": person.language,
        "county": person.region.code if person.region else "",
        "institution": getattr(person, "place", "") or "",
    }
