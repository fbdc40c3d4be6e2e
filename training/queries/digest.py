"""What a coordinator reads in the morning: what changed in a day, and what waits for them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q

from people.access import Grants
from people.models import AuditEvent
from people.permissions import Permission
from training.models import Edition, Enrolment, Session, SessionAnswer, SessionTrainer

Status = Enrolment.Status
# Deeds of the trail that somebody who schedules wants to hear of, and the word for them in the summary.
NEWS = {
    "enrolment.confirmed": "confirmed",
    "enrolment.moved_up": "confirmed",
    "enrolment.waitlisted": "waiting",
    "enrolment.asked": "asked",
    "enrolment.cancelled": "given_up",
}
SOON = timedelta(days=14)
LOOKED_BACK = timedelta(days=14)  # for rolls that nobody finished


@dataclass
class Line:
    """One edition: how many of what happened, and what is to be done."""

    edition: Edition
    news: dict[str, int] = field(default_factory=dict)
    not_coming: int = 0
    to_decide: int = 0
    open_rolls: int = 0
    without_trainer: int = 0

    @property
    def waits(self) -> int:
        """How much waits for the coordinator."""
        return self.to_decide + self.open_rolls + self.without_trainer


def digest_of(
    grants: Grants, *, since: datetime, until: datetime, language: str, without: int = 0
) -> list[Line]:
    """The editions of the branches where something happened between the two moments or something waits, soonest first.

    `without` leaves out what that user did: nobody needs to be told of their own deeds.
    """
    scope = grants.within("organiser__path", Permission.SCHEDULE)
    editions = Edition.objects.filter(scope)
    lines: dict[int, Line] = {}
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, kind, number in _news(grants, since, until, without):
        counts[key][kind] += number
    waiting = _waiting(editions.values("pk"), since, until)
    touched = set(counts) | {pk for column in waiting.values() for pk in column}
    rows = editions.filter(pk__in=touched).with_name(language).select_related("organiser")
    for edition in rows.order_by(F("starts").asc(nulls_last=True), "pk"):
        lines[edition.pk] = Line(
            edition,
            news=dict(counts.get(edition.pk, {})),
            **{name: column.get(edition.pk, 0) for name, column in waiting.items()},
        )
    return [line for line in lines.values() if line.news or line.waits or line.not_coming]


def _news(
    grants: Grants, since: datetime, until: datetime, without: int
) -> list[tuple[int, str, int]]:
    """Edition, word, how many: counted in the trail."""
    events = AuditEvent.objects.filter(
        grants.within("organisation_path", Permission.SCHEDULE),
        verb__in=NEWS, at__gte=since, at__lt=until,
    ).exclude(actor_id=without)  # fmt: skip
    found = events.values("data__edition", "verb").annotate(n=Count("pk")).order_by()
    return [
        (row["data__edition"], NEWS[row["verb"]], row["n"]) for row in found if row["data__edition"]
    ]


def _waiting(editions: object, since: datetime, until: datetime) -> dict[str, dict[int, int]]:
    said_no = SessionAnswer.objects.in_force().filter(
        answer=SessionAnswer.Answer.NO, said_at__gte=since, said_at__lt=until,
        session__edition__in=editions,
    )  # fmt: skip
    applied = Enrolment.objects.filter(status=Status.APPLIED, edition__in=editions)
    sessions = Session.objects.taking_place().filter(edition__in=editions)
    published = sessions.exclude(edition__status=Edition.Status.DRAFT)
    people = Enrolment.objects.filter(edition=OuterRef("edition")).taking_a_place()
    over = published.filter(
        Exists(people), ends__lt=until, ends__gte=until - LOOKED_BACK, roll_closed_at=None
    )
    leads = SessionTrainer.objects.filter(session=OuterRef("pk"))
    unled = published.filter(~Exists(leads), starts__gte=until, starts__lt=until + SOON)

    def by(rows: object, key: str) -> dict[int, int]:
        counted = rows.order_by().values(key).annotate(n=Count("pk"))
        return {row[key]: row["n"] for row in counted}

    return {
        "not_coming": by(said_no.filter(Q(enrolment__status=Status.CONFIRMED)), "session__edition"),
        "to_decide": by(applied, "edition"),
        "open_rolls": by(over, "edition"),
        "without_trainer": by(unled, "edition"),
    }
