"""A person moves to another institution: the old membership ends the day before the new one begins."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit
from people.access import require
from people.models import Membership, Organisation, Person, User
from people.permissions import Permission

FARTHEST = timedelta(days=366)
ROLE = "learner"


@transaction.atomic
def move(
    *, by: User | None, membership: Membership, to: Organisation, on: date | None = None
) -> Membership:
    """Hand a person over from that day on; the receiving institution sees them from then. The same again finds it done.

    Whoever keeps the register where the person is decides; nobody is asked at the other end, who only gains somebody.
    Places, certificates and hours are the person's, so they need not move. Roles of staff are given and ended instead.
    """
    Person.objects.select_for_update().get(pk=membership.person_id)
    old = Membership.objects.select_related("organisation").get(pk=membership.pk)
    require(by, Permission.EDIT_PEOPLE, organisation=old.organisation)
    day = on or timezone.localdate()
    theirs = Membership.objects.filter(person=old.person_id, organisation=to, role=ROLE)
    last = day - timedelta(days=1)
    if old.until == last and (done := theirs.filter(since=day).first()):
        return done
    _check(old, to, day)
    if theirs.filter(until=None).exists():
        raise ValidationError({"to": _("The person belongs to this institution already.")})
    old.until = last
    old.save(update_fields=["until"])
    new = Membership.objects.create(
        person_id=old.person_id, organisation=to, role=ROLE, since=day, recorded_by=by
    )
    for held in (old, new):
        audit.record(
            by=by, verb="person.moved", target=held, person=old.person_id, organisation=held.organisation,
            on=str(day), old=old.organisation_id, new=to.pk,
        )  # fmt: skip
    return new


def _check(old: Membership, to: Organisation, day: date) -> None:
    today = timezone.localdate()
    if old.role != ROLE or (old.until and old.until < today):
        raise ValidationError(_("Only somebody who belongs here as a learner can move."))
    if not to.is_active:
        raise ValidationError({"to": _("This institution no longer works.")})
    if day <= old.since:
        raise ValidationError({"on": _("The person came only on that day or later.")})
    if abs(day - today) > FARTHEST:
        raise ValidationError({"on": _("Choose a day within a year from today.")})
