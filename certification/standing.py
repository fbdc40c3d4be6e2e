"""Where a person stands under a programme on a day: a function of certificates, their events and the rule in force.

`standing_sql` says the same for many people at once; a property test compares the two over generated histories.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.db import models
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from certification.models import CertificateEvent
from certification.requirements import Finding
from formats.dates import long_date

Kind = CertificateEvent.Kind


class State(models.TextChoices):
    """The states, in the order in which a list shows them: what needs doing first."""

    NEVER = "never", pgettext_lazy("standing", "never trained")
    IN_PROGRESS = "in_progress", pgettext_lazy("standing", "in progress")
    EXPIRED = "expired", pgettext_lazy("standing", "expired")
    REVOKED = "revoked", pgettext_lazy("standing", "revoked")
    SUSPENDED = "suspended", pgettext_lazy("standing", "suspended")
    IN_GRACE = "in_grace", pgettext_lazy("standing", "in grace")
    EXPIRING = "expiring", pgettext_lazy("standing", "expiring")
    REVIEW_DUE = "review_due", pgettext_lazy("standing", "review due")
    VALID = "valid", pgettext_lazy("standing", "valid")


# The better certificate speaks for a person; of those that are no longer good, the newest.
RANK = {State.VALID: 1, State.EXPIRING: 2, State.REVIEW_DUE: 3, State.IN_GRACE: 4}
NO_LONGER_GOOD = 5
MEANINGS = {
    State.NEVER: gettext_lazy("no certificate and no course under way"),
    State.IN_PROGRESS: gettext_lazy("on a course, no certificate yet"),
    State.EXPIRED: gettext_lazy("the certificate ran out"),
    State.REVOKED: gettext_lazy("the certificate was taken back"),
    State.SUSPENDED: gettext_lazy("the certificate does not count for now"),
    State.IN_GRACE: gettext_lazy("ran out, but may still be renewed"),
    State.EXPIRING: gettext_lazy("runs out soon: renewal can begin"),
    State.REVIEW_DUE: gettext_lazy("valid, but a review is due"),
    State.VALID: gettext_lazy("the certificate counts"),
}
TONES = {
    State.NEVER: "neutral", State.IN_PROGRESS: "info", State.EXPIRED: "negative", State.REVOKED: "negative",
    State.SUSPENDED: "negative", State.IN_GRACE: "warning", State.EXPIRING: "warning",
    State.REVIEW_DUE: "warning", State.VALID: "positive",
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """What a rule version says about the time around an expiry."""

    renewal_window_days: int
    grace_days: int


@dataclass(frozen=True)
class Happening:
    """An event of a certificate."""

    kind: str
    on: date
    reason: str = ""
    next_review: date | None = None


@dataclass(frozen=True)
class Record:
    """What a certificate says about time, with its events in their order."""

    id: int
    number: str
    valid_from: date
    valid_until: date | None
    review_due: date | None = None
    events: tuple[Happening, ...] = ()
    issuer: str = ""  # of an earlier certificate on paper; such a one has no events

    @property
    def is_earlier(self) -> bool:
        """Was it issued on paper, before this system?"""
        return bool(self.issuer)

    def change(self, at: date) -> Happening | None:
        """The last event by that day that changed whether the certificate counts."""
        return self._last(at, lambda event: event.kind != Kind.REVIEWED)

    def next_review(self, at: date) -> date | None:
        """When the next review is due, as of that day."""
        review = self._last(at, lambda event: event.kind == Kind.REVIEWED)
        return review.next_review if review else self.review_due

    def _last(self, at: date, wanted: Callable[[Happening], bool]) -> Happening | None:
        found = [event for event in self.events if event.on <= at and wanted(event)]
        return found[-1] if found else None


@dataclass(frozen=True)
class Standing:
    """A state, the days between which it holds, the certificate that proves it, and what was said when it changed."""

    state: State
    since: date | None = None
    until: date | None = None
    certificate_id: int | None = None
    earlier_id: int | None = None
    number: str = ""
    issuer: str = ""
    valid_until: date | None = None
    review_due: date | None = None
    said: str = ""
    # Ids of the requirements of a period that passed without them.
    missed: tuple[int, ...] = ()
    # Every requirement of the rule with the records that meet it; only of one person, never in lists.
    findings: tuple[Finding, ...] = field(default=(), compare=False, repr=False)
    order: tuple = field(default=(), compare=False, repr=False)

    @property
    def tone(self) -> str:
        """The colour of the tag; the icon and the word say the same."""
        return TONES[self.state]

    @property
    def is_good(self) -> bool:
        """Does the person count as trained?"""
        return self.state in RANK

    @property
    def reason(self) -> str:
        """Why, in a sentence or two of the reader's language."""
        said = _sentence(self)
        if not self.issuer:
            return said
        paper = _("It was issued on paper by %(issuer)s.") % {"issuer": self.issuer}
        return f"{said} {paper}"


def standing(
    records: Iterable[Record],
    rule: Rule,
    at: date,
    *,
    enrolled_on: date | None = None,
    missed: Sequence[Finding] = (),
) -> Standing:
    """The standing on a day. `rule`: that of the version that holds for the person then; `enrolled_on`: since when a
    course is under way; `missed`: what was to be done regularly and was not.
    """
    each = [judged for record in records if (judged := judge(record, rule, at))]
    if each:
        return _with_missed(min(each, key=lambda judged: judged.order), missed)
    if enrolled_on:
        return Standing(State.IN_PROGRESS, since=enrolled_on)
    return Standing(State.NEVER)


def _with_missed(found: Standing, missed: Sequence[Finding]) -> Standing:
    """A certificate that counts, though something regular was missed, waits for a review (decision 0014)."""
    if not missed or found.state not in (State.VALID, State.EXPIRING, State.REVIEW_DUE):
        return found
    days = [one.last + timedelta(days=1) for one in missed if one.is_of_a_year and one.last]
    if found.state == State.REVIEW_DUE and found.since:
        days.append(found.since)
    return replace(
        found,
        state=State.REVIEW_DUE,
        since=min(days, default=None),
        until=found.valid_until,
        missed=tuple(sorted(one.ask.id for one in missed)),
    )


def judge(record: Record, rule: Rule, at: date) -> Standing | None:
    """What one certificate alone says on that day; nothing before it begins or after another replaced it."""
    change = record.change(at)
    if record.valid_from > at or (change and change.kind == Kind.REPLACED):
        return None
    state, since, until = _state(record, change, rule, at)
    rank = RANK.get(state, NO_LONGER_GOOD)
    ends = (record.valid_until or date.max).toordinal() if rank != NO_LONGER_GOOD else 0
    return Standing(
        state=state,
        since=since,
        until=until,
        certificate_id=None if record.is_earlier else record.id,
        earlier_id=record.id if record.is_earlier else None,
        number=record.number,
        issuer=record.issuer,
        valid_until=record.valid_until,
        review_due=record.next_review(at),
        said=change.reason if change and state in (State.REVOKED, State.SUSPENDED) else "",
        order=(rank, -ends, record.is_earlier, -record.valid_from.toordinal(), -record.id),
    )


def _state(
    record: Record, change: Happening | None, rule: Rule, at: date
) -> tuple[State, date, date | None]:
    """The state of a certificate, since when and until when it holds."""
    end = record.valid_until
    if change and change.kind in (Kind.REVOKED, Kind.SUSPENDED):
        return State(change.kind), change.on, None
    if end and end < at:
        last = end + timedelta(days=rule.grace_days)
        if at <= last:
            return State.IN_GRACE, end + timedelta(days=1), last
        return State.EXPIRED, last + timedelta(days=1), None
    review = record.next_review(at)
    if review and review <= at:
        return State.REVIEW_DUE, review, end
    begins = max(record.valid_from, change.on) if change else record.valid_from
    if end and end - timedelta(days=rule.renewal_window_days) <= at:
        return State.EXPIRING, max(begins, end - timedelta(days=rule.renewal_window_days)), end
    return State.VALID, begins, end


def _sentence(found: Standing) -> str:
    words = {"number": found.number, "reason": found.said}
    for name in ("since", "until", "valid_until", "review_due"):
        day = getattr(found, name)
        words[name] = long_date(day, get_language() or "en") if day else ""
    return _template(found) % words


def _review(found: Standing) -> str:
    if found.missed:
        return _(
            "Certificate %(number)s is valid, but what the law asks regularly was not done. A review is due."
        )
    return _("Certificate %(number)s is valid, but its review has been due since %(review_due)s.")


def _template(found: Standing) -> str:
    if found.state == State.VALID:
        if found.valid_until:
            return _("Certificate %(number)s is valid until %(valid_until)s.")
        if found.review_due:
            return _(
                "Certificate %(number)s is valid and has no expiry date. The next review is on %(review_due)s."
            )
        return _("Certificate %(number)s is valid and has no expiry date.")
    return {
        State.NEVER: _("There is no certificate, and no course is under way."),
        State.IN_PROGRESS: _(
            "Has a place on a course since %(since)s. There is no certificate yet."
        ),
        State.EXPIRING: _("Certificate %(number)s ends on %(valid_until)s. It can be renewed now."),
        State.REVIEW_DUE: _review(found),
        State.IN_GRACE: _(
            "Certificate %(number)s ended on %(valid_until)s. It can be renewed until %(until)s."
        ),
        State.EXPIRED: _("Certificate %(number)s ended on %(valid_until)s."),
        State.SUSPENDED: _(
            "Certificate %(number)s has been suspended since %(since)s. Reason: %(reason)s"
        ),
        State.REVOKED: _("Certificate %(number)s was revoked on %(since)s. Reason: %(reason)s"),
    }[found.state]
