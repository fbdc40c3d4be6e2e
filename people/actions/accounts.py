"""Opening log-ins and joining them to people."""

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from people import audit
from people.access import require
from people.actions.people import home_of, may_manage
from people.cms_access import keep_in_step
from people.models import Person, User
from people.permissions import Permission


@transaction.atomic
def open_account(
    *, by: User | None, person: Person, email: str, password: str | None = None, verified: bool = True
) -> User:
    """Open a log-in for a person. Without a password they sign in by e-mail code."""
    _require_opening(by, person)
    address = email.strip().lower()
    if User.objects.filter(person=person).exists():
        raise ValidationError(_("This person already has an account."))
    if User.objects.filter(email__iexact=address).exists():
        raise ValidationError({"email": _("Another account has this e-mail address.")})
    user = User.objects.create_user(address, password, person=person, language=person.language)
    EmailAddress.objects.create(user=user, email=address, verified=verified, primary=True)
    if not person.email:
        person.email = address
        person.save(update_fields=["email"])
    keep_in_step(user)
    audit.record(by=by, verb="account.opened", target=user, person=person, organisation=home_of(person))
    return user


def _require_opening(by: User | None, person: Person) -> None:
    """Whoever opens an account decides who acts as that person: for staff that is a matter of roles."""
    if by is None:
        return
    organisation = home_of(person)
    if organisation is None or not may_manage(by, person):
        raise PermissionDenied(f"open an account for {person.pk}")
    require(by, Permission.EDIT_PEOPLE, organisation=organisation)
