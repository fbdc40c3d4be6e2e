"""What every change of a place shares: the locks in their order (people, editions), the counts, rights and trail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from people import audit
from people.access import may
from people.models import AuditEvent, Organisation, Person, User
from people.permissions import Permission
from people.questions import Question
from people.statements import answers, insert, together
from training.models import Edition, Enrolment, HouseholdMember
from training.models.enrolment import enrolment_code

Status = Enrolment.Status
# The first number of the advisory locks of people; the second is the person's.
PLACES_OF = 0x7055
# The row of an edition as it is now; raw, as everybody else waits meanwhile.
LOCKED = "SELECT {columns} FROM training_edition WHERE id = %s {lock}"
LOCK = "FOR NO KEY UPDATE"
LOCK_ONE = Question[Edition](
    lambda pk: (
        Edition.objects.for_places().select_for_update(no_key=True, of=("self",)).filter(pk=pk)
    ),
    "pk",
)
# The first look of everybody who presses the button: any edition but drafts.
PUBLISHED = Question[Edition](
    lambda pk: Edition.objects.published().for_places().filter(pk=pk), "pk"
)
LOCK_PLACE = Question[Enrolment](
    lambda pk: (
        Enrolment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("institution", "nominated_by")
        .filter(pk=pk)
    ),
    "pk",
)
LOCK_PEOPLE = "SELECT pg_advisory_xact_lock(%s::int, key) FROM unnest(%s::int[]) AS key"
# All that a decision counts, in one statement: everybody else waits meanwhile.
COUNTS = """
SELECT count(*) FILTER (WHERE status = ANY(%(taking)s)),
    count(*) FILTER (WHERE status = 'waitlisted'),
    count(*) FILTER (WHERE status = 'offered' AND offer_until <= %(now)s),
    max(queued_at),
    max(id) FILTER (WHERE person_id = %(person)s AND status <> 'cancelled'),
    EXISTS (SELECT FROM training_seatreservation WHERE edition_id = %(edition)s),
    nextval('training_enrolment_id_seq')
FROM training_enrolment WHERE edition_id = %(edition)s
"""
NEXT_NUMBER = "SELECT nextval('training_enrolment_id_seq')"
TAKEN_CODE = "SELECT 1 FROM training_enrolment WHERE code = %s"


@dataclass(frozen=True)
class Queue:
    """How full an edition is, and whether the person is in it."""

    taken: int
    waiting: int
    overdue: int  # offers that ran out
    last: datetime | None
    existing: int | None
    has_reservations: bool = False
    number: int | None = None  # of the place that is given next, if one is

    @property
    def arrives(self) -> datetime:
        """A clock that steps back must not let a later arrival pass an earlier one."""
        return max(timezone.now(), self.last) if self.last else timezone.now()


def locked(edition: Edition) -> Edition:
    """The edition as it is now, nobody else changing its places until the transaction ends."""
    [now] = LOCK_ONE.rows(pk=edition.pk)
    return now


def locked_all(editions: Iterable[Edition]) -> dict[int, Edition]:
    """Several editions, locked in the order of their keys so that nobody waits in a circle."""
    rows = Edition.objects.for_places().select_for_update(no_key=True, of=("self",))
    return {e.pk: e for e in rows.filter(pk__in=[e.pk for e in editions]).order_by("pk")}


def locked_and_counted(seen: Edition, person: int) -> tuple[Edition, Queue]:
    """What was read before, locked, and counted under that lock: everybody else waits meanwhile.

    The same object if nobody has changed the edition since, else as it is now.
    """
    fields = Edition._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    lock = (LOCKED.format(columns=columns, lock=LOCK), [seen.pk])
    [now], [counts] = together(lock, _asks_counts(seen, person))
    if now != tuple(getattr(seen, field.attname) for field in fields):
        seen = Edition.objects.for_places().get(pk=seen.pk)
    return seen, Queue(*counts)


def lock_people(people: Iterable[Person]) -> None:
    """One person is asked about one edition at a time: what overlaps is seen. Always before the edition.

    Not the person's row: whoever plans sessions locks those of trainers, after the edition.
    """
    answers(*asks_lock(people))


def asks_lock(people: Iterable[Person]) -> tuple[str, list[Any]]:
    """The lock of these people, to be sent before other questions about them."""
    return LOCK_PEOPLE, [PLACES_OF, sorted({person.pk for person in people})]


def asked_together(enrolment: Enrolment) -> list[Person]:
    """The person and those who asked together with them."""
    rows = Enrolment.objects.filter(edition=enrolment.edition_id)
    mine = rows.filter(party=enrolment.party) if enrolment.party else rows.filter(pk=enrolment.pk)
    return [one.person for one in mine.select_related("person")]


def locked_enrolment(enrolment: Enrolment, edition: Edition) -> Enrolment:
    """The enrolment as it is now, of the edition that the caller has locked."""
    [found] = LOCK_PLACE.rows(pk=enrolment.pk)
    found.edition = edition
    return found


def locked_party(enrolment: Enrolment, edition: Edition) -> list[Enrolment]:
    """The enrolment and those who asked together with it, as they are now, in the order of their arrival."""
    rows = Enrolment.objects.select_for_update(no_key=True, of=("self",))
    rows = rows.select_related("person", "institution", "nominated_by").filter(edition=edition)
    mine = rows.filter(party=enrolment.party) if enrolment.party else rows.filter(pk=enrolment.pk)
    party = list(mine.order_by("pk"))
    for one in party:
        one.edition = edition
    return party


def counted(edition: Edition, person: int) -> Queue:
    """Count again, under the lock; `person` is the key of whose own place is looked for."""
    [counts] = answers(*_asks_counts(edition, person))
    return Queue(*counts)


def _asks_counts(edition: Edition, person: int) -> tuple[str, dict[str, Any]]:
    taking = [str(status) for status in Status.taking_a_place()]
    return COUNTS, {
        "edition": edition.pk, "person": person, "taking": taking, "now": timezone.now()
    }  # fmt: skip


def next_number() -> int:
    """The number of a place that is about to be given."""
    return int(answers(NEXT_NUMBER, [])[0][0])


def free_code() -> str:
    """A code that no other enrolment has."""
    while True:
        code, asks_taken = draw_code()
        if not answers(*asks_taken):
            return code


def draw_code() -> tuple[str, tuple[str, list[Any]]]:
    """A code, and the question whether another enrolment has it."""
    code = enrolment_code()
    return code, (TAKEN_CODE, [code])


def audit_place(by: User | None, verb: str, enrolment: Enrolment, **data: str) -> None:
    """A line in the trail of a place."""
    insert(deed_of_place(by, verb, enrolment, **data))


def deed_of_place(by: User | None, verb: str, enrolment: Enrolment, **data: str) -> AuditEvent:
    """The line as `audit_place` writes it."""
    organiser = enrolment.edition.organiser
    return audit.deed(
        by=by, verb=verb, target=enrolment, person=enrolment.person_id, organisation=organiser,
        edition=enrolment.edition_id, **data,
    )  # fmt: skip


def require_enrolling(
    by: User | None, person: Person, edition: Edition, nominated_by: Organisation | None
) -> None:
    """Oneself; people of one's branch into one's own editions; or people whom one's institution may nominate."""
    if by is None or (by.person_id == person.pk and nominated_by is None):
        return
    permission = Permission.NOMINATE if nominated_by else Permission.ENROL
    organisation = nominated_by or edition.organiser
    known = Person.objects.visible_to(by, permission).filter(pk=person.pk)
    if not may(by, permission, organisation=organisation) or not known.exists():
        raise PermissionDenied


def require_cancelling(by: User | None, enrolment: Enrolment) -> None:
    """Oneself, whoever nominated, or whoever answers for the edition."""
    if by is None or by.person_id == enrolment.person_id:
        return
    nominator = enrolment.nominated_by
    by_nominator = nominator and may(by, Permission.NOMINATE, organisation=nominator)
    if not (by_nominator or may(by, Permission.ENROL, organisation=enrolment.edition.organiser)):
        raise PermissionDenied


def may_decide(by: User | None, enrolment: Enrolment) -> bool:
    """May this user answer the request? Nobody answers their own."""
    if by is None:
        return True
    if by.person_id == enrolment.person_id:
        return False
    edition, institution = enrolment.edition, enrolment.institution
    if edition.approval == Edition.Approval.INSTITUTION and institution:
        return may(by, Permission.NOMINATE, organisation=institution)
    return may(by, Permission.ENROL, organisation=edition.organiser)


def same_household(by: User | None, person: Person) -> bool:
    """Do they belong to one household?"""
    if by is None or by.person_id is None:
        return False
    now = HouseholdMember.objects.current()
    own = now.filter(person=by.person_id).values("household")
    return now.filter(household__in=own, person=person).exists()
