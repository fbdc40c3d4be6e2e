"""Who on a waiting list is urgent: whose certificate runs out soon or has, and who was never trained."""

from collections.abc import Collection

from django.db import connection

from certification import standing_sql as sql
from certification.days import law_zone, today
from certification.models import Programme
from certification.standing import State
from training.actions.urgency import ask_for_urgency, set_urgency
from training.models import Edition, Enrolment

Urgency = Enrolment.Urgency
# Of several programmes that the course leads to, the first of these decides.
MEANING = {
    State.EXPIRING: Urgency.EXPIRING,
    State.IN_GRACE: Urgency.EXPIRING,
    State.EXPIRED: Urgency.EXPIRING,
    State.NEVER: Urgency.NEVER_TRAINED,
}
# For each person the states under those programmes that are asked of them today.
STATES = f"""
SELECT found.person_id, array_agg(found.state) FROM ({sql.ROWS}) found
WHERE found.programme_id = ANY(%(programmes)s) GROUP BY found.person_id
"""  # noqa: S608 - our own constants; numbers go in as parameters
SCOPE = "SELECT unnest(%(people)s::bigint[])"


def write(edition_id: int, enrolment_ids: Collection[int]) -> None:
    """Write for each of these enrolments how urgent it is today."""
    rows = Enrolment.objects.filter(pk__in=enrolment_ids, edition=edition_id)
    people = dict(rows.values_list("pk", "person_id"))
    states = _states(edition_id, list(people.values()))
    set_urgency({pk: _urgency(states.get(person, ())) for pk, person in people.items()})


def refresh() -> None:
    """Every list that prefers somebody, so that the ranks that people see follow the calendar."""
    waiting = Enrolment.objects.filter(status=Enrolment.Status.WAITLISTED)
    with_priority = Edition.objects.exclude(queue_rule=Edition.QueueRule.ARRIVAL)
    for edition in with_priority.filter(pk__in=waiting.values("edition")).order_by("pk"):
        ask_for_urgency(edition)


def _urgency(states: Collection[str]) -> str:
    return next((MEANING[state] for state in MEANING if state in states), Urgency.NONE)


def _states(edition_id: int, people: list[int]) -> dict[int, list[str]]:
    """The states of these people under the programmes to which the edition's course leads."""
    course = Edition.objects.filter(pk=edition_id).values("course__translation_key")
    leads = Programme.objects.filter(is_active=True, courses__translation_key__in=course)
    values = {
        "people": people, "programmes": list(leads.values_list("pk", flat=True).distinct()),
        "at": today(), "zone": str(law_zone()), "programme": None, "category": None, "draft": None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STATES.format(scope=SCOPE), values)
        return dict(cursor.fetchall())
