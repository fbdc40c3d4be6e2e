"""Adults of one household: kept together by somebody who knows them, left by each alone, enrolled all or none."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from people import audit
from people.models import Organisation, Person, User
from people.permissions import Permission
from training.actions.applicants import Applicant
from training.actions.conditions import why_not
from training.actions.enrolments import new_place, places_now, record, status_for
from training.actions.placing import (
    Status,
    counted,
    lock_people,
    locked,
    require_enrolling,
    same_household,
)
from training.actions.refusals import HouseholdSize, NotTogether, OneHousehold
from training.models import Edition, Enrolment, Household, HouseholdMember

MOST_ADULTS = 6


@transaction.atomic
def keep_together(*, by: User | None, people: Sequence[Person]) -> Household:
    """Put adults on record as one household. Repeatable. Only for people whom the user may nominate or enrol."""
    chosen = sorted(set(people), key=lambda person: person.pk)
    for person in chosen:
        if by and not _may_link(by, person):
            raise PermissionDenied
    if not 2 <= len(chosen) <= MOST_ADULTS:
        raise HouseholdSize(MOST_ADULTS)
    lock_people(chosen)
    rows = HouseholdMember.objects.filter(person__in=chosen).select_related("person")
    found = {row.person_id: row for row in rows}
    homes = {row.household_id for row in found.values()}
    if len(homes) == 1 and len(found) == len(chosen) == _size(next(iter(homes))):
        return Household.objects.get(pk=next(iter(homes)))
    if found:
        raise OneHousehold(next(iter(found.values())).person)
    household = Household.objects.create()
    HouseholdMember.objects.bulk_create(
        HouseholdMember(household=household, person=person) for person in chosen
    )
    for person in chosen:
        audit.record(by=by, verb="household.joined", target=household, person=person.pk)
    return household


@transaction.atomic
def leave(*, by: User | None, person: Person) -> None:
    """Take a person out of their household: they themselves, or somebody who may nominate them. Repeatable.

    A household of one is none. Places that people have already stay theirs.
    """
    if by and by.person_id != person.pk and not _may_link(by, person):
        raise PermissionDenied
    row = HouseholdMember.objects.filter(person=person).select_related("household").first()
    if row is None:
        return
    household = row.household
    Household.objects.select_for_update().get(pk=household.pk)
    row.delete()
    audit.record(by=by, verb="household.left", target=household, person=person.pk)
    if _size(household.pk) < 2:
        household.delete()


def units(people: Sequence[Person]) -> list[list[Person]]:
    """Who comes together, in the order given: those of one household among them, everybody else alone."""
    rows = HouseholdMember.objects.filter(person__in=people)
    homes = dict(rows.values_list("person_id", "household_id"))
    found: dict[tuple[str, int], list[Person]] = {}
    for person in people:
        home = homes.get(person.pk)
        key = ("household", home) if home else ("person", person.pk)
        found.setdefault(key, []).append(person)
    return list(found.values())


@transaction.atomic
def enrol_together(
    *,
    people: Sequence[Person],
    edition: Edition,
    by: User | None,
    nominated_by: Organisation | None = None,
) -> list[Enrolment]:
    """Enrol people of one household: places for all of them, or one place after the other on the waiting list.

    Each has an enrolment, a code and later a certificate of their own. If one of them cannot enrol, nobody does.
    Called again it returns the same enrolments.
    """
    chosen = sorted(set(people), key=lambda person: (person.sort_key, person.pk))
    _require_together(chosen, edition, by, nominated_by)
    lock_people(chosen)
    edition = locked(edition)
    there = Enrolment.objects.active().filter(edition=edition, person__in=chosen)
    has_one = set(there.values_list("person_id", flat=True))
    applicants = [Applicant(p, nominated_by) for p in chosen if p.pk not in has_one]
    for applicant in applicants:
        if refusal := why_not(edition, applicant):
            raise NotTogether(applicant.person, refusal)
    _check_quota(edition, applicants)
    if applicants:
        _place_all(edition, applicants, by)
    rows = Enrolment.objects.active().filter(edition=edition, person__in=chosen)
    return list(rows.with_own_rank().select_related("person").order_by("person__sort_key", "pk"))


def _place_all(edition: Edition, applicants: list[Applicant], by: User | None) -> None:
    first, party = applicants[0].person, uuid4() if len(applicants) > 1 else None
    queue, seats = places_now(edition, counted(edition, first), first)
    made = [new_place(edition, a, by=by, queue=queue, party=party) for a in applicants]
    # One decision for all: nobody of them is in while another still waits for the answer.
    asking = any(place.status == Status.APPLIED for place in made)
    institutions = [applicant.institution for applicant in applicants]
    status = Status.APPLIED if asking else status_for(institutions, seats, queue)
    for number, place in enumerate(made):
        place.status = status
        record(place, by=by, queue=replace(queue, waiting=queue.waiting + number))


def _check_quota(edition: Edition, applicants: list[Applicant]) -> None:
    """Each alone is within the quota of their institution: all together must be, too."""
    if edition.institution_quota is None:
        return
    by_institution: dict[int, int] = {}
    for applicant in applicants:
        if applicant.institution is None:
            continue
        key = applicant.institution.pk
        refusal = why_not(edition, applicant.with_others(by_institution.get(key, 0)))
        if refusal:
            raise NotTogether(applicant.person, refusal)
        by_institution[key] = by_institution.get(key, 0) + 1


def _require_together(
    people: Sequence[Person], edition: Edition, by: User | None, nominated_by: Organisation | None
) -> None:
    """All of one household; each enrolled by somebody of it, or by somebody who may enrol them."""
    homes = HouseholdMember.objects.filter(person__in=people).values_list("household", flat=True)
    if len(homes) != len(people) or len(set(homes)) != 1:
        raise PermissionDenied
    for person in people:
        if nominated_by is None and same_household(by, person):
            continue
        require_enrolling(by, person, edition, nominated_by)


def _may_link(by: User, person: Person) -> bool:
    seen = [
        Person.objects.visible_to(by, permission).filter(pk=person.pk).exists()
        for permission in (Permission.NOMINATE, Permission.ENROL)
    ]
    return any(seen)


def _size(household: int) -> int:
    return HouseholdMember.objects.filter(household=household).count()
