"""Trainers' times, papers and requests as the pages show them: words and colours for what the queries found."""

from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from formats import dates
from training.models import Engagement
from training.models.trainer import DAY_MINUTES
from training.queries.suitability import LANGUAGES, NO, PERHAPS, YES, Candidate

VERDICT_TONES = {YES: "positive", PERHAPS: "warning", NO: "negative"}
REASON_ICONS = {True: "check", None: "info", False: "cross"}
STATE_TONES = {
    "open": "info",
    "accepted": "positive",
    "declined": "negative",
    "withdrawn": "neutral",
}


def clock(minutes: int) -> str:
    """Minutes of the day as the reader's language writes a time."""
    at = time(minutes // 60 % 24, minutes % 60)
    return dates.clock(datetime.combine(date(2001, 1, 1), at, UTC), "UTC", _language())


def span(starts: int, ends: int) -> str:
    """From when to when, or that it is all day."""
    if (starts, ends) == (0, DAY_MINUTES):
        return _("all day")
    return _("from %(start)s to %(end)s") % {"start": clock(starts), "end": clock(ends)}


def week_rows(rows: Any) -> list[dict[str, Any]]:
    """The ordinary week, line by line."""
    return [
        {"pk": row.pk, "day": row.get_weekday_display(), "span": span(row.starts, row.ends)}
        for row in rows
    ]


def day_rows(rows: Any) -> list[dict[str, Any]]:
    """Days that differ: whether there is time, and which."""
    return [
        {
            "pk": row.pk,
            "day": dates.date_range(row.first, row.last, _language()),
            "span": span(row.starts, row.ends),
            "word": _("has time") if row.is_available else _("has no time"),
            "tone": "positive" if row.is_available else "neutral",
        }
        for row in rows
    ]


def paper_rows(rows: Any, today: date) -> list[dict[str, Any]]:
    """Qualifications with what they are worth today."""
    found = []
    for row in rows:
        words = {"since": _day(row.since), "until": _day(row.until) if row.until else ""}
        when = _("from %(since)s to %(until)s") if row.until else _("since %(since)s")
        state, tone = _("in force"), "positive"
        if row.since > today:
            state, tone = _("begins later"), "info"
        elif not row.holds(today):
            state, tone = _("ended"), "negative"
        found.append(
            {"pk": row.pk, "what": str(row), "when": when % words, "document": row.document,
             "word": state, "tone": tone}
        )  # fmt: skip
    return found


def verdict(candidate: Candidate) -> dict[str, str]:
    """The tag of a trainer on the list of who can teach."""
    words = {YES: _("can teach"), PERHAPS: _("perhaps"), NO: _("cannot teach")}
    said = candidate.verdict
    return {"text": words[said], "tone": VERDICT_TONES[said]}


def candidate_card(candidate: Candidate, question: Engagement | None) -> dict[str, Any]:
    """A trainer with each reason, and what they were asked."""
    return {
        "trainer": candidate.trainer,
        "tag": verdict(candidate),
        "reasons": [
            {"icon": REASON_ICONS[reason.ok], "text": reason.text, "code": reason.code}
            for reason in candidate.reasons
        ],
        "leads": candidate.leads,
        "question": question_card(question) if question else None,
        "may_ask": not candidate.leads and not (question and _waits(question)),
    }


def question_card(question: Engagement) -> dict[str, Any]:
    """What was asked or offered, and what became of it."""
    own = question.origin == Engagement.Origin.VOLUNTEERED
    if question.is_expired():
        word, tone = _("no answer in time"), "neutral"
    else:
        word, tone = question.get_state_display(), STATE_TONES[question.state]
    return {
        "pk": question.pk,
        "trainer": question.trainer,
        "origin": _("volunteered") if own else _("asked"),
        "is_offer": own,
        "waits": _waits(question),
        "word": word,
        "tone": tone,
    }


def about_rows(profile: Any) -> list[dict[str, str]]:
    """Languages, territory and limit in words; what is not known says so."""
    unknown = _("not recorded")
    if profile is None:
        languages = regions = limit = unknown
    else:
        languages = ", ".join(LANGUAGES[code] for code in profile.languages) or unknown
        regions = ", ".join(str(region) for region in profile.regions.all()) or _("everywhere")
        hours = profile.weekly_hours
        limit = dates.hours(hours * 60, _language()) if hours else _("no limit")
    return [
        {"key": _("Languages"), "value": languages},
        {"key": _("Where"), "value": regions},
        {"key": _("Most hours in a week"), "value": limit},
    ]


def _waits(question: Engagement) -> bool:
    return question.state == Engagement.State.OPEN and not question.is_expired()


def _day(day: date | None) -> str:
    return dates.long_date(day, _language()) if day else ""


def _language() -> str:
    return get_language() or "en"
