"""The daily summary for coordinators: what changed since yesterday and what waits for them. Nothing: no mail."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from notifications.actions import notify, wanting
from notifications.models import Message, Topic
from people.access import Grants
from people.models import Membership, Person
from people.queries import jurisdiction
from training.clock import moment
from training.queries.digest import digest_of

ROLE = "coordinator"
# From seven on; whoever's worker was away all morning hears of it the next day.
AT, UNTIL = time(7), time(11)


def send(at: datetime | None = None) -> int:
    """Write today's summaries that are not written yet; how many were written."""
    country = jurisdiction()
    zone = ZoneInfo(country.time_zone if country else settings.TIME_ZONE)
    now = (at or timezone.now()).astimezone(zone)
    if not AT <= now.time() < UNTIL:
        return 0
    day = now.date()
    held: dict[int, list[tuple[str, str]]] = {}
    rows = Membership.objects.current(day).filter(role=ROLE)
    for person, role, path in rows.values_list("person", "role", "organisation__path"):
        held.setdefault(person, []).append((role, path))
    people = Person.objects.filter(pk__in=held, erased_at=None).exclude(email="").order_by("pk")
    written = set(
        Message.objects.filter(dedupe_key__in=[_key(pk, day) for pk in held]).values_list(
            "person", flat=True
        )
    )
    waiting = [person for person in wanting(people, Topic.DIGEST) if person.pk not in written]
    return sum(_send(person, Grants(tuple(held[person.pk])), day, zone) for person in waiting)


def _key(person_id: int, day: date) -> str:
    return f"digest:{person_id}:{day.isoformat()}"


@transaction.atomic
def _send(person: Person, grants: Grants, day: date, zone: ZoneInfo) -> int:
    """From yesterday's summary to today's, on the clock of the country: no hour is told twice or left out."""
    lines = digest_of(
        grants,
        since=moment(day - timedelta(days=1), AT, zone),
        until=moment(day, AT, zone),
        language=person.language,
        without=person.user.pk if hasattr(person, "user") else 0,
    )
    if not lines:
        return 0
    notify(person, "digest", dedupe=_key(person.pk, day), topic=Topic.DIGEST, lines=lines, day=day)
    return 1
