"""Reminders before a session: each once to each person, however often the clock ticks."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from courses.queries import course_progress
from notifications.actions import notify, wanting
from notifications.models import Message, Topic
from people import audit
from people.access import require
from people.models import User
from people.permissions import Permission
from training.answer_links import answer_url
from training.models import Edition, Enrolment, ReminderRule, SessionAnswer
from training.queries.reminders import USUAL, Due, Kind, due

Status = Enrolment.Status


def send_due(at: datetime | None = None) -> int:
    """Write every reminder whose time has come; how many were written. Each edition for itself."""
    return sum(_send(one) for one in due(at))


@transaction.atomic
def _send(one: Due) -> int:
    # Two workers at once: the second finds the keys of the first.
    Edition.objects.select_for_update(no_key=True, of=("self",)).get(pk=one.edition.pk)
    day = one.session.starts.astimezone(ZoneInfo(one.session.time_zone)).date()
    stem = f"reminder:{one.kind}:{one.session.pk}:{day.isoformat()}"
    known = set(
        Message.objects.filter(dedupe_key__startswith=f"{stem}:").values_list(
            "dedupe_key", flat=True
        )
    )
    places = [place for place in _concerned(one) if f"{stem}:{place.pk}" not in known]
    names: dict[str, str] = {}
    for place in places:
        person = place.person
        if person.language not in names:
            names[person.language] = one.edition.name_in(person.language)
        notify(
            person,
            "reminder",
            dedupe=f"{stem}:{place.pk}",
            topic=Topic.REMINDERS,
            kind=one.kind,
            enrolment=place,
            edition=one.edition,
            edition_name=names[person.language],
            session=one.session,
            sessions=list(one.edition.sessions.all()),
            answer_url=answer_url(place, person.language) if person.email else "",
        )
    return len(places)


def _concerned(one: Due) -> Iterable[Enrolment]:
    """People with a place since before the reminder was due, by e-mail, who want it and whom it concerns."""
    places: QuerySet[Enrolment] = Enrolment.objects.filter(
        edition=one.edition,
        status=Status.CONFIRMED,
        queued_at__lt=one.since,
        person__erased_at=None,
    )
    # Letters to print would come too late, and nobody would print them.
    places = places.exclude(person__email="").select_related("person").order_by("pk")
    if one.kind == Kind.ANSWER:
        places = _unanswered(places, one)
    found = list(places)
    wanted = {person.pk for person in wanting([place.person for place in found], Topic.REMINDERS)}
    found = [place for place in found if place.person_id in wanted]
    if one.kind == Kind.LESSONS:
        found = [place for place in found if _has_lessons_left(place, one)]
    return found


def _unanswered(places: QuerySet[Enrolment], one: Due) -> QuerySet[Enrolment]:
    answers = SessionAnswer.objects.in_force().filter(session=one.session)
    return places.filter(~Exists(answers.filter(enrolment=OuterRef("pk"))))


def _has_lessons_left(place: Enrolment, one: Due) -> bool:
    progress = course_progress(place.person, one.edition.course)
    return progress.lessons_done < progress.lessons_total


@transaction.atomic
def set_rules(*, by: User | None, edition: Edition, days: dict[str, int | None]) -> None:
    """How many days before people of the edition are reminded, by kind; None: never. As usual leaves no row."""
    require(by, Permission.SCHEDULE, organisation=edition.organiser)
    Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    before = {rule.kind: rule.days for rule in edition.reminder_rules.all()}
    after = {kind: number for kind, number in days.items() if number != USUAL[kind]}
    if before == after:
        return
    edition.reminder_rules.all().delete()
    ReminderRule.objects.bulk_create(
        ReminderRule(edition=edition, kind=kind, days=number) for kind, number in after.items()
    )
    audit.record(
        by=by, verb="edition.reminders", target=edition, organisation=edition.organiser, days=after
    )
