"""Several people whom an institution puts forward together: everybody gets a place, or everybody waits."""

from collections.abc import Sequence
from uuid import uuid4

from django.db import transaction

from people.models import Organisation, Person, User
from training.actions.applicants import Applicant
from training.actions.conditions import why_not
from training.actions.enrolments import new_place, places_now, record
from training.actions.placing import Status, counted, lock_people, locked, require_enrolling
from training.actions.seats import path_of
from training.actions.waiting_errors import GroupTooBig
from training.models import Edition, Enrolment

Pair = tuple[Person, Organisation | None]


@transaction.atomic
def enrol_group(
    *,
    people: Sequence[Person],
    edition: Edition,
    by: User | None,
    nominated_by: Organisation | None = None,
    organisations: Sequence[Organisation | None] = (),
) -> list[Enrolment]:
    """Give each a place when there are enough for all; else put all on the waiting list as one unit.

    Whoever is enrolled already is left as they are. `organisations`: who nominates each, where they differ.
    """
    nominators = list(organisations) or [nominated_by] * len(people)
    pairs = list(zip(people, nominators, strict=True))
    for person, nominator in pairs:
        require_enrolling(by, person, edition, nominator)
    lock_people(people)
    edition = locked(edition)
    active = Enrolment.objects.filter(edition=edition, person__in=people).active()
    there = {place.person_id: place for place in active.with_own_rank()}
    new = [pair for pair in pairs if pair[0].pk not in there]
    if len(new) > edition.capacity:
        raise GroupTooBig(len(new), edition.capacity)
    there.update({place.person_id: place for place in _enrol_new(edition, new, by)})
    return [there[person.pk] for person in people]


def _enrol_new(edition: Edition, pairs: list[Pair], by: User | None) -> list[Enrolment]:
    """The rows in the order given, under the lock. Where somebody else decides, all are requests."""
    applicants = [Applicant(person, nominator) for person, nominator in pairs]
    for applicant in applicants:
        if refusal := why_not(edition, applicant):
            raise refusal
    if not applicants:
        return []
    first = applicants[0].person.pk
    queue, seats = places_now(edition, counted(edition, first), first)
    together = not queue.waiting and seats.take_all([path_of(a.institution) for a in applicants])
    party = uuid4() if len(applicants) > 1 else None
    made = []
    for applicant in applicants:
        place = new_place(edition, applicant, by=by, queue=queue, party=party)
        if place.status != Status.APPLIED:
            place.status = Status.CONFIRMED if together else Status.WAITLISTED
        record(place, by=by, queue=counted(edition, applicant.person.pk))
        made.append(place)
    return made
