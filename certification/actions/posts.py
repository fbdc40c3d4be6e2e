"""Posts that require a course: what they require, who is appointed, and what the appointed still miss."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certification.models import Appointment, Post, Programme
from people import audit
from people.access import grants_of, require
from people.models import Jurisdiction, Organisation, Person, User
from people.permissions import Permission


@transaction.atomic
def define(*, by: User | None, name: dict[str, str]) -> Post:
    """A new post of this deployment's jurisdiction; one of the same name is found. It requires nothing yet."""
    if by is not None and not grants_of(by).at_the_top(Permission.MANAGE_PROGRAMMES):
        raise PermissionDenied("posts")
    country = Jurisdiction.objects.select_for_update(no_key=True).get(code=settings.JURISDICTION)
    if found := Post.objects.filter(jurisdiction=country, name=name).first():
        return found
    made = Post.objects.create(jurisdiction=country, code=f"post-{uuid4().hex[:12]}", name=name)
    audit.record(by=by, verb="post.defined", target=made)
    return made


@transaction.atomic
def require_programmes(
    *, by: User | None, post: Post, programmes: Sequence[Programme], kinds: Sequence[str]
) -> Post:
    """Let exactly these programmes be required of the post, at institutions of these kinds. Repeatable."""
    if by is not None and not grants_of(by).at_the_top(Permission.MANAGE_PROGRAMMES):
        raise PermissionDenied("posts")
    if unknown := set(kinds) - set(Organisation.Kind.values):
        raise ValidationError({"kinds": sorted(unknown)})
    row = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    before = set(row.programmes.values_list("pk", flat=True))
    wanted = {programme.pk for programme in programmes}
    if before == wanted and sorted(row.kinds) == sorted(kinds):
        return row
    row.programmes.set(wanted)
    row.kinds = sorted(kinds)
    row.save(update_fields=["kinds"])
    audit.record(
        by=by, verb="post.required", target=row, programmes=sorted(wanted), kinds=row.kinds
    )
    return row


@transaction.atomic
def appoint(
    *,
    by: User | None,
    post: Post,
    person: Person,
    organisation: Organisation,
    since: date | None = None,
) -> Appointment:
    """Appoint somebody, trained or not: what is missing is said, and is theirs to close. The same again finds it."""
    require(by, Permission.EDIT_PEOPLE, organisation=organisation)
    row = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if row.erased_at or row.merged_into_id:
        raise ValidationError(_("The person is no longer on record."))
    there = Appointment.objects.filter(post=post, person=row, organisation=organisation, until=None)
    if found := there.first():
        return found
    made = Appointment.objects.create(
        post=post, person=row, organisation=organisation, since=since or timezone.localdate()
    )
    audit.record(
        by=by, verb="post.appointed", target=made, person=row, organisation=organisation,
        post=post.pk, since=str(made.since),
    )  # fmt: skip
    return made


@transaction.atomic
def end(*, by: User | None, appointment: Appointment) -> Appointment:
    """The post is given up: its last day was yesterday. Repeatable."""
    held = (
        Appointment.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=appointment.pk)
    )
    require(by, Permission.EDIT_PEOPLE, organisation=held.organisation)
    last = max(timezone.localdate() - timedelta(days=1), held.since)
    if held.until and held.until <= last:
        return held
    audit.record(
        by=by, verb="post.ended", target=held, person=held.person_id, organisation=held.organisation
    )
    held.until = last
    held.save(update_fields=["until"])
    return held
