"""The code on a poster: whoever types or scans it stands before the page where one enrols."""

from django.db import transaction

from people import audit
from people.access import require
from people.models import User
from people.permissions import Permission
from training.actions.placing import locked
from training.models import Edition
from training.models.enrolment import enrolment_code


@transaction.atomic
def make_join_code(*, by: User | None, edition: Edition, anew: bool = False) -> str:
    """The edition's code, made if it has none. With `anew` another one: posters with the old one lead nowhere."""
    edition = locked(edition)
    require(by, Permission.SCHEDULE, organisation=edition.organiser)
    if edition.join_code and not anew:
        return edition.join_code
    edition.join_code = _free_join_code()
    edition.save(update_fields=["join_code"])
    audit.record(by=by, verb="edition.join_code", target=edition, organisation=edition.organiser)
    return edition.join_code


def _free_join_code() -> str:
    while True:
        code = enrolment_code()
        if not Edition.objects.filter(join_code=code).exists():
            return code
