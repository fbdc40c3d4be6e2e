"""Who answers requests for a place."""

from django.db.models import QuerySet

from people.models import Membership, Person
from people.permissions import Permission
from people.roles import ROLES
from training.models import Edition, Enrolment


def deciders_of(enrolment: Enrolment) -> list[Person]:
    """People whose role lets them answer the request, at the institution that decides or the nearest above it."""
    by_institution = enrolment.edition.approval == Edition.Approval.INSTITUTION
    permission = (
        Permission.NOMINATE if by_institution and enrolment.institution else Permission.ENROL
    )
    roles = [code for code, role in ROLES.items() if permission in role.permissions]
    for path in enrolment.decider.authority_paths():
        found = list(_holders(path, roles).exclude(pk=enrolment.person_id))
        if found:
            return found
    return []


def _holders(path: str, roles: list[str]) -> QuerySet[Person]:
    held = Membership.objects.current().filter(organisation__path=path, role__in=roles)
    return Person.objects.filter(pk__in=held.values("person"), erased_at=None).order_by("pk")
