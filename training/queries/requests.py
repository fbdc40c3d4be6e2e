"""Requests for a place, for those who answer them."""

from django.db.models import Q, QuerySet

from people.access import grants_of
from people.models import User
from people.permissions import Permission
from training.models import Edition, Enrolment
from training.queries.enrolments import for_enrolment_cards

Status = Enrolment.Status


def answerable_by(user: User) -> QuerySet[Enrolment]:
    """Enrolments in editions where this user decides; never their own."""
    grants = grants_of(user)
    by_institution = Q(edition__approval=Edition.Approval.INSTITUTION, institution__isnull=False)
    mine = (by_institution & grants.within("institution__path", Permission.NOMINATE)) | (
        ~by_institution & grants.within("edition__organiser__path", Permission.ENROL)
    )
    decided = Enrolment.objects.exclude(edition__approval=Edition.Approval.NONE)
    return decided.filter(mine).exclude(person=user.person_id or 0)


def waiting_requests(user: User) -> QuerySet[Enrolment]:
    """What waits for an answer, by edition, the oldest request first."""
    rows = answerable_by(user).filter(status=Status.APPLIED)
    rows = for_enrolment_cards(rows).select_related(
        "person", "institution", "nominated_by", "edition__organiser__jurisdiction"
    )
    return rows.order_by("edition__starts", "edition", "queued_at", "pk")


def number_of_requests(user: User) -> int:
    """How many requests wait for this user."""
    return answerable_by(user).filter(status=Status.APPLIED).count()
