"""Which records count for a requirement, and what they add up to. Pure; `duties_sql` counts the same way."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from certification.law import HOURS, Ask, History, Kind, Line

# Hours recorded as theory or practice together may be of either kind: nobody splits them by a guess.
WIDE = {
    Kind.THEORY: (Kind.THEORY, Kind.ANY),
    Kind.PRACTICE: (Kind.PRACTICE, Kind.ANY),
    Kind.ANY: HOURS,
}


@dataclass(frozen=True)
class Proof:
    """A record that counts: a line of the ledger, a certificate, a result, a course."""

    kind: str  # "line", "certificate", "earlier", "test", "outcome", "course"
    id: int
    on: date
    amount: int = 0  # minutes, or times
    source: str = ""


@dataclass(frozen=True)
class Tally:
    """What was found: certainly, and what may count here or for the other of theory and practice."""

    found: int
    either: int
    proofs: tuple[Proof, ...]


@dataclass
class Used:
    """Minutes of lines that separate requirements have taken, and whether one of them could not say how many."""

    minutes: Counter[int] = field(default_factory=Counter)
    is_open: bool = False


def tally(
    history: History, ask: Ask, first: date | None, last: date, used: Used | None = None
) -> Tally:
    """The records of those days that count; with `used`, without what separate requirements took before."""
    lines = [one for one in history.lines if (not first or first <= one.on) and one.on <= last]
    exact = HOURS if ask.kind == Kind.ANY else (ask.kind,)
    own = _proofs(ask, _matching(ask, lines, exact))
    wide = _proofs(ask, _matching(ask, lines, WIDE.get(Kind(ask.kind), exact)))
    if used is not None and ask.is_separate:
        own = wide = _taken(ask, _matching(ask, lines, exact), used)
    others = _others(history, ask, first, last)
    found = _sum(own) + _sum(others)
    either = max(_sum(wide) - _sum(own), 0)
    return Tally(found, either, tuple(sorted([*own, *others], key=lambda one: (one.on, one.id))))


def _sum(proofs: Iterable[Proof]) -> int:
    return sum(proof.amount for proof in proofs)


def _matching(ask: Ask, lines: Iterable[Line], kinds: Collection[str]) -> list[Line]:
    """Those of the kinds and the topic, and those of a topic that counts in its place."""
    return sorted(
        (
            line
            for line in lines
            if line.topic in ask.instead
            or (line.kind in kinds and (not ask.topic or line.topic == ask.topic))
        ),
        key=lambda line: (line.on, line.id),
    )


def _proofs(ask: Ask, lines: list[Line]) -> list[Proof]:
    """For minutes each line as it stands; for times one on each day on which something is left after corrections."""
    if not ask.times:
        return [Proof("line", one.id, one.on, one.minutes, one.source) for one in lines]
    days: Counter[date] = Counter()
    for line in lines:
        days[line.on] += line.minutes
    firsts = {line.on: line for line in reversed(lines)}
    return [
        Proof("line", firsts[on].id, on, 1, firsts[on].source)
        for on in sorted(days)
        if days[on] > 0
    ]


def _taken(ask: Ask, lines: list[Line], used: Used) -> list[Proof]:
    """Lines in their order, each as far as nothing before used it, until there is enough; all where nobody knows."""
    found: list[Proof] = []
    left = ask.minutes
    for line, minutes in _corrected(lines):
        take = minutes - used.minutes[line.id]
        take = take if left is None else min(take, left - _sum(found))
        if take > 0:
            found.append(Proof("line", line.id, line.on, take, line.source))
    if left is None:
        used.is_open = True
    else:
        used.minutes.update({proof.id: proof.amount for proof in found})
    return found


def _corrected(lines: list[Line]) -> list[tuple[Line, int]]:
    """Lines above zero with what is left of them: a correction takes from the last ones before it."""
    left: list[tuple[Line, int]] = []
    for line in lines:
        owed = -line.minutes
        if owed < 0:
            left.append((line, line.minutes))
        while owed > 0 and left:
            last, minutes = left.pop()
            if minutes > owed:
                left.append((last, minutes - owed))
            owed -= minutes
    return left


def _others(history: History, ask: Ask, first: date | None, last: date) -> list[Proof]:
    """Results, courses and certificates of other programmes that count, each for its figure or for all of it."""
    worth = {
        (one.what, one.code): 1 if ask.times else one.minutes or ask.minutes or 0
        for one in ask.counts
        if one.what != "topic"
    }
    whole = {(one.what, one.code) for one in ask.counts if not one.minutes}
    amounts = {key: (ask.figure or 0) if key in whole else value for key, value in worth.items()}
    found = [
        Proof(deed.kind, deed.id, deed.on, 1)
        for deed in history.deeds
        if deed.kind == ask.kind and deed.kind != "course"
    ]
    found += [
        Proof("course", deed.id, deed.on, amounts["course", deed.code])
        for deed in history.deeds
        if deed.kind == "course" and ("course", deed.code) in amounts
    ]
    found += [
        Proof(held.kind, held.id, held.valid_from, amounts["programme", held.programme])
        for held in history.others
        if ("programme", held.programme) in amounts
    ]
    return [one for one in found if (not first or first <= one.on) and one.on <= last]
