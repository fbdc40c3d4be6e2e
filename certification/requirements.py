"""What the rule asks of somebody on a day, requirement by requirement: met by which records, or how much is missing.

Pure: plain data in (`law`), findings out. A line counts on its own day, whenever it was written down. What nobody
knows stays unknown: it is neither met nor missing. What is regular is asked of a period only where it applied to the
person on the first day of it and on its last (decision 0014).
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import models
from django.utils.translation import pgettext_lazy

from certification.counting import Proof, Used, tally
from certification.days import add_months
from certification.law import Ask, Book, Held, History, Path, Period, Shelf

DAY = timedelta(days=1)


class Answer(models.TextChoices):
    """What there is to say of one requirement."""

    MET = "met", pgettext_lazy("requirement", "done")
    MISSING = "missing", pgettext_lazy("requirement", "missing")
    NOT_ASKED = "not_asked", pgettext_lazy("requirement", "not asked")
    UNKNOWN = "unknown", pgettext_lazy("requirement", "the figure is not known")


@dataclass(frozen=True)
class Finding:
    """One requirement on one day. `first` and `last` bound the days whose records count."""

    ask: Ask
    answer: Answer
    found: int = 0
    either: int = 0  # recorded as theory or practice together: may count here or there
    first: date | None = None
    last: date | None = None
    proofs: tuple[Proof, ...] = ()
    begins: date | None = None  # not asked yet: the first day of the first period that is
    is_missed: bool = False  # it was to be done regularly, and the period is over

    @property
    def is_of_a_year(self) -> bool:
        """Is its period a calendar year?"""
        return self.ask.period == Period.CALENDAR_YEAR

    @property
    def lacking(self) -> int:
        """Minutes or times that are missing."""
        return max((self.ask.figure or 0) - self.found, 0) if self.answer == Answer.MISSING else 0


@dataclass(frozen=True)
class _Case:
    """One person under one programme on one day; `held`: the certificate that counts then."""

    shelf: Shelf
    book: Book
    history: History
    at: date
    held: Held | None
    used: Used = field(default_factory=Used)


def findings(shelf: Shelf, history: History, at: date, held: Held | None = None) -> list[Finding]:
    """Every requirement of the rule that holds for the person that day, those of a missed period first.

    `held` is the certificate that speaks for the person, where it counts (in grace too) or is suspended.
    """
    book = shelf.book(at, history)
    if book is None:
        return []
    case = _Case(shelf, book, history, at, held)
    late = missed(shelf, history, at)
    rolling = {one.ask.id for one in late if one.ask.period == Period.ROLLING_MONTHS}
    running = [
        _regular(case, ask) if ask.is_regular else _once(case, ask)
        for ask in book.asks
        if ask.id not in rolling
    ]
    return [*late, *running]


def missed(shelf: Shelf, history: History, at: date) -> list[Finding]:
    """What was to be done regularly and was not: in the calendar year before, or in the months up to that day.

    A review afterwards settles it; so does a rule that no longer asks for it.
    """
    now = shelf.book(at, history)
    if now is None:
        return []
    first, last = date(at.year - 1, 1, 1), date(at.year - 1, 12, 31)
    then = shelf.book(last, history)
    due = [
        (ask, first, last)
        for ask in (then.asks if then else ())
        if ask.period == Period.CALENDAR_YEAR and now.ask(ask.code)
    ]
    due += [(ask, *_rolling(ask, at)) for ask in now.asks if ask.period == Period.ROLLING_MONTHS]
    return [
        found
        for ask, begins, ends in due
        if not ask.is_open
        and history.held_before(begins)
        and _asked_throughout(shelf, history, ask, begins, ends, ends)
        and not _is_settled(history, ask, begins, ends, at)
        and (found := _measured(history, ask, begins, ends, is_missed=True)).answer
        == Answer.MISSING
    ]


def _is_settled(history: History, ask: Ask, first: date, last: date, at: date) -> bool:
    """Was there a review since: after the calendar year, or within the months that roll?"""
    review = history.last_review(at)
    if review is None:
        return False
    return review > last if ask.period == Period.CALENDAR_YEAR else review >= first


def _rolling(ask: Ask, at: date) -> tuple[date, date]:
    return add_months(at, -(ask.months or 0)) + DAY, at


def _asked_throughout(
    shelf: Shelf, history: History, ask: Ask, first: date, last: date, until: date
) -> bool:
    """Did it apply on the first day and on the last one known: by rule, category, condition and exemption?"""
    before = shelf.book(first, history)
    return bool(
        before
        and before.ask(ask.code)
        and history.applies(ask, first)
        and history.applies(ask, until)
        and not history.is_exempt(ask, last)
    )


def _regular(case: _Case, ask: Ask) -> Finding:
    """The running calendar year, or the months up to the day."""
    at, later = case.at, None
    if ask.period == Period.CALENDAR_YEAR:
        first, last, later = date(at.year, 1, 1), date(at.year, 12, 31), date(at.year + 1, 1, 1)
    else:
        first, last = _rolling(ask, at)
    asked = _asked_throughout(case.shelf, case.history, ask, first, last, at)
    if asked and (case.held or _leads_to_a_certificate(case.book)):
        asked = case.history.held_before(first)
    if asked or (ask.is_open and case.history.applies(ask, at)):
        return _measured(case.history, ask, first, last, until=at)
    is_to_come = case.held and case.history.applies(ask, at)
    return Finding(ask, Answer.NOT_ASKED, begins=later if is_to_come else None)


def _leads_to_a_certificate(book: Book) -> bool:
    """Does the rule ask for anything before the first certificate? If not, what is regular needs none."""
    return any(not ask.is_regular and ask.path != Path.RENEWAL for ask in book.asks)


def _once(case: _Case, ask: Ask) -> Finding:
    """What is asked one time: before the first certificate, for a renewal, or because something happened."""
    history, held, at = case.history, case.held, case.at
    for_renewal = ask.path == Path.RENEWAL and not held
    if for_renewal or not history.applies(ask, at) or history.is_exempt(ask, at):
        return Finding(ask, Answer.NOT_ASKED)
    was_asked_then = held and history.applies(ask, held.valid_from)
    if held and was_asked_then and ask.path == Path.FIRST and not ask.is_event:
        answer = Answer.UNKNOWN if ask.is_open else Answer.MET
        proof = Proof(held.kind, held.id, held.valid_from)
        return Finding(ask, answer, ask.figure or 0, last=held.valid_from, proofs=(proof,))
    last = at
    if ask.period == Period.BEFORE_FIRST_PLACEMENT and (placed := history.first_placement()):
        last = min(at, placed - DAY)
    return _measured(history, ask, _since(case, ask), last, used=case.used)


def _since(case: _Case, ask: Ask) -> date | None:
    """The first day that counts: after the last certificate, after what happened, not older than the rule allows."""
    if ask.is_event:
        spells = (one for one in case.history.circumstances if one.code == ask.condition)
        days = [spell.since for spell in spells if spell.holds(case.at)]
    else:
        own = [case.held] if case.held else case.history.certificates
        days = [one.valid_from + DAY for one in own if one.valid_from <= case.at]
    if ask.months:
        days.append(add_months(case.at, -ask.months) + DAY)
    return max(days, default=None)


def _measured(
    history: History,
    ask: Ask,
    first: date | None,
    last: date,
    *,
    until: date | None = None,
    used: Used | None = None,
    is_missed: bool = False,
) -> Finding:
    """What the records of those days, as far as they have come, add up to against what is asked."""
    in_doubt = bool(used and used.is_open and ask.is_separate)
    sum_ = tally(history, ask, first, until or last, used)
    answer = _answer(ask, sum_.found, sum_.either)
    if in_doubt and answer == Answer.MET:
        answer = Answer.UNKNOWN
    return Finding(
        ask, answer, sum_.found, sum_.either, first, last, sum_.proofs, is_missed=is_missed
    )


def _answer(ask: Ask, found: int, either: int) -> Answer:
    if ask.is_open or ask.figure is None:
        return Answer.UNKNOWN
    if found >= ask.figure:
        return Answer.MET
    return Answer.UNKNOWN if found + either >= ask.figure else Answer.MISSING
