"""A roll as a phone keeps it: the names and marks of one session, in the reader's language, and no more."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from formats import dates
from people.models import User
from training.actions.attendance import names_kept_until
from training.asked import asked_of
from training.cards import outlook_line
from training.models import Attendance, Edition, RollEntry, Session
from training.queries import AttendanceShare, Dispute, Outlook, RollRow, disputes, roll, shares
from training.queries.rolls import Said

# A mark that waited less on the phone was not kept: it was on its way.
KEPT = timedelta(minutes=1)


def roll_state(session: Session, user: User) -> dict[str, Any]:
    """All that the page of a roll shows. `me` is whose phone it is, so that nobody sends another's marks."""
    people = roll(session)
    edition = Edition.objects.with_name().only("pk").get(pk=session.edition_id)
    language = get_language() or "en"
    opens = session.roll_opens
    so_far, percent = (
        shares(session.edition, of=[row.enrolment_id for row in people]),
        asked_of(session.edition).percent,
    )
    return {
        "id": session.pk,
        "me": user.pk,
        "title": edition.name,  # type: ignore[attr-defined]
        "when": dates.session_time(session.starts, session.ends, session.time_zone, language),
        "minutes": session.minutes,
        "range": range_words(session.minutes),
        "open": opens <= timezone.now(),
        "opens": _milliseconds(opens),
        "until": _milliseconds(names_kept_until(session)),
        "finished": session.roll_closed_at is not None,
        "cancelled": session.is_cancelled,
        "people": [
            {**_person(row, session), "outlook": outlook_of(so_far.get(row.enrolment_id), percent)}
            for row in people
        ],
        "disputes": [dispute_words(one, session) for one in disputes(session, people)],
    }


def marked(entries: Iterable[RollEntry], session: Session, by: User) -> list[dict[str, Any]]:
    """People as they stand after these new marks of one user: what `people` says, but for name and outlook."""
    last = {entry.enrolment_id: entry for entry in entries}
    found = []
    for pk, entry in last.items():
        row = RollRow(pk, "", "", None, "")
        if entry.mark:
            what = (entry.mark, entry.minutes, entry.reason, entry.key)
            row = RollRow(pk, "", *what, str(by), entry.recorded_at)
        person = _person(row, session)
        del person["name"]
        found.append(person)
    return found


def outlook_of(share: AttendanceShare | None, percent: int) -> str:
    """Present so far and what is still possible; nothing for somebody whose place was given up meanwhile."""
    return outlook_line(Outlook(share, percent)) if share else ""


def version_of(state: dict[str, Any]) -> str:
    """The same for the same state: whoever has this version needs no other."""
    return f'"{sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:32]}"'


def range_words(planned: int) -> str:
    """What stands at a box of minutes with a wrong number in it."""
    text = ngettext(
        "The minutes must be between 1 and %(count)s: the session lasts %(count)s minute.",
        "The minutes must be between 1 and %(count)s: the session lasts %(count)s minutes.",
        planned,
    )
    return text % {"count": planned}


def note_of(row: RollRow | Said, session: Session) -> str:
    """Marked by Mara Marin, 10:05"""
    if row.at is None:
        return ""
    at = _clock(row.at, session)
    return _("Marked by %(name)s, %(time)s") % {"name": row.by, "time": at} if row.by else at


def dispute_words(dispute: Dispute, session: Session) -> dict[str, Any]:
    """Who said what and when, each part by itself."""
    return {
        "id": dispute.enrolment_id,
        "name": dispute.name,
        "choices": [_choice(said, session) for said in dispute.choices],
    }


def _choice(said: Said, session: Session) -> dict[str, str]:
    language = get_language() or "en"
    mark = Attendance.Mark(said.mark)
    kept = timedelta(seconds=said.held_seconds)
    return {
        "key": str(said.key),
        "mark": str(mark.label),
        "length": dates.hours(said.minutes, language) if said.minutes else "",
        "reason": said.reason,
        "note": note_of(said, session),
        "held": _("Sent %(time)s after it was made") % {"time": dates.length(kept, language)}
        if kept >= KEPT
        else "",
    }


def _person(row: RollRow, session: Session) -> dict[str, Any]:
    return {
        "id": row.enrolment_id,
        "name": row.name,
        "mark": row.mark,
        "minutes": row.minutes,
        "reason": row.reason,
        "key": str(row.key or ""),
        "note": note_of(row, session),
    }


def _clock(moment: datetime, session: Session) -> str:
    """The time; with the day where it is not the day of the session."""
    language = get_language() or "en"
    here = timezone.localtime(moment, ZoneInfo(session.time_zone)).date()
    if here == timezone.localtime(session.starts, ZoneInfo(session.time_zone)).date():
        return dates.clock(moment, session.time_zone, language)
    return dates.moment(moment, session.time_zone, language)


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
