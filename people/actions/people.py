"""Recording and correcting people."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from formats import names
from people import audit
from people.access import grants_of, may
from people.identity import national_number_hash
from people.models import (
    Category,
    Membership,
    Organisation,
    Person,
    PersonCategory,
    SignInProvider,
    User,
)
from people.permissions import Permission
from people.roles import STAFF_ROLES

EDITABLE = frozenset(
    {"family_name", "given_name", "patronymic", "latin_name", "email", "phone", "language", "region", "locality",
     "postal_address", "verified_on"}
)  # fmt: skip
OWN = frozenset(
    {
        "family_name",
        "given_name",
        "patronymic",
        "latin_name",
        "phone",
        "language",
        "locality",
        "postal_address",
    }
)
NAMES = ("family_name", "given_name", "patronymic")


@transaction.atomic
def record_person(
    *,
    by: User | None,
    organisation: Organisation,
    family_name: str,
    given_name: str,
    role: str = "learner",
    **facts: Any,
) -> Person:
    """Put a person on record as a member of that institution (`facts`: see `create`).

    Whoever nominates or enrols there may record learners; any other role is an administrator's to give.
    """
    _require_recording(by, organisation, role)
    return create(
        by=by,
        organisation=organisation,
        family_name=family_name,
        given_name=given_name,
        role=role,
        **facts,
    )


def create(
    *,
    by: User | None,
    organisation: Organisation,
    role: str = "learner",
    since: date | None = None,
    categories: Iterable[Category | str] = (),
    verb: str = "person.recorded",
    given_by: SignInProvider | None = None,
    **facts: Any,
) -> Person:
    """The row, the membership, the categories and the trail; the caller has asked whether it may be.

    `facts`: family_name, given_name, patronymic, latin_name, email, phone, language, region, locality, postal_address,
    national_id (of which only the keyed hash is kept). Language and county are the institution's unless given.
    """
    person = _new_person(organisation, facts)
    person.save()
    day = since or timezone.localdate()
    Membership.objects.create(
        person=person,
        organisation=organisation,
        role=role,
        since=day,
        recorded_by=by,
        given_by=given_by,
    )
    for category in categories:
        PersonCategory.objects.create(person=person, category=_category(category), since=day)
    audit.record(
        by=by,
        verb=verb,
        target=person,
        person=person,
        organisation=organisation,
        role=role,
        since=str(day),
        **({"provider": given_by.pk} if given_by else {}),
    )
    return person


def _new_person(organisation: Organisation, facts: dict[str, Any]) -> Person:
    national_id = facts.pop("national_id", "")
    if unknown := facts.keys() - EDITABLE:
        raise TypeError(f"Not fields of a person's record: {sorted(unknown)}")
    person = Person(**{name: _cleaned(name, value) for name, value in facts.items()})
    person.language = person.language if facts.get("language") else organisation.language
    person.region = person.region or organisation.covers.order_by("path").first()
    person.national_id_hash = _free_hash(national_id) if national_id.strip() else None
    person.latin_name = person.latin_name or _latin(person)
    return person


@transaction.atomic
def update_person(
    *, by: User | None, person: Person, national_id: str | None = None, **changes: Any
) -> Person:
    """Correct a person's record: one's own names and contact, or anything of a person in a branch one answers for."""
    unknown = changes.keys() - EDITABLE
    if unknown:
        raise TypeError(f"Not fields of a person's record: {sorted(unknown)}")
    person = Person.objects.select_for_update().get(pk=person.pk)
    _require_correcting(
        by, person, set(changes) | ({"national_id"} if national_id is not None else set())
    )
    before = {field: getattr(person, field) for field in EDITABLE}
    was_automatic = person.latin_name == _latin(person)
    for field, value in changes.items():
        setattr(person, field, _cleaned(field, value))
    if "latin_name" not in changes and was_automatic or not person.latin_name:
        person.latin_name = _latin(person)
    if national_id:
        person.national_id_hash = _free_hash(national_id, person)
    person.save()
    changed = sorted(field for field in EDITABLE if before[field] != getattr(person, field))
    if national_id:
        changed.append("national_id")
    if changed:
        audit.record(
            by=by,
            verb="person.corrected",
            target=person,
            person=person,
            organisation=home_of(person),
            fields=changed,
        )
    return person


@transaction.atomic
def set_categories(
    *, by: User | None, person: Person, categories: Iterable[Category | str], on: date | None = None
) -> None:
    """Make these the person's categories from that day; what is no longer among them ends the day before."""
    _require_correcting(by, person, {"categories"})
    day = on or timezone.localdate()
    wanted = {_category(category).pk for category in categories}
    open_now = {
        row.category_id: row for row in PersonCategory.objects.filter(person=person, until=None)
    }
    for key, row in open_now.items():
        if key not in wanted:
            row.until = max(row.since, day - timedelta(days=1))
            row.save(update_fields=["until"])
    for key in wanted - open_now.keys():
        PersonCategory.objects.create(person=person, category_id=key, since=day)
    if wanted != open_now.keys():
        audit.record(
            by=by, verb="person.categories", target=person, person=person, organisation=home_of(person),
            categories=sorted(wanted),
        )  # fmt: skip


@transaction.atomic
def correct(
    *,
    by: User | None,
    person: Person,
    categories: Iterable[Category | str],
    national_id: str = "",
    **changes: Any,
) -> Person:
    """Correct a person's record and categories in one go; an empty national number leaves the recorded one."""
    same = {name: value for name, value in changes.items() if getattr(person, name) != value}
    set_categories(by=by, person=person, categories=categories)
    return update_person(by=by, person=person, national_id=national_id.strip() or None, **same)


@transaction.atomic
def note_opened(*, by: User, person: Person) -> None:
    """Write into the trail that somebody opened another person's record."""
    if by.person_id != person.pk:
        audit.record(
            by=by, verb="person.opened", target=person, person=person, organisation=home_of(person)
        )


def home_of(person: Person) -> Organisation | None:
    """The institution where the person belongs today; the last one where they belonged, if none."""
    memberships = person.memberships.select_related("organisation")
    current = memberships.current().order_by("-since", "-pk").first()
    last = current or memberships.order_by("-since", "-pk").first()
    return last.organisation if last else None


def _require_recording(by: User | None, organisation: Organisation, role: str) -> None:
    if by is None or may(by, Permission.MANAGE_ROLES, organisation=organisation):
        return
    allowed = (Permission.EDIT_PEOPLE, Permission.NOMINATE, Permission.ENROL)
    if role in STAFF_ROLES or not any(may(by, p, organisation=organisation) for p in allowed):
        raise PermissionDenied(f"record a {role} at {organisation.pk}")


def _require_correcting(by: User | None, person: Person, fields: set[str]) -> None:
    if by is None or by.is_superuser or (by.person_id == person.pk and fields <= OWN):
        return
    if not answers_for(by, person, Permission.EDIT_PEOPLE):
        raise PermissionDenied(f"correct person {person.pk}")
    # Whoever sets the address decides who can sign in as this person: for staff that is a matter of roles.
    if "email" in fields and not may_manage(by, person):
        raise PermissionDenied(f"change the address of {person.pk}")


def may_manage(by: User, person: Person) -> bool:
    """May this user manage roles wherever the person holds a staff role, today or from a later day on?"""
    staff = person.memberships.not_over().filter(role__in=STAFF_ROLES)
    held = staff.select_related("organisation")
    return all(may(by, Permission.MANAGE_ROLES, organisation=row.organisation) for row in held)


def require_answering(by: User | None, person: Person) -> None:
    """Refuse unless the user keeps the register where the person belongs; nobody does so for themselves."""
    if by is None or by.is_superuser:
        return
    if by.person_id == person.pk or not answers_for(by, person, Permission.EDIT_PEOPLE):
        raise PermissionDenied(f"keep the record of {person.pk}")


def answers_for(by: User, person: Person, permission: Permission) -> bool:
    """Does the user hold that permission at an institution where the person belongs today?"""
    memberships = Membership.objects.current().filter(person=person)
    return memberships.filter(grants_of(by).within("organisation__path", permission)).exists()


def _free_hash(national_id: str, person: Person | None = None) -> str:
    """The hash, unless somebody else on record has the same number."""
    found = national_number_hash(national_id)
    others = Person.objects.filter(national_id_hash=found)
    if person:
        others = others.exclude(pk=person.pk)
    if others.exists():
        raise ValidationError({"national_id": _("A person with this number is already on record.")})
    return found


def _category(category: Category | str) -> Category:
    return category if isinstance(category, Category) else Category.objects.get(code=category)


def _cleaned(field: str, value: Any) -> Any:
    if field == "email":
        return value.strip().lower()
    if field == "postal_address":
        return value.strip()
    return names.clean(value) if isinstance(value, str) else value


def _latin(person: Person) -> str:
    return names.formal(
        person.family_name, person.given_name, person.patronymic, person.language, in_latin=True
    )
