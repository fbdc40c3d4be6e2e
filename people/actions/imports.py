"""The import of a spreadsheet of people: a dry run that is kept for a day, then one transaction."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from formats import names
from formats.names import fold
from formats.sheets import read
from people import audit
from people.access import require
from people.actions.columns import remembered
from people.imports import Checker
from people.models import (
    AuditEvent,
    ImportDraft,
    Membership,
    Organisation,
    Person,
    PersonCategory,
    User,
)
from people.permissions import Permission

NAMES = ("family_name", "given_name", "patronymic")


@transaction.atomic
def draft(*, by: User, organisation: Organisation, file_name: str, data: bytes) -> ImportDraft:
    """Check a file and keep the outcome for its owner. Raises SheetError for a file that cannot be read."""
    require(by, Permission.IMPORT_PEOPLE, organisation=organisation)
    sheet = read(file_name, data)
    titles = [title for title in sheet.headers if title]
    checked = Checker(sheet, organisation, said=_as_written(organisation, titles)).check()
    accepted, known, rejected = sort_out(by, organisation, checked.accepted)
    made = ImportDraft.objects.create(
        owner=by, organisation=organisation, file_name=names.clean(file_name)[-200:], accepted=accepted, known=known,
        rejected=sorted(checked.rejected + rejected, key=lambda row: row["line"]),
    )  # fmt: skip
    audit.record(
        by=by, verb="people.import_checked", target=made, organisation=organisation,
        accepted=len(accepted), known=len(known), rejected=len(made.rejected),
    )  # fmt: skip
    return made


def _as_written(organisation: Organisation, titles: list[str]) -> dict[str, str]:
    """What the institution said of these titles, in the letters that this file has."""
    written = {fold(title): title for title in titles}
    return {name: written[fold(t)] for name, t in remembered(organisation, titles).items()}


@transaction.atomic
def apply(*, by: User, draft: ImportDraft) -> ImportDraft:
    """Write the accepted rows, all or none. A second call finds it done."""
    draft = (
        ImportDraft.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=draft.pk)
    )
    if draft.applied_at:
        return draft
    organisation = draft.organisation
    require(by, Permission.IMPORT_PEOPLE, organisation=organisation)
    # Two imports for one institution wait for each other, so that neither misses the other's people.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    accepted, known, rejected = sort_out(by, organisation, draft.accepted)
    people = write_rows(by, organisation, accepted, **{"import": draft.pk})
    audit.record(
        by=by, verb="people.imported", target=draft, organisation=organisation, recorded=len(people)
    )
    draft.accepted = [
        {**row, "person": person.pk} for person, row in zip(people, accepted, strict=True)
    ]
    draft.known = sorted(draft.known + known, key=lambda row: row["line"])
    draft.rejected = sorted(draft.rejected + rejected, key=lambda row: row["line"])
    draft.applied_at = timezone.now()
    draft.save()
    return draft


def write_rows(
    by: User, organisation: Organisation, rows: list[dict[str, Any]], **said: Any
) -> list[Person]:
    """People, memberships, categories and trail in a handful of statements, however many rows.

    The caller has asked whether it may be; `said` goes into each entry of the trail.
    """
    people = Person.objects.bulk_create(
        [_person(row, organisation) for row in rows], batch_size=500
    )
    pairs = list(zip(people, rows, strict=True))
    Membership.objects.bulk_create(
        Membership(
            person=person,
            organisation=organisation,
            role="learner",
            since=row["since"],
            recorded_by=by,
        )
        for person, row in pairs
    )
    PersonCategory.objects.bulk_create(
        PersonCategory(person=person, category_id=row["category"], since=row["since"])
        for person, row in pairs
        if row["category"]
    )
    AuditEvent.objects.bulk_create(
        AuditEvent(
            actor_id=by.pk, verb="person.recorded", target_type="people.person", target_id=str(person.pk),
            person_id=person.pk, organisation_path=organisation.path, data={"role": "learner", **said},
        )
        for person in people
    )  # fmt: skip
    return people


def sort_out(
    by: User, organisation: Organisation, rows: list[dict[str, Any]]
) -> tuple[list, list, list]:
    """Which of these rows are new, which are people on record here already, and which must be refused.

    A national number decides first, then an e-mail address, then a name in the same institution.
    """
    numbers = {row["national_id_hash"] for row in rows if row["national_id_hash"]}
    taken = dict(
        Person.objects.filter(national_id_hash__in=numbers).values_list("national_id_hash", "pk")
    )
    seen = set(
        Person.objects.visible_to(by).filter(pk__in=taken.values()).values_list("pk", flat=True)
    )
    emails = _emails(by, {row["email"] for row in rows if row["email"]})
    folded = _names_at(organisation)
    new, known, refused = [], [], []
    for row in rows:
        number, name = row["national_id_hash"], _folded(row)
        if number in taken and taken[number] not in seen:
            told = {"column": "", "code": "number_taken", "params": {}}
            refused.append({"line": row["line"], **told, "name": _shown(row)})
        elif number in taken:
            known.append({"line": row["line"], "by": "number", "name": _shown(row)})
        elif row["email"] in emails:
            known.append({"line": row["line"], "by": "email", "name": _shown(row)})
        elif name in folded and not (number and folded[name]):
            known.append({"line": row["line"], "by": "name", "name": _shown(row)})
        else:
            new.append(row)
    return new, known, refused


def _emails(by: User, wanted: set[str]) -> set[str]:
    """Of these addresses, the ones of people whom the user may see: others stay unsaid."""
    found = Person.objects.visible_to(by).filter(email__in=wanted, erased_at=None)
    return set(found.values_list("email", flat=True))


def _names_at(organisation: Organisation) -> dict[str, bool]:
    """Folded names of this very institution's people; whether all who bear one have a national number on record."""
    current = Membership.objects.current().filter(organisation=organisation)
    people = Person.objects.filter(pk__in=current.values("person"), erased_at=None)
    found: dict[str, bool] = {}
    for person in people.values(*NAMES, "national_id_hash").iterator():
        name = _folded(person)
        found[name] = found.get(name, True) and bool(person["national_id_hash"])
    return found


def _folded(row: dict[str, Any]) -> str:
    return "|".join(names.fold(row[name]) for name in NAMES)


def _shown(row: dict[str, Any]) -> str:
    return f"{row['family_name']} {row['given_name']}".strip()


def _person(row: dict[str, Any], organisation: Organisation) -> Person:
    person = Person(
        **{name: names.clean(row[name]) for name in (*NAMES, "locality")},
        email=row["email"], phone=row["phone"], language=row["language"], postal_address=row["postal_address"],
        region_id=row["county"] or _first_county(organisation), national_id_hash=row["national_id_hash"],
    )  # fmt: skip
    parts = (person.family_name, person.given_name, person.patronymic, person.language)
    person.latin_name = names.formal(*parts, in_latin=True)
    return person


def _first_county(organisation: Organisation) -> int | None:
    if "_county" not in organisation.__dict__:
        organisation.__dict__["_county"] = (
            organisation.covers.order_by("path").values_list("pk", flat=True).first()
        )
    return organisation.__dict__["_county"]


def forget_expired() -> int:
    """Delete drafts whose day is over; the people they recorded stay."""
    count, _by_model = ImportDraft.objects.expired().delete()
    return count
