"""Sessions without enough trainers: for those who look for trainers, and for trainers who look for sessions."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from people.models import Membership, Organisation, Person, User
from people.permissions import Permission
from training.models import Edition, Engagement, Session
from training.queries.editions import for_cards, trainers_for
from training.queries.suitability import PERHAPS, Candidate, suitability

ENDED = (Edition.Status.DONE, Edition.Status.CANCELLED)
MOST = 200


@dataclass
class Need:
    """An edition with its sessions that are short of trainers."""

    edition: Edition
    sessions: list[Session] = field(default_factory=list)
    asked: int = 0
    volunteers: int = 0
    mine: Engagement | None = None
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def missing(self) -> int:
        """How many places for trainers are empty, over all sessions."""
        needed = self.edition.trainers_needed
        return sum(needed - session.led for session in self.sessions)

    @property
    def verdict(self) -> str:
        """Of somebody who looks for sessions: the best of what is said of each."""
        said = [one.verdict for one in self.candidates]
        return "yes" if "yes" in said else PERHAPS if PERHAPS in said else "no"


def short_sessions(at: datetime | None = None) -> QuerySet[Session]:
    """What needs a trainer, of editions that are not over."""
    return Session.objects.short_of_trainers(at).exclude(edition__status__in=ENDED)


def needs_of_branch(user: User, *, at: datetime | None = None) -> list[Need]:
    """What is missing in the institutions for which the user schedules, the next first."""
    mine = Session.objects.visible_to(user, Permission.SCHEDULE).values("pk")
    return _needs(short_sessions(at).filter(pk__in=mine))


def needs_for(trainer: Person, *, at: datetime | None = None) -> list[Need]:
    """Editions that anybody may see and that need a trainer, at institutions that may put this one down."""
    rows = short_sessions(at).exclude(edition__status=Edition.Status.DRAFT)
    rows = rows.filter(_organisers_of(trainer)).exclude(trainers__trainer=trainer)
    found = _needs(rows)
    # Nobody is told more here than the trainer, of what they lead.
    said = suitability([s for need in found for s in need.sessions], [trainer], by=None)
    asked = Engagement.objects.filter(trainer=trainer, edition__in=[n.edition for n in found])
    latest = {one.edition_id: one for one in asked.order_by("created_at", "pk")}
    for need in found:
        need.candidates = [said[session.pk][0] for session in need.sessions]
        need.mine = latest.get(need.edition.pk)
    return found


def _organisers_of(trainer: Person) -> Q:
    """Institutions of the trainer's role, those below and those above, as `trainers_for` has it from the other side."""
    held = Membership.objects.current().filter(person=trainer, role="trainer")
    found = Q(pk__in=[])
    for place in Organisation.objects.filter(pk__in=held.values("organisation")):
        found |= Q(edition__organiser__path__startswith=place.path)
        found |= Q(edition__organiser__path__in=place.authority_paths())
    return found


def _needs(rows: QuerySet[Session]) -> list[Need]:
    sessions = list(
        rows.select_related("edition__course", "edition__region", "room__venue__region")[:MOST]
    )
    keys = {session.edition_id for session in sessions}
    editions = {e.pk: e for e in for_cards(Edition.objects.filter(pk__in=keys)).annotate(
        asked=_waiting("asked"), volunteers=_waiting("volunteered")
    )}  # fmt: skip
    found: dict[int, Need] = {}
    for session in sessions:
        edition = editions[session.edition_id]
        need = found.setdefault(
            edition.pk,
            Need(edition, asked=edition.asked or 0, volunteers=edition.volunteers or 0),
        )
        need.sessions.append(session)
    return list(found.values())


def _waiting(origin: str) -> Subquery:
    """How many questions of that kind wait for an answer."""
    rows = Engagement.objects.open().filter(edition=OuterRef("pk"), origin=origin)
    return Subquery(rows.order_by().values("edition").annotate(n=Count("pk")).values("n"))


def who_can_teach(session: Session, *, by: User | None) -> list[Candidate]:
    """Every trainer of the organiser's, with the reasons for and against, as far as `by` may know them."""
    rows = Session.objects.select_related(
        "edition__course", "edition__organiser", "edition__region", "room__venue__region"
    )
    session = rows.get(pk=session.pk)
    return suitability([session], trainers_for(session.edition.organiser), by=by)[session.pk]
