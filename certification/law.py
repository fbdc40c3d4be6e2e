"""The law and a person's life as plain data: what the engine of requirements reads. No database here.

Words: an *ask* is one requirement; a *book* is one rule version with its asks; a *spell* is a dated fact.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from certification.models import Condition, Requirement, RuleVersion
from certification.models.circumstance import DERIVED, EVENTS

Kind, Period, Path = Requirement.Kind, Requirement.Period, Requirement.Path
Transition = RuleVersion.Transition
REGULAR = (Period.CALENDAR_YEAR, Period.ROLLING_MONTHS)
HOURS = (Kind.THEORY, Kind.PRACTICE, Kind.ANY)


@dataclass(frozen=True)
class Counts:
    """What else counts for a requirement: a topic, a course or another programme; minutes None means all of it."""

    what: str  # "topic", "course", "programme"
    code: str
    minutes: int | None = None


@dataclass(frozen=True)
class Ask:
    """One requirement. Neither minutes nor times: the figure is not known."""

    id: int
    code: str
    kind: str
    period: str = Period.ONCE
    path: str = Path.FIRST
    minutes: int | None = None
    times: int | None = None
    months: int | None = None
    category: str = ""
    condition: str = ""
    topic: str = ""
    is_separate: bool = False
    counts: tuple[Counts, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def figure(self) -> int | None:
        """How many minutes or times; None where that is not known."""
        return self.minutes or self.times

    @property
    def instead(self) -> tuple[str, ...]:
        """Topics that count in place of its own."""
        return tuple(one.code for one in self.counts if one.what == "topic")

    @property
    def is_open(self) -> bool:
        """Is something not known without which nobody can be measured by it?"""
        gaps = {"period", "mandatory"} & set(self.unknown)
        return self.figure is None or self.period == Period.UNKNOWN or bool(gaps)

    @property
    def is_regular(self) -> bool:
        """Is it asked again and again?"""
        return self.period in REGULAR

    @property
    def is_event(self) -> bool:
        """Is it asked because something happened, and of the time since then?"""
        return self.condition in EVENTS and not self.is_regular


@dataclass(frozen=True)
class Book:
    """One published rule version: from when, until when (not included), and who keeps the one before it."""

    id: int
    since: date
    until: date | None = None
    asks: tuple[Ask, ...] = ()
    renewal_window_days: int = 90
    grace_days: int = 0
    transition: str = Transition.NONE
    cutoff: date | None = None
    keeps_until: date | None = None

    def ask(self, code: str) -> Ask | None:
        """The requirement of that code."""
        return next((ask for ask in self.asks if ask.code == code), None)


@dataclass(frozen=True)
class Spell:
    """A dated fact; both days are included. `code` says which category, condition or exempted requirement."""

    code: str
    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Is the day within?"""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Line:
    """A line of the ledger."""

    id: int
    on: date
    minutes: int
    kind: str
    topic: str = ""
    source: str = "session"


@dataclass(frozen=True)
class Deed:
    """A result that is no hours: a test passed, a trainer's result, a course completed (`code` is its key)."""

    kind: str  # "test", "outcome", "course"
    on: date
    id: int = 0
    code: str = ""


@dataclass(frozen=True)
class Held:
    """A certificate with its days, extensions included; `kind` tells ours from an earlier one on paper."""

    id: int
    valid_from: date
    valid_until: date | None = None
    programme: str = ""
    kind: str = "certificate"
    reviews: tuple[date, ...] = ()


@dataclass(frozen=True)
class History:
    """All of one person that the rules of one programme turn on."""

    lines: tuple[Line, ...] = ()
    categories: tuple[Spell, ...] = ()
    circumstances: tuple[Spell, ...] = ()
    certificates: tuple[Held, ...] = ()  # of this programme
    others: tuple[Held, ...] = ()  # of other programmes
    deeds: tuple[Deed, ...] = ()
    begun: tuple[Spell, ...] = ()  # a course of the programme, under way or completed
    exemptions: tuple[Spell, ...] = ()  # code "" is all of the programme

    def meets(self, condition: str, day: date) -> bool:
        """Does that condition hold on the day?"""
        other = DERIVED.get(Condition(condition))
        if other:
            return not self.meets(other, day)
        return any(one.code == condition and one.holds(day) for one in self.circumstances)

    def applies(self, ask: Ask, day: date) -> bool:
        """Is the person one of those whom the requirement speaks of, on that day?"""
        if ask.category and not any(
            one.code == ask.category and one.holds(day) for one in self.categories
        ):
            return False
        return not ask.condition or self.meets(ask.condition, day)

    def is_exempt(self, ask: Ask, day: date) -> bool:
        """Was the person freed of what falls due that day?"""
        return any(one.code in ("", ask.code) and one.holds(day) for one in self.exemptions)

    def held_before(self, day: date) -> bool:
        """Was a certificate of this programme, begun on an earlier day, still running on that one?"""
        return any(
            one.valid_from < day and (one.valid_until is None or one.valid_until >= day)
            for one in self.certificates
        )

    def first_placement(self) -> date | None:
        """The first day on which a child was placed with the carer."""
        days = [one.since for one in self.circumstances if one.code == Condition.CHILD_PLACED]
        return min(days, default=None)

    def last_review(self, at: date) -> date | None:
        """The last day by then on which a certificate of this programme was reviewed."""
        days = [day for one in self.certificates for day in one.reviews if day <= at]
        return max(days, default=None)


@dataclass(frozen=True)
class Shelf:
    """All published rule versions of a programme."""

    books: tuple[Book, ...] = field(default=())

    def book(self, day: date, history: History) -> Book | None:
        """The rule for this person on that day: the one in force, or the one before it where a transition keeps it."""
        now = next(
            (b for b in self.books if b.since <= day and (not b.until or day < b.until)), None
        )
        if now is None or now.transition == Transition.NONE:
            return now
        former = max((b for b in self.books if b.since < now.since), key=_since, default=None)
        if former is None or (now.keeps_until and day > now.keeps_until):
            return now
        return former if _keeps(now, former, history, day) else now


def _since(book: Book) -> date:
    return book.since


def _keeps(book: Book, former: Book, history: History, day: date) -> bool:
    cutoff = book.cutoff or book.since
    grace = timedelta(days=former.grace_days)
    holds = any(
        one.valid_from < cutoff
        and one.valid_from <= day
        and (one.valid_until is None or day - grace <= one.valid_until)
        for one in history.certificates
    )
    begun = any(one.since < cutoff and one.holds(day) for one in history.begun)
    return (holds and book.transition in (Transition.HOLDERS, Transition.BOTH)) or (
        begun and book.transition in (Transition.BEGUN, Transition.BOTH)
    )
