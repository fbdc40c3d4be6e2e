"""Who answers requests for a place."""

from people.models import Person
from people.permissions import Permission
from people.queries import nearest_with
from training.models import Edition, Enrolment


def deciders_of(enrolment: Enrolment) -> list[Person]:
    """People whose role lets them answer the request, at the institution that decides or the nearest above it."""
    by_institution = enrolment.edition.approval == Edition.Approval.INSTITUTION
    permission = (
        Permission.NOMINATE if by_institution and enrolment.institution else Permission.ENROL
    )
    return nearest_with(permission, enrolment.decider, but=enrolment.person_id)
