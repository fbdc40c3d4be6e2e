"""Granting roles and ending them."""

from datetime import date, timedelta

from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit
from people.access import require
from people.cms_access import CMS_ROLES, keep_in_step
from people.models import Membership, Organisation, Person, SignInProvider, User
from people.permissions import Permission
from people.roles import ROLES, STAFF_ROLES


@transaction.atomic
def grant(
    *,
    by: User | None,
    person: Person,
    organisation: Organisation,
    role: str,
    since: date | None = None,
    until: date | None = None,
    given_by: SignInProvider | None = None,
) -> Membership:
    """Give a person a role at an institution. The same open role is not given twice: a repeated call finds it.

    `given_by`: the institution's sign-in, which may end what it gave. What somebody gives by hand is theirs from then.
    """
    require(by, permission_for(role), organisation=organisation)
    Person.objects.select_for_update().get(pk=person.pk)
    day = since or timezone.localdate()
    if until and until < day:
        raise ValidationError({"until": _("The last day is before the first.")})
    existing = Membership.objects.filter(person=person, organisation=organisation, role=role)
    found = (
        existing.filter(until=None).first()
        if until is None
        else existing.filter(since=day, until=until).first()
    )
    if found:
        return found if given_by or not found.given_by_id else _taken_over(by, found)
    membership = Membership.objects.create(
        person=person, organisation=organisation, role=role, since=day, until=until, recorded_by=by, given_by=given_by
    )  # fmt: skip
    _tell_cms(person, role)
    audit.record(
        by=by, verb="role.granted", target=membership, person=person, organisation=organisation,
        role=role, since=str(day), until=str(until or ""), **_source(membership),
    )  # fmt: skip
    return membership


def _taken_over(by: User | None, membership: Membership) -> Membership:
    """Somebody answers for the role now: the institution's sign-in does not end it any more."""
    audit.record(
        by=by, verb="role.granted", target=membership, person=membership.person,
        organisation=membership.organisation, role=membership.role, instead_of=membership.given_by_id,
    )  # fmt: skip
    membership.given_by = None
    membership.recorded_by = by
    membership.save(update_fields=["given_by", "recorded_by"])
    return membership


def _source(membership: Membership) -> dict[str, int]:
    """For the trail: the sign-in that gave the role, if one did."""
    return {"provider": membership.given_by_id} if membership.given_by_id else {}


@transaction.atomic
def end(*, by: User | None, membership: Membership, until: date | None = None) -> None:
    """End a role: at once (its last day was yesterday), or on the given last day."""
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("organisation", "person")
        .get(pk=membership.pk)
    )
    require(by, permission_for(membership.role), organisation=membership.organisation)
    if by and by.person_id == membership.person_id and membership.role == "administrator":
        raise PermissionDenied("An administrator's own role is ended by another administrator.")
    last = until or timezone.localdate() - timedelta(days=1)
    audit.record(
        by=by, verb="role.ended", target=membership, person=membership.person, organisation=membership.organisation,
        role=membership.role, until=str(last), **_source(membership),
    )  # fmt: skip
    if last < membership.since:
        membership.delete()  # given and taken back on the same day: only the trail remembers it
    else:
        membership.until = last
        membership.save(update_fields=["until"])
    _tell_cms(membership.person, membership.role)
    if membership.role in STAFF_ROLES and last < timezone.localdate():
        sign_out_everywhere(membership.person)


def sign_out_everywhere(person: Person) -> None:
    """End every session of the person's log-in."""
    for session in UserSession.objects.filter(user__person=person):
        session.end()


def permission_for(role: str) -> Permission:
    """What somebody needs who gives or ends that role.

    Learners come and go with the people register; every other role is an administrator's to give.
    """
    if role not in ROLES:
        raise ValidationError({"role": _("There is no such role.")})
    return Permission.MANAGE_ROLES if role in STAFF_ROLES else Permission.EDIT_PEOPLE


def _tell_cms(person: Person, role: str) -> None:
    if role in CMS_ROLES:
        for user in User.objects.filter(person=person):
            keep_in_step(user)
