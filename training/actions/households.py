"""Adults of one household: kept together by somebody who knows them, left by each alone, enrolled all or none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from people import audit
from people.actions.people import home_of
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
from training.actions.refusals import HouseholdDays, HouseholdSize, NotTogether, OneHousehold
from training.models import Edition, Enrolment, Household, HouseholdMember

MOST_ADULTS = 6
EARLIEST = date(1950, 1, 1)


@transaction.atomic
def keep_together(
    *, by: User | None, people: Sequence[Person], since: date | None = None
) -> Household:
    """Put adults on record as one household from that day on (today without one). Repeatable.

    Only for people whom the user may nominate or enrol.
    """
    chosen = sorted(set(people), key=lambda person: person.pk)
    for person in chosen:
        if by and not _may_link(by, person):
            raise PermissionDenied
    if not 2 <= len(chosen) <= MOST_ADULTS:
        raise HouseholdSize(MOST_ADULTS)
    day = _first_day(since)
    lock_people(chosen)
    rows = HouseholdMember.objects.current().filter(person__in=chosen)
    homes = set(rows.values_list("household", flat=True))
    if len(homes) == 1 and rows.count() == len(chosen) == _size(next(iter(homes))):
        return Household.objects.get(pk=next(iter(homes)))
    _refuse_other_homes(chosen, day)
    household = Household.objects.create()
    for person in chosen:
        _move_in(by, household, person, day)
    return household


@transaction.atomic
def join(
    *, by: User | None, person: Person, to: Person, since: date | None = None
) -> HouseholdMember:
    """Put one more adult into the household of `to`, or make one of the two. Repeatable.

    Only for people whom the user may nominate or enrol, the two of them.
    """
    if person == to:
        raise HouseholdSize(MOST_ADULTS)
    if by and not (_may_link(by, person) and _may_link(by, to)):
        raise PermissionDenied
    day = _first_day(since)
    lock_people(sorted((person, to), key=lambda one: one.pk))
    home = HouseholdMember.objects.current().filter(person=to).first()
    if home is None:
        keep_together(by=by, people=[person, to], since=day)
        return HouseholdMember.objects.current().get(person=person)
    household = Household.objects.select_for_update().get(pk=home.household_id)
    if there := household.members.current().filter(person=person).first():
        return there
    if _size(household.pk) >= MOST_ADULTS:
        raise HouseholdSize(MOST_ADULTS)
    _refuse_other_homes([person], day)
    return _move_in(by, household, person, day)


@transaction.atomic
def leave(*, by: User | None, person: Person, until: date | None = None) -> None:
    """Take a person out of their household: they themselves, or somebody who may nominate them. Repeatable.

    The last day is yesterday unless `until` says another. A household of one is none: it ends for the last one,
    too. Places that people have already stay theirs.
    """
    if by and by.person_id != person.pk and not _may_link(by, person):
        raise PermissionDenied
    row = HouseholdMember.objects.current().filter(person=person).first()
    if row is None:
        return
    household = Household.objects.select_for_update().filter(pk=row.household_id).first()
    if household is None or (row := household.members.filter(pk=row.pk).first()) is None:
        return  # somebody was faster
    last = until or timezone.localdate() - timedelta(days=1)
    if row.until == last:
        return
    if until:
        _check(row.since, until)
    _move_out(by, row, last)
    left = list(household.members.filter(until=None))
    if len(left) == 1:
        _move_out(by, left[0], last, "household.ended")
    if not household.members.exists():
        household.delete()


@transaction.atomic
def correct_days(
    *, by: User | None, member: HouseholdMember, since: date, until: date | None
) -> HouseholdMember:
    """Correct from when to when somebody was in a household; a last day that is new takes them out of it."""
    if by and not _may_link(by, member.person):
        raise PermissionDenied
    lock_people([member.person])
    row = HouseholdMember.objects.select_related("person").get(pk=member.pk)
    if (row.since, row.until) == (since, until):
        return row
    _check(since, until)
    if row.until and until is None:
        raise HouseholdDays  # who left and came back has a second row
    others = HouseholdMember.objects.filter(person=row.person).exclude(pk=row.pk)
    later = Q(since__lte=until) if until else Q()
    if others.not_over(since).filter(later).exists():
        raise OneHousehold(row.person)
    goes = until and row.until is None
    if row.since != since or not goes:
        row.since, row.until = since, None if goes else until
        row.save(update_fields=["since", "until"])
        _tell(by, "household.corrected", row)
    if goes:
        leave(by=by, person=row.person, until=until)
        row.until = until
    return row


def units(people: Sequence[Person]) -> list[list[Person]]:
    """Who comes together, in the order given: those of one household among them, everybody else alone."""
    rows = HouseholdMember.objects.current().filter(person__in=people)
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
    queue, seats = places_now(edition, counted(edition, first.pk), first.pk)
    made = [new_place(edition, a, by=by, queue=queue, party=party) for a in applicants]
    # One decision for all: nobody of them is in while another still waits for the answer.
    asking = any(place.status == Status.APPLIED for place in made)
    institutions = [applicant.institution for applicant in applicants]
    status = Status.APPLIED if asking else status_for(institutions, seats, queue)
    for number, place in enumerate(made):
        place.status = status
        record(place, by=by, queue=replace(queue, waiting=queue.waiting + number, number=None))


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
    rows = HouseholdMember.objects.current().filter(person__in=people)
    homes = rows.values_list("household", flat=True)
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
    return HouseholdMember.objects.current().filter(household=household).count()


def _first_day(since: date | None) -> date:
    day = since or timezone.localdate()
    _check(day, None)
    return day


def _check(since: date, until: date | None) -> None:
    """Days that were: a household is written down as it is, not as it is planned."""
    today = timezone.localdate()
    if not EARLIEST <= since <= today or (until and not since <= until <= today):
        raise HouseholdDays


def _refuse_other_homes(people: Sequence[Person], day: date) -> None:
    """Nobody is in two: whoever was in another household on that day or later stays out."""
    rows = HouseholdMember.objects.not_over(day).filter(person__in=people)
    if other := rows.select_related("person").first():
        raise OneHousehold(other.person)


def _move_in(by: User | None, household: Household, person: Person, since: date) -> HouseholdMember:
    row = HouseholdMember.objects.create(household=household, person=person, since=since)
    _tell(by, "household.joined", row)
    return row


def _move_out(
    by: User | None, row: HouseholdMember, last: date, verb: str = "household.left"
) -> None:
    """Until that day; who came only after it was never there, and the trail alone remembers it."""
    row.until = last
    _tell(by, verb, row)
    if last < row.since:
        row.delete()
    else:
        row.save(update_fields=["until"])


def _tell(by: User | None, verb: str, row: HouseholdMember) -> None:
    audit.record(
        by=by, verb=verb, target=row.household, person=row.person_id, organisation=home_of(row.person),
        since=str(row.since), until=str(row.until or ""),
    )  # fmt: skip
