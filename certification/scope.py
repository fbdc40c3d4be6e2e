"""Whose standing a reader may see on a day, as SQL: the scope of all the statements about many people."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db.models.expressions import RawSQL

from people.access import grants_of
from people.models import Organisation, Person, User
from people.permissions import Permission

if TYPE_CHECKING:
    from certification.queries import Filters

Scope = tuple[str, tuple[Any, ...]]
NOBODY: Scope = ("SELECT NULL::bigint WHERE FALSE", ())

# Of thousands who belong to a place hardly anybody was erased: those few are looked up, not each of these.
_STILL = "m.person_id NOT IN (SELECT erased.id FROM people_person erased WHERE erased.erased_at IS NOT NULL)"
_THAT_DAY = "m.since <= %s AND (m.until IS NULL OR m.until >= %s)"
# By index, institution after institution: a county costs the same whatever the size of the country.
_OF_PLACES = f"""
SELECT DISTINCT m.person_id FROM ({{places}}) place(id)
CROSS JOIN LATERAL (
  SELECT m.person_id FROM people_membership m WHERE m.organisation_id = place.id AND {_THAT_DAY} OFFSET 0
) m WHERE {_STILL}"""  # noqa: S608 - our own constants; what people type goes in as parameters
# Of a whole country every membership is read, once.
_OF_COUNTRY = f"""
SELECT DISTINCT m.person_id FROM ({{places}}) place(id) JOIN people_membership m ON m.organisation_id = place.id
WHERE {_THAT_DAY} AND {_STILL}"""  # noqa: S608


def bases(user: User, filters: "Filters", permission: Permission) -> list[str]:
    """Tree paths of the institutions at which what the reader asks for begins; "" for every tree."""
    if filters.branch:
        return [filters.branch]
    grants = grants_of(user)
    return [""] if grants.everywhere(permission) else list(grants.branches(permission))


def is_country(begin: list[str]) -> bool:
    """Whether a whole tree of institutions is asked for: the planner then reads tables from end to end."""
    return any(len(path) <= Organisation.steplen for path in begin)


def scope(user: User, filters: "Filters", permission: Permission) -> Scope:
    """The people who belonged to the reader's branches that day. By membership alone: one's own record is elsewhere."""
    try:
        numbers = _belonging(user, filters, permission)
        search = filters.search.strip()
        if not search and (filters.region, filters.people, filters.locality) == (None, None, None):
            return numbers
        people = Person.objects.filter(pk__in=RawSQL(*numbers))  # noqa: S611 - our own text
        if filters.region is not None:
            place = {"region__path__startswith": filters.region}
            people = people.filter(**(place if filters.region else {"region": None}))
        if filters.people is not None:
            people = people.filter(pk__in=filters.people)
        if filters.locality is not None:
            people = people.filter(locality=filters.locality)
        people = people.matching(search) if search else people
        return people.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # no role of the reader reaches anybody
        return NOBODY


def _belonging(user: User, filters: "Filters", permission: Permission) -> Scope:
    grants, both = grants_of(user), {permission, Permission.VIEW_STANDING}
    places = Organisation.objects.all()
    for one in both:
        places = places.filter(grants.within("path", one))
    if filters.branch:
        exact = "path" if filters.is_alone else "path__startswith"
        places = places.filter(**{exact: filters.branch})
    text, given = places.order_by().values("pk").query.sql_with_params()
    whole = is_country(bases(user, filters, permission)) and not filters.is_alone
    members = _OF_COUNTRY if whole else _OF_PLACES
    return members.format(places=text), (*given, filters.at, filters.at)
