"""Papers with names on them: that somebody had them is in the trail."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from people import audit
from people.models import User
from people.permissions import Permission
from training.models import Edition, Enrolment, Session


@transaction.atomic
def note_printed(*, by: User, session: Session) -> None:
    """Somebody opened the sheet of a session, with the names of its participants."""
    if not Session.objects.visible_to(by, Permission.TAKE_ROLL).filter(pk=session.pk).exists():
        raise PermissionDenied
    organiser = session.edition.organiser
    audit.record(
        by=by,
        verb="sheet.opened",
        target=session,
        organisation=organiser,
        edition=session.edition_id,
    )


@transaction.atomic
def note_list(*, by: User, edition: Edition, paper: str) -> None:
    """Somebody opened a paper with the names of everybody who has a place: the list, the badges."""
    if not Edition.objects.visible_to(by, Permission.TAKE_ROLL).filter(pk=edition.pk).exists():
        raise PermissionDenied
    audit.record(
        by=by, verb="list.opened", target=edition, organisation=edition.organiser, paper=paper
    )


@transaction.atomic
def note_letter(*, by: User, enrolment: Enrolment) -> None:
    """Somebody opened a person's letter, with their address."""
    if not Enrolment.objects.visible_to(by, Permission.ENROL).filter(pk=enrolment.pk).exists():
        raise PermissionDenied
    organiser = enrolment.edition.organiser
    audit.record(
        by=by,
        verb="letter.opened",
        target=enrolment,
        person=enrolment.person_id,
        organisation=organiser,
    )
