"""Editions and places as the components show them: words and colours for what the queries found."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from formats import dates
from people.models import Organisation
from training import clock
from training.actions.conditions import why_not
from training.models import Edition, Enrolment
from training.queries import Outlook

LANGUAGES = dict(settings.LANGUAGES)


def zone_of(organisation: Organisation) -> ZoneInfo:
    """The wall clock of an institution's country."""
    return ZoneInfo(organisation.jurisdiction.time_zone)


def when(edition: Edition) -> str:
    """The days of an edition in words; empty as long as it has no session."""
    if not edition.starts or not edition.ends:
        return ""
    zone = zone_of(edition.organiser)
    first, last = edition.starts.astimezone(zone).date(), edition.ends.astimezone(zone).date()
    return dates.date_range(first, last, get_language() or "en")


def day_of(moment: datetime | None, edition: Edition) -> date | None:
    """The day on the organiser's wall clock; a moment would be shown in the server's."""
    return moment.astimezone(zone_of(edition.organiser)).date() if moment else None


def where(edition: Edition) -> str:
    """Online, or the first venue and the county."""
    if edition.is_online:
        return _("Online")
    known = (getattr(edition, "venue", None), edition.region and str(edition.region))
    return ", ".join(part for part in known if part)


def places(edition: Edition) -> str:
    """How many places are free, in words."""
    text = ngettext("%(count)s place left", "%(count)s places left", edition.places_left)
    return text % {"count": edition.places_left}


def state(edition: Edition) -> tuple[str, str]:
    """What somebody who wants a place must know, and its tone."""
    refusal = why_not(edition)
    if refusal is None:
        if edition.places_left and not edition.waiting:
            return places(edition), "positive"
        return _("full, with a waiting list"), "warning"
    tones = {"not_open_yet": "info", "cancelled": "negative"}
    words = {
        "not_open_yet": _("opens later"),
        "closed": _("enrolment closed"),
        "cancelled": _("cancelled"),
        "over": _("over"),
    }
    return words[refusal.code], tones.get(refusal.code, "neutral")


def edition_card(edition: Edition, *, href: str = "") -> dict[str, Any]:
    """Parameters of components/edition_card.html."""
    text, tone = state(edition)
    return {
        "title": edition.name,  # type: ignore[attr-defined]
        "href": href or reverse("training:edition", args=[edition.pk]),
        "start": day_of(edition.starts, edition),
        "when": when(edition),
        "place": where(edition),
        "organiser": str(edition.organiser),
        "language": LANGUAGES.get(edition.language, edition.language),
        "tag_text": text,
        "tag_tone": tone,
    }


def place_state(enrolment: Enrolment) -> tuple[str, str]:
    """What a place is, for its owner and for lists, and its tone."""
    status = Enrolment.Status
    if enrolment.status == status.WAITLISTED:
        if enrolment.rank:
            return _("waiting list, number %(rank)s") % {"rank": enrolment.rank}, "warning"
        return _("on the waiting list"), "warning"
    if enrolment.status == status.OFFERED:
        return _("place offered: please answer"), "warning"
    tones = {
        status.CONFIRMED: "positive",
        status.COMPLETED: "positive",
        status.CANCELLED: "neutral",
    }
    return enrolment.get_status_display(), tones.get(status(enrolment.status), "info")


def enrolment_card(enrolment: Enrolment) -> dict[str, Any]:
    """An own enrolment as a card."""
    edition = enrolment.edition
    edition.venue = enrolment.venue  # type: ignore[attr-defined]
    text, tone = place_state(enrolment)
    next_session = enrolment.next_session  # type: ignore[attr-defined]
    return {
        "title": enrolment.edition_name,  # type: ignore[attr-defined]
        "href": reverse("training:enrolment", args=[enrolment.pk]),
        "start": day_of(next_session or edition.starts, edition),
        "when": when(edition) or _("The dates are not set yet."),
        "place": where(edition),
        "organiser": str(edition.organiser),
        "language": LANGUAGES.get(edition.language, edition.language),
        "tag_text": text,
        "tag_tone": tone,
    }


def rule(edition: Edition) -> str:
    """How the waiting list of an edition works, for those who run it."""
    order = edition.get_queue_rule_display()
    if not edition.offer_hours:
        return order
    count = edition.offer_days or edition.offer_hours
    if edition.offer_days:
        text = ngettext("%(count)s day to answer", "%(count)s days to answer", count)
    else:
        text = ngettext("%(count)s hour to answer", "%(count)s hours to answer", count)
    return f"{order} · {text % {'count': count}}"


def moment(when: datetime, edition: Edition) -> str:
    """Day and time on the organiser's wall clock, in words."""
    return dates.moment(when, zone_of(edition.organiser), get_language() or "en")


def deadline(enrolment: Enrolment) -> str:
    """Until when the offer of a place can be answered; empty where there was none."""
    return moment(enrolment.offer_until, enrolment.edition) if enrolment.offer_until else ""


def window(edition: Edition) -> str:
    """From when to when people can enrol, in words."""
    zone, language = zone_of(edition.organiser), get_language() or "en"
    first = clock.first_day(edition.enrolment_opens, zone)
    last = clock.last_day(edition.enrolment_closes, zone)
    if first and last:
        return dates.date_range(first, last, language)
    if first:
        return _("From %(day)s") % {"day": dates.long_date(first, language)}
    if last:
        return _("Until %(day)s") % {"day": dates.long_date(last, language)}
    return _("As long as the edition is open")


STATUS_TONES = {
    Edition.Status.DRAFT: "neutral",
    Edition.Status.ANNOUNCED: "info",
    Edition.Status.OPEN: "positive",
    Edition.Status.CLOSED: "warning",
    Edition.Status.RUNNING: "info",
    Edition.Status.DONE: "neutral",
    Edition.Status.CANCELLED: "negative",
}


def staff_card(edition: Edition) -> dict[str, Any]:
    """An edition as its coordinators list it."""
    card = edition_card(edition, href=reverse("training:manage", args=[edition.pk]))
    text = ngettext(
        "%(taken)s of %(capacity)s place taken",
        "%(taken)s of %(capacity)s places taken",
        edition.capacity,
    )
    counts = text % {"taken": edition.taken, "capacity": edition.capacity}  # type: ignore[attr-defined]
    return {
        **card,
        "when": card["when"] or _("No session yet"),
        "places": counts,
        "tag_text": edition.get_status_display(),
        "tag_tone": STATUS_TONES[Edition.Status(edition.status)],
    }


def outlook_line(outlook: Outlook) -> str:
    """Present so far, and what that means, for the list of a trainer."""
    if not outlook.share.minutes_planned:
        return ""
    language = get_language() or "en"
    words = {
        "present": dates.hours(outlook.share.minutes_present, language),
        "planned": dates.hours(outlook.share.minutes_planned, language),
        "needed": dates.hours(outlook.needed, language),
        "lacking": dates.hours(outlook.lacking, language),
    }
    if outlook.has_enough:
        text = _("Present so far: %(present)s of %(planned)s. That is enough.")
    elif outlook.is_lost:
        text = _("Present so far: %(present)s of %(planned)s. Can no longer reach %(needed)s.")
    else:
        text = _("Present so far: %(present)s of %(planned)s. Still needed: %(lacking)s.")
    return text % words
