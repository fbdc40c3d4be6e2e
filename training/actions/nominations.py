"""A spreadsheet of people to nominate: a dry run that is kept for a day, then one transaction."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from formats import names
from people import audit
from people.access import require
from people.actions import lists
from people.models import Organisation, Person, User
from people.permissions import Permission
from training.actions import enrolments
from training.actions.errors import Refused
from training.actions.groups import enrol_group
from training.actions.households import enrol_together, units
from training.actions.placing import lock_people, locked
from training.actions.waiting_errors import TooMany
from training.models import Edition, Enrolment, NominationList

MOST = 200
Row = dict[str, Any]


@transaction.atomic
def draft(
    *,
    by: User,
    edition: Edition,
    organisation: Organisation,
    file_name: str,
    data: bytes,
    together: bool = False,
) -> NominationList:
    """Check a file and keep the outcome for its owner. Raises SheetError or Refused for a file that cannot be used."""
    sifted = lists.sift(by=by, organisation=organisation, file_name=file_name, data=data)
    if len(sifted.new) + len(sifted.known) > MOST:
        raise TooMany(MOST)
    made = NominationList.objects.create(
        owner=by, organisation=organisation, edition=edition, together=together,
        file_name=names.clean(file_name)[-200:],
        new=sifted.new, known=sifted.known, rejected=sifted.rejected,
    )  # fmt: skip
    audit.record(
        by=by, verb="nominations.checked", target=made, organisation=organisation,
        edition=edition.pk, new=len(made.new), known=len(made.known), rejected=len(made.rejected),
    )  # fmt: skip
    return made


@transaction.atomic
def apply(*, by: User, draft: NominationList) -> NominationList:
    """Record the new people and nominate everybody, in the order of the file. A second call finds it done.

    A row that a condition of the edition refuses says why and the others go on; of people who come together or not
    at all, one refusal is raised and nothing is written.
    """
    rows = NominationList.objects.select_for_update(of=("self",))
    draft = rows.select_related("organisation", "edition__organiser").get(pk=draft.pk)
    if draft.applied_at:
        return draft
    organisation = draft.organisation
    require(by, Permission.NOMINATE, organisation=organisation)
    # Whoever was recorded since the upload is known now.
    sifted = lists.match(by=by, rows=draft.new)
    recorded = lists.record(by=by, organisation=organisation, rows=sifted.new, nominations=draft.pk)
    draft.new = [
        {**row, "person": person.pk} for row, person in zip(sifted.new, recorded, strict=True)
    ]
    draft.known = _in_order([*draft.known, *sifted.known])
    draft.rejected = [*draft.rejected, *sifted.rejected]
    _enrol(by, draft)
    draft.rejected = _in_order(draft.rejected)
    draft.applied_at = timezone.now()
    draft.save()
    audit.record(
        by=by, verb="nominations.applied", target=draft, organisation=organisation,
        edition=draft.edition_id, recorded=len(recorded),
    )  # fmt: skip
    return draft


def _enrol(by: User, draft: NominationList) -> None:
    """Give every row its place or rank; the row keeps the number of it."""
    rows = _in_order([*draft.new, *draft.known])
    people = Person.objects.in_bulk([row["person"] for row in rows])
    of_person = {row["person"]: row for row in rows if row["person"] in people}
    everybody = [people[key] for key in of_person]
    for places in _placed(by, draft, everybody, of_person):
        for place in places:
            of_person[place.person_id]["place"] = place.pk
    draft.new = [row for row in draft.new if "place" in row]
    draft.known = [row for row in draft.known if "place" in row]


def _placed(
    by: User, draft: NominationList, people: list[Person], rows: dict[int, Row]
) -> Iterator[list[Enrolment]]:
    """All as one where they come together or not at all; else by households, a refused one with its reason."""
    lock_people(people)
    edition, organisation = locked(draft.edition), draft.organisation
    if draft.together and len(people) > 1:
        yield enrol_group(people=people, edition=edition, by=by, nominated_by=organisation)
        return
    for unit in units(people):
        try:
            yield _unit(by, edition, unit, organisation)
        except Refused as refused:
            draft.rejected += [_refused(rows[person.pk], refused) for person in unit]


def _unit(
    by: User | None, edition: Edition, unit: list[Person], organisation: Organisation
) -> list[Enrolment]:
    if len(unit) > 1:
        return enrol_together(people=unit, edition=edition, by=by, nominated_by=organisation)
    return [enrolments.enrol(person=unit[0], edition=edition, by=by, nominated_by=organisation)]


@transaction.atomic
def nominate(
    *,
    by: User,
    edition: Edition,
    people: Sequence[tuple[Person, Organisation]],
    together: bool = False,
) -> None:
    """Put people forward, each for an institution: all together or nobody; else each household, and everybody else
    alone. One who is refused refuses all.
    """
    nominators = {person.pk: organisation for person, organisation in people}
    chosen = [person for person, _organisation in people]
    lock_people(chosen)
    if together and len(chosen) > 1:
        enrol_group(people=chosen, edition=edition, by=by, organisations=[one[1] for one in people])
        return
    for unit in units(chosen):
        _unit(by, edition, unit, nominators[unit[0].pk])


def _refused(row: Row, refused: Refused) -> Row:
    """In the words of the reader's language now: the reader is the one who presses the button."""
    name = row.get("name") or f"{row['family_name']} {row['given_name']}".strip()
    said = " ".join(filter(None, (refused.message, refused.next_step)))
    return {
        "line": row["line"], "name": name, "column": "", "code": "refused", "params": {"said": said}
    }  # fmt: skip


def _in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row["line"])
