"""Reads over what people say beforehand."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from training.models import Edition, Enrolment, Session, SessionAnswer

Answer = SessionAnswer.Answer


@dataclass(frozen=True)
class Asked:
    """A coming session and how many say what; `unsaid` have not answered about its present time."""

    session: Session
    yes: int
    no: int
    maybe: int
    unsaid: int
    others: list[SessionAnswer]  # who does not come, then who does not know


def coming_sessions(enrolment: Enrolment, *, at: datetime | None = None) -> list[Session]:
    """The coming sessions of a place, each with the `answer` in force ("" for none)."""
    own = SessionAnswer.objects.in_force().filter(enrolment=enrolment, session=OuterRef("pk"))
    sessions = Session.objects.taking_place().filter(edition=enrolment.edition_id)
    sessions = sessions.filter(ends__gte=at or timezone.now()).select_related("room__venue")
    found: list[Session] = list(sessions.annotate(answer=Subquery(own.values("answer")[:1])))
    for session in found:
        session.answer = session.answer or ""
    return found


def answers_of(edition: Edition, *, at: datetime | None = None) -> list[Asked]:
    """For each coming session of the edition, who says what; in three queries, however many people."""
    now = at or timezone.now()
    places = Enrolment.objects.filter(edition=edition).taking_a_place()
    total = places.count()
    in_force = Q(enrolment__in=places.values("pk"))
    rows = SessionAnswer.objects.in_force().filter(in_force, session__edition=edition)
    counts: dict[tuple[int, str], int] = {
        (row["session"], row["answer"]): row["n"]
        for row in rows.values("session", "answer").annotate(n=Count("pk"))
    }
    others: dict[int, list[SessionAnswer]] = {}
    doubtful = rows.exclude(answer=Answer.YES).select_related("enrolment__person")
    for row in doubtful.order_by("-answer", "enrolment__person__sort_key", "pk"):
        others.setdefault(row.session_id, []).append(row)
    sessions = edition.sessions.taking_place().filter(ends__gte=now).order_by("starts", "pk")
    asked = []
    for session in sessions:
        yes, no, maybe = (counts.get((session.pk, a), 0) for a in ("yes", "no", "maybe"))
        unsaid = total - yes - no - maybe
        asked.append(Asked(session, yes, no, maybe, unsaid, others.get(session.pk, [])))
    return asked
