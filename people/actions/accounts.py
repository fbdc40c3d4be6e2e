"""Opening log-ins and joining them to people."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from people import audit
from people.access import require
from people.actions.people import create, home_of, may_manage
from people.cms_access import keep_in_step, speak_to
from people.models import Category, Organisation, Person, Region, User
from people.permissions import Permission


@transaction.atomic
def open_account(
    *,
    by: User | None,
    person: Person,
    email: str,
    password: str | None = None,
    verified: bool = True,
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
    audit.record(
        by=by, verb="account.opened", target=user, person=person, organisation=home_of(person)
    )
    return user


def open_unused(*, email: str) -> User | None:
    """A log-in for an address that nobody has used yet: it counts only once the code of the mail is typed.

    Two requests at once get the same one. None for a closed account, whose holder gets no code.
    """
    address = email.strip().lower()
    try:
        with transaction.atomic():
            user = User.objects.create_user(address, None, language=get_language() or "")
            EmailAddress.objects.create(user=user, email=address, verified=False, primary=True)
            return user
    except IntegrityError:
        return User.objects.filter(email__iexact=address, is_active=True).first()


@transaction.atomic
def join_person(*, user: User) -> Person | None:
    """Join a login whose address is proved to the one person whom a directorate recorded with that address.

    Not if somebody else signs in as that person, nor if two people share the address: then the trail says so.
    """
    if user.person_id or not _has_proved_address(user):
        return None
    now = User.objects.select_for_update().get(pk=user.pk)
    if now.person_id is None:
        now.person = _only_free_person(now)
        now.save(update_fields=["person"])
        keep_in_step(now)
    user.person = now.person
    return user.person


def _has_proved_address(user: User) -> bool:
    addresses = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True)
    return addresses.exists()


def _only_free_person(user: User) -> Person | None:
    """The one person on record with the user's address, unless somebody signs in as them already."""
    same_address = Person.objects.select_for_update().filter(
        email__iexact=user.email, erased_at=None
    )
    found = list(same_address.order_by("pk")[:5])
    is_free = len(found) == 1 and not User.objects.filter(person=found[0]).exists()
    for person in found:
        audit.record(
            by=user,
            verb="account.joined" if is_free else "account.ambiguous",
            target=user,
            person=person,
            organisation=home_of(person),
        )
    return found[0] if is_free else None


@transaction.atomic
def register(
    *,
    user: User,
    family_name: str,
    given_name: str,
    region: Region,
    patronymic: str = "",
    category: Category | None = None,
    phone: str = "",
    language: str = "",
) -> Person:
    """A new learner puts themselves on record at the institution that covers their county."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.person:
        return user.person
    organisation = institution_for(region)
    person = create(
        by=user, organisation=organisation, family_name=family_name, given_name=given_name, patronymic=patronymic,
        email=user.email, phone=phone, language=language or user.language, region=region,
        categories=[category] if category else [], verb="person.registered",
    )  # fmt: skip
    user.person = person
    user.language = language or user.language
    user.save(update_fields=["person", "language"])
    return person


def institution_for(region: Region) -> Organisation:
    """Where people of that county belong: the nearest directorate, else whoever covers it, else the first of all."""
    active = Organisation.objects.filter(is_active=True)
    covering = active.covering(region)
    directing = covering.filter(kind__in=(Organisation.Kind.DIRECTORATE, Organisation.Kind.AGENCY))
    found = (
        directing.first()
        or covering.first()
        or active.filter(jurisdiction=region.jurisdiction_id).first()
    )
    if found is None:
        raise ValidationError(_("No institution is set up for this county yet."))
    return found


def remember_language(*, user: User, language: str) -> None:
    """Mails to this user come in the language that they last signed in with."""
    if language != user.language:
        user.language = language
        user.save(update_fields=["language"])
        speak_to(user)


@transaction.atomic
def address_changed(*, user: User, email: str) -> None:
    """The holder proved a new address: notices go there too."""
    if user.person_id:
        Person.objects.filter(pk=user.person_id).update(email=email.lower())
        audit.record(by=user, verb="account.address", target=user, person=user.person)


def forget_unused(*, older_than_days: int = 2) -> int:
    """Delete log-ins that never proved their address: mistyped ones, and ones that a stranger typed."""
    limit = timezone.now() - timedelta(days=older_than_days)
    unused = User.objects.filter(
        person=None, last_login=None, is_superuser=False, date_joined__lt=limit, api_token=None
    )
    count, _by_model = unused.exclude(emailaddress__verified=True).delete()
    return count


def _require_opening(by: User | None, person: Person) -> None:
    """Whoever opens an account decides who acts as that person: for staff that is a matter of roles."""
    if by is None:
        return
    organisation = home_of(person)
    if organisation is None or not may_manage(by, person):
        raise PermissionDenied(f"open an account for {person.pk}")
    require(by, Permission.EDIT_PEOPLE, organisation=organisation)
